// What several gateways count together in Redis, and what holds while it is away.
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { pino } from 'pino';
import { budgets } from '../../../gateway/limits/budgets.ts';
import { countersInRedis } from '../../../gateway/limits/counters.ts';
import { rates } from '../../../gateway/limits/rates.ts';
import { openRedis, type Redis as Connection } from '../../../gateway/redis.ts';
import type { Viewer } from '../../../subgraphs/shared/viewer.ts';
import { redisVersion, startRedis, type Redis } from './redis.ts';

const isThere = redisVersion() !== null;
if (!isThere) console.warn('Skipped: redis-server is not installed; .ci/install-redis does it.');
const withRedis = isThere ? describe : describe.skip;

let redis: Redis;
const opened: Connection[] = [];
const logged: { level: number; msg: string }[] = [];
const log = pino(
  { level: 'info' },
  { write: (line: string) => void logged.push(JSON.parse(line) as (typeof logged)[number]) },
);
let clients = 0;
const newClient = (): Viewer => ({ kind: 'till', space: 'live', owner: `key_${(clients += 1)}`, scopes: [] });

/** A gateway, as far as it counts. */
async function openGateway() {
  const connection = await openRedis(redis.url, log);
  opened.push(connection);
  const counters = countersInRedis(connection);
  return {
    rates: rates({ perCredential: 5, anonymous: 3, failed: 2 }, counters),
    costs: budgets({ max: 100, perMinute: 100 }, counters, log),
  };
}

async function remaining(asked: Promise<Record<string, string>>): Promise<string> {
  return asked.then(
    (left) => left['ratelimit-remaining']!,
    (error: unknown) => (error as { code: string }).code,
  );
}

async function until(holds: () => boolean): Promise<void> {
  for (let waited = 0; !holds(); waited += 1) {
    if (waited > 500) throw new Error('it never came');
    await sleep(20);
  }
}

withRedis('in Redis', () => {
  beforeAll(async () => {
    redis = await startRedis();
  });
  afterEach(async () => {
    for (const connection of opened.splice(0)) connection.destroy();
    logged.length = 0;
  });
  afterAll(() => redis?.stop());

  test('requests count together at two gateways', async () => {
    const [one, other] = [await openGateway(), await openGateway()];
    const client = newClient();

    const left = [];
    for (const gateway of [one, other, one, other, one, other])
      left.push(await remaining(gateway.rates.request(client, '')));

    expect(left).toEqual(['4', '3', '2', '1', '0', 'THROTTLED']);
  });

  test('bad credentials count together', async () => {
    const [one, other] = [await openGateway(), await openGateway()];
    await one.rates.failed('203.0.113.1');
    await other.rates.failed('203.0.113.1');

    expect([await one.rates.mayLookUp('203.0.113.1'), await other.rates.mayLookUp('203.0.113.2')]).toEqual([
      false,
      true,
    ]);
  });

  test('costs are taken together, and given back for all', async () => {
    const [one, other] = [await openGateway(), await openGateway()];
    const client = newClient();
    const settle = await one.costs.take(client, 90);

    await expect(other.costs.take(client, 20)).rejects.toMatchObject({
      message: 'The operation may cost 20 and 10 of 100 a minute are left.',
    });
    settle(30);
    const available = async () => (await other.costs.take(client, 0))(0).throttleStatus.currentlyAvailable;
    let left = await available();
    for (let waited = 0; left !== 70 && waited < 100; waited += 1) {
      await sleep(10);
      left = await available();
    }

    expect(left).toBe(70);
  });

  test('that goes away, each gateway is by itself, and together again when it is back', async () => {
    const [one, other] = [await openGateway(), await openGateway()];
    const client = newClient();
    await one.rates.request(client, '');

    await redis.stop();
    await until(() => logged.filter(({ level }) => level === 40).length === 2);
    const away = [await remaining(one.rates.request(client, '')), await remaining(other.rates.request(client, ''))];
    await redis.start();
    await until(() => logged.filter(({ msg }) => msg === 'Redis is back').length === 2);
    const back = [await remaining(one.rates.request(client, '')), await remaining(other.rates.request(client, ''))];

    expect(away).toEqual(['4', '4']);
    expect(back).toEqual(['4', '3']);
  });

  test('that does not answer holds nobody up', async () => {
    const gateway = await openGateway();
    const client = newClient();
    await gateway.rates.request(client, '');

    redis.hold();
    const held = await remaining(gateway.rates.request(client, ''));
    const settle = await gateway.costs.take(client, 10);
    redis.goOn();

    expect(held).toBe('4');
    expect(settle(10).throttleStatus.currentlyAvailable).toBe(90);
  });

  test('that was never there is no reason not to start', async () => {
    await redis.stop();

    const gateway = await openGateway();
    const left = await remaining(gateway.rates.request(newClient(), ''));
    await redis.start();

    expect(left).toBe('4');
    expect(logged.map(({ msg }) => msg)).toContain('Redis is away: each gateway is by itself');
  });
});
