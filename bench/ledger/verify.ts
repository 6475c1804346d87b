// How fast history is checked, by one thread: chains, balances, lots.
import { verify } from '../../subgraphs/points/ledger/verify.service.ts';
import { newId } from '../../subgraphs/shared/id.ts';
import type { Measure } from '../row.ts';
import type { Ground } from './ground.ts';
import { earning, send, spending } from './load.ts';

const MEMBERS = 1_000;
/** Of each member; every fourth is a spending. */
const ENTRIES = 20;

export async function verification(ground: Ground): Promise<Measure> {
  const { source } = await ground.space('verify');
  const [client] = await ground.clients('verify');
  const members = Array.from({ length: MEMBERS }, newId);
  for (let entry = 1; entry <= ENTRIES; entry += 1) {
    const isSpending = entry % 4 === 0;
    await send(client!, isSpending ? 'ledger_post' : 'ledger_credit', members.map(isSpending ? spending : earning));
  }
  return async () => {
    const started = performance.now();
    const { entryCount, firstBreak } = await verify(source, null);
    if (firstBreak !== null) throw new Error(firstBreak.reason);
    return { value: entryCount / ((performance.now() - started) / 1_000), count: entryCount };
  };
}
