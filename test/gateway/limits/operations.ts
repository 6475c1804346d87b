// Random operations over the priced schema: fragments in place and named, aliases, variables with and without defaults,
// conditions, and fields that come again.
import fc from 'fast-check';
import {
  getNamedType,
  isCompositeType,
  isListType,
  isNonNullType,
  isObjectType,
  type GraphQLCompositeType,
  type GraphQLOutputType,
} from 'graphql';
import { schema } from './priced.ts';

const LEVELS = 4;
const ARGUMENTS: Record<string, string[]> = {
  'Box.many': ['', '(first: 2)', '(last: $n)', '(first: $n, last: 3)', '(first: $m)'],
  'Bag.page': [
    '',
    '(first: 3)',
    '(first: $n)',
    '(filter: { max: 4 })',
    '(filter: $f, first: null)',
    '(filter: { max: $m, dear: 1 })',
  ],
  'Query.box': [
    '',
    '(filter: { words: [A, A], deep: [[{ dear: 1 }, null], null] })',
    '(filter: $f)',
    '(word: A, filter: { deep: [[$f]] })',
  ],
  'Query.bag': ['', '(dear: 1)', '(dear: $n)'],
  'Query.one': ['(first: 1)', '(last: $n)'],
  'Mutation.fill': ['', '(filter: $f)'],
};
const CONDITIONS = [
  '',
  '',
  '',
  ' @include(if: $yes)',
  ' @skip(if: $yes)',
  ' @skip(if: $no) @include(if: $yes)',
  ' @skip(if: true)',
  ' @include(if: true)',
];
const FRAGMENTS = { Box: 'OfBox', Bag: 'OfBag', Thing: 'OfThing' };
const HEAD = '($n: Int, $m: Int = 2, $f: Filter = { max: 1, dear: 2 }, $yes: Boolean!, $no: Boolean = false)';

type Pick = (below: number) => number;

/** A key says its field, its arguments and how it is wrapped: whatever shares one may be merged. */
const keyOf = (name: string, given: string, type: GraphQLOutputType) => {
  const shape = isListType(isNonNullType(type) ? type.ofType : type) ? 'list' : 'one';
  return `${name}_${shape}_${getNamedType(type).name}_${isNonNullType(type)}_${given.replaceAll(/\W+/g, '_')}`;
};

function selections(pick: Pick, type: GraphQLCompositeType, level: number, named: boolean): string {
  const own = 'getFields' in type ? Object.values(type.getFields()) : [];
  const written = Array.from({ length: 1 + pick(3) }, () => {
    const condition = CONDITIONS[pick(CONDITIONS.length)]!;
    const possible = isObjectType(type) ? [type] : schema.getPossibleTypes(type);
    const inside = possible[pick(possible.length)]!;
    const kind = pick(6);
    const spread = FRAGMENTS[inside.name as 'Box'];
    if (kind === 0 && named && spread !== undefined) return `...${spread}${condition}`;
    if (kind === 1 && level > 0)
      return `... on ${inside.name}${condition} { ${selections(pick, inside, level - 1, named)} }`;
    if (kind === 2 && level > 0) return `...${condition} { ${selections(pick, type, level - 1, named)} }`;
    const fields = own.filter((field) => level > 0 || !isCompositeType(getNamedType(field.type)));
    const field = fields[pick(fields.length || 1)];
    if (field === undefined) return `__typename${condition}`;
    const choices = ARGUMENTS[`${type.name}.${field.name}`] ?? [''];
    const given = choices[pick(choices.length)]!;
    const result = getNamedType(field.type);
    const inner = isCompositeType(result) ? ` { ${selections(pick, result, level - 1, named)} }` : '';
    return `${keyOf(field.name, given, field.type)}: ${field.name}${given}${condition}${inner}`;
  });
  return written.join(' ');
}

/** The text of a document with one operation. */
export function operationText(pick: Pick): string {
  const mutation = pick(6) === 0;
  const root = mutation ? schema.getMutationType()! : schema.getQueryType()!;
  const fragments = Object.entries(FRAGMENTS).map(([type, name]) => {
    const on = schema.getType(type) as GraphQLCompositeType;
    return `fragment ${name} on ${type} { ${selections(pick, on, 1, false)} }`;
  });
  return `${mutation ? 'mutation' : 'query'} Q${HEAD} { ${selections(pick, root, LEVELS, true)} } ${fragments.join(' ')}`;
}

export const variables = fc.record(
  {
    n: fc.option(fc.integer({ min: -1, max: 4 })),
    m: fc.integer({ min: 0, max: 3 }),
    f: fc.oneof(
      fc.constant(null),
      fc.record(
        {
          max: fc.integer({ min: 0, max: 3 }),
          words: fc.constant(['A']),
          deep: fc.constant([[{ max: 1, dear: 2 }, null]]),
        },
        { requiredKeys: [] },
      ),
    ),
    yes: fc.boolean(),
    no: fc.boolean(),
  },
  { requiredKeys: ['yes'] },
);
