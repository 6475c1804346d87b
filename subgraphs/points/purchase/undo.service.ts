// Takes a part out of its purchase: afterwards the member keeps what the purchase's own version gives for what is kept. What
// is too much is taken from the entries that gave it, the latest first; what is kept may also give more than the whole did.
import { creditOf } from '../earning/credit.service.ts';
import type { Evaluation, Grant } from '../earning/facts.rules.ts';
import { newId } from '../../shared/id.ts';
import type { RoomRequest } from '../../shared/room.ts';
import { moneyDecimals } from '../../shared/scalars.ts';
import { actorOf, type Posting } from '../ledger/ledger.service.ts';
import { deficitTerms } from '../ledger/terms.rules.ts';
import type { Book } from './book.service.ts';
import { climb, usableBy } from './climb.service.ts';
import { countKept, givenBy, isKept, sourcesOf, takenFrom, type Given, type GivenPart } from './counting.rules.ts';
import { stepLimited } from '../tier/bonus.service.ts';
import type { Move } from '../tier/standing.service.ts';
import type { ReturnItem } from './item.service.ts';
import { inBase } from './money.rules.ts';
import type { BookPurchase } from './recorded.service.ts';
import { without, type Part } from './return.rules.ts';

interface Undone {
  memberId: string | null;
  /** Of the part; where it undoes more than one entry of a currency, of a further one for each. */
  ids: string[];
  given: GivenPart[];
  /** Origins of entries that steps of the ladder caused. */
  steps: string[];
}

export function takePart(request: RoomRequest, book: Book, item: ReturnItem, part: Part): Undone {
  const purchase = book.named({ id: part.purchaseId }, item.location.partnerId)!;
  const programme = book.programmeOf(purchase);
  const { memberId } = purchase;
  const rest: BookPurchase = { ...purchase, ...without(purchase, part) };
  const before = countKept(programme, purchase);
  const after = countKept(programme, rest);
  const left = givenBy(after);
  const given = memberId === null ? [{ id: newId(), given: {} }] : settle(request, book, item, purchase, after);
  const decimals = moneyDecimals(programme.baseCurrency);
  const worth = ({ total, returned, rate }: BookPurchase) => inBase(total.minus(returned), rate, decimals);
  const base = worth(rest);
  book.takeBack(part.purchaseId, part, left, given, base.toFixed(), item.input.occurredAt);
  const limited = book.at.limited.get(purchase.id);
  if (limited !== undefined) book.at.limits.count(limited, before.taken, after.taken, given[0]!.id);
  const ids = given.map(({ id }) => id);
  const { member } = purchase.pinned.facts;
  if (memberId === null || member === null || !purchase.earns) return { memberId, ids, given, steps: [] };
  const moves = climb(
    book,
    member,
    {
      spend: base.minus(worth(purchase)),
      purchases: isKept(purchase) && !isKept(rest) ? -1 : 0,
      points: usableChange(book, purchase, before, after),
      returned: true,
      earnedAt: purchase.occurredAt,
    },
    { member: memberId, at: item.input.occurredAt, origin: ids[0]!, ...actorOf(request.viewer) },
  );
  return {
    memberId,
    ids,
    given,
    steps: [...new Set([...moves.map(({ id }) => id), ...undoBonuses(request, book, memberId, moves)])],
  };
}

