import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { Crowd } from '../points/ledger/crowd.ts';
import { crowds, histories } from '../points/ledger/history.ts';
import { MUTANTS, mutate, type Mutant } from '../points/ledger/mutant.ts';
import { MANNERS, Run } from '../points/ledger/run.ts';
import { openStage, type Stage } from '../points/ledger/stage.ts';
import { debitThatWaits } from '../points/ledger/waiting.ts';

/** Histories until a mutant counts as alive. */
const RUNS = 50;
const SEED = Number(process.env['SOAK_SEED'] ?? 1);
/** Part of the names of those that are tried; all of them when left out. */
const ONLY = process.env['MUTANT'] ?? '';
const TIMEOUT_MS = 300_000;

const files = new Map(
  ['settle.sql', 'post.sql', 'credit.sql', 'as-of.sql'].map((name) => [
    name,
    readFileSync(join('subgraphs/points/ledger', name), 'utf8'),
  ]),
);

/** How many histories it took, or null. */
async function killed(stage: Stage): Promise<number | null> {
  const fails = (played: Promise<unknown>) =>
    played.then(
      () => false,
      () => true,
    );
  if (await fails(debitThatWaits(stage).then((refusal) => expect(refusal).toBe('INSUFFICIENT_POINTS')))) return 0;
  const [alone, together] = [
    fc.sample(histories, { numRuns: RUNS, seed: SEED }),
    fc.sample(crowds, { numRuns: RUNS, seed: SEED }),
  ];
  for (let run = 0; run < RUNS; run += 1) {
    const start = () => stage.start();
    if (await fails(new Run(stage, await start(), MANNERS[run % MANNERS.length]!).play(alone[run]!))) return run + 1;
    if (run % 3 === 0 && (await fails(new Crowd(stage, await start()).play(together[run]!)))) return run + 1;
  }
  return null;
}

test(
  'the product itself stands',
  async () => {
    const stage = await openStage([...files.values()]);

    expect(await killed(stage).finally(() => stage.close())).toBeNull();
  },
  TIMEOUT_MS,
);

test.each(MUTANTS.filter(({ name }) => name.includes(ONLY)).map((mutant): [string, Mutant] => [mutant.name, mutant]))(
  '%s: found out',
  async (_, mutant) => {
    const stage = await openStage(mutate(files, mutant));
    if (mutant.sql !== undefined) await stage.sandbox.source.query(mutant.sql);

    const runs = await killed(stage).finally(() => stage.close());

    expect(runs).not.toBeNull();
    process.stdout.write(`${mutant.name}: ${runs}\n`);
  },
  TIMEOUT_MS,
);
