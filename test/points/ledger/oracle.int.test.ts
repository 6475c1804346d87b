import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { expectAlways } from './always.ts';
import { Crowd } from './crowd.ts';
import { crowds, histories } from './history.ts';
import { MANNERS, Run } from './run.ts';
import { openStage, type Stage } from './stage.ts';
import { debitThatWaits } from './waiting.ts';

/** More of them: `LEDGER_RUNS=500 npm test -- test/points/ledger/oracle`; for hours: `npm run soak -- ledger`. */
const RUNS = Number(process.env['LEDGER_RUNS'] ?? 15);
/** The seed of a failure, to see it again. */
const SEED = process.env['LEDGER_SEED'];
const OFTEN = { runs: RUNS, seed: SEED === undefined ? undefined : Number(SEED), shrinkMs: 30_000 };
const TIMEOUT_MS = 60_000 + RUNS * 10_000;

let stage: Stage;
beforeAll(async () => {
  stage = await openStage();
});
afterAll(() => stage.close());

describe('the ledger agrees with the model of the rules', () => {
  test(
    'about every moment, be postings together or apart, and what fell due written down late or at once',
    () =>
      expectAlways(histories, OFTEN, async (steps) => {
        for (const manner of MANNERS) await new Run(stage, await stage.start(), manner).play(steps);
      }),
    TIMEOUT_MS,
  );

  test(
    'when many connections act at once',
    () => expectAlways(crowds, OFTEN, async (phases) => new Crowd(stage, await stage.start()).play(phases)),
    TIMEOUT_MS,
  );
});

test('what expires while a debit waits for its wallet is not spent', async () => {
  expect(await debitThatWaits(stage)).toBe('INSUFFICIENT_POINTS');
});
