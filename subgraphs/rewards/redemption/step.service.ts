// The only writer of redemptions: one step of the saga in one transaction, with what it does here and what it tells.
// What is given back is what was recorded as taken, and only once.
import type { EventOf } from '../../../schema/events.ts';
import type { Instant, Transaction } from '../../shared/database.ts';
import { tell } from '../../shared/outbox.ts';
import { Refused } from '../../shared/refusal.ts';
import { cancelVouchers, issueVouchers, restoreVouchers, useCaptured } from '../voucher/voucher.service.ts';
import { next, type Act, type Question, type SagaEvent, type State } from './redemption.saga.ts';

/** How long points may take until they are asked to release, or asked again. */
const PATIENCE = '10 seconds';

const MESSAGES = {
  REDEMPTION_NOT_HELD: 'The redemption is not held, or not any more.',
  REDEMPTION_NOT_REFUNDABLE: 'The redemption cannot be given back.',
} as const;

interface Locked {
  id: string;
  state: State;
  memberId: string;
  rewardId: string | null;
  quantity: number;
  ranOut: boolean | null;
}

export interface Stepped {
  state: State;
  ask: Question | null;
  told: boolean;
  /** The time of its hold is over. */
  ranOut: boolean;
}

export interface NewRedemption {
  id: string;
  memberId: string;
  rewardId: string | null;
  takenBy: string | null;
  quantity: number;
  currency: string;
  points: number;
  reserved: number;
  /** Null: one step. */
  ttlSeconds: number | null;
}

export async function insertRedemption(tx: Transaction, redemption: NewRedemption): Promise<void> {
  const { id, memberId, rewardId, takenBy, quantity, currency, points, reserved, ttlSeconds } = redemption;
  await tx.query(
    `insert into redemption (id, member_id, reward_id, taken_by, quantity, currency, points, reserved, two_steps, state,
       hold_expires_at, wake_at)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9::int is not null, 'REQUESTED', clock() + $9 * interval '1 second',
       clock() + $10::interval)`,
    [id, memberId, rewardId, takenBy, quantity, currency, points, reserved, ttlSeconds, PATIENCE],
  );
}

async function giveBack(tx: Transaction, id: string): Promise<void> {
  await tx.query(
    `with back as (
       update redemption set reserved = 0 where id = $1 and reserved > 0 returning reward_id, old.reserved units
     )
     update reward r set stock = r.stock + back.units from back where r.id = back.reward_id and r.stock is not null`,
    [id],
  );
}

async function perform(tx: Transaction, act: Act, { id, rewardId, quantity }: Locked): Promise<void> {
  switch (act) {
    case 'issue':
      return rewardId === null ? undefined : issueVouchers(tx, { redemptionId: id, rewardId, quantity });
    case 'giveBack':
      return giveBack(tx, id);
    case 'cancelVouchers':
      return cancelVouchers(tx, id);
    case 'restoreVouchers':
      return restoreVouchers(tx, id);
  }
}

function wakes(state: State): 'hold' | 'soon' | 'never' {
  switch (state) {
    case 'HELD':
      return 'hold';
    case 'REQUESTED':
    case 'CANCELLING':
    case 'LAPSING':
    case 'RELEASING':
    case 'REFUNDING':
      return 'soon';
    case 'CONFIRMED':
    case 'REFUSED':
    case 'CANCELLED':
    case 'RELEASED':
    case 'REFUNDED':
      return 'never';
  }
}

/** Locks the redemption and takes it one step on. Throws what the table refuses, and a fault for what is impossible. */
export async function step(tx: Transaction, id: string, event: SagaEvent): Promise<Stepped> {
  const [row] = await tx.query<Locked[]>(
    `select id, state, member_id "memberId", reward_id "rewardId", quantity, hold_expires_at <= clock() "ranOut"
     from redemption where id = $1 for update`,
    [id],
  );
  if (row === undefined) throw new Error(`there is no redemption ${id}`);
  const move = next(row.state, event);
  const ranOut = row.ranOut === true;
  if (move === 'impossible') throw new Error(`impossible: ${event} came to redemption ${id}, which is ${row.state}`);
  if (move === 'stay') return { state: row.state, ask: null, told: false, ranOut };
  if ('refuse' in move) throw new Refused(move.refuse, MESSAGES[move.refuse], { field: ['redemptionId'] });
  if (move.act !== undefined) await perform(tx, move.act, row);
  if (move.act === 'issue' && event === 'captured') await useCaptured(tx, id);
  await tx.query(
    `update redemption set state = $2, by_purchase = by_purchase or $3,
       wake_at = case $4 when 'hold' then hold_expires_at when 'soon' then clock() + $5::interval end
     where id = $1`,
    [id, move.state, event === 'captured', wakes(move.state), PATIENCE],
  );
  if (move.tell !== undefined) {
    await tell(tx, move.tell, [{ aggregate: id, sequence: 1, payload: { redemptionId: id, memberId: row.memberId } }]);
  }
  return { state: move.state, ask: move.ask ?? null, told: move.tell !== undefined, ranOut };
}

/** Redemptions whose points a purchase captured in its own transaction. */
export async function confirmCaptured(tx: Transaction, events: EventOf<'purchase.recorded'>[]): Promise<void> {
  const named = events.flatMap(({ payload }) => payload.redemptionIds);
  if (named.length === 0) return;
  const rows = await tx.query<{ id: string }[]>(
    'select id from redemption where id = any($1::uuid[]) order by id for update',
    [named],
  );
  for (const { id } of rows) await step(tx, id, 'captured');
}

/** Takes what is due to its next step; what points must be asked about each. */
export async function stepDue(
  tx: Transaction,
  limit: number,
): Promise<{ id: string; ask: Question | null; since: Instant }[]> {
  const due = await tx.query<{ id: string; since: Instant }[]>(
    `select id, wake_at since from redemption where wake_at <= clock() order by wake_at limit $1 for update skip locked`,
    [limit],
  );
  const asked = [];
  for (const { id, since } of due) asked.push({ id, since, ask: (await step(tx, id, 'overdue')).ask });
  return asked;
}
