// Reads the purchases that a batch touches, as they stand.
import { Big } from 'big.js';
import type { Sql } from '../../shared/database.ts';
import { isReturn, isSale, type BatchItem, type ReturnItem } from './item.service.ts';
import { sum } from './money.rules.ts';
import type { Given, GivenLot, Pinned } from './counting.rules.ts';
import { factsOf } from '../earning/occasion.rules.ts';
import type { StandingPurchase } from './return.rules.ts';

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
  /** One that came late waits for a person; null: it need not. */
  review: 'WAITING' | 'APPROVED' | 'DECLINED' | null;
  pinned: Pinned;
  /** What it has given so far, in all and by lot. */
  given: Given;
  lots: GivenLot[];
  /** When points that waited for it were confirmed; null: they were not. */
  confirmedAt: string | null;
  /** Counts its changes: the sequence of what is told of it. */
  version: number;
  hash: string;
}

const COLUMNS = `
  p.id, p.member_id "memberId", p.partner_id "partnerId", p.location_id "locationId", p.receipt_number "receiptNumber",
  p.business_date "businessDate", p.occurred_at "occurredAt", p.decimals, p.rate, p.total, p.returned,
  p.rule_version "ruleVersion", p.earns, p.currency_code "currencyCode", p.channel_code "channelCode", p.review, p.facts, p.given, p.lots,
  p.confirmed_at "confirmedAt", p.version,
  encode(p.input_hash, 'hex') hash`;

type Text<T, K extends keyof T> = Omit<T, K> & Record<K, string>;

type PurchaseRecord = Text<Omit<BookPurchase, 'lines' | 'pinned'>, 'total' | 'returned'> & {
  currencyCode: string;
  channelCode: string;
  /** Null, or without facts: recorded before there were any. */
  facts: { facts: Pinned['facts'] | null; rooms: Pinned['rooms'] } | null;
};

type LineRecord = Text<
  StandingPurchase['lines'][number],
  'unitPrice' | 'quantity' | 'discount' | 'amount' | 'returnedQuantity' | 'returnedAmount'
> & { purchaseId: string };

function bookPurchase(
  { facts, currencyCode, channelCode, ...record }: PurchaseRecord,
  lines: LineRecord[],
): BookPurchase {
  const { occurredAt, rate } = record;
  // What was recorded before there were facts had a rule that asked for none.
  const happened = { occurredAt, rate, channel: channelCode, currency: currencyCode };
  const unknown = { ...happened, timeZone: 'UTC', partner: null, location: null, payments: [] };
  return {
    ...record,
    total: Big(record.total),
    returned: Big(record.returned),
    pinned: { facts: facts?.facts ?? { ...factsOf(unknown), member: NOBODY }, rooms: facts?.rooms ?? {} },
    lines: lines.map((line) => ({
      number: line.number,
      sku: line.sku,
      category: line.category,
      brand: line.brand,
      taxRate: line.taxRate,
      unitPrice: Big(line.unitPrice),
      quantity: Big(line.quantity),
      discount: Big(line.discount),
      amount: Big(line.amount),
      returnedQuantity: Big(line.returnedQuantity),
      returnedAmount: Big(line.returnedAmount),
    })),
  };
}

const NOBODY = {
  tier: '',
  segments: [],
  purchasesBefore: 0,
  visited: false,
  birthday: [],
  anniversary: [],
  draws: {},
};

/** Purchases that a list of references names, by id or by receipt; without a day, the latest receipt of that number. */
export const REFERENCED = `
  with r as (
    select * from jsonb_to_recordset($1)
      as x(partner_id uuid, id uuid, location_id uuid, receipt_number text, business_date date)
  )
  select p.id, p.member_id "memberId" from r join purchase p on p.id = r.id and p.partner_id = r.partner_id
  union all
  select p.id, p.member_id from r cross join lateral (
    select id, member_id, partner_id from purchase p
    where r.id is null and p.location_id = r.location_id and p.receipt_number = r.receipt_number
      and (r.business_date is null or p.business_date = r.business_date)
    order by p.business_date desc limit 1
  ) p where p.partner_id = r.partner_id`;

/**
 * Purchases that returns without a receipt can match: of each line asked for, as many of the member's latest open sales
 * of the item as cover what the batch asks of it, those at its price before others.
 */
