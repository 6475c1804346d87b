// A room's clock: each space by itself, one tick at a time, and no failure ends it.
import { afterEach, expect, test } from '@jest/globals';
import { pino } from 'pino';
import { startClock, type Clock, type Tick } from '../../subgraphs/shared/tick.ts';

let clock: Clock;
const start = (tick: Tick | undefined, spaces = ['live', 'sandbox']) =>
  (clock = startClock(spaces, tick, pino({ level: 'silent' })));
afterEach(() => clock.stop());

const turn = () => new Promise((resolve) => setTimeout(resolve, 1));

test('it goes on at once while there is more, in each space', async () => {
  const left: Record<string, number> = { live: 3, sandbox: 2 };

  start(async (space) => (left[space]! > 0 ? left[space]!-- : 0));
  while (left['live']! + left['sandbox']! > 0) await turn();

  expect(left).toEqual({ live: 0, sandbox: 0 });
});

test('a space whose tick fails is tried again, and stops no other', async () => {
  const ticks: string[] = [];

  start(async (space) => {
    ticks.push(space);
    if (space === 'live') throw new Error('points is away');
    return 0;
  });
  while (ticks.filter((space) => space === 'live').length < 2) await turn();

  expect(ticks.filter((space) => space === 'sandbox').length).toBeGreaterThan(0);
});

test('a drain waits for what is under way, and does what is left', async () => {
  let under = 0;
  let most = 0;
  let left = 5;
  start(async () => {
    under += 1;
    most = Math.max(most, under);
    await turn();
    under -= 1;
    return left > 0 ? left-- : 0;
  }, ['live']);

  await Promise.all([clock.drain(), clock.drain()]);

  expect([left, under, most]).toEqual([0, 0, 1]);
});

test('a drain tells what went wrong', async () => {
  start(async () => {
    throw new Error('points is away');
  }, ['live']);

  await expect(clock.drain()).rejects.toThrow('points is away');
});

test('a room without a clock has nothing to drain or to stop', async () => {
  start(undefined);

  await expect(clock.drain()).resolves.toBe(0);
});
