// Points that wait for a confirmation of their purchase: a delivery, the end of a stay. From then on they can be used.
import { now } from '../../shared/clock.ts';
import type { Sql } from '../../shared/database.ts';
import { once } from '../../shared/idempotency.ts';
import { Refused } from '../../shared/refusal.ts';
import type { RoomRequest } from '../../shared/room.ts';
import { overrideOf } from '../earning/credit.service.ts';
import { accepted, actorOf, post, type Posting } from '../ledger/ledger.service.ts';
import { termsOf } from '../ledger/terms.rules.ts';
import type { Programme } from '../programme/programme.rules.ts';
import { programmeInForce, programmesByVersion } from '../programme/programme.service.ts';
import { purchasesById, type BookPurchase } from './recorded.service.ts';
import type { PurchaseRow } from './purchase.entity.ts';

interface Confirmed {
  entryIds: string[];
}

/** An answer as it was stored, once with a single entry. */
export const storedEntries = (answer: Confirmed | { entryId: string }): string[] =>
  'entryId' in answer ? [answer.entryId] : answer.entryIds;

const NOTHING_WAITS = 'Nothing of this waits for a confirmation.';

/** Of every entry that gave points of the purchase: the expiry of each lot is counted from now on. */
function confirmations(
  request: RoomRequest,
  { currencies, timeZone }: Programme,
  pinned: Programme,
  { memberId, lots }: BookPurchase,
  at: string,
): Posting[] {
  const entries = Map.groupBy(lots, ({ origin, currency }) => `${origin} ${currency}`);
  return [...entries.values()].map((own): Posting => {
    const { origin, currency: code } = own[0]!;
    const currency = currencies.find((known) => known.code === code)!;
    const terms = own
      .toSorted((one, other) => one.n - other.n)
      .map(({ rule }) => termsOf(currency, 'EARN', at, timeZone, { ...overrideOf(pinned, rule), pending: null }));
    return {
      op: 'confirm',
      member: memberId!,
      currency: code,
      undoes: origin,
      origin,
      expires_at: null,
      lots: terms.map(({ expiresAt }) => ({ expires_at: expiresAt })),
      idle_until: terms[0]!.idleUntil,
      ...actorOf(request.viewer),
    };
  });
}

async function postAll(tx: Sql, postings: Posting[]): Promise<Confirmed> {
  const posted = await post(tx, postings);
  const done = posted.filter(({ refusal }) => refusal !== 'ENTRY_NOT_PENDING').map(accepted);
  if (done.length === 0) throw new Refused('ENTRY_NOT_PENDING', NOTHING_WAITS);
  return { entryIds: done.flatMap(({ entryIds }) => entryIds) };
}

/** What was cancelled meanwhile, or never waited, is refused. */
export async function confirm(request: RoomRequest, key: string, { id, memberId }: PurchaseRow) {
  const named = { owner: request.viewer.owner, mutation: 'purchaseConfirm', key, input: { purchaseId: id } };
  return once<Confirmed>(request.space.source, named, async (tx) => {
    if (memberId === null) throw new Refused('ENTRY_NOT_PENDING', NOTHING_WAITS);
    const [purchase] = await purchasesById(tx, [id], true);
    const pinned = (await programmesByVersion(tx, [purchase!.ruleVersion])).get(purchase!.ruleVersion)!;
    const programme = await programmeInForce(tx);
    const at = await now(tx);
    const confirmed = await postAll(tx, confirmations(request, programme, pinned, purchase!, at));
    await tx.query('update purchase set confirmed_at = $2 where id = $1', [id, at]);
    return confirmed;
  });
}
