// One transaction's view of purchases: what was read under the locks, what has been decided on it since, and what is to
// be written. Decisions see each other in order; everything is written at once, at the end, or not at all: a quote is
// decided like a purchase in a book that nobody closes.
import type { Sql } from '../../shared/database.ts';
import { tell } from '../../shared/outbox.ts';
import type { Limited, LimitUse } from '../earning/limit.service.ts';
import { accepted, post, type Posting } from '../ledger/ledger.service.ts';
import type { Programme } from '../programme/programme.rules.ts';
import type { Standings } from '../tier/standing.service.ts';
import type { RecordedReturn, Remembered } from './answered.service.ts';
import { isKept } from './counting.rules.ts';
import type { BookPurchase } from './recorded.service.ts';
import type { BatchItem, PurchaseItem, Reference, ReturnItem } from './item.service.ts';
import type { MemberCopy } from './lookup.service.ts';
import type { Answer } from './outcome.rules.ts';
import { without, type Part } from './return.rules.ts';
import type { Spending } from './spending.service.ts';
import { insertRows, updatePurchases, type Row } from './write.service.ts';

type Table = 'purchase' | 'purchase_line' | 'purchase_return' | 'purchase_return_part';

const receiptOf = (item: { locationId: string; receiptNumber: string; businessDate: string }): string =>
  JSON.stringify([item.locationId, item.receiptNumber, item.businessDate]);

const itemReceipt = ({ location, input }: BatchItem): string =>
  receiptOf({ locationId: location.locationId, ...input });

const requestOf = (mutation: string, key: string): string => `${mutation} ${key}`;

/** What is read before anything is decided. */
export interface Opened {
  owner: string;
  now: string;
  /** In force now: policies of currencies, the ladder. */
  programme: Programme;
  /** Versions that purchases are counted by, and the one that was in force at an instant. */
  versions: Map<number, Programme>;
  inForceAt: Map<string, Programme>;
  standings: Standings;
  members: Map<string, MemberCopy>;
  /** Points that purchases spend. */
  spending: Spending;
  /** What caps and budgets leave, and what each item and purchase can touch of them. */
  limits: LimitUse;
  limited: Map<PurchaseItem | string, Limited>;
  /** What decides surprises of a member's nth purchase, by rule. */
  draws: (memberId: string, number: number) => Record<string, string>;
  /** By a member's day at a location, as `visitOf` names it: purchases that count as a visit. */
  visits: Map<string, string[]>;
  /** It is asked what a draft would give: its ladder has nobody on it but by what is known now. */
  isDraft: boolean;
  /** Attempts whose vouchers were given up. */
  condemned: ReadonlySet<string>;
}

/** A day of a member at a location. */
export const visitOf = (memberId: string, locationId: string, day: string): string =>
  `${memberId} ${locationId} ${day}`;

