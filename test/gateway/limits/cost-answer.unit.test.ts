// What a client reads of costs: in the answer, in its headers, and in a refusal.
import { ApolloServer, HeaderMap } from '@apollo/server';
import { beforeEach, expect, test } from '@jest/globals';
import { buildSchema } from 'graphql';
import { pino } from 'pino';
import type { GatewayContext } from '../../../gateway/context.ts';
import { budgets, costHeaders, type Budgets } from '../../../gateway/limits/budgets.ts';
import { countersInMemory } from '../../../gateway/limits/counters.ts';

const viewer = { kind: 'till' as const, space: 'live', owner: 'key_1', scopes: [] };
let costs: Budgets;

/** An executor that takes 60, and has cost 50. */
async function ask() {
  const server = new ApolloServer<GatewayContext>({
    gateway: {
      onSchemaLoadOrUpdate(callback) {
        callback({ apiSchema: buildSchema('type Query { a: Int }'), coreSupergraphSdl: '' });
        return () => undefined;
      },
      load: () =>
        Promise.resolve({
          async executor() {
            const settle = await costs.take(viewer, 60);
            return { data: { a: 1 }, extensions: { cost: settle(50) } };
          },
        }),
      stop: () => Promise.resolve(),
    },
    plugins: [costHeaders],
    includeStacktraceInErrorResponses: false,
  });
  await server.start();
  const { status, headers, body } = await server.executeHTTPGraphQLRequest({
    httpGraphQLRequest: {
      method: 'POST',
      headers: new HeaderMap([['content-type', 'application/json']]),
      search: '',
      body: { query: '{ a }' },
    },
    context: () => Promise.resolve({ viewer, requestId: 'r1' }),
  });
  await server.stop();
  if (body.kind !== 'complete') throw new Error('in pieces');
  const left = ['limit', 'remaining'].map((name) => headers.get(`ratelimit-cost-${name}`));
  return { status, left, wait: headers.get('retry-after'), answer: JSON.parse(body.string) as unknown };
}

beforeEach(() => {
  costs = budgets({ max: 100, perMinute: 100 }, countersInMemory(), pino({ level: 'silent' }));
});

test('an answer says what it cost and what is left', async () => {
  const { status, left, answer } = await ask();

  expect([status, left]).toEqual([undefined, ['100', '50']]);
  expect(answer).toEqual({
    data: { a: 1 },
    extensions: {
      cost: {
        requestedQueryCost: 60,
        actualQueryCost: 50,
        throttleStatus: { maximumAvailable: 100, currentlyAvailable: 50, restoreRate: 2 },
      },
    },
  });
});

test('who has too little left gets 429, with when to come again', async () => {
  await ask();

  const { status, left, wait, answer } = await ask();

  expect([status, left, wait]).toEqual([429, ['100', '50'], '60']);
  expect(answer).toEqual({
    errors: [
      {
        message: 'The operation may cost 60 and 50 of 100 a minute are left.',
        extensions: { code: 'THROTTLED' },
      },
    ],
  });
});
