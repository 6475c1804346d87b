// Decides a return: what it takes from which purchase, and the points that go with it.
import { newId } from '../../shared/id.ts';
import { Refused } from '../../shared/refusal.ts';
import type { RoomRequest } from '../../shared/room.ts';
import { explainReturn } from '../earning/earning.rules.ts';
import { worth } from '../earning/worth.rules.ts';
import { graceUntil } from '../ledger/expiry.rules.ts';
import { actorOf } from '../ledger/ledger.service.ts';
import { deficitTerms } from '../ledger/terms.rules.ts';
import type { Book } from './book.service.ts';
import type { ReturnItem } from './item.service.ts';
import { scaleOf } from './money.rules.ts';
import { NothingReturned, type Answer, type Outcome } from './outcome.rules.ts';
import { returnAmount, returnLatest, returnLines, returnWhole, type Part, type Returned } from './return.rules.ts';

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
    const id = newId();
    return { id, ...takePart(request, book, item, part, id), restores: giveSpentBack(request, book, item, part, id) };
  });
  const memberId = item.memberId ?? taken[0]!.memberId;
  const answer: Answer = {
    memberId,
    purchaseId: null,
    holds: [],
    parts: taken.map(({ id, part, restores }) => ({ id, purchaseId: part.purchaseId, restores })),
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
      recorded_at: book.now,
      lines: answers,
      input_hash: `\\x${item.hash}`,
    },
    taken.map(({ id, part, points }) => ({
      id,
      return_id: returnId,
      purchase_id: part.purchaseId,
      amount: part.amount.toFixed(),
      points,
      lines: part.lines.map((line) => ({
        number: line.number,
        quantity: line.quantity.toFixed(),
        amount: line.amount.toFixed(),
      })),
    })),
    answer,
  );
  book.remember(item, answer);
  return { state: 'RECORDED', answer, points: taken.reduce((sum, { points }) => sum + points, 0) };
}

/** Takes a part out of its purchase: the points are what the kept rest gives under its own rule version, less what was given. */
function takePart(request: RoomRequest, book: Book, item: ReturnItem, part: Part, id: string) {
  const purchase = book.named({ id: part.purchaseId }, item.location.partnerId)!;
  const programme = book.programmeOf(purchase);
  const { memberId } = purchase;
  const keptBefore = purchase.total.minus(purchase.returned);
  const kept = keptBefore.minus(part.amount);
  const before = worth(purchase, programme, keptBefore);
  const after = worth(purchase, programme, kept);
  const left = Math.min(after.points, purchase.pointsMax ?? Infinity);
  const points = left - purchase.points;
  book.takeBack(part.purchaseId, part, left, after.base.toFixed(), item.input.occurredAt);
  if (memberId !== null && purchase.earns) {
    book.standings.spend(
      memberId,
      after.base.minus(before.base),
      item.input.occurredAt,
      part.purchaseId,
      book.programme.tiers,
    );
  }
  if (memberId === null || points === 0) return { part, points, memberId };
  book.caps.count(memberId, purchase.pointsCurrency, purchase.occurredAt, points);
  const { deficitMax, clamp } = deficitTerms(book.currency(purchase.pointsCurrency).deficit);
  book.post({
    op: 'reverse',
    origin: id,
    undoes: purchase.id,
    member: memberId,
    currency: purchase.pointsCurrency,
    amount: -points,
    deficit_max: deficitMax,
    clamp,
    effective_at: item.input.occurredAt,
    rule_version: String(purchase.ruleVersion),
    explanation: explainReturn(
      programme.earning,
      purchase.ruleVersion,
      after.base,
      programme.baseCurrency,
      purchase.points,
    ),
    ...actorOf(request.viewer),
  });
  return { part, points, memberId };
}

/**
 * Points that redemptions spent on the purchase come back with it: of each as large a share as of its total has come
 * back, rounded down, so that parts in any order end where one whole return ends. The origins of their entries.
 */
function giveSpentBack(request: RoomRequest, book: Book, item: ReturnItem, part: Part, id: string): string[] {
  const { memberId, total, returned } = book.named({ id: part.purchaseId }, item.location.partnerId)!;
  return book.spending.of(part.purchaseId).flatMap((redemption) => {
    const whole = returned.eq(total);
    const due = whole ? redemption.points : returned.times(redemption.points).div(total).round(0, 0).toNumber();
    const amount = due - redemption.restored;
    if (amount <= 0 || memberId === null) return [];
    const origin = book.spending.restore(id, redemption, amount);
    book.post({
      op: 'restore',
      member: memberId,
      currency: redemption.currency,
      asker: redemption.askerId,
      amount,
      origin,
      grace_until: graceUntil(book.now, book.currency(redemption.currency).grace, book.programme.timeZone),
      effective_at: item.input.occurredAt,
      ...actorOf(request.viewer),
    });
    return [origin];
  });
}
