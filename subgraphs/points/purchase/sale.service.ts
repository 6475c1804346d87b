// Decides a purchase: what it gives under the programme that was in force when it happened, and for whom.
import { creditsOf, usableBy } from '../earning/credit.service.ts';
import { needsOf, ruleBookOf } from '../earning/book.rules.ts';
import type { Evaluation, Facts, MemberFacts } from '../earning/facts.rules.ts';
import { decodeId, newId } from '../../shared/id.ts';
import { Refused } from '../../shared/refusal.ts';
import type { RoomRequest } from '../../shared/room.ts';
import { moneyDecimals } from '../../shared/scalars.ts';
import { dayOf, daysLater } from '../ledger/calendar.rules.ts';
import { actorOf } from '../ledger/ledger.service.ts';
import type { Programme } from '../programme/programme.rules.ts';
import { factsOfMember } from '../tier/member-facts.service.ts';
import type { Move } from '../tier/standing.service.ts';
import { visitOf, type Book } from './book.service.ts';
import { climb } from './climb.service.ts';
import { lotsGiven } from './lot.service.ts';
import { countKept, givenBy, isKept, NOTHING, type Given } from './counting.rules.ts';
import type { PurchaseItem } from './item.service.ts';
import { inBase } from './money.rules.ts';
import type { Answer, Outcome } from './outcome.rules.ts';
import { lineRows, purchaseRow } from './purchase-row.service.ts';
import type { BookPurchase } from './recorded.service.ts';
import { factsOfSale, saleLines } from './sale.rules.ts';
import type { StandingHold } from './spending.service.ts';

/** What a purchase gave, and what came of it. */
export interface Counted {
  programme: Programme;
  purchase: BookPurchase;
  evaluation: Evaluation;
  moves: Move[];
  holds: StandingHold[];
}

function heldFor(book: Book, item: PurchaseItem): StandingHold[] {
  const { input, memberId, location } = item;
  return (input.redemptionIds ?? []).map((redemptionId, index, all) => {
    const first = all.indexOf(redemptionId) === index;
    const hold = first ? book.at.spending.held(redemptionId, memberId, location.partnerId) : null;
    if (hold !== null) return hold;
    throw new Refused('REDEMPTION_NOT_HELD', 'This redemption is not held for this member.', {
      field: ['redemptionIds', String(index)],
    });
  });
}

/** What hangs on the purchases that the member has made before, at the moment at which one begins to earn. */
export function numbered(
  book: Book,
  programme: Programme,
  { memberId, locationId, day }: { memberId: string; locationId: string; day: string },
): Pick<MemberFacts, 'purchasesBefore' | 'visited' | 'draws'> {
  const { standings, draws } = book.at;
  const asked = needsOf(ruleBookOf(programme)).draws;
  // A number that no return lowers: else who was lucky once would be so again.
  const drawn = asked.length === 0 ? {} : draws(memberId, standings.recorded(memberId) + 1);
  return {
    purchasesBefore: standings.purchasesBefore(memberId),
    visited: book.visited(visitOf(memberId, locationId, day)),
    draws: Object.fromEntries(asked.map((rule) => [rule, drawn[rule]!])),
  };
}

/** The facts of a member when the purchase happened. */
function memberFacts(book: Book, item: PurchaseItem, facts: Facts, programme: Programme): MemberFacts | null {
  const { memberId, location, personal } = item;
  if (memberId === null) return null;
  const { standings, members, isDraft, now } = book.at;
  return {
    ...factsOfMember(standings, memberId, facts, {
      needs: needsOf(ruleBookOf(programme)),
      personal,
      segments: members.get(memberId)!.segments,
    }),
    ...numbered(book, programme, { memberId, locationId: location.locationId, day: facts.day }),
    // Nobody stood on the ladder of a draft before.
    ...(isDraft ? { tier: standings.tierAt(memberId, now) } : {}),
  };
}

/** Older than the programme, as it is now, takes without a look. */
const isLate = ({ lateDays, timeZone }: Programme, occurredAt: string, now: string): boolean =>
  lateDays !== undefined && daysLater(occurredAt, lateDays, timeZone) < now;

