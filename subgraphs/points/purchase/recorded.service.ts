// Reads what deciding a batch needs: the purchases that it touches, and what was answered before.
import { Big } from 'big.js';
import type { Sql } from '../../shared/database.ts';
import type { BatchItem, ReturnItem } from './item.service.ts';
import { sum } from './money.rules.ts';
import { storedAnswer, type Answer, type StoredAnswer } from './outcome.rules.ts';
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
  pointsCurrency: string;
  points: number;
  /** The most that it can give: what caps left of it; null: nothing limits it. */
  pointsMax: number | null;
  /** Counts its changes: the sequence of what is told of it. */
  version: number;
  hash: string;
}

export interface Remembered {
  hash: string;
  answer: Answer;
}

const COLUMNS = `
  p.id, p.member_id "memberId", p.partner_id "partnerId", p.location_id "locationId", p.receipt_number "receiptNumber",
  p.business_date "businessDate", p.occurred_at "occurredAt", p.decimals, p.rate, p.total, p.returned,
  p.rule_version "ruleVersion", p.earns, p.points_currency "pointsCurrency", p.points, p.points_max "pointsMax", p.version, encode(p.input_hash, 'hex') hash`;

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

/**
 * The purchases named, those under the items' receipts, and those that returns without a receipt can match; locked.
 * `lateral … limit 1` keeps the planner on the index when it knows little of the table yet, or of its growth.
 */
export async function purchasesStanding(tx: Sql, items: BatchItem[], named: string[]): Promise<BookPurchase[]> {
  const sales = items.filter((item) => item.mutation === 'purchaseRecord');
  const matched = items.filter((item) => item.mutation === 'purchaseReturn' && item.reference === null) as ReturnItem[];
  type Record = Omit<BookPurchase, 'total' | 'returned' | 'lines'> & { total: string; returned: string };
  const records = await tx.query<Record[]>(
    `select ${COLUMNS} from purchase p where p.id in (
       select unnest($1::uuid[])
       union
       select s.id from unnest($2::uuid[], $3::text[], $4::date[]) r(location_id, receipt_number, business_date)
       cross join lateral (
         select id from purchase s where s.location_id = r.location_id and s.receipt_number = r.receipt_number
           and s.business_date = r.business_date limit 1
       ) s
       union
       ${MATCHED})
     order by p.id for no key update`,
    [
      named,
      sales.map((item) => item.location.locationId),
      sales.map((item) => item.input.receiptNumber),
      sales.map((item) => item.input.businessDate),
      JSON.stringify(matchesAsked(matched)),
    ],
  );
  if (records.length === 0) return [];
  type Line = { purchaseId: string; number: number; sku: string } & { [amount: string]: string };
  const lines = await tx.query<Line[]>(
    `select purchase_id "purchaseId", number, sku, unit_price "unitPrice", quantity, amount,
       returned_quantity "returnedQuantity", returned_amount "returnedAmount"
     from purchase_line where purchase_id = any($1) order by purchase_id, number`,
    [records.map((record) => record.id)],
  );
  const linesOf = Map.groupBy(lines, (line) => line.purchaseId);
  return records.map((record) => ({
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
  }));
}

/** What was answered under the items' keys; by other mutations of the batch too. */
export async function requestsAnswered(
  tx: Sql,
  owner: string,
  items: { mutation: string; key: string }[],
): Promise<(Remembered & { mutation: string; key: string })[]> {
  if (items.length === 0) return [];
  const rows = await tx.query<{ mutation: string; key: string; hash: string; answer: StoredAnswer }[]>(
    `select mutation, key, encode(input_hash, 'hex') hash, answer from request
     where owner = $1 and mutation = any($2) and key = any($3)`,
    [owner, [...new Set(items.map((item) => item.mutation))], items.map((item) => item.key)],
  );
  return rows.map(({ answer, ...row }) => ({ ...row, answer: storedAnswer(answer) }));
}

export interface RecordedReturn extends Remembered {
  locationId: string;
  receiptNumber: string;
  businessDate: string;
}

/** What was recorded under the receipts of returns. */
export async function returnsRecorded(tx: Sql, returns: ReturnItem[]): Promise<RecordedReturn[]> {
  if (returns.length === 0) return [];
  type Row = Omit<RecordedReturn, 'answer'> & Answer;
  const rows = await tx.query<Row[]>(
    `select r.location_id "locationId", r.receipt_number "receiptNumber", r.business_date "businessDate",
       encode(r.input_hash, 'hex') hash, r.member_id "memberId", null "purchaseId", r.lines,
       (select jsonb_agg(jsonb_build_object('id', t.id, 'purchaseId', t.purchase_id, 'restores',
          (select coalesce(jsonb_agg(s.id order by s.id), '[]') from purchase_restore s where s.part_id = t.id)) order by t.id)
        from purchase_return_part t where t.return_id = r.id) parts
     from purchase_return r where (r.location_id, r.receipt_number, r.business_date) in
       (select * from unnest($1::uuid[], $2::text[], $3::date[]))`,
    [
      returns.map((item) => item.location.locationId),
      returns.map((item) => item.input.receiptNumber),
      returns.map((item) => item.input.businessDate),
    ],
  );
  return rows.map(({ memberId, purchaseId, parts, lines, ...row }) => ({
    ...row,
    answer: { memberId, purchaseId, holds: [], parts, lines },
  }));
}
