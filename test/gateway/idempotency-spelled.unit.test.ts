// Random mutation documents with keys in random spellings give their mutations what the same documents give that have
// each input and its key written out.
import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { runAsIs, runKeyed } from './keyed-graph.ts';

type Input = Record<string, unknown>;

const TYPE_OF: Record<string, string> = {
  idempotencyKey: 'String',
  shop: 'String!',
  paid: 'Float',
  kind: 'Kind',
  lines: '[LineInput!]',
};

const anyText = fc.string({ unit: 'grapheme-ascii', maxLength: 8 });
const anyLine = fc.record({ sku: anyText, quantity: fc.option(fc.nat({ max: 9 })) }, { requiredKeys: ['sku'] });
const anyMutation = fc.record({
  input: fc.record(
    {
      shop: anyText,
      paid: fc.option(fc.integer({ min: -99, max: 99 })),
      kind: fc.option(fc.constantFrom('SHOP', 'WEB')),
      lines: fc.array(anyLine, { maxLength: 2 }),
    },
    { requiredKeys: ['shop'] },
  ),
  /** What of the input is a variable. */
  by: fc.constantFrom('variable', 'default', 'literal', 'literal with variables'),
  key: fc.option(anyText, { nil: undefined }),
  inInput: fc.constantFrom('none', 'null', 'key'),
  directive: fc.constantFrom('none', 'text', 'variable', 'default'),
  /** A batch has the variable of the input too. */
  shared: fc.boolean(),
  within: fc.constantFrom('operation', 'inline fragment', 'fragment', 'fragment twice'),
  skipped: fc.boolean(),
});
type Mutation = typeof anyMutation extends fc.Arbitrary<infer T> ? T : never;

const isShared = ({ shared, by }: Mutation) => shared && (by === 'variable' || by === 'default');

/** The input as it is without directive and header. */
function whole({ input, inInput, key }: Mutation): Input {
  return inInput === 'none' ? input : { ...input, idempotencyKey: inInput === 'key' && key !== undefined ? key : null };
}

function literal(value: unknown, name = ''): string {
  if (Array.isArray(value)) return `[${value.map((item) => literal(item)).join(' ')}]`;
  if (typeof value !== 'object' || value === null) return name === 'kind' ? String(value) : JSON.stringify(value);
  return `{ ${Object.entries(value)
    .map(([field, inner]) => `${field}: ${literal(inner, field)}`)
    .join(' ')} }`;
}

/** One document, growing. */
class Written {
  readonly #definitions = ['$yes: Boolean!'];
  readonly #fields = ['__typename @include(if: $yes)'];
  readonly #fragments: string[] = [];
  readonly variables: Input = { yes: true };

  variable(name: string, type: string, value: unknown, preset = false): string {
    this.#definitions.push(`$${name}: ${type}${preset ? ` = ${literal(value)}` : ''}`);
    if (!preset) this.variables[name] = value;
    return `$${name}`;
  }

  field(field: string, within: Mutation['within'] = 'operation'): void {
    const name = `F${this.#fragments.length}`;
    if (within === 'operation') this.#fields.push(field);
    else if (within === 'inline fragment') this.#fields.push(`... on Mutation @include(if: $yes) { ${field} }`);
    else {
      this.#fields.push(within === 'fragment' ? `...${name}` : `...${name} ...${name}`);
      this.#fragments.push(`fragment ${name} on Mutation { ${field} }`);
    }
  }

  get query(): string {
    return [`mutation (${this.#definitions.join(' ')}) { ${this.#fields.join(' ')} }`, ...this.#fragments].join('\n');
  }
}

/** As a client may write it. */
function spell(document: Written, label: string, one: Mutation): void {
  const { by, key, directive, skipped, within } = one;
  const fieldsByVariable = () =>
    Object.entries(whole(one)).map(
      ([name, value]) => `${name}: ${document.variable(`${label}_${name}`, TYPE_OF[name]!, value)}`,
    );
  const input = {
    literal: () => literal(whole(one)),
    variable: () => document.variable(label, 'BuyInput!', whole(one)),
    default: () => document.variable(label, 'BuyInput!', whole(one), true),
    'literal with variables': () => `{ ${fieldsByVariable().join(' ')} }`,
  }[by]();
  if (isShared(one)) document.field(`${label}s: buyMany(input: { items: [${input}] }) { ok }`);
  const byDirective = {
    none: () => '',
    text: () => `@idempotent(key: ${literal(key)})`,
    variable: () => `@idempotent(key: ${document.variable(`${label}_k`, 'String!', key)})`,
    default: () => `@idempotent(key: ${document.variable(`${label}_k`, 'String!', key, true)})`,
  }[key === undefined ? 'none' : directive]();
  document.field(`${label}: buy(input: ${input}) ${byDirective} ${skipped ? '@skip(if: $yes)' : ''} { ok }`, within);
}

/** The same with the key in the input, all written out. */
function writeOut(document: Written, label: string, one: Mutation, header: string | undefined): void {
  const outside = one.directive === 'none' ? header : one.key;
  const keyed = outside === undefined ? whole(one) : { ...one.input, idempotencyKey: outside };
  if (isShared(one)) document.field(`${label}s: buyMany(input: { items: [${literal(whole(one))}] }) { ok }`);
  document.field(`${label}: buy(input: ${literal(keyed)}) ${one.skipped ? '@skip(if: $yes)' : ''} { ok }`);
}

test('any spelling gives a mutation what its input with the key in it gives', () => {
  fc.assert(
    fc.property(fc.array(anyMutation, { minLength: 1, maxLength: 3 }), fc.boolean(), (mutations, byHeader) => {
      const [first] = mutations;
      const header = byHeader && mutations.length === 1 && !isShared(first!) ? first!.key : undefined;
      const [spelled, writtenOut] = [new Written(), new Written()];
      for (const [index, one] of mutations.entries()) {
        spell(spelled, `m${index}`, one);
        writeOut(writtenOut, `m${index}`, one, header);
      }
      const { query, variables } = spelled;

      const { got, errors } = runKeyed({ query, variables, ...(header === undefined ? {} : { header }) });

      expect(errors).toEqual([]);
      expect(got).toEqual(runAsIs(writtenOut).got);
    }),
    { numRuns: 300 },
  );
});