/** Posts what a purchase gives and counts it for the ladder; whatever it had given before. */
export function give(
  request: RoomRequest,
  book: Book,
  { purchase, programme, evaluation }: Omit<Counted, 'moves' | 'holds'>,
): Move[] {
  const { memberId, id: origin, occurredAt: at, partnerId } = purchase;
  const { member } = purchase.pinned.facts;
  if (memberId === null || member === null || !purchase.earns) return [];
  const given = { member: memberId, at, origin, ...actorOf(request.viewer) };
  const credits = creditsOf(programme, evaluation.grants, { ...given, givenAt: book.at.now, funder: partnerId });
  book.postings.push(...credits);
  const kept = purchase.total.minus(purchase.returned);
  const spend = inBase(kept, purchase.rate, moneyDecimals(programme.baseCurrency));
  const points = usableBy(credits, book.at.now);
  return climb(book, member, { spend, purchases: isKept(purchase) ? 1 : 0, points, returned: false }, given);
}

/** Throws what is in the way; decides and says what the purchase gives. */
export function count(request: RoomRequest, book: Book, item: PurchaseItem): Counted {
  const { input, sale, memberId, location } = item;
  const programme = book.at.inForceAt.get(input.occurredAt)!;
  const member = memberId === null ? null : book.at.members.get(memberId)!;
  if (member !== null && (member.status === 'CLOSED' || member.status === 'ERASED')) {
    throw new Refused('MEMBER_NOT_ACTIVE', `This member is ${member.status}.`, { field: ['member'] });
  }
  const happened = factsOfSale(item, programme);
  if (happened === null) {
    const day = dayOf(input.occurredAt, programme.timeZone);
    throw new Refused('CURRENCY_UNKNOWN', `The programme has no rate of ${input.currencyCode} for ${day}.`, {
      field: ['currencyCode'],
    });
  }
  if (item.attemptId !== null && book.at.condemned.has(item.attemptId)) {
    throw new Refused('VOUCHER_NOT_USABLE', 'The vouchers were given up meanwhile: send the purchase again.', {
      field: ['vouchers'],
      retryable: true,
    });
  }
  const holds = heldFor(book, item);
  const facts = { ...happened, member: memberFacts(book, item, happened, programme) };
  const isActive = member !== null && member.status === 'ACTIVE' && !member.earningBlocked;
  const waits = isActive && isLate(book.at.programme, input.occurredAt, book.at.now);
  const earns = isActive && !waits;
  const limited = book.at.limited.get(item);
  const rooms = earns && limited !== undefined ? book.at.limits.rooms(limited) : {};
  const blank: BookPurchase = {
    id: item.attemptId ?? newId(),
    memberId,
    partnerId: location.partnerId,
    locationId: location.locationId,
    receiptNumber: input.receiptNumber,
    businessDate: input.businessDate,
    occurredAt: input.occurredAt,
    rate: facts.rate,
    ruleVersion: programme.version,
    earns,
    review: waits ? 'WAITING' : null,
    pinned: { facts, rooms },
    given: {},
    lots: [],
    confirmedAt: null,
    version: 1,
    hash: item.hash,
    ...saleLines(sale, input.currencyCode),
  };
  const evaluation = memberId === null ? NOTHING : countKept(programme, blank);
  const lots = lotsGiven(programme, blank.id, evaluation.grants, input.occurredAt);
  const purchase = { ...blank, given: givenBy(evaluation), lots };
  if (limited !== undefined) {
    book.at.limits.count(limited, {}, evaluation.taken, purchase.id);
    book.at.limited.set(purchase.id, limited);
  }
  const moves = give(request, book, { programme, purchase, evaluation });
  return { programme, purchase, evaluation, moves, holds };
}

export function record(request: RoomRequest, book: Book, item: PurchaseItem): Outcome {
  const { programme, purchase, moves, holds } = count(request, book, item);
  const { memberId } = item;
  const base = inBase(purchase.total, purchase.rate, moneyDecimals(programme.baseCurrency));
  book.add(
    purchase,
    base.toFixed(),
    purchaseRow(purchase, item, book.at.now),
    lineRows(purchase, item),
    holds.flatMap((hold) => decodeId('rdm', hold.askerId) ?? []),
  );
  for (const hold of holds) book.postings.push(book.at.spending.capture(purchase.id, hold, actorOf(request.viewer)));
  const answer: Answer = {
    memberId,
    purchaseId: purchase.id,
    holds: holds.map((hold) => hold.id),
    steps: moves.map(({ id }) => id),
    parts: [],
    lines: [],
  };
  book.remember(item, answer);
  return { state: 'RECORDED', answer, points: pointsOf(purchase.given, programme) };
}

/** Points that can be spent, of all currencies together. */
export const pointsOf = (given: Given, { currencies }: Programme): number =>
  currencies.filter(({ spendable }) => spendable).reduce((sum, { code }) => sum + (given[code] ?? 0), 0);
