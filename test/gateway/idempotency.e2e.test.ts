// One key by header, by directive and in the input is one key: through the whole graph, to the ledger and back.
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Client } from '../support/client.ts';
import { startGraph, TRANSPORTS, type TestGraph } from '../support/graph.ts';

const ANSWER = '{ entry { id amount } replayed userErrors { code } }';
const ADJUST = `mutation ($input: PointsAdjustInput!) { pointsAdjust(input: $input) ${ANSWER} }`;
const DIRECTIVE = `mutation ($input: PointsAdjustInput!, $key: String!) {
  pointsAdjust(input: $input) @idempotent(key: $key) ${ANSWER}
}`;

interface Adjusted {
  pointsAdjust: { entry: { id: string; amount: number } | null; replayed: boolean; userErrors: { code: string }[] };
}

describe.each(TRANSPORTS)('idempotency keys (%s)', (transport) => {
  let graph: TestGraph;
  let operator: Client;
  let input: object;
  beforeAll(async () => {
    graph = await startGraph({ transport });
    operator = graph.client(graph.keys.operator.key);
    input = { memberId: graph.keys.member.id, currency: 'points', amount: 7, reason: 'a test' };
  });
  afterAll(() => graph?.close());

  const header = (key: string) => ({ 'idempotency-key': key });
  const adjusted = async (query: string, variables: object, headers = {}) => {
    const { data, errors } = await operator.send<Adjusted>(query, variables, headers);
    expect(errors).toBeUndefined();
    return data!.pointsAdjust;
  };
  const available = async () => {
    const me = 'query { me { wallets { currency { code } available } } }';
    const answer = await graph.client(graph.keys.member.token).ask<{
      me: { wallets: { currency: { code: string }; available: number }[] };
    }>(me);
    return answer.me.wallets.find(({ currency }) => currency.code === 'points')!.available;
  };

  test('spelled in three ways are one key with one effect', async () => {
    const before = await available();
    const { memberId, currency, amount, reason } = input as Record<string, string>;
    const literal = `{ memberId: "${memberId}", currency: "${currency}", amount: ${amount}, reason: "${reason}" }`;

    const first = await adjusted(ADJUST, { input }, header('one key'));
    const again = [
      await adjusted(ADJUST, { input: { ...input, idempotencyKey: 'one key' } }),
      await adjusted(DIRECTIVE, { input, key: 'one key' }),
      await adjusted(DIRECTIVE, { input, key: 'one key' }, header('one key')),
      await adjusted(`mutation { pointsAdjust(input: ${literal}) ${ANSWER} }`, {}, header('one key')),
      await adjusted(
        `mutation { ...A } fragment A on Mutation { pointsAdjust(input: ${literal}) @idempotent(key: "one key") ${ANSWER} }`,
        {},
      ),
    ];

    expect(first).toEqual({ entry: { id: expect.any(String), amount: 7 }, replayed: false, userErrors: [] });
    expect(again).toEqual(again.map(() => ({ ...first, replayed: true })));
    expect(await available()).toBe(before + 7);
  });

  test('of one literal document are as many effects, and none is none', async () => {
    const before = await available();
    const query = `mutation ($memberId: ID!) {
      pointsAdjust(input: { memberId: $memberId, currency: "points", amount: 3, reason: "a test" }) ${ANSWER}
    }`;
    const variables = { memberId: graph.keys.member.id };

    const none = await adjusted(query, variables);
    const [one, two, oneAgain] = [
      await adjusted(query, variables, header('literal 1')),
      await adjusted(query, variables, header('literal 2')),
      await adjusted(query, variables, header('literal 1')),
    ];

    expect(none).toEqual({ entry: null, replayed: false, userErrors: [{ code: 'IDEMPOTENCY_KEY_MISSING' }] });
    expect([one.replayed, two.replayed]).toEqual([false, false]);
    expect(oneAgain).toEqual({ ...one, replayed: true });
    expect(await available()).toBe(before + 6);
  });

  test('by header are held to what a key is, and to their input', async () => {
    await adjusted(ADJUST, { input }, header('used'));

    const reused = await adjusted(ADJUST, { input: { ...input, amount: 8 } }, header('used'));
    const invalid = [
      await adjusted(ADJUST, { input }, header('x'.repeat(256))),
      await adjusted(ADJUST, { input }, header('clé')),
      await adjusted(ADJUST, { input }, header('')),
    ];

    expect(reused.userErrors).toEqual([{ code: 'IDEMPOTENCY_KEY_REUSED' }]);
    expect(invalid.flatMap(({ userErrors }) => userErrors)).toEqual(
      invalid.map(() => ({ code: 'IDEMPOTENCY_KEY_INVALID' })),
    );
  });

  test('that contradict each other, or have no place, are a bad request that changes nothing', async () => {
    const before = await available();
    const two = `mutation ($input: PointsAdjustInput!) {
      pointsAdjust(input: $input) ${ANSWER}
      voucherUse(input: { code: "x", location: "northside-london" }) { replayed }
    }`;
    const batch = 'mutation { purchaseRecordBatch(input: { items: [] }) { userErrors { code } } }';

    const answers = [
      await operator.send(ADJUST, { input: { ...input, idempotencyKey: 'a' } }, header('b')),
      await operator.send(DIRECTIVE, { input, key: 'a' }, header('b')),
      await operator.send(two, { input }, header('a')),
      await operator.send(batch, {}, header('a')),
    ];

    expect(answers.map(({ status, data, errors }) => [status, data, errors])).toEqual(
      [
        'input.idempotencyKey and the header Idempotency-Key give pointsAdjust different keys.',
        '@idempotent and the header Idempotency-Key give pointsAdjust different keys.',
        'The header Idempotency-Key is for one mutation: where there are more, use @idempotent on each.',
        'purchaseRecordBatch has no input.idempotencyKey, so it takes none by the header Idempotency-Key.',
      ].map((message) => [400, undefined, [{ message, extensions: { code: 'BAD_USER_INPUT' } }]]),
    );
    expect(await available()).toBe(before);
  });

  test('of a header mean nothing to a query', async () => {
    const { status, data } = await operator.send(
      '{ __typename partners(first: 1) { nodes { __typename } } }',
      {},
      header('a'),
    );

    expect([status, data]).toEqual([200, { __typename: 'Query', partners: { nodes: [{ __typename: 'Partner' }] } }]);
  });
});
