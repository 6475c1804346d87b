// What people and other rooms do to a wallet without a purchase: adjust, earn, reverse, and the three steps of a hold.
import { now } from '../../shared/clock.ts';
import type { Sql, Transaction } from '../../shared/database.ts';
import { decodeId, encodeId, newId } from '../../shared/id.ts';
import { once } from '../../shared/idempotency.ts';
import { Refused } from '../../shared/refusal.ts';
import type { RoomRequest } from '../../shared/room.ts';
import { programmeInForce } from '../programme.ts';
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

/** A credit of points that no purchase made: expires by the currency's policy, paid by the programme. */
async function credit(
  request: RoomRequest,
  tx: Transaction,
  kind: 'EARN' | 'ADJUST',
  grant: { member: string; currency: string; amount: number; reason: string },
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
    funder: null,
    ...actorOf(request.viewer),
  });
  return posted.entryIds[0]!;
}

async function checkCurrency(request: RoomRequest, code: string): Promise<void> {
  const { currencies } = await programmeInForce(request.space.source);
  if (currencies.some((known) => known.code === code)) return;
  throw refuse('CURRENCY_UNKNOWN', `The programme has no points currency ${JSON.stringify(code)}.`, 'currency');
}

interface Remembered {
  entryId: string;
}

/** A correction by a person, up or down; down never below what is available. */
export async function adjust(request: RoomRequest, key: string, input: AmountInput & { reason: string }) {
  const reason = input.reason.trim();
  if (reason === '' || reason.length > 500) {
    throw refuse('REASON_MISSING', 'An adjustment needs a reason of 1 to 500 characters.', 'reason');
  }
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

/** Undoes an entry of another room. What a purchase gave is taken back by a return of it, never here. */
export async function reverse(request: RoomRequest, key: string, input: { entryId: string }): Promise<string> {
  const named = { owner: request.viewer.owner, mutation: 'pointsReverse', key, input };
  const { answer } = await once<Remembered>(request.space.source, named, async (tx) => {
    const [entry] = await tx.query<{ member: string; currency: string; ofPurchase: boolean }[]>(
      `select e.member_id "member", e.currency, exists (select from purchase p where p.id = e.origin) "ofPurchase"
       from entry e where e.id = $1`,
      [decodeId('ent', input.entryId)],
    );
    if (entry === undefined || entry.ofPurchase) {
      throw refuse('ENTRY_NOT_REVERSIBLE', 'There is no such entry, or a return must undo it.', 'entryId');
    }
    const posted = await postOne(tx, {
      op: 'reverse',
      member: entry.member,
      currency: entry.currency,
      reverses: decodeId('ent', input.entryId)!,
      origin: decodeId('ent', input.entryId)!,
      ...actorOf(request.viewer),
    });
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

export const holdIdOf = (id: string | null): string | null => (id === null ? null : encodeId('hld', id));
