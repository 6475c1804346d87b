// The only writer of referrals: attributes enrolments, and keeps what is known of purchases. What was heard is written first
// and judged as a whole afterwards, so that events end alike in whatever order they come.
import type { EventOf } from '../../../schema/events.ts';
import type { Sql, Transaction } from '../../shared/database.ts';
import { codeKey } from '../code/code.rules.ts';
import { ownersByKey } from '../code/code.service.ts';
import { readSettings } from '../programme.ts';
import { rejections } from './referral.rules.ts';
import { step, type Event, type State } from './referral.saga.ts';

/** An enrolment and a purchase of one member that are heard at once would not see each other. */
const hearAlone = (tx: Sql) =>
  tx.query(`select pg_advisory_xact_lock(hashtext(current_schema()), hashtext('referrals'))`);

/** Referrers by referee, of these members and of all above them. */
async function broughtBy(tx: Sql, memberIds: string[]): Promise<Map<string, string>> {
  const edges = await tx.query<{ referee: string; referrer: string }[]>(
    `with recursive edge (referee, referrer) as (
       select referee_id, referrer_id from referral where referee_id = any($1) and state <> 'REJECTED'
       union
       select r.referee_id, r.referrer_id from edge join referral r on r.referee_id = edge.referrer and r.state <> 'REJECTED'
     ) select referee, referrer from edge`,
    [memberIds],
  );
  return new Map(edges.map(({ referee, referrer }) => [referee, referrer]));
}

interface Presented {
  id: string;
  refereeId: string;
  code: string;
  at: string;
  existing: boolean;
}

/** Enrolments that came with a code. */
export const attribute = (tx: Transaction, events: EventOf<'member.enrolled'>[]): Promise<void> =>
  claim(
    tx,
    events.flatMap(({ id, payload: { memberId, enrolledAt, referralCode } }) =>
      referralCode === null ? [] : { id, refereeId: memberId, code: referralCode, at: enrolledAt, existing: false },
    ),
  );

/** Members who came with a code once more: nobody brought them. */
export const rejectExisting = (tx: Transaction, events: EventOf<'member.enrolled_again'>[]): Promise<void> =>
  claim(
    tx,
    events.map(({ id, payload: { memberId, at, referralCode } }) => ({
      id,
      refereeId: memberId,
      code: referralCode,
      at,
      existing: true,
    })),
  );

async function claim(tx: Transaction, presented: Presented[]): Promise<void> {
  if (presented.length === 0) return;
  await hearAlone(tx);
  const terms = await readSettings(tx);
  const owners = await ownersByKey(
    tx,
    presented.map(({ code }) => codeKey(code)),
  );
  const claims = presented.map(({ refereeId, code, existing }) => ({
    refereeId,
    ownerId: owners.get(codeKey(code)) ?? null,
    existing,
  }));
  const known = await broughtBy(
    tx,
    claims.flatMap(({ refereeId, ownerId }) => [refereeId, ownerId ?? refereeId]),
  );
  const reasons = rejections(claims, known);
  await tx.query(
    `insert into referral (id, referee_id, referrer_id, state, rejection, attributed_at,
       currency, purchase_minimum, return_window, referrer_points, referee_points)
     select id, referee_id, referrer_id, case when rejection is null then 'REGISTERED' else 'REJECTED' end, rejection, attributed_at,
       $2::text, $3::numeric, make_interval(days => $4::int), $5::bigint, $6::bigint
     from jsonb_to_recordset($1) c (id uuid, referee_id uuid, referrer_id uuid, rejection text, attributed_at timestamptz)`,
    [
      JSON.stringify(
        presented.map(({ id, refereeId, at }, index) => ({
          id,
          referee_id: refereeId,
          referrer_id: claims[index]!.ownerId,
          rejection: reasons[index],
          attributed_at: at,
        })),
      ),
      terms.currency,
      terms.purchaseMinimum,
      terms.returnWindowDays,
      terms.referrerPoints,
      terms.refereePoints,
    ],
  );
  await judge(
    tx,
    claims.map(({ refereeId }) => refereeId),
  );
}

