// What one room answers by itself is asked of it as it was written.
import { expect, test } from '@jest/globals';
import { parse, type OperationDefinitionNode } from 'graphql';
import { pino } from 'pino';
import { WholeOperations } from '../../gateway/execution/whole.ts';
import { RoomDataSource } from '../../gateway/transport/room-data-source.ts';
import type { GraphRequest, GraphResult } from '../../subgraphs/shared/execution.ts';

const FETCH = { kind: 'Fetch', serviceName: 'points' };
const context = { viewer: { kind: 'till', space: 'live', owner: 'key_1', scopes: [] }, requestId: 'r1' };

/** The operation as planned, and then asked of a room that answers so. */
async function asked(text: string, answer: () => Promise<GraphResult>, node: object = FETCH) {
  const heard: GraphRequest[] = [];
  const door = {
    execute: (request: GraphRequest) => {
      heard.push(request);
      return answer();
    },
    receive: async () => undefined,
    ready: async () => true,
  };
  const whole = new WholeOperations(() => new RoomDataSource('points', door, pino({ level: 'silent' })));
  const document = parse(text);
  const operation = document.definitions[0] as OperationDefinitionNode;
  whole.planned({ node: node as typeof FETCH }, { document, operation });
  return { heard, answer: await whole.answer({ document, operation, request: { variables: { a: 1 } }, context }) };
}

test('a room is asked the whole operation, with its variables, and its answer is the answer', async () => {
  const { heard, answer } = await asked('query Q($a: Int) { b(a: $a) { c } }', async () => ({ data: { b: { c: 2 } } }));

  expect(answer).toEqual({ data: { b: { c: 2 } } });
  expect(heard.map(({ query, variables }) => [query.replace(/\s+/g, ' '), variables])).toEqual([
    ['query Q($a: Int) { b(a: $a) { c } }', { a: 1 }],
  ]);
});

test('an error says its path and whose it is', async () => {
  const error = { message: 'no', path: ['b', 0], extensions: { code: 'FORBIDDEN' } };

  const { answer } = await asked('{ b }', async () => ({ data: { b: [null] }, errors: [error] }));

  expect(answer!.errors!.map((one) => one.toJSON())).toEqual([
    { ...error, extensions: { code: 'FORBIDDEN', serviceName: 'points' } },
  ]);
});

test.each([
  ['several fetches', '{ b }', { kind: 'Sequence', nodes: [] }],
  ['a fetch of entities', '{ b }', { ...FETCH, requires: [] }],
  ['a fetch whose answer is rewritten', '{ b }', { ...FETCH, outputRewrites: [] }],
  ['the schema as well', '{ b __schema { types { name } } }', FETCH],
])('%s is no whole operation', async (_, text, node) => {
  const { heard, answer } = await asked(text, async () => ({ data: {} }), node);

  expect([heard, answer]).toEqual([[], null]);
});

test('what a room refuses to run, and a query that it did not answer, are planned', async () => {
  const errors = [{ message: 'no', extensions: { code: 'BAD_USER_INPUT' } }];

  expect((await asked('mutation { b }', async () => ({ errors }))).answer).toBeNull();
  expect((await asked('{ b }', () => Promise.reject(new Error('away')))).answer).toBeNull();
});

test('a mutation that may have run is not sent again', async () => {
  const { heard, answer } = await asked('mutation { b }', () => Promise.reject(new Error('away')));

  expect(heard).toHaveLength(1);
  expect(answer!.data).toBeNull();
  expect(answer!.errors!.map((error) => error.extensions)).toEqual([
    { code: 'INTERNAL_SERVER_ERROR', retryable: true },
  ]);
});
