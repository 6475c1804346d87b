// An operation is compiled when it comes again: what a client reads stays the same.
import { expect, test } from '@jest/globals';
import { buildSchema, GraphQLError } from 'graphql';
import { pino } from 'pino';
import { executor } from '../../subgraphs/shared/execution.ts';
import { Refused } from '../../subgraphs/shared/refusal.ts';

const schema = buildSchema(`
  type Query { half(of: Int!, deep: Deep): Int whole: Int! wrong: Int uneven: Int refused: Int missing: Thing! list: [Int] }
  type Thing { name: String! }
  input Deep { number: Int! }
`);
const resolvers: Record<string, (source: unknown, args: { of: number }) => unknown> = {
  half: (_, { of }) => of / 2,
  whole: () => null,
  uneven: () => 1.5,
  wrong: () => Promise.reject(new Error('a secret')),
  refused: () => {
    throw new Refused('AMOUNT_INVALID', 'Too much.');
  },
  missing: () => {
    throw new GraphQLError('not for you', { extensions: { code: 'FORBIDDEN' } });
  },
  list: () => [1, Promise.resolve(2), null],
};
for (const [name, resolve] of Object.entries(resolvers)) schema.getQueryType()!.getFields()[name]!.resolve = resolve;

/** The answers of the first time, when it runs uncompiled, and of the second and third. */
async function thrice(query: string, variables = {}) {
  const run = executor(schema, pino({ level: 'silent' }));
  const ask = () => run({ query, variables }, { requestId: 'r1' });
  return [await ask(), await ask(), await ask()] as const;
}

const fault = { message: 'Internal error.', extensions: { code: 'INTERNAL_SERVER_ERROR', requestId: 'r1' } };

test.each([
  ['a value', '{ half(of: 4) list }', {}, { data: { half: 2, list: [1, 2, null] } }],
  ['a variable', 'query ($of: Int!) { half(of: $of) }', { of: 6 }, { data: { half: 3 } }],
  ['a null where none may be', '{ whole }', {}, { data: null, errors: [{ ...fault, path: ['whole'] }] }],
  ['a value of another type', '{ uneven }', {}, { data: { uneven: null }, errors: [{ ...fault, path: ['uneven'] }] }],
  [
    'a null for an argument that has a default',
    'query ($of: Int = 2) { half(of: $of) }',
    { of: null },
    {
      data: { half: null },
      errors: [
        {
          message: 'Argument "of" of non-null type "Int!" must not be null.',
          path: ['half'],
          extensions: { code: 'BAD_USER_INPUT' },
        },
      ],
    },
  ],
  ['a fault', '{ wrong }', {}, { data: { wrong: null }, errors: [{ ...fault, path: ['wrong'] }] }],
  [
    'a refusal',
    '{ refused }',
    {},
    {
      data: { refused: null },
      errors: [{ message: 'Too much.', path: ['refused'], extensions: { code: 'BAD_USER_INPUT' } }],
    },
  ],
  [
    'a code of its own',
    '{ missing { name } }',
    {},
    { data: null, errors: [{ message: 'not for you', path: ['missing'], extensions: { code: 'FORBIDDEN' } }] },
  ],
])('%s is answered alike, compiled or not', async (_, query, variables, answer) => {
  for (const given of await thrice(query, variables)) expect(given).toEqual(answer);
});

test.each([
  ['is missing', {}],
  ['is of another type', { of: 'six' }],
  ['is wrong within', { of: 6, deep: { number: 'one' } }],
])('a variable that %s is told alike, compiled or not', async (_, variables) => {
  const [first, ...later] = await thrice('query ($of: Int!, $deep: Deep) { half(of: $of, deep: $deep) }', variables);

  expect(first.data).toBeUndefined();
  expect(first.errors).toEqual([{ message: expect.any(String), extensions: { code: 'BAD_USER_INPUT' } }]);
  for (const answer of later) expect(answer).toEqual(first);
});

test('each operation of a document is its own', async () => {
  const run = executor(schema, pino({ level: 'silent' }));
  const query = 'query A { half(of: 2) } query B { half(of: 4) }';
  const ask = (operationName: string) => run({ query, operationName }, { requestId: 'r1' });

  for (let time = 0; time < 3; time += 1) {
    expect(await ask('A')).toEqual({ data: { half: 1 } });
    expect(await ask('B')).toEqual({ data: { half: 2 } });
  }
});