const MATCHED = `
  select l.purchase_id from jsonb_to_recordset($5)
    m(member_id uuid, partner_id uuid, sku text, until timestamptz, unit_price numeric, asked numeric)
  cross join lateral (
    select purchase_id, sum(open) over (order by same desc, occurred_at desc, purchase_id desc, number) - open as before
    from (
      select l.purchase_id, l.number, l.occurred_at, l.quantity - l.returned_quantity as open,
        coalesce(l.unit_price = m.unit_price, false) as same
      from purchase_line l
      where l.member_id = m.member_id and l.partner_id = m.partner_id and l.sku = m.sku
        and l.returned_quantity < l.quantity and l.occurred_at <= m.until
    ) l
  ) l where l.before < m.asked`;

/** Before the locks: which purchases returns name, and whose they are. */
export async function purchasesNamed(
  tx: Sql,
  returns: ReturnItem[],
): Promise<{ id: string; memberId: string | null }[]> {
  const references = returns.flatMap((item) => {
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
    return [{ partner_id: item.location.partnerId, ...named }];
  });
  if (references.length === 0) return [];
  return tx.query(REFERENCED, [JSON.stringify(references)]);
}

/** Whose purchases are, before the locks. */
export const membersOfPurchases = async (
  sql: Sql,
  ids: string[],
): Promise<{ id: string; memberId: string | null }[]> =>
  ids.length === 0 ? [] : sql.query('select id, member_id "memberId" from purchase where id = any($1)', [ids]);

function matchesAsked(returns: ReturnItem[]) {
  const lines = returns.flatMap(({ memberId, location, input, mode }) =>
    'lines' in mode
      ? mode.lines.map(({ sku, unitPrice, quantity }) => ({
          item: JSON.stringify([memberId, location.partnerId, sku]),
          row: {
            member_id: memberId,
            partner_id: location.partnerId,
            sku,
            until: input.occurredAt,
            unit_price: unitPrice?.toFixed() ?? null,
          },
          quantity,
        }))
      : [],
  );
  // Lines of one item in one batch take from the same sales: each must find enough for all of them.
  const asked = Map.groupBy(lines, (line) => line.item);
  return lines.map(({ item, row }) => ({
    ...row,
    asked: sum(asked.get(item)!.map((line) => line.quantity)).toFixed(),
  }));
}

/** Of the purchases that the statement finds. */
async function read(tx: Sql, ids: string, values: unknown[], lock: boolean): Promise<BookPurchase[]> {
  const records = await tx.query<PurchaseRecord[]>(
    `select ${COLUMNS} from purchase p where p.id in (${ids}) order by p.id ${lock ? 'for no key update' : ''}`,
    values,
  );
  if (records.length === 0) return [];
  const found = records.map((record) => record.id);
  const lines = await tx.query<LineRecord[]>(
    `select purchase_id "purchaseId", number, sku, category, brand, unit_price "unitPrice", quantity, discount,
       tax_rate "taxRate", amount, returned_quantity "returnedQuantity", returned_amount "returnedAmount"
     from purchase_line where purchase_id = any($1) order by purchase_id, number`,
    [found],
  );
  const linesOf = Map.groupBy(lines, (line) => line.purchaseId);
  return records.map((record) => bookPurchase(record, linesOf.get(record.id) ?? []));
}

export const purchasesById = (tx: Sql, ids: string[], lock: boolean): Promise<BookPurchase[]> =>
  read(tx, 'select unnest($1::uuid[])', [ids], lock);

/**
 * The purchases named, those under the items' receipts, and those that returns without a receipt can match.
 * `lateral … limit 1` keeps the planner on the index when it knows little of the table yet, or of its growth.
 */
export async function purchasesStanding(
  tx: Sql,
  items: BatchItem[],
  named: string[],
  lock: boolean,
): Promise<BookPurchase[]> {
  const sales = items.filter(isSale);
  const matched = items.filter(isReturn).filter((item) => item.reference === null);
  return read(
    tx,
    `select unnest($1::uuid[])
     union
     select s.id from unnest($2::uuid[], $3::text[], $4::date[]) r(location_id, receipt_number, business_date)
     cross join lateral (
       select id from purchase s where s.location_id = r.location_id and s.receipt_number = r.receipt_number
         and s.business_date = r.business_date limit 1
     ) s
     union
     ${MATCHED}`,
    [
      named,
      sales.map((item) => item.location.locationId),
      sales.map((item) => item.input.receiptNumber),
      sales.map((item) => item.input.businessDate),
      JSON.stringify(matchesAsked(matched)),
    ],
    lock,
  );
}
