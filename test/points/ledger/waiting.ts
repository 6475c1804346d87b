// What one connection does while another has the wallet.
import { setTimeout as sleep } from 'node:timers/promises';
import type { QueryRunner } from 'typeorm';
import { advanceClock } from '../../../subgraphs/shared/clock.ts';
import type { Sql } from '../../../subgraphs/shared/database.ts';
import { newId } from '../../../subgraphs/shared/id.ts';
import { instant, postSql, type Posted } from './posting.ts';
import type { Stage } from './stage.ts';

/** A debit of points that expire while it waits for their wallet; answers its refusal. */
export async function debitThatWaits({ sandbox, connections, start }: Stage): Promise<string | null> {
  const [holder, waiter] = connections as [QueryRunner, QueryRunner];
  const names = { start: await start() };
  const wallet = { member: newId(), currency: 'points', actor_kind: 'SYSTEM' };
  const post = async (connection: Sql, posting: object) => {
    const postings = JSON.stringify([{ ...wallet, origin: newId(), ...posting }]);
    const [posted] = await connection.query<Posted[]>(postSql('ledger_post'), [postings]);
    return posted!.refusal;
  };
  const lot = { amount: 10, earned_at: instant(names, 0), expires_at: instant(names, 1.5), funder: null };
  await post(sandbox.source, { op: 'credit', kind: 'EARN', ...lot });
  const [{ pid }] = (await waiter.query('select pg_backend_pid() pid')) as [{ pid: number }];

  await holder.startTransaction();
  await holder.query('select ledger_lock($1, $2)', [[wallet.member], [wallet.currency]]);
  const debit = post(waiter, { op: 'debit', kind: 'SPEND', amount: 10 });
  const waits = `select wait_event_type = 'Lock' waits from pg_stat_activity where pid = $1`;
  for (;;) {
    const [row] = await sandbox.source.query<[{ waits: boolean | null }]>(waits, [pid]);
    if (row.waits === true) break;
    await sleep(5);
  }
  await advanceClock(sandbox, 'P2D');
  await holder.commitTransaction();
  return debit;
}
