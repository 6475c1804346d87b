import { afterAll, beforeAll, test } from '@jest/globals';
import fc from 'fast-check';
import type { Space } from '../../../subgraphs/shared/database.ts';
import type { TestRoom } from '../../support/room.ts';
import { openPoints } from '../room.ts';
import { histories } from './history.ts';
import { PREPARE, Run } from './run.ts';

/** More of them for a longer soak: `LEDGER_RUNS=5000 npm test -- test/points/ledger/oracle`. */
const RUNS = Number(process.env['LEDGER_RUNS'] ?? 200);
/** The seed of a failure, to see it again. */
const SEED = process.env['LEDGER_SEED'];
const MS_PER_RUN = 1_000;

let points: TestRoom;
let sandbox: Space;
let connection: ReturnType<Space['source']['createQueryRunner']>;
beforeAll(async () => {
  points = await openPoints();
  sandbox = points.room.database.space('sandbox');
  connection = sandbox.source.createQueryRunner();
  await connection.query(PREPARE);
});
afterAll(async () => {
  await connection.release();
  await points.close();
});

test(
  'every history ends, and shows at each moment, what the model of the rules says',
  async () => {
    await fc.assert(
      fc.asyncProperty(histories, (steps) => new Run(sandbox, connection).play(steps)),
      { numRuns: RUNS, ...(SEED === undefined ? {} : { seed: Number(SEED) }) },
    );
  },
  60_000 + RUNS * MS_PER_RUN,
);
