// What one room answers by itself is asked of it as it was written.
import { expect, test } from '@jest/globals';
import type { PlanNode } from '@apollo/query-planner';
import { GraphQLError, GraphQLString, parse, type OperationTypeNode } from 'graphql';
import { askWhole, wholeOf } from '../../gateway/execution/whole.ts';
import { valuesOf, Written } from '../../gateway/execution/written.ts';
import type { Field } from '../../gateway/execution/writer/shape.ts';
import type { RoomAnswer } from '../../gateway/transport/source.ts';
import type { Viewer } from '../../subgraphs/shared/viewer.ts';

const viewer: Viewer = { kind: 'till', space: 'live', owner: 'key_1', scopes: [] };
const QUERY = 'query' as OperationTypeNode;
const FETCH = {
  kind: 'Fetch',
  serviceName: 'points',
  operation: '{b}',
  operationName: undefined,
  operationKind: QUERY,
};

const FIELDS: Field[] = [{ key: 'b', from: 'b', name: 'b', type: GraphQLString, when: null }];

/** The operation, asked of a room that answers so. */
async function asked(text: string, answer: () => Promise<RoomAnswer>) {
  const heard: object[] = [];
  const source = {
    room: 'points' as const,
    ask: ({ query, kind }: { query: string; kind: string }, variables: { json(): string }) => {
      heard.push({ query, kind, variables: variables.json() });
      return answer();
    },
  };
  const run = {
    data: {},
    errors: [],
    context: { viewer, requestId: 'r1' },
    sent: { a: 1 },
    variables: {},
    hidden: false,
    lost: false,
  };
  return {
    heard,
    answer: await askWhole(source, parse(text), FIELDS, ({ errors }) => ({ data: new Written('{"b":null}'), errors }))(
      run,
    ),
  };
}

const shown = (errors: readonly GraphQLError[] = []) => errors.map((error) => error.toJSON());
const away = () =>
  Promise.reject(new GraphQLError('away', { extensions: { code: 'INTERNAL_SERVER_ERROR', retryable: true } }));

test('a room is asked the whole operation, with its variables, and its answer is the answer', async () => {
  const { heard, answer } = await asked('query Q($a: Int) { b(a: $a) { c } }', async () => ({ data: { b: { c: 2 } } }));

  expect(valuesOf(answer as never)).toEqual({ b: { c: 2 } });
  expect(answer!.errors).toBeUndefined();
  expect(heard).toEqual([{ query: 'query Q($a:Int){b(a:$a){c}}', kind: 'query', variables: '{"a":1}' }]);
});

test('what came as text goes on as the text that it was', async () => {
  const { answer } = await asked('{ b }', async () => ({ data: { b: 'é' }, text: '{"data":{"b":"\\u00e9"}}' }));

  expect(answer!.data!.json).toBe('{"b":"\\u00e9"}');
});

test('an error says its path and whose it is', async () => {
  const error = { message: 'no', path: ['b', 0], extensions: { code: 'FORBIDDEN' } };

  const { answer } = await asked('{ b }', async () => ({
    data: { b: [null] },
    errors: [error],
  }));

  expect(answer!.data!.json).toBe('{"b":[null]}');
  expect(shown(answer!.errors)).toEqual([{ ...error, extensions: { code: 'FORBIDDEN', serviceName: 'points' } }]);
});

test.each<[string, object | undefined]>([
  ['several fetches', { kind: 'Sequence', nodes: [] }],
  ['a fetch of entities', { ...FETCH, requires: [] }],
  ['a fetch whose answer is rewritten', { ...FETCH, outputRewrites: [] }],
  ['nothing', undefined],
])('%s is no whole operation', (_, node) => {
  expect(wholeOf({ kind: 'QueryPlan', ...(node === undefined ? {} : { node: node as PlanNode }) })).toBeNull();
});

test('one fetch is the whole operation of its room', () => {
  expect(wholeOf({ kind: 'QueryPlan', node: FETCH as PlanNode })).toBe('points');
});

test.each(['GRAPHQL_VALIDATION_FAILED', 'BAD_USER_INPUT'])(
  'what a room has not begun to run (%s) is planned',
  async (code) => {
    const errors = [{ message: 'no', extensions: { code } }];

    expect((await asked('mutation { b }', async () => ({ errors }))).answer).toBeNull();
    expect((await asked('mutation { b }', async () => ({ errors, data: null }))).answer).not.toBeNull();
  },
);

test('a room that did not answer is asked once, and each field of the root says so', async () => {
  const { heard, answer } = await asked('mutation { b }', away);

  expect(heard).toHaveLength(1);
  expect(answer!.data!.json).toBe('{"b":null}');
  expect(shown(answer!.errors)).toEqual([
    {
      message: 'away',
      path: ['b'],
      extensions: { code: 'INTERNAL_SERVER_ERROR', retryable: true, serviceName: 'points' },
    },
  ]);
});
