// Points that wait for a confirmation of their purchase: a delivery, the end of a stay. From then on they can be used.
import { now } from '../../shared/clock.ts';
import type { Sql } from '../../shared/database.ts';
import { once } from '../../shared/idempotency.ts';
import { Refused } from '../../shared/refusal.ts';
import type { RoomRequest } from '../../shared/room.ts';
import { lotsOf } from '../earning/credit.service.ts';
import { accepted, actorOf, post, type Posting } from '../ledger/ledger.service.ts';
import { termsOf } from '../ledger/terms.rules.ts';
import type { Programme } from '../programme/programme.rules.ts';
import { programmeInForce, programmesByVersion } from '../programme/programme.service.ts';
import { countKept, sourcesOf } from './counting.rules.ts';
import { purchasesById, type BookPurchase } from './recorded.service.ts';
import type { PurchaseRow } from './purchase.entity.ts';

interface Confirmed {
  entryIds: string[];
}

/** An answer as it was stored, once with a single entry. */
export const storedEntries = (answer: Confirmed | { entryId: string }): string[] =>
  'entryId' in answer ? [answer.entryId] : answer.entryIds;

const NOTHING_WAITS = 'Nothing of this waits for a confirmation.';

/** Of every entry that gave points of the purchase: their expiry is counted from now on. */
function confirmations(
  request: RoomRequest,
  { currencies, timeZone }: Programme,
  pinned: Programme,
  purchase: BookPurchase,
  at: string,
): Posting[] {
  const whole = {
    ...purchase,
    lines: purchase.lines.map((line) => ({ ...line, returnedQuantity: '0' })),
    returned: '0',
  };
  const { grants } = countKept(pinned, whole);
  return Object.keys(purchase.given).flatMap((code) => {
    const currency = currencies.find((known) => known.code === code)!;
    const grant = grants.find((one) => one.currency === code);
    const lots = grant === undefined ? [] : lotsOf(pinned, grant, { at: purchase.occurredAt, funder: null });
    const confirmedOf = (override: (typeof lots)[number]['override']) =>
      termsOf(currency, 'EARN', at, timeZone, { ...override, pending: null });
    const { expiresAt, idleUntil } = confirmedOf(lots[0]?.override ?? {});
    return sourcesOf(purchase, code).map(({ origin }): Posting => ({
      op: 'confirm',
      member: purchase.memberId!,
      currency: code,
      undoes: origin,
      origin,
      expires_at: expiresAt,
      idle_until: idleUntil,
      ...(lots.length > 1 && origin === purchase.id
        ? { lots: lots.map(({ override }) => ({ expires_at: confirmedOf(override).expiresAt })) }
        : {}),
      ...actorOf(request.viewer),
    }));
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
    return postAll(tx, confirmations(request, programme, pinned, purchase!, await now(tx)));
  });
}
