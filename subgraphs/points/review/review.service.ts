// Purchases that came later than the programme takes without a look: a person approves or declines each, once. What is
// approved gives what the rules of its own day give for what is kept of it, of what caps and budgets have left by now.
import { once } from '../../shared/idempotency.ts';
import { Refused } from '../../shared/refusal.ts';
import type { RoomRequest } from '../../shared/room.ts';
import { countKept, givenBy } from '../purchase/counting.rules.ts';
import { openBook } from '../purchase/opening.service.ts';
import { give } from '../purchase/sale.service.ts';

export interface Decision {
  /** UUID. */
  purchaseId: string;
  approve: boolean;
  reason: string;
}

interface Decided {
  memberId: string;
  /** Steps of the ladder that it led to: origins of what they gave. */
  steps: string[];
}

export async function decide(request: RoomRequest, key: string, decision: Decision) {
  const { owner } = request.viewer;
  const { purchaseId, approve } = decision;
  const reason = decision.reason.trim();
  if (reason === '' || reason.length > 500) {
    throw new Refused('REASON_MISSING', 'A reason of 1 to 500 characters is needed.', { field: ['reason'] });
  }
  const named = { owner, mutation: 'purchaseReviewDecide', key, input: decision };
  return once<Decided>(request.space.source, named, async (tx) => {
    const book = await openBook(tx, owner, [], { lock: true, draft: null, purchases: [purchaseId] });
    const waiting = book.purchase(purchaseId);
    if (waiting?.memberId == null || waiting.review !== 'WAITING') {
      throw new Refused('REVIEW_NOT_OPEN', 'No purchase of this id waits for a review.', { field: ['purchaseId'] });
    }
    const { memberId } = waiting;
    const { status } = book.at.members.get(memberId)!;
    if (approve && (status === 'CLOSED' || status === 'ERASED')) {
      throw new Refused('MEMBER_NOT_ACTIVE', `This member is ${status}: its purchase can only be declined.`);
    }
    const programme = book.programmeOf(waiting);
    const limited = book.at.limited.get(purchaseId)!;
    const rooms = approve ? book.at.limits.rooms(limited) : waiting.pinned.rooms;
    const purchase = { ...waiting, earns: approve, pinned: { ...waiting.pinned, rooms } };
    const evaluation = countKept(programme, purchase);
    book.at.limits.count(limited, {}, evaluation.taken, purchaseId);
    const moves = give(request, book, { programme, purchase, evaluation });
    await book.close(tx);
    await tx.query(
      `update purchase set review = $2, review_reason = $3, reviewed_at = $4, reviewed_by = $5, earns = $6, facts = $7, given = $8
       where id = $1`,
      [
        purchaseId,
        approve ? 'APPROVED' : 'DECLINED',
        reason,
        book.at.now,
        owner,
        approve,
        JSON.stringify(purchase.pinned),
        JSON.stringify(givenBy(evaluation)),
      ],
    );
    return { memberId, steps: moves.map(({ id }) => id) };
  });
}
