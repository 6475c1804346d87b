// Who sends what: each invoice gets its moment and one till. All of a member's invoices go to the same till, so that a return follows its sale;
// so does a return by receipt with its purchase. The same source, tills and shift always give the same requests: that is what makes resending safe.
import { createHash } from 'node:crypto';
import type { Moment } from './calendar.ts';
import type { Invoice } from './invoice.ts';

/** One terminal in a shop. */
export interface Till {
  location: string;
  terminal: string;
}

export interface Planned {
  invoice: Invoice;
  moment: Moment;
  till: number;
}

/** Invoices in time order, with their moments → what each till sends, in order. */
export function planned(invoices: Invoice[], moments: Moment[], tills: number): Planned[] {
  return invoices.map((invoice, index) => ({ invoice, moment: moments[index]!, till: tillOf(invoice, tills) }));
}

function tillOf({ customer, receipt, number }: Invoice, tills: number): number {
  const owner = customer ?? receipt?.number ?? number;
  return createHash('sha256').update(owner).digest().readUInt32BE() % tills;
}

export interface ItemOptions {
  /** Of the source. */
  hash: string;
  currency: string;
  tills: Till[];
  /** Where and when a receipt was given: for returns by receipt. */
  receipts: Map<string, Planned>;
}

/** Printable ASCII, one per invoice of one source. */
export const keyOf = (hash: string, invoice: string): string =>
  `replay:${hash.slice(0, 12)}:${encodeURIComponent(invoice)}`;

/** One item of `purchaseRecordBatch`. */
export function itemOf({ invoice, moment, till }: Planned, options: ItemOptions): object {
  const { location, terminal } = options.tills[till]!;
  const head = {
    idempotencyKey: keyOf(options.hash, invoice.number),
    location,
    terminal,
    receiptNumber: invoice.number,
    ...moment,
  };
  const member = invoice.customer === null ? null : { kind: 'EXTERNAL', value: invoice.customer };
  if (invoice.kind === 'RETURN') return { return: { ...head, ...returned(invoice, member, options) } };
  const lines = invoice.lines.map(({ sku, name, quantity, unitPrice }, index) => ({
    number: index + 1,
    sku,
    name,
    quantity,
    unitPrice,
  }));
  return { purchase: { ...head, member, currencyCode: options.currency, lines } };
}

function returned({ receipt, lines }: Invoice, member: object | null, { receipts, tills }: ItemOptions): object {
  if (receipt === undefined) {
    return { member, lines: lines.map(({ sku, quantity, unitPrice }) => ({ sku, quantity, unitPrice })) };
  }
  const sale = receipts.get(receipt.number)!;
  const purchase = {
    location: tills[sale.till]!.location,
    receiptNumber: receipt.number,
    businessDate: sale.moment.businessDate,
  };
  if (receipt.whole) return { purchase, whole: true };
  return { purchase, lines: lines.map((line) => ({ number: line.returns, quantity: line.quantity })) };
}
