// What people and other rooms do to a wallet without a purchase: adjust, earn, reverse, and the three steps of a hold.
import type { EventOf } from '../../../schema/events.ts';
import { now } from '../../shared/clock.ts';
import type { Sql, Transaction } from '../../shared/database.ts';
import { decodeId, encodeId, newId } from '../../shared/id.ts';
import { once } from '../../shared/idempotency.ts';
import { Refused } from '../../shared/refusal.ts';
import type { RoomRequest } from '../../shared/room.ts';
import { dayOf, programmeInForce } from '../programme.ts';
import { membersById } from '../purchase/lookup.service.ts';
import { expiresAt } from './expiry.rules.ts';
import { actorOf, post, postOne, type HoldState } from './ledger.service.ts';

interface AmountInput {
  memberId: string;
  currency: string;
  amount: number;
}

const refuse = (code: string, message: string, field: string) => new Refused(code, message, { field: [field] });

/** UUID of a member that exists: known here from its events, else asked from members. */
async function memberOf(request: RoomRequest, id: string): Promise<string> {
  const uuid = decodeId('mbr', id);
  const unknown = refuse('MEMBER_UNKNOWN', 'There is no member with this id.', 'memberId');
  if (uuid === null) throw unknown;
  const known = await request.space.source.query<unknown[]>('select 1 from member_copy where member_id = $1', [uuid]);
  if (known.length > 0) return uuid;
  const { membersByIds } = await request.ask<{ membersByIds: (string | null)[] }>(
    'members',
    'query ($ids: [ID!]!) { membersByIds(ids: $ids) }',
    { ids: [id] },
  );
  const found = membersByIds[0];
  if (found === null || found === undefined) throw unknown;
  return decodeId('mbr', found)!;
}

function positive(amount: number): void {
  if (amount < 1) throw refuse('AMOUNT_INVALID', 'An amount is above 0.', 'amount');
}

/** A credit of points that no purchase made: expires by the currency's policy; the programme pays, or `funder`. */
async function credit(
  request: RoomRequest,
  tx: Transaction,
  kind: 'EARN' | 'ADJUST',
  grant: { member: string; currency: string; amount: number; reason: string },
  funder: string | null = null,
): Promise<string> {
  const at = await now(tx);
  const { currencies, timeZone } = await programmeInForce(tx);
  const currency = currencies.find((known) => known.code === grant.currency)!;
  const posted = await postOne(tx, {
    op: 'credit',
    kind,
    ...grant,
    origin: newId(),
    earned_at: at,
    expires_at: expiresAt(at, currency.expiry, timeZone),
    funder,
    ...actorOf(request.viewer),
  });
  return posted.entryIds[0]!;
}

async function checkCurrency(request: RoomRequest, code: string): Promise<void> {
  const { currencies } = await programmeInForce(request.space.source);
  if (currencies.some((known) => known.code === code)) return;
  throw refuse('CURRENCY_UNKNOWN', `The programme has no points currency ${JSON.stringify(code)}.`, 'currency');
}

function reasonOf(text: string): string {
  const reason = text.trim();
  if (reason !== '' && reason.length <= 500) return reason;
  throw refuse('REASON_MISSING', 'A reason of 1 to 500 characters is needed.', 'reason');
}

interface Remembered {
  entryId: string;
}

/** A correction by a person, up or down; down never below what is available. */
export async function adjust(request: RoomRequest, key: string, input: AmountInput & { reason: string }) {
  const reason = reasonOf(input.reason);
  if (input.amount === 0) throw refuse('AMOUNT_INVALID', 'An adjustment by 0 is none.', 'amount');
  await checkCurrency(request, input.currency);
  const member = await memberOf(request, input.memberId);
  const named = { owner: request.viewer.owner, mutation: 'pointsAdjust', key, input };
  const { answer, replayed } = await once<Remembered>(request.space.source, named, async (tx) => {
    const { currency, amount } = input;
    if (amount > 0) return { entryId: await credit(request, tx, 'ADJUST', { member, currency, amount, reason }) };
    const posted = await postOne(tx, {
      op: 'debit',
      kind: 'ADJUST',
      member,
      currency,
      amount: -amount,
      origin: newId(),
      reason,
      ...actorOf(request.viewer),
    });
    return { entryId: posted.entryIds[0]! };
  });
  return { entryId: answer.entryId, memberId: member, replayed };
}

/** Points that another room gives: a referral, a goodwill. */
export async function earn(
  request: RoomRequest,
  key: string,
  input: AmountInput & { reason: string },
): Promise<string> {
  positive(input.amount);
  await checkCurrency(request, input.currency);
  const member = await memberOf(request, input.memberId);
  const named = { owner: request.viewer.owner, mutation: 'pointsEarn', key, input };
  const { currency, amount, reason } = input;
  const { answer } = await once<Remembered>(request.space.source, named, async (tx) => ({
    entryId: await credit(request, tx, 'EARN', { member, currency, amount, reason }),
  }));
  return answer.entryId;
}

