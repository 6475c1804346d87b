// Points that wait for a confirmation of their purchase: a delivery, the end of a stay. From then on they can be used.
import { now } from '../../shared/clock.ts';
import { once } from '../../shared/idempotency.ts';
import { Refused } from '../../shared/refusal.ts';
import type { RoomRequest } from '../../shared/room.ts';
import { actorOf, postOne } from '../ledger/ledger.service.ts';
import { termsOf } from '../ledger/terms.rules.ts';
import { programmeInForce } from '../programme.ts';
import type { PurchaseRow } from './purchase.entity.ts';

/** Their expiry is counted from now on. What was cancelled meanwhile, or never waited, is refused. */
export async function confirm(request: RoomRequest, key: string, purchase: PurchaseRow) {
  const { id, memberId, pointsCurrency } = purchase;
  const named = { owner: request.viewer.owner, mutation: 'purchaseConfirm', key, input: { purchaseId: id } };
  return once<{ entryId: string }>(request.space.source, named, async (tx) => {
    if (memberId === null) throw new Refused('ENTRY_NOT_PENDING', 'This purchase was nobody’s: nothing waits.');
    const { currencies, earning, timeZone } = await programmeInForce(tx);
    const currency = currencies.find(({ code }) => code === pointsCurrency)!;
    const override = { expiry: earning.expiry, pending: null };
    const { expiresAt, idleUntil } = termsOf(currency, 'EARN', await now(tx), timeZone, override);
    const { entryIds } = await postOne(tx, {
      op: 'confirm',
      member: memberId,
      currency: pointsCurrency,
      undoes: id,
      origin: id,
      expires_at: expiresAt,
      idle_until: idleUntil,
      ...actorOf(request.viewer),
    });
    return { entryId: entryIds[0]! };
  });
}
