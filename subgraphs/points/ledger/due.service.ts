// The job that writes down what has fallen due. Nobody waits for it: who reads takes it into account, and who posts writes
// it down first. So it may be stopped, run twice or be late.
import type { Space } from '../../shared/database.ts';

/** Wallets of one transaction: enough to share its commit, few enough that who wants one of them does not wait long. */
const WALLETS = 500;

/** Settles some wallets with something due; how many it did. Those that somebody has locked are left to the next turn. */
export async function writeDue({ source }: Space): Promise<number> {
  const [swept] = await source.query<{ wallets: number }[]>('select ledger_sweep($1) wallets', [WALLETS]);
  return swept!.wallets;
}
