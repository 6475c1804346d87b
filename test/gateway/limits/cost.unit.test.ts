// What operations cost, by the IBM cost specification: by examples, and as a naive reading of it says for random ones.
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { Kind, parse, validate, type OperationDefinitionNode } from 'graphql';
import { costing } from '../../../gateway/limits/cost/cost.ts';
import { operationText, variables as anyVariables } from './operations.ts';
import { naive, schema } from './priced.ts';

const compile = costing(schema);

function compiled(text: string) {
  const document = parse(text);
  const problems = validate(schema, document).filter(({ message }) => !/is never used/.test(message));
  if (problems.length > 0) throw new Error(`${text}: ${problems.join()}`);
  const operation = document.definitions.find(
    ({ kind }) => kind === Kind.OPERATION_DEFINITION,
  ) as OperationDefinitionNode;
  return { document, operation, ...compile(document, operation) };
}

describe('a requested cost counts', () => {
  test.each<[string, string, Record<string, unknown>, number]>([
    ['nothing for what has no fields', '{ thing { id } }', {}, 5],
    ['nothing for the schema and the names of types', '{ __typename __schema { types { name } } }', {}, 0],
    ['10 for a mutation, and what its field says', 'mutation { fill { id } }', {}, 19],
    ['what a scalar says', '{ box { heavy } }', {}, 7],
    ['what a field says instead of its type', '{ number anything { __typename } }', {}, 8 + 2 * 7],
    ['the dearest type that it may be', '{ thing { ... on Box { heavy } ... on Bag { id } } }', {}, 7],
    ['a list as long as is assumed', '{ bag { words } }', {}, 1 + 3 * 3],
    ['a list of which nothing is known as a hundred', '{ bag { peers { id } } }', {}, 1 + 100 * 5],
    ['lists of lists', '{ grid { id } }', {}, 1 * 100 * 5],
    ['a slicing argument', '{ one(first: 7) { id } }', {}, 7 * 5],
    ['the larger of two', '{ box { many(first: 2, last: 3) { id } } }', {}, 5 + 3 * 5],
    ['a variable', 'query ($n: Int) { one(first: $n) { id } }', { n: 9 }, 9 * 5],
    ['a variable’s default', 'query ($n: Int = 6) { one(first: $n) { id } }', {}, 6 * 5],
    ['an argument’s default', '{ bag { page { nodes { id } } } }', {}, 1 + 1 + 2 * 5],
    [
      'a path into an argument',
      '{ bag { page(first: null, filter: { max: 3 }) { nodes { id } } } }',
      {},
      1 + 1 + 1 + 3 * 5,
    ],
    ['what is assumed, for no number', 'query ($n: Int) { box { many(first: $n) { id } } }', { n: 'x' }, 5 + 4 * 5],
    ['what is assumed, for a fraction', 'query ($n: Int) { box { many(first: $n) { id } } }', { n: 2.5 }, 5 + 4 * 5],
    ['what is assumed, for less than none', '{ box { many(first: -1) { id } } }', {}, 5 + 4 * 5],
    ['arguments by what they say', '{ bag(dear: 1) { id } }', {}, 7],
    [
      'inputs in a variable, all that is in them',
      'query ($f: Filter) { box(filter: $f) { id } }',
      { f: { words: ['A', 'A'], deep: [[{ dear: 1 }, null], null] } },
      5 + 1 + 2 * 3 + 1 + 4,
    ],
    ['a field once, that is asked twice', '{ box { heavy } ... { box { heavy id } } box { heavy } }', {}, 7],
    ['nothing for what is skipped', 'query ($v: Boolean!) { box @skip(if: $v) { id } bag { id } }', { v: true }, 1],
    [
      'what one of two places asks',
      'query ($v: Boolean!) { box @skip(if: $v) { heavy } box @include(if: $v) { id } }',
      { v: true },
      5,
    ],
  ])('%s', (_, text, variables, cost) => {
    expect(compiled(text).requested(variables)).toBe(cost);
  });

  test('values that are nested without an end by their type’s depth', () => {
    let deep: unknown = {};
    for (let level = 0; level < 100_000; level += 1) deep = [deep];

    expect(compiled('query ($f: Filter) { box(filter: $f) { id } }').requested({ f: { deep } })).toBe(5 + 1 + 1);
  });
});

