// Purchases that came later than the programme takes without a look: a person approves or declines each, once. What is
// approved gives what the rules of its own day give for what is kept of it, of what caps and budgets have left by now.
import type { Sql } from '../../shared/database.ts';
import { once } from '../../shared/idempotency.ts';
import { Refused } from '../../shared/refusal.ts';
import type { RoomRequest } from '../../shared/room.ts';
import { withAccounts, type Limited } from '../earning/limit.service.ts';
import type { Programme } from '../programme/programme.rules.ts';
import type { Book } from '../purchase/book.service.ts';
import { countKept, givenBy } from '../purchase/counting.rules.ts';
import type { MemberCopy } from '../purchase/lookup.service.ts';
import { lotsGiven } from '../purchase/lot.service.ts';
import { openBook } from '../purchase/opening.service.ts';
import type { BookPurchase } from '../purchase/recorded.service.ts';
import { give, numbered } from '../purchase/sale.service.ts';

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

/** Throws when the member may earn nothing now. */
function checkEarning({ status, earningBlocked }: MemberCopy): void {
  if (status === 'CLOSED' || status === 'ERASED') {
    throw new Refused('MEMBER_NOT_ACTIVE', `This member is ${status}: its purchase can only be declined.`);
  }
  if (status === 'ACTIVE' && !earningBlocked) return;
  throw new Refused('EARNING_BLOCKED', 'This member may not earn now: its purchase can wait, or be declined.');
}

function waitingOf(book: Book, id: string): BookPurchase & { memberId: string } {
  const purchase = book.purchase(id);
  if (purchase?.memberId != null && purchase.review === 'WAITING') return { ...purchase, memberId: purchase.memberId };
  throw new Refused('REVIEW_NOT_OPEN', 'No purchase of this id waits for a review.', { field: ['purchaseId'] });
}

/** As it is counted from now on. What waits takes no number and no room: it has those that are left by now. */
function approved(book: Book, programme: Programme, waiting: BookPurchase, limited: Limited): BookPurchase {
  const { memberId, locationId, pinned } = waiting;
  const { day, member } = pinned.facts;
  const since = numbered(book, programme, { memberId: memberId!, locationId, day });
  const facts = { ...pinned.facts, member: { ...member!, ...since } };
  return { ...waiting, earns: true, pinned: { facts, rooms: book.at.limits.rooms(limited) } };
}

async function review(
  tx: Sql,
  request: RoomRequest,
  { purchaseId, approve, reason }: Decision,
  opened: Limited[],
): Promise<Decided> {
  const { owner } = request.viewer;
  const book = await openBook(tx, owner, [], { purchases: [purchaseId], opened });
  const waiting = waitingOf(book, purchaseId);
  const { memberId } = waiting;
  if (approve) checkEarning(book.at.members.get(memberId)!);
  const programme = book.programmeOf(waiting);
  const limited = book.at.limited.get(purchaseId)!;
  const purchase = approve ? approved(book, programme, waiting, limited) : waiting;
  const evaluation = countKept(programme, purchase);
  book.at.limits.count(limited, {}, evaluation.taken, purchaseId);
  const moves = give(request, book, { programme, purchase, evaluation });
  await book.close(tx);
  await tx.query(
    `update purchase set review = $2, review_reason = $3, reviewed_at = $4, reviewed_by = $5, earns = $6, facts = $7, given = $8, lots = $9
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
      JSON.stringify(lotsGiven(programme, purchaseId, evaluation.grants, waiting.occurredAt)),
    ],
  );
  return { memberId, steps: moves.map(({ id }) => id) };
}

export async function decide(request: RoomRequest, key: string, decision: Decision) {
  const reason = decision.reason.trim();
  if (reason === '' || reason.length > 500) {
    throw new Refused('REASON_MISSING', 'A reason of 1 to 500 characters is needed.', { field: ['reason'] });
  }
  const named = { owner: request.viewer.owner, mutation: 'purchaseReviewDecide', key, input: decision };
  return withAccounts((opened) =>
    once<Decided>(request.space.source, named, (tx) => review(tx, request, { ...decision, reason }, opened)),
  );
}
