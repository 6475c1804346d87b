// What a client's operations may cost: taken before, settled after.
import { describe, expect, test } from '@jest/globals';
import { GraphQLError } from 'graphql';
import { pino } from 'pino';
import { budgets, type CostSettings } from '../../../gateway/limits/budgets.ts';
import { countersInMemory } from '../../../gateway/limits/counters.ts';
import type { Viewer } from '../../../subgraphs/shared/viewer.ts';

const client = (owner: string, space = 'live'): Viewer => ({ kind: 'till', space, owner, scopes: [] });
const open = (settings: Partial<CostSettings> = {}) =>
  budgets({ max: 60, perMinute: 100, ...settings }, countersInMemory(), pino({ level: 'silent' }));

async function refusal(taken: Promise<unknown>) {
  const error = await taken.then(
    () => null,
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof GraphQLError)) throw new Error(`not refused: ${String(error)}`);
  const { status, headers } = error.extensions['http'] as { status: number; headers?: Map<string, string> };
  return { message: error.message, code: error.extensions['code'], status, headers: new Map(headers) };
}

describe('an operation', () => {
  test('is told what was taken, what it cost and what is left', async () => {
    const settle = await open({ perMinute: 120 }).take(client('key_1'), 50);

    expect(settle(20)).toEqual({
      requestedQueryCost: 50,
      actualQueryCost: 20,
      throttleStatus: { maximumAvailable: 120, currentlyAvailable: 100, restoreRate: 2 },
    });
  });

  test('that has to be planned first takes a six hundredth of a minute besides, for good', async () => {
    const costs = open({ perMinute: 600 });

    (await costs.take(client('key_1'), 50, true))(0);
    const settle = await costs.take(client('key_1'), 0);

    expect(settle(0).throttleStatus.currentlyAvailable).toBe(599);
  });

  test('whose cost is no number is refused, and the minute goes on', async () => {
    const costs = open();

    expect((await refusal(costs.take(client('key_1'), Number.NaN))).code).toBe('QUERY_TOO_COMPLEX');
    expect((await costs.take(client('key_1'), 10))(10).throttleStatus.currentlyAvailable).toBe(90);
  });

  test('that may cost more than one may is refused, and costs nothing', async () => {
    const costs = open();

    const refused = await refusal(costs.take(client('key_1'), 61));
    const settle = await costs.take(client('key_1'), 60);

    expect(refused).toEqual({
      message: 'The operation may cost 61; an operation is limited to 60. Ask for shorter lists.',
      code: 'QUERY_TOO_COMPLEX',
      status: 400,
      headers: new Map(),
    });
    expect(settle(60).throttleStatus.currentlyAvailable).toBe(40);
  });

  test('that no minute holds is not told to wait', async () => {
    const { code } = await refusal(open({ max: 1_000 }).take(client('key_1'), 101));

    expect(code).toBe('QUERY_TOO_COMPLEX');
  });

  test('that costs more than was requested pays the rest', async () => {
    const costs = open();
    (await costs.take(client('key_1'), 10))(40);

    const settle = await costs.take(client('key_1'), 10);

    expect(settle(10).throttleStatus.currentlyAvailable).toBe(50);
  });
});

describe('a client', () => {
  test('has, while an operation runs, what is left beside it; and after it what it did not cost', async () => {
    const costs = open();
    const settle = await costs.take(client('key_1'), 60);

    const { code } = await refusal(costs.take(client('key_1'), 60));
    settle(5);
    const again = await costs.take(client('key_1'), 60);

    expect(code).toBe('THROTTLED');
    expect(again(60).throttleStatus.currentlyAvailable).toBe(35);
  });

  test('that has nothing left is told how long to wait, and refusals cost it nothing', async () => {
    const costs = open();
    await costs.take(client('key_1'), 60);

    const refusals = [];
    for (let n = 0; n < 5; n += 1) refusals.push(await refusal(costs.take(client('key_1'), 50)));
    const settle = await costs.take(client('key_1'), 40);

    for (const { headers, ...refused } of refusals) {
      expect(refused).toEqual({
        message: 'The operation may cost 50 and 40 of 100 a minute are left.',
        code: 'THROTTLED',
        status: 429,
      });
      expect([headers.get('ratelimit-cost-limit'), headers.get('ratelimit-cost-remaining')]).toEqual(['100', '40']);
      expect(Number(headers.get('retry-after'))).toBeGreaterThan(50);
    }
    expect(settle(40).throttleStatus.currentlyAvailable).toBe(0);
  });

  test('counts for itself, in each space', async () => {
    const costs = open();
    await costs.take(client('key_1'), 60);

    const left = [client('key_2'), client('key_1', 'sandbox')].map(async (other) => (await costs.take(other, 60))(60));

    expect((await Promise.all(left)).map(({ throttleStatus }) => throttleStatus.currentlyAvailable)).toEqual([40, 40]);
  });

  test('never gets more than was taken of it, whatever order its operations end in', async () => {
    const costs = open({ max: 10 });
    const running = await Promise.all(Array.from({ length: 10 }, () => costs.take(client('key_1'), 10)));
    const { code } = await refusal(costs.take(client('key_1'), 1));

    running.toReversed().forEach((settle, index) => settle(index));
    const settle = await costs.take(client('key_1'), 0);

    expect(code).toBe('THROTTLED');
    expect(settle(0).throttleStatus.currentlyAvailable).toBe(100 - 45);
  });
});
