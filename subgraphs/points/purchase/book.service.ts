// One transaction's view of purchases: what was read under the locks, what has been decided on it since, and what is to
// be written. Decisions see each other in order; everything is written at once, at the end.
import { Big } from 'big.js';
import { now } from '../../shared/clock.ts';
import type { Sql } from '../../shared/database.ts';
import { post, type Posting } from '../ledger/ledger.service.ts';
import { programmeInForce, programmesByVersion, type Programme } from '../programme.ts';
import { Standings } from '../tier/standing.service.ts';
import type { BatchItem, Reference, ReturnItem } from './item.service.ts';
import { membersById, type MemberCopy } from './lookup.service.ts';
import { without, type LineAnswer, type Part, type StandingPurchase } from './return.rules.ts';

/** A purchase as it stands, with what is needed to give and take points. */
export interface BookPurchase extends StandingPurchase {
  memberId: string | null;
  partnerId: string;
  locationId: string;
  receiptNumber: string;
  businessDate: string;
  rate: string;
  ruleVersion: number;
  earns: boolean;
  pointsCurrency: string;
  points: number;
  hash: string;
}

/** What is remembered under a key: enough to give the first answer again. UUIDs. */
export interface Answer {
  memberId: string | null;
  purchaseId: string | null;
  /** Origins of the entries that took points back, each with its purchase. */
  parts: { id: string; purchaseId: string }[];
  lines: LineAnswer[];
}

interface Remembered {
  hash: string;
  answer: Answer;
}

type Row = Record<string, unknown>;

const COLUMNS = `
  p.id, p.member_id "memberId", p.partner_id "partnerId", p.location_id "locationId", p.receipt_number "receiptNumber",
  p.business_date "businessDate", p.occurred_at "occurredAt", p.decimals, p.rate, p.total, p.returned,
  p.rule_version "ruleVersion", p.earns, p.points_currency "pointsCurrency", p.points, encode(p.input_hash, 'hex') hash`;

