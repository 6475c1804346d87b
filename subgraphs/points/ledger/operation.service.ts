// What people and other rooms do to a wallet without a purchase: adjust, earn, reverse, goodwill.
import { now } from '../../shared/clock.ts';
import { decodeId, newId } from '../../shared/id.ts';
import { inputHash, isKey, keyInvalid, once } from '../../shared/idempotency.ts';
import type { RoomRequest } from '../../shared/room.ts';
import { programmeInForce } from '../programme/programme.service.ts';
import { dayOf } from './calendar.rules.ts';
import { postTogether } from './batcher.service.ts';
import { graceUntil, idleUntil } from './expiry.rules.ts';
import { groundFor, type Ground } from './ground.service.ts';
import { actorOf, postOne, type Credit, type RequestKey } from './ledger.service.ts';
import { termsOf } from './terms.rules.ts';
import { positive, refuse, type AmountInput } from './wallet.service.ts';

type GrantInput = AmountInput & { reason: string };

/** Points that no purchase made. What another room gives waits as its currency says; what people give is there at once. */
function credit(
  request: RoomRequest,
  { at, programme, currency, member }: Ground,
  kind: 'EARN' | 'ADJUST',
  { amount, reason }: GrantInput,
): Credit {
  // Only a purchase can be confirmed.
  const isUsable = kind === 'ADJUST' || currency.pending?.confirmation !== undefined;
  const terms = termsOf(currency, kind, at, programme.timeZone, isUsable ? { pending: null } : {});
  return {
    op: 'credit',
    kind,
    member,
    currency: currency.code,
    amount,
    reason,
    origin: newId(),
    earned_at: at,
    activates_at: terms.activatesAt,
    cancels_at: terms.cancelsAt,
    expires_at: terms.expiresAt,
    idle_until: terms.idleUntil,
    funder: null,
    ...actorOf(request.viewer),
  };
}

function requestKey({ viewer }: RoomRequest, mutation: string, key: string, input: object): RequestKey {
  if (!isKey(key)) throw keyInvalid();
  return { owner: viewer.owner, mutation, key, input_hash: inputHash(input).toString('hex') };
}

export function reasonOf(text: string): string {
  const reason = text.trim();
  if (reason !== '' && reason.length <= 500) return reason;
  throw refuse('REASON_MISSING', 'A reason of 1 to 500 characters is needed.', 'reason');
}

/** A correction by a person, up or down; down never below what is available. */
export async function adjust(request: RoomRequest, key: string, input: GrantInput) {
  const reason = reasonOf(input.reason);
  const { amount } = input;
  if (amount === 0) throw refuse('AMOUNT_INVALID', 'An adjustment by 0 is none.', 'amount');
  const named = requestKey(request, 'pointsAdjust', key, input);
  const ground = await groundFor(request, input);
  const { at, programme, currency, member } = ground;
  const { entryIds, replayed } = await postTogether(
    request.space,
    amount > 0
      ? { ...credit(request, ground, 'ADJUST', { ...input, reason }), ...named }
      : {
          op: 'debit',
          kind: 'ADJUST',
          member,
          currency: currency.code,
          amount: -amount,
          reason,
          origin: newId(),
          idle_until: idleUntil('ADJUST', at, currency.expiry, programme.timeZone),
          ...actorOf(request.viewer),
          ...named,
        },
  );
  return { entryId: entryIds[0]!, memberId: member, replayed };
}

/** Points that another room gives, for a referral say. */
export async function earn(request: RoomRequest, key: string, input: GrantInput): Promise<string> {
  positive(input.amount);
  const named = requestKey(request, 'pointsEarn', key, input);
  const ground = await groundFor(request, input);
  const { entryIds } = await postTogether(request.space, { ...credit(request, ground, 'EARN', input), ...named });
  return entryIds[0]!;
}

interface Remembered {
  entryId: string;
}

/** Undoes an entry of another room. What purchases and events gave or spent, and levels that they led to, is theirs to undo. */
export async function reverse(request: RoomRequest, key: string, input: { entryId: string }): Promise<string> {
  const named = { owner: request.viewer.owner, mutation: 'pointsReverse', key, input };
  const id = decodeId('ent', input.entryId);
  const { answer } = await once<Remembered>(request.space.source, named, async (tx) => {
    type Entry = { member: string; currency: string; ours: boolean; asker: string | null; spent: number | null };
    const [entry] = await tx.query<Entry[]>(
      `select e.member_id "member", e.currency, h.asker_id asker, h.captured - h.restored spent,
         exists (select from (
           select id from purchase union all select id from purchase_return_part union all select id from tier_change
           union all select id from member_event union all select hold_id from purchase_redemption
         ) own where own.id = e.origin) ours
       from entry e left join hold h on h.id = e.origin and e.kind = 'CAPTURE' where e.id = $1`,
      [id],
    );
    if (entry === undefined || entry.ours || entry.spent === 0) {
      throw refuse('ENTRY_NOT_REVERSIBLE', 'There is no such entry, or a return must undo it.', 'entryId');
    }
    const { member, currency, asker, spent } = entry;
    const { currencies, timeZone } = await programmeInForce(tx);
    const { grace } = currencies.find((known) => known.code === currency)!;
    const wallet = {
      member,
      currency,
      origin: newId(),
      grace_until: graceUntil(await now(tx), grace, timeZone),
      ...actorOf(request.viewer),
    };
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
export async function goodwill(request: RoomRequest, key: string, input: GrantInput) {
  const reason = reasonOf(input.reason);
  positive(input.amount);
  const ground = await groundFor(request, input);
  const { goodwillPerDay, timeZone } = ground.programme;
  const { owner, partnerId } = request.viewer;
  const named = { owner, mutation: 'pointsGoodwill', key, input };
  const { answer, replayed } = await once<Remembered>(request.space.source, named, async (tx) => {
    const [given] = await tx.query<{ amount: number }[]>(
      `insert into goodwill as g (owner, day, amount) values ($1, $2, $3)
       on conflict (owner, day) do update set amount = g.amount + excluded.amount returning amount`,
      [owner, dayOf(ground.at, timeZone), input.amount],
    );
    if (given!.amount > goodwillPerDay) {
      const left = goodwillPerDay - (given!.amount - input.amount);
      throw refuse('GOODWILL_EXCEEDED', `You may give ${left} more today, not ${input.amount}.`, 'amount');
    }
    const gift = credit(request, ground, 'ADJUST', { ...input, reason });
    const { entryIds } = await postOne(tx, { ...gift, funder: partnerId ?? null });
    return { entryId: entryIds[0]! };
  });
  return { entryId: answer.entryId, memberId: ground.member, replayed };
}