/** Undoes an entry of another room. What a purchase gave or spent is undone by a return of it, never here. */
export async function reverse(request: RoomRequest, key: string, input: { entryId: string }): Promise<string> {
  const named = { owner: request.viewer.owner, mutation: 'pointsReverse', key, input };
  const id = decodeId('ent', input.entryId);
  const { answer } = await once<Remembered>(request.space.source, named, async (tx) => {
    type Entry = { member: string; currency: string; ofPurchase: boolean; asker: string | null; spent: number | null };
    const [entry] = await tx.query<Entry[]>(
      `select e.member_id "member", e.currency, h.asker_id asker, h.captured - h.restored spent,
         exists (select from purchase p where p.id = e.origin)
           or exists (select from purchase_redemption r where r.hold_id = e.origin) "ofPurchase"
       from entry e left join hold h on h.id = e.origin and e.kind = 'CAPTURE' where e.id = $1`,
      [id],
    );
    if (entry === undefined || entry.ofPurchase || entry.spent === 0) {
      throw refuse('ENTRY_NOT_REVERSIBLE', 'There is no such entry, or a return must undo it.', 'entryId');
    }
    const { member, currency, asker, spent } = entry;
    const wallet = { member, currency, origin: newId(), ...actorOf(request.viewer) };
    const posted = await postOne(
      tx,
      asker === null
        ? { op: 'reverse', ...wallet, reverses: id!, origin: id! }
        : { op: 'restore', ...wallet, asker, amount: spent! },
    );
    return { entryId: posted.entryIds[0]! };
  });
  return answer.entryId;
}

export interface HoldAnswer {
  holdId: string | null;
  state: HoldState | null;
  member: string | null;
}

async function isHold(sql: Sql, askerId: string): Promise<boolean> {
  return (await sql.query<unknown[]>('select 1 from hold where asker_id = $1', [askerId])).length > 0;
}

/** Sets points aside under the asker's id, which is the key: asked again, it answers how the hold stands now. */
export async function hold(request: RoomRequest, askerId: string, input: AmountInput): Promise<HoldAnswer> {
  positive(input.amount);
  await checkCurrency(request, input.currency);
  const member = await memberOf(request, input.memberId);
  const { source } = request.space;
  const copy = (await membersById(source, [member])).get(member)!;
  const blocked = copy.status !== 'ACTIVE' || copy.spendingBlocked;
  if (blocked && !(await isHold(source, askerId))) {
    throw refuse('SPENDING_BLOCKED', 'This member may not spend points now.', 'memberId');
  }
  const { currency, amount } = input;
  const posted = await source.transaction((tx) =>
    postOne(tx, { op: 'hold', asker: askerId, member, currency, amount, ...actorOf(request.viewer) }),
  );
  return { holdId: posted.holdId, state: posted.holdState, member };
}

/** Ends a hold, or answers how it ended before. A release of an unknown one is remembered and refuses it later. */
export async function endHold(
  request: RoomRequest,
  op: 'capture' | 'release',
  askerId: string,
  amount: number | null,
): Promise<HoldAnswer> {
  if (amount !== null) positive(amount);
  return request.space.source.transaction(async (tx) => {
    if (op === 'release') {
      // Waits for a hold that is under way under this id, and then finds it.
      await tx.query(
        `insert into hold (id, asker_id, amount, state) values (uuidv7(), $1, 0, 'RELEASED')
         on conflict (asker_id) do nothing`,
        [askerId],
      );
    }
    const [known] = await tx.query<{ id: string; member: string | null; currency: string | null }[]>(
      'select id, member_id "member", currency from hold where asker_id = $1',
      [askerId],
    );
    if (known === undefined || (op === 'capture' && known.member === null)) {
      throw new Refused('HOLD_NOT_OPEN', 'No hold is open under this id.');
    }
    const { id, member, currency } = known;
    if (member === null || currency === null) return { holdId: id, state: 'RELEASED', member: null };
    const [posted] = await post(tx, [{ op, asker: askerId, member, currency, amount, ...actorOf(request.viewer) }]);
    if (posted!.refusal !== null) throw new Refused(posted!.refusal, 'The amount is more than what is still held.');
    return { holdId: posted!.holdId, state: posted!.holdState, member };
  });
}

/** What redemptions for good hold is spent; one that has ended before stays as it ended. */
export async function captureConfirmed(tx: Transaction, events: EventOf<'redemption.confirmed'>[]): Promise<void> {
  const askers = events.map((event) => encodeId('rdm', event.payload.redemptionId));
  const holds = await tx.query<{ asker: string; member: string; currency: string }[]>(
    `select asker_id asker, member_id "member", currency from hold
     where asker_id = any($1) and state = 'HELD' order by member_id, currency`,
    [askers],
  );
  await post(
    tx,
    holds.map((held) => ({ op: 'capture' as const, ...held, actor_kind: 'SYSTEM' as const, actor_id: 'rewards' })),
  );
}

/** What staff give a member out of kindness; so much per person and day, and no more. */
export async function goodwill(request: RoomRequest, key: string, input: AmountInput & { reason: string }) {
  const reason = reasonOf(input.reason);
  positive(input.amount);
  await checkCurrency(request, input.currency);
  const member = await memberOf(request, input.memberId);
  const { owner, partnerId } = request.viewer;
  const named = { owner, mutation: 'pointsGoodwill', key, input };
  const { answer, replayed } = await once<Remembered>(request.space.source, named, async (tx) => {
    const { goodwillPerDay, timeZone } = await programmeInForce(tx);
    const [given] = await tx.query<{ amount: number }[]>(
      `insert into goodwill as g (owner, day, amount) values ($1, $2, $3)
       on conflict (owner, day) do update set amount = g.amount + excluded.amount returning amount`,
      [owner, dayOf(await now(tx), timeZone), input.amount],
    );
    if (given!.amount > goodwillPerDay) {
      const left = goodwillPerDay - (given!.amount - input.amount);
      throw refuse('GOODWILL_EXCEEDED', `You may give ${left} more today, not ${input.amount}.`, 'amount');
    }
    const { currency, amount } = input;
    return { entryId: await credit(request, tx, 'ADJUST', { member, currency, amount, reason }, partnerId ?? null) };
  });
  return { entryId: answer.entryId, memberId: member, replayed };
}

export const holdIdOf = (id: string | null): string | null => (id === null ? null : encodeId('hld', id));