/** Purchases that a list of references names; without a day, the latest receipt of that number. */
const REFERENCED = `
  select r.n, p.id, p.member_id "memberId" from rows from (
    jsonb_to_recordset($1) as (n int, partner_id uuid, id uuid, location_id uuid, receipt_number text, business_date date)
  ) r(n, partner_id, id, location_id, receipt_number, business_date)
  cross join lateral (
    select id, member_id from purchase p
    where p.partner_id = r.partner_id and case
      when r.id is not null then p.id = r.id
      else p.location_id = r.location_id and p.receipt_number = r.receipt_number
        and p.business_date = coalesce(r.business_date, p.business_date) end
    order by p.business_date desc limit 1
  ) p`;

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
  readonly #inserts: Record<'purchase' | 'purchase_line' | 'purchase_return' | 'purchase_return_part', Row[]> = {
    purchase: [],
    purchase_line: [],
    purchase_return: [],
    purchase_return_part: [],
  };
  readonly #changed = new Set<string>();
  readonly #postings: Posting[] = [];
  readonly #answers: Row[] = [];

  private constructor(
    owner: string,
    now: string,
    programme: Programme,
    standings: Standings,
    members: Map<string, MemberCopy>,
  ) {
    this.#owner = owner;
    this.now = now;
    this.programme = programme;
    this.#programmes = new Map([[programme.version, programme]]);
    this.standings = standings;
    this.members = members;
  }

  /** Locks the members of the items and the purchases that they name, then reads what deciding them needs. */
  static async open(tx: Sql, owner: string, items: BatchItem[]): Promise<Book> {
    const returns = items.filter((item) => item.mutation === 'purchaseReturn');
    const referenced = await findReferenced(tx, returns);
    const memberIds = [...items, ...referenced].flatMap(({ memberId }) => (memberId === null ? [] : [memberId]));
    const standings = await Standings.lock(tx, memberIds);
    // Only a clock that is read under the locks keeps the order of what happens under them.
    const at = await now(tx);
    const members = await membersById(tx, [...new Set(memberIds)]);
    const book = new Book(owner, at, await programmeInForce(tx), standings, members);
    await book.#readPurchases(tx, items, [...new Set(referenced.map((found) => found.id))]);
    await book.#readAnswers(tx, items, returns);
    return book;
  }

  async #readPurchases(tx: Sql, items: BatchItem[], referenced: string[]): Promise<void> {
    const sales = items.filter((item) => item.mutation === 'purchaseRecord');
    const matched = items.filter(
      (item) => item.mutation === 'purchaseReturn' && item.reference === null,
    ) as ReturnItem[];
    type Record = Omit<BookPurchase, 'total' | 'returned' | 'lines'> & { total: string; returned: string };
    const records = await tx.query<Record[]>(
      `select ${COLUMNS} from purchase p where p.id in (
         select unnest($1::uuid[])
         union
         select s.id from unnest($2::uuid[], $3::text[], $4::date[]) r(location_id, receipt_number, business_date)
         join purchase s using (location_id, receipt_number, business_date)
         union
         select s.id from jsonb_to_recordset($5) m(member_id uuid, partner_id uuid, sku text)
         join purchase s on s.member_id = m.member_id and s.partner_id = m.partner_id
         join purchase_line l on l.purchase_id = s.id and l.sku = m.sku and l.returned_quantity < l.quantity)
       order by p.id for no key update`,
      [
        referenced,
        sales.map((item) => item.location.locationId),
        sales.map((item) => item.input.receiptNumber),
        sales.map((item) => item.input.businessDate),
        JSON.stringify(
          matched.flatMap((item) =>
            'lines' in item.mode
              ? item.mode.lines.map((line) => ({
                  member_id: item.memberId,
                  partner_id: item.location.partnerId,
                  sku: line.sku,
                }))
              : [],
          ),
        ),
      ],
    );
    if (records.length === 0) return;
    type Line = { purchaseId: string; number: number; sku: string } & { [amount: string]: string };
    const lines = await tx.query<Line[]>(
      `select purchase_id "purchaseId", number, sku, unit_price "unitPrice", quantity, amount,
         returned_quantity "returnedQuantity", returned_amount "returnedAmount"
       from purchase_line where purchase_id = any($1) order by purchase_id, number`,
      [records.map((record) => record.id)],
    );
    const linesOf = Map.groupBy(lines, (line) => line.purchaseId);
    for (const record of records) {
      this.#keep({
        ...record,
        total: Big(record.total),
        returned: Big(record.returned),
        lines: (linesOf.get(record.id) ?? []).map((line) => ({
          number: line.number,
          sku: line.sku,
          unitPrice: Big(line['unitPrice']!),
          quantity: Big(line['quantity']!),
          amount: Big(line['amount']!),
          returnedQuantity: Big(line['returnedQuantity']!),
          returnedAmount: Big(line['returnedAmount']!),
        })),
      });
    }
    const versions = [...new Set(records.map((record) => record.ruleVersion))].filter(
      (known) => !this.#programmes.has(known),
    );
    if (versions.length === 0) return;
    for (const [version, programme] of await programmesByVersion(tx, versions))
      this.#programmes.set(version, programme);
  }

  async #readAnswers(tx: Sql, items: BatchItem[], returns: ReturnItem[]): Promise<void> {
    type Request = { mutation: string; key: string; hash: string; answer: Answer };
    const requests = await tx.query<Request[]>(
      `select mutation, key, encode(input_hash, 'hex') hash, answer from request
       where owner = $1 and (mutation, key) in (select * from unnest($2::text[], $3::text[]))`,
      [this.#owner, items.map((item) => item.mutation), items.map((item) => item.key)],
    );
    for (const { mutation, key, hash, answer } of requests)
      this.#requests.set(requestOf(mutation, key), { hash, answer });
    if (returns.length === 0) return;
    type Recorded = Answer & { locationId: string; receiptNumber: string; businessDate: string; hash: string };
    const recorded = await tx.query<Recorded[]>(
      `select r.location_id "locationId", r.receipt_number "receiptNumber", r.business_date "businessDate",
         encode(r.input_hash, 'hex') hash, r.member_id "memberId", null "purchaseId", r.lines,
         (select jsonb_agg(jsonb_build_object('id', t.id, 'purchaseId', t.purchase_id) order by t.id)
          from purchase_return_part t where t.return_id = r.id) parts
       from purchase_return r where (r.location_id, r.receipt_number, r.business_date) in
         (select * from unnest($1::uuid[], $2::text[], $3::date[]))`,
      [
        returns.map((item) => item.location.locationId),
        returns.map((item) => item.input.receiptNumber),
        returns.map((item) => item.input.businessDate),
      ],
    );
    for (const { hash, memberId, purchaseId, parts, lines, ...receipt } of recorded) {
      this.#returns.set(receiptOf(receipt), { hash, answer: { memberId, purchaseId, parts, lines } });
    }
  }

  #keep(purchase: BookPurchase): void {
    this.#purchases.set(purchase.id, purchase);
    this.#receipts.set(receiptOf(purchase), purchase.id);
  }

  programmeOf(purchase: BookPurchase): Programme {
    return this.#programmes.get(purchase.ruleVersion)!;
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
    return { hash, answer: { memberId, purchaseId: id, parts: [], lines: [] } };
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

  add(purchase: BookPurchase, row: Row, lines: Row[]): void {
    this.#keep(purchase);
    this.#inserts.purchase.push(row);
    this.#inserts.purchase_line.push(...lines);
  }

  /** A part is taken from a purchase, which has given `points` from now on. */
  takeBack(id: string, part: Part, points: number): void {
    const purchase = this.#purchases.get(id)!;
    this.#purchases.set(id, { ...purchase, ...without(purchase, part), points });
    this.#changed.add(id);
  }

  addReturn(item: ReturnItem, row: Row, parts: Row[], answer: Answer): void {
    this.#inserts.purchase_return.push(row);
    this.#inserts.purchase_return_part.push(...parts);
    this.#returns.set(itemReceipt(item), { hash: item.hash.toString('hex'), answer });
  }

  post(posting: Posting): void {
    this.#postings.push(posting);
  }

  remember(item: BatchItem, answer: Answer): void {
    const hash = item.hash.toString('hex');
    this.#requests.set(requestOf(item.mutation, item.key), { hash, answer });
    this.#answers.push({
      owner: this.#owner,
      mutation: item.mutation,
      key: item.key,
      input_hash: `\\x${hash}`,
      answer,
    });
  }

  /** Writes everything. What is unique is written in order, so that two books cannot wait for each other. */
  async close(tx: Sql): Promise<void> {
    this.#inserts.purchase.sort((a, b) => (String(a['receipt_number']) < String(b['receipt_number']) ? -1 : 1));
    this.#answers.sort((a, b) => (String(a['key']) < String(b['key']) ? -1 : 1));
    for (const [table, rows] of Object.entries(this.#inserts)) await insert(tx, table, rows);
    await this.#writeChanges(tx);
    const refused = (await post(tx, this.#postings)).find((posted) => posted.refusal !== null);
    if (refused !== undefined)
      throw new Error(`the ledger refused what was decided under its lock: ${refused.refusal}`);
    await this.standings.save(tx);
    await insert(tx, 'request', this.#answers);
  }

  async #writeChanges(tx: Sql): Promise<void> {
    const changed = [...this.#changed].map((id) => this.#purchases.get(id)!);
    if (changed.length === 0) return;
    await tx.query(
      `update purchase p set returned = c.returned, points = c.points
       from jsonb_to_recordset($1) c(id uuid, returned numeric, points bigint) where p.id = c.id`,
      [JSON.stringify(changed.map(({ id, returned, points }) => ({ id, returned: returned.toFixed(), points })))],
    );
    await tx.query(
      `update purchase_line l set returned_quantity = c.quantity, returned_amount = c.amount
       from jsonb_to_recordset($1) c(id uuid, number int, quantity numeric, amount numeric)
       where l.purchase_id = c.id and l.number = c.number`,
      [
        JSON.stringify(
          changed.flatMap(({ id, lines }) =>
            lines.map(({ number, returnedQuantity, returnedAmount }) => ({
              id,
              number,
              quantity: returnedQuantity.toFixed(),
              amount: returnedAmount.toFixed(),
            })),
          ),
        ),
      ],
    );
  }
}

/** Before the locks: which purchases returns name, and whose they are. */
async function findReferenced(tx: Sql, returns: ReturnItem[]): Promise<{ id: string; memberId: string | null }[]> {
  const references = returns.flatMap((item, n) => {
    if (item.reference === null) return [];
    const reference = item.reference;
    const named =
      'id' in reference
        ? { id: reference.id }
        : {
            location_id: reference.locationId,
            receipt_number: reference.receiptNumber,
            business_date: reference.businessDate,
          };
    return [{ n, partner_id: item.location.partnerId, ...named }];
  });
  if (references.length === 0) return [];
  return tx.query(REFERENCED, [JSON.stringify(references)]);
}

/** Rows whose fields are the table's columns; what a row does not name takes the column's default. */
async function insert(tx: Sql, table: string, rows: Row[]): Promise<void> {
  if (rows.length === 0) return;
  const columns = Object.keys(rows[0]!).join(', ');
  await tx.query(
    `insert into ${table} (${columns}) select ${columns} from jsonb_populate_recordset(null::${table}, $1)`,
    [JSON.stringify(rows)],
  );
}
