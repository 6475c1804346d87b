// One transaction's view of purchases: what was read under the locks, what has been decided on it since, and what is to
// be written. Decisions see each other in order; everything is written at once, at the end.
import { now } from '../../shared/clock.ts';
import type { Sql } from '../../shared/database.ts';
import { tell } from '../../shared/outbox.ts';
import { accepted, post, type Posting } from '../ledger/ledger.service.ts';
import { programmeInForce, programmesByVersion, type Programme } from '../programme.ts';
import { Standings } from '../tier/standing.service.ts';
import {
  purchasesNamed,
  purchasesStanding,
  requestsAnswered,
  returnsRecorded,
  type BookPurchase,
  type Remembered,
} from './recorded.service.ts';
import { CapUse } from './cap.service.ts';
import type { BatchItem, Reference, ReturnItem } from './item.service.ts';
import { membersById, type MemberCopy } from './lookup.service.ts';
import type { Answer } from './outcome.rules.ts';
import { without, type Part } from './return.rules.ts';
import { Spending } from './spending.service.ts';
import { condemned } from './voucher.service.ts';
import { insertRows, updatePurchases, type Row } from './write.service.ts';

type Table = 'purchase' | 'purchase_line' | 'purchase_return' | 'purchase_return_part';

const receiptOf = (item: { locationId: string; receiptNumber: string; businessDate: string }): string =>
  JSON.stringify([item.locationId, item.receiptNumber, item.businessDate]);

const itemReceipt = ({ location, input }: BatchItem): string =>
  receiptOf({ locationId: location.locationId, ...input });

const requestOf = (mutation: string, key: string): string => `${mutation} ${key}`;

export class Book {
  readonly now: string;
  readonly programme: Programme;
  readonly standings: Standings;
  readonly members: Map<string, MemberCopy>;
  readonly #owner: string;
  readonly #programmes: Map<number, Programme>;
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
  /** Points that purchases spend. */
  spending!: Spending;
  /** What caps leave. */
  caps!: CapUse;
  /** Attempts whose vouchers were given up. */
  condemned: ReadonlySet<string> = new Set();
  readonly #changed = new Map<string, { base: string; at: string }>();
  readonly #postings: Posting[] = [];
  readonly #answers: Row[] = [];

  private constructor(
    owner: string,
    at: string,
    programme: Programme,
    standings: Standings,
    members: Map<string, MemberCopy>,
  ) {
    this.#owner = owner;
    this.now = at;
    this.programme = programme;
    this.#programmes = new Map([[programme.version, programme]]);
    this.standings = standings;
    this.members = members;
  }

  /** Locks the members of the items and the purchases that they name, then reads what deciding them needs. */
  static async open(tx: Sql, owner: string, items: BatchItem[]): Promise<Book> {
    const returns = items.filter((item) => item.mutation === 'purchaseReturn');
    const referenced = await purchasesNamed(tx, returns);
    const memberIds = [...items, ...referenced].flatMap(({ memberId }) => (memberId === null ? [] : [memberId]));
    const standings = await Standings.lock(tx, memberIds);
    // Only a clock that is read under the locks keeps the order of what happens under them.
    const at = await now(tx);
    const members = await membersById(tx, [...new Set(memberIds)]);
    const book = new Book(owner, at, await programmeInForce(tx), standings, members);
    const sales = items.filter((item) => item.mutation === 'purchaseRecord');
    book.condemned = await condemned(
      tx,
      sales.flatMap((item) => item.attemptId ?? []),
    );
    const named = [...new Set(referenced.map((found) => found.id))];
    for (const purchase of await purchasesStanding(tx, items, named)) book.#keep(purchase);
    book.caps = await CapUse.read(tx, book.programme, [
      ...sales.map(({ memberId, input }) => ({ memberId, occurredAt: input.occurredAt })),
      ...book.#purchases.values(),
    ]);
    const redemptionIds = sales.flatMap((item) => item.input.redemptionIds ?? []);
    book.spending = await Spending.read(tx, redemptionIds, [...book.#purchases.keys()]);
    for (const { mutation, key, ...remembered } of await requestsAnswered(tx, owner, items)) {
      book.#requests.set(requestOf(mutation, key), remembered);
    }
    for (const recorded of await returnsRecorded(tx, returns)) book.#returns.set(receiptOf(recorded), recorded);
    await book.#readProgrammes(tx);
    return book;
  }

  async #readProgrammes(tx: Sql): Promise<void> {
    const versions = new Set([...this.#purchases.values()].map((purchase) => purchase.ruleVersion));
    versions.delete(this.programme.version);
    if (versions.size === 0) return;
    for (const [version, programme] of await programmesByVersion(tx, [...versions])) {
      this.#programmes.set(version, programme);
    }
  }

  #keep(purchase: BookPurchase): void {
    this.#purchases.set(purchase.id, purchase);
    this.#receipts.set(receiptOf(purchase), purchase.id);
  }

  programmeOf(purchase: BookPurchase): Programme {
    return this.#programmes.get(purchase.ruleVersion)!;
  }

  /** A points currency with the policies that are in force. */
  currency(code: string): Programme['currencies'][number] {
    return this.programme.currencies.find((known) => known.code === code)!;
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
    const holds = this.spending.of(id).map((redemption) => redemption.holdId);
    return { hash, answer: { memberId, purchaseId: id, holds, parts: [], lines: [] } };
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
    this.#recorded.push({ purchase, base, redemptionIds });
    this.#inserts.purchase.push(row);
    this.#inserts.purchase_line.push(...lines);
  }

  /** A part is taken from a purchase, which has given `points` and is worth `base` from now on. */
  takeBack(id: string, part: Part, points: number, base: string, at: string): void {
    const purchase = this.#purchases.get(id)!;
    this.#purchases.set(id, { ...purchase, ...without(purchase, part), points, version: purchase.version + 1 });
    this.#changed.set(id, { base, at });
  }

  addReturn(item: ReturnItem, row: Row, parts: Row[], answer: Answer): void {
    this.#inserts.purchase_return.push(row);
    this.#inserts.purchase_return_part.push(...parts);
    this.#returns.set(itemReceipt(item), { hash: item.hash, answer });
  }

  post(posting: Posting): void {
    this.#postings.push(posting);
  }

  remember(item: BatchItem, answer: Answer): void {
    this.#requests.set(requestOf(item.mutation, item.key), { hash: item.hash, answer });
    this.#answers.push({
      owner: this.#owner,
      mutation: item.mutation,
      key: item.key,
      input_hash: `\\x${item.hash}`,
      answer,
    });
  }

  /** Writes everything. What is unique is written in order, so that two books cannot wait for each other. */
  async close(tx: Sql): Promise<void> {
    this.#inserts.purchase.sort((a, b) => (String(a['receipt_number']) < String(b['receipt_number']) ? -1 : 1));
    this.#answers.sort((a, b) => (String(a['key']) < String(b['key']) ? -1 : 1));
    for (const [table, rows] of Object.entries(this.#inserts)) await insertRows(tx, table, rows);
    await updatePurchases(
      tx,
      [...this.#changed.keys()].map((id) => this.#purchases.get(id)!),
    );
    await this.spending.save(tx);
    await this.caps.save(tx);
    for (const posted of await post(tx, this.#postings)) accepted(posted);
    await this.standings.save(tx);
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