interface HeardPurchase {
  id: string;
  member_id: string;
  occurred_at: string | null;
  kept: string;
}

async function keepPurchases(tx: Transaction, heard: HeardPurchase[]): Promise<void> {
  if (heard.length === 0) return;
  await hearAlone(tx);
  await tx.query(
    `insert into purchase as p (id, member_id, occurred_at, kept)
     select id, min(member_id::text)::uuid, min(occurred_at), min(kept)
     from jsonb_to_recordset($1) h (id uuid, member_id uuid, occurred_at timestamptz, kept numeric) group by id
     on conflict (id) do update
       set occurred_at = coalesce(p.occurred_at, excluded.occurred_at), kept = least(p.kept, excluded.kept)`,
    [JSON.stringify(heard)],
  );
  await judge(
    tx,
    heard.map((purchase) => purchase.member_id),
  );
}

export const keepRecorded = (tx: Transaction, events: EventOf<'purchase.recorded'>[]): Promise<void> =>
  keepPurchases(
    tx,
    events.flatMap(({ payload: { purchaseId, memberId, occurredAt, base } }) =>
      memberId === null ? [] : { id: purchaseId, member_id: memberId, occurred_at: occurredAt, kept: base },
    ),
  );

export const keepReturned = (tx: Transaction, events: EventOf<'purchase.returned'>[]): Promise<void> =>
  keepPurchases(
    tx,
    events.flatMap(({ payload: { purchaseId, memberId, base } }) =>
      memberId === null ? [] : { id: purchaseId, member_id: memberId, occurred_at: null, kept: base },
    ),
  );

interface Standing {
  id: string;
  state: State;
  /** The referee's first purchase that is worth the minimum now, and when its return window ends. */
  firstId: string | null;
  firstDueAt: string | null;
  /** Whether the purchase that the reward is for is worth the minimum still; null before there is one. */
  pinnedStands: boolean | null;
}

const STANDINGS = `
  select r.id, r.state, f.id "firstId", f.occurred_at + r.return_window "firstDueAt",
    (select kept >= r.purchase_minimum from purchase where id = r.purchase_id) "pinnedStands"
  from referral r left join lateral (
    select id, occurred_at from purchase
    where member_id = r.referee_id and occurred_at is not null and kept >= r.purchase_minimum
    order by occurred_at, id limit 1
  ) f on true
  where r.id = any($1)`;

const eventOf = ({ state, firstId, pinnedStands }: Standing): Event =>
  (state === 'REGISTERED' || state === 'QUALIFIED' ? firstId !== null : pinnedStands) ? 'qualified' : 'unqualified';

/** Brings the referrals of these referees to what is known of their purchases, which are read after the lock. */
export async function judge(tx: Sql, refereeIds: string[]): Promise<void> {
  const open = await tx.query<{ id: string }[]>(
    `select id from referral where referee_id = any($1) and state not in ('REJECTED', 'REVERSED') order by id for update`,
    [refereeIds],
  );
  if (open.length === 0) return;
  const standings = await tx.query<Standing[]>(STANDINGS, [open.map(({ id }) => id)]);
  const changes = standings.flatMap((standing) => {
    const { state, clock } = step(standing.state, eventOf(standing));
    const { id, firstId, firstDueAt } = standing;
    if (clock === 'same') return [];
    return { id, state, clock, purchase_id: clock === 'window' ? firstId : null, due_at: firstDueAt };
  });
  if (changes.length === 0) return;
  await tx.query(
    `update referral r set state = c.state, tries = 0,
       purchase_id = case when c.state in ('QUALIFIED', 'REGISTERED') then c.purchase_id else r.purchase_id end,
       due_at = case c.clock when 'window' then c.due_at when 'now' then clock() end
     from jsonb_to_recordset($1) c (id uuid, state text, clock text, purchase_id uuid, due_at timestamptz) where r.id = c.id`,
    [JSON.stringify(changes)],
  );
}