describe('an actual cost counts', () => {
  test.each<[string, string, Record<string, unknown> | null, number]>([
    [
      'lists as long as they came',
      '{ one(first: 100) { heavy } }',
      { one: [{ heavy: 1 }, { heavy: null }] },
      5 + 2 + 5,
    ],
    ['no null in a list', '{ one(first: 100) { heavy } }', { one: [null, { heavy: null }] }, 5],
    ['no null', '{ box { heavy bag { id } } }', { box: { heavy: null, bag: null } }, 5],
    ['what a field says, null or not', '{ number anything { __typename } }', { number: null, anything: null }, 8],
    ['the type that it was', '{ thing { id __typename } }', { thing: { __typename: 'Bag' } }, 1],
    ['the type that it was, by another key', '{ thing { kind: __typename } }', { thing: { kind: 'Bag' } }, 1],
    ['the dearest type, when nobody says', '{ thing { id } }', { thing: { id: 1 } }, 5],
    ['of no answer what its fields say', 'mutation { fill { id } }', null, 19],
    ['nothing that was not asked', '{ box { id } }', { box: { heavy: 1 }, bag: {} }, 5],
    ['nothing that did not come', '{ box { id } bag { id } }', { bag: {} }, 1],
  ])('%s', (_, text, data, cost) => {
    expect(compiled(text).actual(data, {})).toBe(cost);
  });
});

test.each([['{ one { id } }'], ['{ one(first: 1, last: 1) { id } }']])(
  'a field that wants one slicing argument is refused without, or with two: %s',
  (text) => {
    expect(() => compiled(text)).toThrow(
      expect.objectContaining({
        message: 'one needs one of its arguments first, last.',
        extensions: { code: 'GRAPHQL_VALIDATION_FAILED' },
      }),
    );
  },
);

test('an operation whose types multiply is refused before it is compiled to the end', () => {
  const nested = (levels: number): string => (levels === 0 ? 'id' : `id peers { ${nested(levels - 1)} }`);

  expect(() => compiled(`{ thing { ${nested(10)} } }`)).not.toThrow();
  expect(() => compiled(`{ thing { ${nested(12)} } }`)).toThrow(
    expect.objectContaining({ extensions: { code: 'QUERY_TOO_COMPLEX', http: { status: 400 } } }),
  );
});

/** Each picks below a number, as often as it is asked. */
const anyPick = fc
  .noShrink(fc.infiniteStream(fc.nat()))
  .map((numbers) => (below: number) => numbers.next().value % below);

test('the naive reading agrees, on any operation with any variables and any answer', () => {
  fc.assert(
    fc.property(anyPick, anyVariables, (pick, variables) => {
      const text = operationText(pick);
      const { document, operation, requested, actual } = compiled(text);
      const reading = naive(document, operation, variables);
      const data = reading.answer(pick, 3);

      expect(requested(variables)).toBe(reading.requested());
      expect(actual(data, variables)).toBe(reading.actual(data));
      expect(actual(null, variables)).toBe(reading.actual(null));
    }),
    { numRuns: 300 },
  );
});

test('an answer with no list longer than expected costs no more than was requested', () => {
  fc.assert(
    fc.property(anyPick, anyVariables, (pick, variables) => {
      const { document, operation, requested, actual } = compiled(operationText(pick));
      const data = naive(document, operation, variables).answer(pick, 3);

      expect(actual(data, variables)).toBeLessThanOrEqual(requested(variables));
    }),
    { numRuns: 150 },
  );
});

test('what is no value of its type, as a client may send it, costs something finite', () => {
  fc.assert(
    fc.property(anyPick, fc.dictionary(fc.constantFrom('n', 'm', 'f', 'yes', 'no'), fc.jsonValue()), (pick, sent) => {
      const variables = sent as Record<string, unknown>;
      const { requested, actual } = compiled(operationText(pick));

      expect(requested(variables)).toBeGreaterThanOrEqual(0);
      expect(actual(null, variables)).toBeGreaterThanOrEqual(0);
    }),
    { numRuns: 150 },
  );
});
