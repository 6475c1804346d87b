import { randomInt } from 'node:crypto';
import { afterAll, beforeAll, test } from '@jest/globals';
import fc from 'fast-check';
import { expectAlike } from '../gateway/oracle/expect.ts';
import { hiding, operations, type Kinds } from '../gateway/oracle/operation.ts';
import { openWays, type Ways } from '../gateway/oracle/ways.ts';
import { makeWorld } from '../gateway/oracle/world.ts';

const MINUTES = Number(process.env['SOAK_MINUTES'] ?? 60);
const MINUTE_MS = 60_000;
/** Of one seed, of each kind. */
const OPERATIONS = 200;
const KINDS: Kinds[] = [{}, { viewer: hiding, mutations: false }];

const world = makeWorld();
let ways: Ways;
beforeAll(async () => {
  ways = await openWays(world);
});
afterAll(() => ways.close());

test(
  'rooms behind the gateway answer as one schema does until the time is up',
  async () => {
    const start = performance.now();
    let told = start;
    let seed = Number(process.env['SOAK_SEED'] ?? randomInt(2 ** 31));
    for (let count = 0; performance.now() - start < MINUTES * MINUTE_MS; seed += 1) {
      for (const kind of KINDS) {
        const property = fc.asyncProperty(operations(world.monolith, kind), (one) => expectAlike(world, ways, one));
        await fc.assert(property, { numRuns: OPERATIONS, seed });
        count += OPERATIONS;
      }
      if (performance.now() - told < MINUTE_MS) continue;
      told = performance.now();
      const minutes = ((told - start) / MINUTE_MS).toFixed(1);
      process.stdout.write(`${minutes} min: ${count} operations, seed ${seed}\n`);
    }
  },
  (MINUTES + 30) * MINUTE_MS,
);
