// What people and other rooms do to a wallet without a purchase: adjust, earn, reverse, goodwill.
import { now } from '../../shared/clock.ts';
import type { Transaction } from '../../shared/database.ts';
import { decodeId, newId } from '../../shared/id.ts';
import { once } from '../../shared/idempotency.ts';
import type { RoomRequest } from '../../shared/room.ts';
import { dayOf, programmeInForce } from '../programme.ts';
import { expiresAt } from './expiry.rules.ts';
import { actorOf, postOne } from './ledger.service.ts';
import { checkCurrency, memberOf, positive, refuse, type AmountInput } from './wallet.service.ts';

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
