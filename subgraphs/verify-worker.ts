// A thread that verifies ranges of wallets, one after the other, as it is told.
import { parentPort, workerData } from 'node:worker_threads';
import type { Range } from './points/ledger/history.service.ts';
import { verifyRange, type Verified } from './points/ledger/verify.service.ts';
import { openDatabase } from './shared/database.ts';

export interface WorkerData {
  url: string;
  space: string;
}

/** A part of the range; null: it has ended, and another can be given. */
export type Told = Verified | null;

const { url, space } = workerData as WorkerData;
const port = parentPort!;
const database = await openDatabase({
  url,
  room: 'points',
  spaces: [space],
  entities: [],
  migrations: [],
  poolSize: 2,
});
const { source } = database.space(space);

port.on('message', (range: Range | null) => {
  if (range === null) return void database.close().then(() => port.close());
  return void verifyAll(range);
});
port.postMessage(null satisfies Told);

/** What fails here fails the thread, which the other side hears. */
async function verifyAll(range: Range): Promise<void> {
  for await (const part of verifyRange(source, range)) port.postMessage(part satisfies Told);
  port.postMessage(null satisfies Told);
}
