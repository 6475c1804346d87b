import { randomInt } from 'node:crypto';
import { afterAll, beforeAll, test } from '@jest/globals';
import { expectAlways } from '../points/ledger/always.ts';
import { Crowd } from '../points/ledger/crowd.ts';
import { crowds, histories } from '../points/ledger/history.ts';
import { MANNERS, Run } from '../points/ledger/run.ts';
import { openStage, type Stage } from '../points/ledger/stage.ts';

const MINUTES = Number(process.env['SOAK_MINUTES'] ?? 60);
const MINUTE_MS = 60_000;
/** Of one seed, in each way. */
const RUNS = 10;
const SHRINK_MS = 5 * MINUTE_MS;

let stage: Stage;
beforeAll(async () => {
  stage = await openStage();
});
afterAll(() => stage.close());

test(
  'the ledger agrees with the model of the rules until the time is up',
  async () => {
    const start = performance.now();
    let told = start;
    const tell = async (seed: number) => {
      const [row] = await stage.sandbox.source.query<[{ count: number }]>('select count(*) from entry');
      told = performance.now();
      const { histories: count, operations } = stage.played;
      const rate = ((row.count / (told - start)) * 1_000).toFixed(0);
      const minutes = ((told - start) / MINUTE_MS).toFixed(1);
      process.stdout.write(
        `${minutes} min: ${count} histories, ${operations} operations, ${rate} entries/s, seed ${seed}\n`,
      );
    };
    let seed = Number(process.env['SOAK_SEED'] ?? randomInt(2 ** 31));
    for (; performance.now() - start < MINUTES * MINUTE_MS; seed += 1) {
      const often = { runs: RUNS, seed, shrinkMs: SHRINK_MS };
      await expectAlways(histories, often, async (steps) =>
        new Run(stage, await stage.start(), MANNERS[seed % MANNERS.length]!).play(steps),
      );
      await expectAlways(crowds, often, async (phases) => new Crowd(stage, await stage.start()).play(phases));
      if (performance.now() - told > MINUTE_MS) await tell(seed);
    }
    await tell(seed);
  },
  (MINUTES + 30) * MINUTE_MS,
);