/** Posts the difference in each currency. */
function settle(
  request: RoomRequest,
  book: Book,
  item: ReturnItem,
  purchase: BookPurchase,
  after: Evaluation,
): GivenPart[] {
  const { input } = item;
  const memberId = purchase.memberId!;
  const programme = book.programmeOf(purchase);
  const parts: GivenPart[] = [{ id: newId(), given: {} }];
  const currencies = new Set([...Object.keys(purchase.given), ...after.grants.map(({ currency }) => currency)]);
  for (const code of currencies) {
    const kept = after.grants.find(({ currency }) => currency === code) ?? { amount: 0, steps: [], parts: [] };
    const had = purchase.given[code] ?? 0;
    const change = kept.amount - had;
    if (change === 0) continue;
    const explained = (amount: number, isLast: boolean) => ({
      ruleSetVersion: String(purchase.ruleVersion),
      steps: [
        ...(isLast ? kept.steps : []),
        {
          rule: 'given-before',
          kind: 'given-before' as const,
          applied: true,
          amount: isLast ? amount - kept.amount : amount,
        },
      ],
    });
    if (change > 0) {
      const grant: Grant = { currency: code, amount: change, steps: [], parts: moreOf(kept.parts, change) };
      const { credit } = creditOf(programme, grant, {
        member: memberId,
        at: purchase.occurredAt,
        origin: parts[0]!.id,
        funder: purchase.partnerId,
        ...actorOf(request.viewer),
      });
      book.postings.push({ ...credit, effective_at: input.occurredAt, explanation: explained(change, true) });
      parts[0]!.given[code] = change;
      continue;
    }
    const { deficitMax, clamp } = deficitTerms(book.currency(code).deficit);
    const taken = takenFrom(sourcesOf(purchase, code), -change);
    taken.forEach(({ origin: undoes, amount }, n) => {
      const part = (parts[n] ??= { id: newId(), given: {} });
      part.given[code] = -amount;
      const posting: Posting = {
        op: 'reverse',
        origin: part.id,
        undoes,
        member: memberId,
        currency: code,
        amount,
        deficit_max: deficitMax,
        clamp,
        effective_at: input.occurredAt,
        rule_version: String(purchase.ruleVersion),
        explanation: explained(-amount, n === taken.length - 1),
        ...actorOf(request.viewer),
      };
      book.postings.push(posting);
    });
  }
  return parts;
}

/** Of what is kept, so much as is given on top: of the last rules. */
function moreOf(parts: Grant['parts'], change: number): Grant['parts'] {
  let rest = change;
  return parts
    .toReversed()
    .flatMap((part) => {
      const amount = Math.min(part.amount, rest);
      rest -= amount;
      return amount > 0 ? [{ ...part, amount }] : [];
    })
    .toReversed();
}

/** What a return changes of points that could be used by now. */
function usableChange(book: Book, purchase: BookPurchase, before: Evaluation, after: Evaluation): Given {
  const programme = book.programmeOf(purchase);
  const given = {
    member: '',
    at: purchase.occurredAt,
    origin: '',
    funder: null,
    actor_kind: 'SYSTEM' as const,
    actor_id: null,
  };
  const usable = ({ grants }: Evaluation): Given =>
    usableBy(
      grants.filter(({ amount }) => amount > 0).map((grant) => creditOf(programme, grant, given).credit),
      book.at.now,
    );
  const [had, has] = [usable(before), usable(after)];
  const codes = new Set([...Object.keys(had), ...Object.keys(has)]);
  return Object.fromEntries([...codes].map((code) => [code, (has[code] ?? 0) - (had[code] ?? 0)]));
}

/** Takes back what levels had given that the return undoes; the origins of the entries. */
function undoBonuses(request: RoomRequest, book: Book, member: string, moves: Move[]): string[] {
  const down = moves.filter(({ up }) => !up);
  return down.flatMap((move) =>
    book.at.standings.undone(member, move).map(({ id: undoes, at, given, taken }) => {
      const { id: origin } = move;
      book.at.limits.count(stepLimited(book.at.programme, member, at), taken, {}, origin);
      for (const [code, amount] of Object.entries(given)) {
        const { deficitMax, clamp } = deficitTerms(book.currency(code).deficit);
        book.postings.push({
          op: 'reverse',
          origin,
          undoes,
          member,
          currency: code,
          amount,
          deficit_max: deficitMax,
          clamp,
          reason: `tier ${move.to}`,
          rule_version: String(book.at.programme.version),
          explanation: {
            ruleSetVersion: String(book.at.programme.version),
            steps: [{ rule: 'given-before', kind: 'given-before', applied: true, amount: -amount }],
          },
          ...actorOf(request.viewer),
        });
      }
      return origin;
    }),
  );
}
