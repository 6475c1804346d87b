// The three steps of a hold, asked by rewards under the id of its redemption.
import type { EventOf } from '../../../schema/events.ts';
import { now } from '../../shared/clock.ts';
import { crashPoint } from '../../shared/crash.ts';
import type { Space, Sql, Transaction } from '../../shared/database.ts';
import { encodeId } from '../../shared/id.ts';
import { isKey, keyInvalid } from '../../shared/idempotency.ts';
import { Refused } from '../../shared/refusal.ts';
import type { RoomRequest } from '../../shared/room.ts';
import { programmeInForce, type Programme } from '../programme/programme.service.ts';
import { postTogether, type Repeatable } from './batcher.service.ts';
import { graceUntil, idleUntil } from './expiry.rules.ts';
import { groundFor, groundOf } from './ground.service.ts';
import { actorOf, post, type HoldState, type Posted } from './ledger.service.ts';
import { positive, refuse, type AmountInput } from './wallet.service.ts';

export interface HoldAnswer {
  holdId: string | null;
  state: HoldState | null;
  member: string | null;
}

export interface HoldTerms {
  forPurchase: boolean;
  /** Null: until its asker ends it. */
  ttlSeconds: number | null;
  /** UUID of the partner whose purchases alone may capture it; null: any. */
  taker: string | null;
}

interface KnownHold {
  id: string;
  /** Null with `currency`: it was released before it came. */
  member: string | null;
  currency: string | null;
}

async function holdOf(sql: Sql, askerId: string): Promise<KnownHold | undefined> {
  const [known] = await sql.query<KnownHold[]>(
    'select id, member_id "member", currency from hold where asker_id = $1',
    [askerId],
  );
  return known;
}

const later = (at: string, seconds: number): string => new Date(Date.parse(at) + seconds * 1_000).toISOString();

/** Sets points aside under the asker's id, which is the key: asked again, it answers how the hold stands now. */
export async function hold(
  request: RoomRequest,
  askerId: string,
  input: AmountInput,
  { forPurchase, ttlSeconds, taker }: HoldTerms,
): Promise<HoldAnswer> {
  if (!isKey(askerId)) throw keyInvalid();
  positive(input.amount);
  const { at, programme, currency, member, maySpend } = await groundFor(request, input);
  if (!maySpend && (await holdOf(request.space.source, askerId)) === undefined) {
    throw refuse('SPENDING_BLOCKED', 'This member may not spend points now.', 'memberId');
  }
  const lapsesAt = ttlSeconds === null ? null : later(at, ttlSeconds);
  const posted = await postTogether(request.space, {
    op: 'hold',
    asker: askerId,
    member,
    currency: currency.code,
    amount: input.amount,
    for_purchase: forPurchase,
    lapses_at: lapsesAt,
    lapse_grace: lapsesAt === null ? null : graceUntil(lapsesAt, currency.grace, programme.timeZone),
    taker,
    ...actorOf(request.viewer),
  });
  crashPoint('hold-committed');
  return { holdId: posted.holdId, state: posted.holdState, member };
}

/** Until when a wallet's points last that are spent now: captures are activities. */
const idleOf = ({ expiry }: Programme['currencies'][number], at: string, timeZone: string): string | null =>
  idleUntil('SPEND', at, expiry, timeZone);

/** After the commit point nothing may be refused: where a refusal says that it may be tried again, there is no answer. */
async function postForSure(space: Space, posting: Repeatable): Promise<Posted> {
  try {
    return await postTogether(space, posting);
  } catch (error) {
    if (error instanceof Refused && error.retryable)
      throw new Error('the hold was not ended in time', { cause: error });
    throw error;
  }
}

/** Ends a hold, or answers how it ended before. A release of an unknown one is remembered and refuses it later. */
export async function endHold(
  request: RoomRequest,
  op: 'capture' | 'release',
  askerId: string,
  amount: number | null,
): Promise<HoldAnswer> {
  if (amount !== null) positive(amount);
  const { space, viewer } = request;
  if (op === 'release') {
    // Waits for a hold that is under way under this id, and then finds it.
    await space.source.query(
      `insert into hold (id, asker_id, amount, state) values (uuidv7(), $1, 0, 'RELEASED')
       on conflict (asker_id) do nothing`,
      [askerId],
    );
  }
  const known = await holdOf(space.source, askerId);
  if (known === undefined || (op === 'capture' && known.member === null)) {
    throw new Refused('HOLD_NOT_OPEN', 'No hold is open under this id.');
  }
  const { id, member, currency: code } = known;
  if (member === null || code === null) return { holdId: id, state: 'RELEASED', member: null };
  const { at, programme, currency } = await groundOf(space, member, code);
  const posted = await postForSure(space, {
    op,
    asker: askerId,
    member,
    currency: code,
    amount,
    idle_until: op === 'capture' ? idleOf(currency, at, programme.timeZone) : null,
    grace_until: graceUntil(at, currency.grace, programme.timeZone),
    ...actorOf(viewer),
  });
  crashPoint(`${op}-committed`);
  return { holdId: posted.holdId, state: posted.holdState, member };
}

/** What redemptions for good hold is spent; one that has ended before stays as it ended. */
export async function captureConfirmed(tx: Transaction, events: EventOf<'redemption.confirmed'>[]): Promise<void> {
  const askers = events.map((event) => encodeId('rdm', event.payload.redemptionId));
  const holds = await tx.query<{ asker: string; member: string; currency: string }[]>(
    `select asker_id asker, member_id "member", currency from hold
     where asker_id = any($1) and state = 'HELD' order by member_id, currency`,
    [askers],
  );
  if (holds.length === 0) return;
  const { currencies, timeZone } = await programmeInForce(tx);
  const at = await now(tx);
  const idle = new Map(currencies.map((currency) => [currency.code, idleOf(currency, at, timeZone)]));
  await post(
    tx,
    holds.map((held) => ({
      op: 'capture' as const,
      ...held,
      idle_until: idle.get(held.currency) ?? null,
      actor_kind: 'SYSTEM' as const,
      actor_id: 'rewards',
    })),
  );
}

export const holdIdOf = (id: string | null): string | null => (id === null ? null : encodeId('hld', id));
