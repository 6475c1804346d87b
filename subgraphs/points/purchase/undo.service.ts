// Takes a part out of its purchase: afterwards the member keeps what the purchase's own version gives for what is kept, lot by
// lot. What is too much of a lot is taken from it, what is kept may also give more than the whole did.
import { creditsOf, usableBy } from '../earning/credit.service.ts';
import { Big } from 'big.js';
import type { Evaluation, Rooms, Step } from '../earning/facts.rules.ts';
import { newId } from '../../shared/id.ts';
import type { RoomRequest } from '../../shared/room.ts';
import { moneyDecimals } from '../../shared/scalars.ts';
import { actorOf, type Posting } from '../ledger/ledger.service.ts';
import { deficitTerms } from '../ledger/terms.rules.ts';
import type { Book } from './book.service.ts';
import { climb } from './climb.service.ts';
import { countKept, givenBy, isKept, type Given, type GivenPart } from './counting.rules.ts';
import { lotChanges, lotsAfter, type LotChange } from './lot.service.ts';
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
  const { memberId, occurredAt } = purchase;
  const before = countKept(programme, purchase);
  const limited = book.at.limited.get(purchase.id);
  const rooms = limited === undefined ? {} : book.at.limits.rooms(limited);
  const pinned = { ...purchase.pinned, rooms: stillLeft(purchase.pinned.rooms, before.taken, rooms) };
  const rest: BookPurchase = { ...purchase, ...without(purchase, part), pinned };
  const after = countKept(programme, rest);
  const changes = memberId === null ? [] : lotChanges(programme, occurredAt, purchase.lots, after.grants);
  const given = settle(request, book, item, purchase, changes, after);
  const { id } = given[0]!;
  const lots = lotsAfter(programme, occurredAt, purchase.lots, changes, id);
  const decimals = moneyDecimals(programme.baseCurrency);
  const worth = ({ total, returned, rate }: BookPurchase) => inBase(total.minus(returned), rate, decimals);
  const base = worth(rest);
  book.takeBack(part.purchaseId, part, { pinned, given: givenBy(after), lots }, base.toFixed(), item.input.occurredAt);
  if (limited !== undefined) book.at.limits.count(limited, before.taken, after.taken, id);
  const ids = given.map((one) => one.id);
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
      earnedAt: occurredAt,
    },
    { member: memberId, at: item.input.occurredAt, origin: id, ...actorOf(request.viewer) },
  );
  const steps = [...moves.map((move) => move.id), ...undoBonuses(request, book, memberId, moves)];
  return { memberId, ids, given, steps: [...new Set(steps)] };
}

const givenBefore = (amount: number): Step => ({ rule: 'given-before', kind: 'given-before', applied: true, amount });

/** A reversal with what the currency's policy says of debts, explained. */
function reversal(
  request: RoomRequest,
  book: Book,
  wallet: { member: string; currency: string },
  undone: { origin: string; undoes: string; amount: number; lots?: { n: number; amount: number }[] },
  explained: { version: number; steps: Step[]; at?: string; reason?: string },
): Posting {
  const { deficitMax, clamp } = deficitTerms(book.currency(wallet.currency).deficit);
  const { version, steps, at, reason } = explained;
  return {
    op: 'reverse',
    ...wallet,
    ...undone,
    deficit_max: deficitMax,
    clamp,
    ...(at === undefined ? {} : { effective_at: at }),
    ...(reason === undefined ? {} : { reason }),
    rule_version: String(version),
    explanation: { ruleSetVersion: String(version), steps },
    ...actorOf(request.viewer),
  };
}

/** What is kept may give more, but no more than others have left meanwhile of what limits it. */
const stillLeft = (then: Rooms, taken: Rooms, now: Rooms): Rooms =>
  Object.fromEntries(
    Object.entries(then).map(([key, room]) => {
      const left = now[key] === undefined ? null : Big(taken[key] ?? 0).plus(now[key]);
      return [key, left === null || left.gte(room) ? room : left.toFixed()];
    }),
  );

/** Posts the changes of each currency: what each part of the return changed of what had been given. */
function settle(
  request: RoomRequest,
  book: Book,
  item: ReturnItem,
  purchase: BookPurchase,
  changes: LotChange[],
  after: Evaluation,
): GivenPart[] {
  const at = item.input.occurredAt;
  const programme = book.programmeOf(purchase);
  const version = purchase.ruleVersion;
  const parts: GivenPart[] = [{ id: newId(), given: {} }];
  const given = {
    member: purchase.memberId!,
    at: purchase.occurredAt,
    givenAt: book.at.now,
    confirmedAt: purchase.confirmedAt,
    origin: parts[0]!.id,
    funder: purchase.partnerId,
    ...actorOf(request.viewer),
  };
  for (const { currency, less, more } of changes) {
    const kept = after.grants.find((grant) => grant.currency === currency)?.steps ?? [];
    const before = (amount: number) => amount - sumOf(kept);
    const stepsTo = (amount: number) => [...kept, ...(before(amount) === 0 ? [] : [givenBefore(before(amount))])];
    // What is given on top comes first: what is taken back may need it.
    const on = sumOf(more);
    if (on > 0) {
      const steps = less.length === 0 ? stepsTo(on) : more.map(({ rule, amount }) => ({ rule, applied: true, amount }));
      parts[0]!.given[currency] = on;
      const credits = creditsOf(programme, [{ currency, amount: on, parts: more, steps }], given);
      book.postings.push(...credits.map((credit) => ({ ...credit, effective_at: at })));
    }
    const byOrigin = [...Map.groupBy(less, ({ origin }) => origin)];
    byOrigin.forEach(([undoes, own], n) => {
      const part = (parts[n] ??= { id: newId(), given: {} });
      const amount = sumOf(own);
      part.given[currency] = (part.given[currency] ?? 0) - amount;
      const explainsAll = n === byOrigin.length - 1 && on === 0;
      const lots = own.map((lot) => ({ n: lot.n, amount: lot.amount }));
      const steps = explainsAll ? stepsTo(-amount) : [givenBefore(-amount)];
      const wallet = { member: purchase.memberId!, currency };
      book.postings.push(
        reversal(request, book, wallet, { origin: part.id, undoes, amount, lots }, { version, steps, at }),
      );
    });
  }
  return parts;
}

const sumOf = (amounts: { amount?: number }[]): number => amounts.reduce((sum, { amount = 0 }) => sum + amount, 0);

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
    confirmedAt: purchase.confirmedAt,
  };
  const usable = ({ grants }: Evaluation): Given => usableBy(creditsOf(programme, grants, given), book.at.now);
  const [had, has] = [usable(before), usable(after)];
  const codes = new Set([...Object.keys(had), ...Object.keys(has)]);
  return Object.fromEntries([...codes].map((code) => [code, (has[code] ?? 0) - (had[code] ?? 0)]));
}

/** Takes back what levels had given that the return undoes; the origins of the entries. */
function undoBonuses(request: RoomRequest, book: Book, member: string, moves: Move[]): string[] {
  const down = moves.filter(({ up }) => !up);
  return down.flatMap((move) =>
    book.at.standings.undone(member, move).map(({ id: undoes, given, taken, limited }) => {
      const { id: origin } = move;
      book.at.limits.count(limited, taken, {}, origin);
      const version = book.at.programme.version;
      for (const [currency, amount] of Object.entries(given)) {
        const explained = { version, steps: [givenBefore(-amount)], reason: `tier ${move.to}` };
        book.postings.push(reversal(request, book, { member, currency }, { origin, undoes, amount }, explained));
      }
      return origin;
    }),
  );
}
