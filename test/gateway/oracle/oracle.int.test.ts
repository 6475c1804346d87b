// The rooms behind the gateway, however they are reached, answer as one schema over the same data does.
// ORACLE_OPERATIONS says how many operations are tried.
import { afterAll, beforeAll, test } from '@jest/globals';
import fc from 'fast-check';
import { expectAlike } from './expect.ts';
import { hiding, operations, programs, type Kinds } from './operation.ts';
import { openServed } from './served.ts';
import { openWays, type Ways } from './ways.ts';
import { makeWorld } from './world.ts';

const OPERATIONS = Number(process.env['ORACLE_OPERATIONS'] ?? 700);
const OPERATIONS_HIDING = OPERATIONS / 20;
const OPERATIONS_SERVED = 50;
const TIMEOUT_MS = 600_000;

const world = makeWorld();
let ways: Ways;
let served: Ways;
beforeAll(async () => {
  ways = await openWays(world);
  served = await openServed(world);
});
afterAll(() => Promise.all([ways.close(), served.close()]));

const expectAllAlike = (through: () => Ways, kinds: Kinds, numRuns: number) =>
  fc.assert(
    fc.asyncProperty(operations(world.monolith, kinds), (operation) => expectAlike(world, through(), operation)),
    { numRuns },
  );

test(
  `${OPERATIONS} operations are answered alike in this process, over HTTP and mixed`,
  () => expectAllAlike(() => ways, {}, OPERATIONS),
  TIMEOUT_MS,
);

test(
  'what a room hides of an object is null, and the null moves up without an error',
  () => expectAllAlike(() => ways, { viewer: hiding, mutations: false }, OPERATIONS_HIDING),
  TIMEOUT_MS,
);

test('the whole gateway answers as its execution does', () =>
  expectAllAlike(() => served, { viewer: programs, mutations: false }, OPERATIONS_SERVED));
