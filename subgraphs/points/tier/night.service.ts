// The job that writes down what time has done to tiers. Nobody waits for it: who reads takes it into account, and who counts
// writes it down first. So it may be stopped, run twice or be late, and steps have the midnight at which they fell due.
// What hangs on points and balances is looked at once a day, after what has fallen due in wallets was written down.
import { createHash } from 'node:crypto';
import type { Space, Sql, Transaction } from '../../shared/database.ts';
import { now } from '../../shared/clock.ts';
import { dayOf } from '../ledger/calendar.rules.ts';
import type { Programme } from '../programme/programme.rules.ts';
import { programmeInForce } from '../programme/programme.service.ts';
import { saveMoves } from './bonus.service.ts';
import { asksFor } from './facts.service.ts';
import { Standings } from './standing.service.ts';

/** Members of one transaction: enough to share its commit, few enough that no till waits long for one of them. */
const MEMBERS = 200;

const CLOCK = { actor_kind: 'SYSTEM', actor_id: 'clock' } as const;

async function settle(tx: Sql, programme: Programme, members: string[]): Promise<void> {
  if (members.length === 0) return;
  const standings = await Standings.lock(tx, members, programme);
  await saveMoves(tx, standings, new Map(members.map((member) => [member, standings.settle(member)])), CLOCK);
}

type Members = { memberId: string }[];

/** Those whose tier time alone moves. */
async function settleDue(tx: Sql, programme: Programme): Promise<number> {
  const due = await tx.query<Members>(
    `select member_id "memberId" from standing where due_at <= clock() order by due_at limit $1 for no key update skip locked`,
    [MEMBERS],
  );
  await settle(
    tx,
    programme,
    due.map(({ memberId }) => memberId),
  );
  return due.length;
}

interface Night {
  day: string;
  scheme: Buffer;
  whole: boolean;
  after: string | null;
}

const FIRST = '00000000-0000-0000-0000-000000000000';

/** What there is to do tonight; null: nothing. */
function taskOf(night: Night, { tiers, timeZone }: Programme, today: string): (Night & { after: string }) | null {
  const scheme = createHash('sha256')
    .update(JSON.stringify([tiers, timeZone]))
    .digest();
  if (!night.scheme.equals(scheme)) return { ...night, scheme, whole: true, after: FIRST };
  if (night.after !== null) return { ...night, after: night.after };
  if (!asksFor(tiers, 'points', 'status') || night.day >= today) return null;
  return { ...night, day: today, whole: false, after: FIRST };
}

/** Everyone, or those whose wallet of the scheme's currency has changed since they were looked at. */
function nextMembers(tx: Sql, { tiers }: Programme, { whole, after }: Night): Promise<Members> {
  return whole
    ? tx.query<Members>('select member_id "memberId" from standing where member_id > $1 order by member_id limit $2', [
        after,
        MEMBERS,
      ])
    : tx.query<Members>(
        `select w.member_id "memberId" from wallet w left join standing s using (member_id)
         where w.currency = $3 and w.member_id > $1 and (s.evaluated_at is null or w.last_at > s.evaluated_at)
         order by w.member_id limit $2`,
        [after, MEMBERS, tiers.currency],
      );
}

/** Goes on with the night's members; one process at a time, another finds nothing to do. */
async function settleNight(tx: Sql, programme: Programme): Promise<number> {
  const [night] = await tx.query<Night[]>('select day, scheme, whole, after from tier_night for update skip locked');
  const task = night === undefined ? null : taskOf(night, programme, dayOf(await now(tx), programme.timeZone));
  if (task === null) return 0;
  const members = (await nextMembers(tx, programme, task)).map(({ memberId }) => memberId);
  await settle(tx, programme, members);
  await tx.query('update tier_night set day = $1, scheme = $2, whole = $3, after = $4', [
    task.day,
    task.scheme,
    task.whole,
    members.length < MEMBERS ? null : members.at(-1)!,
  ]);
  return Math.max(1, members.length);
}

/** Writes down some of what is due; how many members it looked at. Call it when the wallets have nothing due. */
export async function tiersDue({ source }: Space): Promise<number> {
  return source.transaction(async (tx: Transaction) => {
    const programme = await programmeInForce(tx);
    return (await settleDue(tx, programme)) || settleNight(tx, programme);
  });
}
