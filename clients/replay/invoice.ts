// What a sales file holds, once read: invoices with their lines, and the rows that could not be used, each with a reason.
// Every row of the source is either a line of exactly one invoice or one refused row.

export interface Line {
  /** Stock code. */
  sku: string;
  name: string | null;
  /** More than zero, on returns too; a decimal. */
  quantity: string;
  /** Zero or more; a decimal. */
  unitPrice: string;
  /** Only on a return by receipt: the line of the purchase, from 1. */
  returns?: number;
}

export interface Invoice {
  number: string;
  kind: 'PURCHASE' | 'RETURN';
  /** Null: an anonymous receipt. */
  customer: string | null;
  /** What the shop's clock showed, in milliseconds as if that clock were UTC. */
  wall: number;
  lines: Line[];
  /** Only on a return by receipt: the purchase's invoice number, and whether all of it comes back. */
  receipt?: { number: string; whole: boolean };
}

export interface RefusedRow {
  /** From 1, the header not counted. */
  row: number;
  reason: RowProblem;
}

export type RowProblem =
  | 'INVOICE_MISSING'
  | 'ITEM_MISSING'
  | 'DATE_INVALID'
  | 'QUANTITY_INVALID'
  | 'PRICE_INVALID'
  | 'NEGATIVE_QUANTITY'
  | 'NEGATIVE_PRICE'
  | 'CUSTOMER_CONFLICT';

export interface Sales {
  /** SHA-256 of the source: names its receipts' keys and its progress. */
  hash: string;
  /** Rows read. */
  rows: number;
  /** In time order; of one minute in the source's order. */
  invoices: Invoice[];
  refused: RefusedRow[];
}