export class Book {
  readonly at: Opened;
  readonly #requests = new Map<string, Remembered>();
  readonly #purchases = new Map<string, BookPurchase>();
  readonly #receipts = new Map<string, string>();
  readonly #returns = new Map<string, Remembered>();
  readonly #inserts: Record<Table, Row[]> = {
    purchase: [],
    purchase_line: [],
    purchase_return: [],
    purchase_return_part: [],
  };
  readonly #recorded: { purchase: BookPurchase; base: string; redemptionIds: string[] }[] = [];
  readonly #changed = new Map<string, { base: string; at: string }>();
  readonly #answers: Row[] = [];
  readonly postings: Posting[] = [];

  constructor(
    opened: Opened,
    purchases: BookPurchase[],
    requests: (Remembered & { mutation: string; key: string })[],
    returns: RecordedReturn[],
  ) {
    this.at = opened;
    for (const purchase of purchases) this.#keep(purchase);
    for (const { mutation, key, ...remembered } of requests) this.#requests.set(requestOf(mutation, key), remembered);
    for (const recorded of returns) this.#returns.set(receiptOf(recorded), recorded);
  }

  #keep(purchase: BookPurchase): void {
    this.#purchases.set(purchase.id, purchase);
    this.#receipts.set(receiptOf(purchase), purchase.id);
  }

  programmeOf(purchase: BookPurchase): Programme {
    return this.at.versions.get(purchase.ruleVersion)!;
  }

  /** A points currency with the policies that are in force. */
  currency(code: string): Programme['currencies'][number] {
    return this.at.programme.currencies.find((known) => known.code === code)!;
  }

  /** What was answered under the item's key. */
  answered(item: BatchItem): Remembered | undefined {
    return this.#requests.get(requestOf(item.mutation, item.key));
  }

  /** What was recorded under the item's receipt. */
  recorded(item: BatchItem): Remembered | undefined {
    const receipt = itemReceipt(item);
    if (item.mutation === 'purchaseReturn') return this.#returns.get(receipt);
    const purchase = this.#purchases.get(this.#receipts.get(receipt) ?? '');
    if (purchase === undefined) return undefined;
    const { id, memberId, hash } = purchase;
    const holds = this.at.spending.of(id).map((redemption) => redemption.holdId);
    const steps = this.at.standings.causedBy(memberId, id);
    return { hash, answer: { memberId, purchaseId: id, holds, steps, parts: [], lines: [] } };
  }

  purchase = (id: string): BookPurchase | undefined => this.#purchases.get(id);

  /** Whether the member has bought there that day: something that is kept, and earns. */
  visited(visit: string): boolean {
    return (this.at.visits.get(visit) ?? []).some((id) => {
      const purchase = this.#purchases.get(id);
      return purchase === undefined || (purchase.earns && isKept(purchase));
    });
  }

  /** The purchase that a return names, if it is the partner's. */
  named(reference: Reference, partnerId: string): BookPurchase | undefined {
    const own = [...this.#purchases.values()].filter((purchase) => purchase.partnerId === partnerId);
    if ('id' in reference) return own.find((purchase) => purchase.id === reference.id);
    return own
      .filter(
        (purchase) =>
          purchase.locationId === reference.locationId && purchase.receiptNumber === reference.receiptNumber,
      )
      .filter((purchase) => reference.businessDate === null || purchase.businessDate === reference.businessDate)
      .toSorted((a, b) => (a.businessDate < b.businessDate ? 1 : -1))[0];
  }

  /** A member's purchases at a partner until an instant, latest first. */
  latest(memberId: string, partnerId: string, until: string): BookPurchase[] {
    return [...this.#purchases.values()]
      .filter((purchase) => purchase.memberId === memberId && purchase.partnerId === partnerId)
      .filter((purchase) => purchase.occurredAt <= until)
      .toSorted((a, b) =>
        a.occurredAt === b.occurredAt ? (a.id < b.id ? 1 : -1) : a.occurredAt < b.occurredAt ? 1 : -1,
      );
  }

  /** `base`: its total in the base currency. */
  add(purchase: BookPurchase, base: string, row: Row, lines: Row[], redemptionIds: string[]): void {
    this.#keep(purchase);
    const { memberId, locationId, pinned } = purchase;
    if (memberId !== null) {
      const visit = visitOf(memberId, locationId, pinned.facts.day);
      this.at.visits.set(visit, [...(this.at.visits.get(visit) ?? []), purchase.id]);
    }
    this.#recorded.push({ purchase, base, redemptionIds });
    this.#inserts.purchase.push(row);
    this.#inserts.purchase_line.push(...lines);
  }

  /** A part is taken from a purchase, which is counted so and is worth `base` from now on. */
  takeBack(
    id: string,
    part: Part,
    counted: Pick<BookPurchase, 'pinned' | 'given' | 'lots'>,
    base: string,
    at: string,
  ): void {
    const purchase = this.#purchases.get(id)!;
    this.#purchases.set(id, {
      ...purchase,
      ...without(purchase, part),
      ...counted,
      version: purchase.version + 1,
    });
    this.#changed.set(id, { base, at });
  }

  addReturn(item: ReturnItem, row: Row, parts: Row[], answer: Answer): void {
    this.#inserts.purchase_return.push(row);
    this.#inserts.purchase_return_part.push(...parts);
    this.#returns.set(itemReceipt(item), { hash: item.hash, answer });
  }

  remember(item: BatchItem, answer: Answer): void {
    this.#requests.set(requestOf(item.mutation, item.key), { hash: item.hash, answer });
    this.#answers.push({
      owner: this.at.owner,
      mutation: item.mutation,
      key: item.key,
      input_hash: `\\x${item.hash}`,
      answer,
    });
  }

  /** Writes everything. What is unique is written in order, so that two books cannot wait for each other. */
  async close(tx: Sql): Promise<void> {
    const { spending, limits, standings } = this.at;
    // First, since it may find that accounts are missing with which all is decided again.
    await limits.save(tx);
    this.#inserts.purchase.sort((a, b) => (String(a['receipt_number']) < String(b['receipt_number']) ? -1 : 1));
    this.#answers.sort((a, b) => (String(a['key']) < String(b['key']) ? -1 : 1));
    for (const [table, rows] of Object.entries(this.#inserts)) await insertRows(tx, table, rows);
    await updatePurchases(
      tx,
      [...this.#changed.keys()].map((id) => this.#purchases.get(id)!),
    );
    await spending.save(tx);
    for (const posted of await post(tx, this.postings)) accepted(posted);
    await standings.save(tx);
    await insertRows(tx, 'request', this.#answers);
    await this.#tell(tx);
  }

  async #tell(tx: Sql): Promise<void> {
    await tell(
      tx,
      'purchase.recorded',
      this.#recorded.map(({ purchase, base, redemptionIds }) => {
        const { id: purchaseId, memberId, partnerId, locationId, occurredAt } = purchase;
        const payload = { purchaseId, memberId, partnerId, locationId, occurredAt, base, redemptionIds };
        return { aggregate: purchaseId, sequence: 1, payload };
      }),
    );
    await tell(
      tx,
      'purchase.returned',
      [...this.#changed].map(([purchaseId, { base, at }]) => {
        const { memberId, total, returned, version } = this.#purchases.get(purchaseId)!;
        const payload = { purchaseId, memberId, occurredAt: at, base, whole: returned.eq(total) };
        return { aggregate: purchaseId, sequence: version, payload };
      }),
    );
  }
}
