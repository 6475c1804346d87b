// How a book writes its rows: many at once, a statement each.
import type { Sql } from '../../shared/database.ts';
import type { BookPurchase } from './recorded.service.ts';

export type Row = Record<string, unknown>;

/** Rows whose fields are the table's columns; what a row does not name takes the column's default. */
export async function insertRows(tx: Sql, table: string, rows: Row[]): Promise<void> {
  if (rows.length === 0) return;
  const columns = Object.keys(rows[0]!).join(', ');
  await tx.query(
    `insert into ${table} (${columns}) select ${columns} from jsonb_populate_recordset(null::${table}, $1)`,
    [JSON.stringify(rows)],
  );
}

/** What returns have changed of purchases. */
export async function updatePurchases(tx: Sql, changed: BookPurchase[]): Promise<void> {
  if (changed.length === 0) return;
  await tx.query(
    `update purchase p set returned = c.returned, points = c.points, version = c.version
     from jsonb_to_recordset($1) c(id uuid, returned numeric, points bigint, version int) where p.id = c.id`,
    [
      JSON.stringify(
        changed.map(({ id, returned, points, version }) => ({ id, returned: returned.toFixed(), points, version })),
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
