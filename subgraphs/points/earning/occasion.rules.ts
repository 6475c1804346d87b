// What is kept of a purchase, as rules are asked about it. Recording and returns build it alike, so that a purchase of which
// everything is kept is the purchase as it was recorded.
import { Big } from 'big.js';
import { keptAmount } from '../purchase/money.rules.ts';
import { dayOf, wallOf } from '../ledger/calendar.rules.ts';
import type { Facts, Line, Occasion } from './facts.rules.ts';

/** A line as it was recorded, and what came back of it. Numbers are Big or decimals. */
export interface StoredLine {
  number: number;
  sku: string;
  category: string | null;
  brand: string | null;
  quantity: Big | string;
  unitPrice: Big | string;
  taxRate: Big | string | null;
  /** Quantity × unit price, rounded, less the discount. */
  amount: Big | string;
  discount: Big | string;
  returnedQuantity: Big | string;
}

/** A purchase as it stands. */
export interface StoredPurchase {
  lines: StoredLine[];
  /** Digits after the point of its currency. */
  decimals: number;
  /** What all lines cost at first, and what of that was given back, with lines or without. */
  total: Big | string;
  returned: Big | string;
}

function keptLine(line: StoredLine, decimals: number): Line[] {
  const quantity = Big(line.quantity);
  const kept = quantity.minus(line.returnedQuantity);
  if (kept.lte(0)) return [];
  const amount = Big(line.amount);
  return [
    {
      number: line.number,
      sku: line.sku,
      category: line.category,
      brand: line.brand,
      quantity: kept,
      gross: keptAmount(amount.plus(line.discount), quantity, kept, decimals),
      amount: keptAmount(amount, quantity, kept, decimals),
      taxRate: line.taxRate === null ? null : Big(line.taxRate),
    },
  ];
}

/** Lines as far as they are kept; those of which nothing is are left out. */
export const keptLines = (lines: StoredLine[], decimals: number): Line[] =>
  lines.flatMap((line) => keptLine(line, decimals));

export function occasionOf(facts: Facts, { lines, decimals, total, returned }: StoredPurchase): Occasion {
  const paid = Big(total);
  return { facts, lines: keptLines(lines, decimals), paid, kept: paid.minus(returned) };
}

export interface Happened {
  occurredAt: string;
  timeZone: string;
  partner: string | null;
  channel: string | null;
  location: string | null;
  currency: string | null;
  rate: string;
  payments: string[];
}

/** The facts of what happened, but for the member's. */
export const factsOf = ({ timeZone, ...happened }: Happened): Facts => ({
  ...happened,
  day: dayOf(happened.occurredAt, timeZone),
  ...wallOf(happened.occurredAt, timeZone),
  member: null,
  event: null,
});
