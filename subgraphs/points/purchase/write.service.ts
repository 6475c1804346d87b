// How a book writes its rows: many at once, a statement each.
import type { Sql } from '../../shared/database.ts';
import type { BookPurchase } from './recorded.service.ts';

export type Row = Record<string, unknown>;

/** Of every table here: the columns that are not of type `text`. */
const TYPES: Record<string, string> = {
  ...ofType('uuid', 'id member_id partner_id channel_id location_id purchase_id return_id part_id hold_id'),
  ...ofType(
    'numeric',
    'rate total returned quantity unit_price discount tax_rate amount returned_quantity returned_amount',
  ),
  ...ofType('timestamptz', 'occurred_at recorded_at'),
  ...ofType('bigint', 'points restored'),
  ...ofType('int', 'decimals rule_version number'),
  ...ofType('jsonb', 'lines answer facts given lots'),
  ...ofType('bytea', 'input_hash'),
  business_date: 'date',
  earns: 'boolean',
};

function ofType(type: string, columns: string): Record<string, string> {
  return Object.fromEntries(columns.split(' ').map((column) => [column, type]));
}

/** An array as PostgreSQL reads it. */
function literal(values: unknown[]): string {
  const texts = values.map((value) => {
    if (value === null || value === undefined) return 'null';
    if (typeof value === 'number' || typeof value === 'boolean') return String(value);
    const text = typeof value === 'string' ? value : JSON.stringify(value);
    return `"${/["\\]/.test(text) ? text.replaceAll(/["\\]/g, '\\$&') : text}"`;
  });
  return `{${texts.join(',')}}`;
}

/**
 * Rows whose fields are the table's columns; what the first row does not name takes the column's default. They go as
 * an array for each column: PostgreSQL reads that in two thirds of what rows of JSON cost it.
 */
export async function insertRows(tx: Sql, table: string, rows: Row[]): Promise<void> {
  if (rows.length === 0) return;
  const columns = Object.keys(rows[0]!);
  const arrays = columns.map((column, index) => `$${index + 1}::${TYPES[column] ?? 'text'}[]`);
  await tx.query(
    `insert into ${table} (${columns.join(', ')}) select * from unnest(${arrays.join(', ')})`,
    columns.map((column) => literal(rows.map((row) => row[column]))),
  );
}

/** What returns have changed of purchases. */
export async function updatePurchases(tx: Sql, changed: BookPurchase[]): Promise<void> {
  if (changed.length === 0) return;
  await tx.query(
    `update purchase p set returned = c.returned, facts = c.facts, given = c.given, lots = c.lots, version = c.version
     from jsonb_to_recordset($1) c(id uuid, returned numeric, facts jsonb, given jsonb, lots jsonb, version int) where p.id = c.id`,
    [
      JSON.stringify(
        changed.map(({ id, returned, pinned, given, lots, version }) => ({
          id,
          returned: returned.toFixed(),
          facts: pinned,
          given,
          lots,
          version,
        })),
      ),
    ],
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
