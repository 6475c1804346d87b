// Decides a return: what it takes from which purchase, and the points that go with it.
import { newId } from '../../shared/id.ts';
import { Refused } from '../../shared/refusal.ts';
import type { RoomRequest } from '../../shared/room.ts';
import { graceUntil } from '../ledger/expiry.rules.ts';
import { actorOf } from '../ledger/ledger.service.ts';
import type { Book } from './book.service.ts';
import type { ReturnItem } from './item.service.ts';
import { scaleOf } from './money.rules.ts';
import { NothingReturned, type Answer, type Outcome } from './outcome.rules.ts';
import { returnAmount, returnLatest, returnLines, returnWhole, type Part, type Returned } from './return.rules.ts';
import { pointsOf } from './sale.service.ts';
import { takePart } from './undo.service.ts';

/** What comes back, from which purchases; throws when nothing does. */
function match(book: Book, item: ReturnItem): Returned {
  const { input, mode, location, memberId } = item;
  if (item.reference === null) {
    const latest = book.latest(memberId!, location.partnerId, input.occurredAt);
    return 'lines' in mode ? returnLatest(latest, mode.lines) : { parts: [], answers: [] };
  }
  const purchase = book.named(item.reference, location.partnerId);
  if (purchase === undefined) {
    throw new Refused('PURCHASE_UNKNOWN', 'There is no such purchase.', { field: ['purchase'] });
  }
  if ('lines' in mode) return returnLines(purchase, mode.lines);
  if ('amount' in mode && scaleOf(mode.amount.toFixed()) > purchase.decimals) {
    const message = `An amount has at most ${purchase.decimals} decimals here.`;
    throw new Refused('AMOUNT_INVALID', message, { field: ['amount'] });
  }
  const part = 'whole' in mode ? returnWhole(purchase) : returnAmount(purchase, mode.amount);
  if (part === null) {
    throw new Refused('RETURN_EXCEEDS_PURCHASE', 'More is returned than was bought.', {
      field: ['whole' in mode ? 'whole' : 'amount'],
    });
  }
  return { parts: [part], answers: [] };
}

export function giveBack(request: RoomRequest, book: Book, item: ReturnItem): Outcome {
  const { parts, answers } = match(book, item);
  if (parts.length === 0) throw new NothingReturned(answers);
  const returnId = newId();
  const taken = parts.map((part) => {
    const before = book.postings.length;
    const undone = takePart(request, book, item, part);
    const after = book.postings.length;
    const restores = giveSpentBack(request, book, item, part, undone.ids[0]!);
    // What comes back is there before anything is taken: who has it owes nothing.
    book.postings.splice(before, 0, ...book.postings.splice(after));
    return { part, ...undone, restores };
  });
  const memberId = item.memberId ?? taken[0]!.memberId;
  const answer: Answer = {
    memberId,
    purchaseId: null,
    holds: [],
    steps: taken.flatMap(({ steps }) => steps),
    parts: taken.flatMap(({ ids, part, restores }) =>
      ids.map((id, n) => ({ id, purchaseId: part.purchaseId, restores: n === 0 ? restores : [] })),
    ),
    lines: answers,
  };
  const { input } = item;
  book.addReturn(
    item,
    {
      id: returnId,
      member_id: memberId,
      partner_id: item.location.partnerId,
      location_id: item.location.locationId,
      terminal: input.terminal ?? null,
      cashier: input.cashier ?? null,
      receipt_number: input.receiptNumber,
      business_date: input.businessDate,
      occurred_at: input.occurredAt,
      recorded_at: book.at.now,
      lines: answers,
      input_hash: `\\x${item.hash}`,
    },
    taken.flatMap(({ part, given }) =>
      given.map(({ id, given: changed }, n) => ({
        id,
        return_id: returnId,
        purchase_id: part.purchaseId,
        amount: n === 0 ? part.amount.toFixed() : '0',
        given: changed,
        lines:
          n === 0
            ? part.lines.map((line) => ({
                number: line.number,
                quantity: line.quantity.toFixed(),
                amount: line.amount.toFixed(),
              }))
            : [],
      })),
    ),
    answer,
  );
  book.remember(item, answer);
  const points = taken.flatMap(({ given }) => given).map(({ given }) => pointsOf(given, book.at.programme));
  return { state: 'RECORDED', answer, points: points.reduce((sum, one) => sum + one, 0) };
}

/**
 * Points that redemptions spent on the purchase come back with it: of each as large a share as of its total has come
 * back, rounded down, so that parts in any order end where one whole return ends. The origins of their entries.
 */
function giveSpentBack(request: RoomRequest, book: Book, item: ReturnItem, part: Part, id: string): string[] {
  const { memberId, total, returned } = book.named({ id: part.purchaseId }, item.location.partnerId)!;
  return book.at.spending.of(part.purchaseId).flatMap((redemption) => {
    const whole = returned.eq(total);
    const due = whole ? redemption.points : returned.times(redemption.points).div(total).round(0, 0).toNumber();
    const amount = due - redemption.restored;
    if (amount <= 0 || memberId === null) return [];
    const origin = book.at.spending.restore(id, redemption, amount);
    book.postings.push({
      op: 'restore',
      member: memberId,
      currency: redemption.currency,
      asker: redemption.askerId,
      amount,
      origin,
      grace_until: graceUntil(book.at.now, book.currency(redemption.currency).grace, book.at.programme.timeZone),
      effective_at: item.input.occurredAt,
      ...actorOf(request.viewer),
    });
    return [origin];
  });
}
