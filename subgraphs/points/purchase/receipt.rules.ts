// Reads what a till sends: every number checked, the total computed, nothing of the programme or the member known yet.
import { Big } from 'big.js';
import { Refused } from '../../shared/refusal.ts';
import { moneyDecimals } from '../../shared/scalars.ts';
import { lineAmount, scaleOf, sum, totalDiffers } from './money.rules.ts';

export const LINES_MAX = 2_000;
const TEXT_MAX = 200;
const PAYMENTS_MAX = 10;
const PAYMENT_MAX = 50;
/** Beyond this a total is a mistake, not a purchase. */
const TOTAL_MAX = 1_000_000_000_000;
/** Quantities and unit prices may be finer than money: fuel, cloth, kilowatt hours. */
export const FINE_DECIMALS = 6;

export interface LineInput {
  number: number;
  sku: string;
  name?: string | null;
  category?: string | null;
  brand?: string | null;
  quantity: string;
  unitPrice: string;
  discount?: string | null;
  taxRate?: string | null;
}

export interface ReceiptInput {
  receiptNumber: string;
  businessDate: string;
  occurredAt: string;
  location: string;
  terminal?: string | null;
  cashier?: string | null;
}

export interface SaleInput extends ReceiptInput {
  currencyCode: string;
  lines: LineInput[];
  total?: string | null;
  paymentMethods?: string[] | null;
}

export interface SaleLine {
  number: number;
  sku: string;
  name: string | null;
  category: string | null;
  brand: string | null;
  quantity: string;
  unitPrice: string;
  discount: string;
  taxRate: string | null;
  /** In the purchase's currency. */
  amount: Big;
}

export interface Sale {
  lines: SaleLine[];
  total: Big;
}

const given = (value: unknown): boolean => value !== null && value !== undefined;

const refuse = (code: string, message: string, ...field: (string | number)[]) =>
  new Refused(code, message, { field: field.map(String) });

function text(value: string | null | undefined, required: boolean, ...field: (string | number)[]): void {
  if (value === null || value === undefined) return;
  const short = required && value.trim() === '';
  if (short || value.length > TEXT_MAX) {
    throw refuse('TEXT_INVALID', `${field.at(-1)} must have ${required ? 1 : 0} to ${TEXT_MAX} characters.`, ...field);
  }
}

/** Where in an input a text has signs that cannot be kept: controls, halves of a letter. Null: nowhere. */
export function unprintable(value: unknown): string[] | null {
  if (typeof value === 'string') return /[\p{Cc}\p{Cs}]/u.test(value) ? [] : null;
  if (typeof value !== 'object' || value === null) return null;
  for (const [name, part] of Object.entries(value)) {
    const path = unprintable(part);
    if (path !== null) return [name, ...path];
  }
  return null;
}

/** Throws the first thing that is wrong with what purchases and returns have in common. */
export function checkReceipt(input: ReceiptInput): void {
  text(input.receiptNumber, true, 'receiptNumber');
  text(input.terminal, true, 'terminal');
  text(input.cashier, true, 'cashier');
}

function readLine(line: LineInput, index: number, decimals: number): SaleLine {
  const at = (name: string) => ['lines', index, name] as const;
  text(line.sku, true, ...at('sku'));
  text(line.name, false, ...at('name'));
  text(line.category, false, ...at('category'));
  text(line.brand, false, ...at('brand'));
  if (Big(line.quantity).lte(0) || scaleOf(line.quantity) > FINE_DECIMALS) {
    throw refuse(
      'QUANTITY_INVALID',
      `A quantity is above 0, with at most ${FINE_DECIMALS} decimals.`,
      ...at('quantity'),
    );
  }
  if (Big(line.unitPrice).lt(0) || scaleOf(line.unitPrice) > FINE_DECIMALS) {
    throw refuse(
      'PRICE_INVALID',
      `A unit price is 0 or more, with at most ${FINE_DECIMALS} decimals.`,
      ...at('unitPrice'),
    );
  }
  if (given(line.taxRate) && (Big(line.taxRate!).lt(0) || Big(line.taxRate!).gt(1_000))) {
    throw refuse('PRICE_INVALID', 'A tax rate is 0 to 1000 per cent.', ...at('taxRate'));
  }
  const discount = line.discount ?? '0';
  const amount = lineAmount({ quantity: line.quantity, unitPrice: line.unitPrice, discount }, decimals);
  if (Big(discount).lt(0) || scaleOf(discount) > decimals || amount.lt(0)) {
    throw refuse(
      'DISCOUNT_INVALID',
      `A discount is 0 to the amount of its line, with at most ${decimals} decimals.`,
      ...at('discount'),
    );
  }
  return {
    number: line.number,
    sku: line.sku,
    name: line.name ?? null,
    category: line.category ?? null,
    brand: line.brand ?? null,
    quantity: line.quantity,
    unitPrice: line.unitPrice,
    discount,
    taxRate: line.taxRate ?? null,
    amount,
  };
}

function checkPayments(methods: string[]): void {
  if (methods.length > PAYMENTS_MAX) {
    throw refuse('TEXT_INVALID', `A purchase has at most ${PAYMENTS_MAX} payment methods.`, 'paymentMethods');
  }
  methods.forEach((method, index) => {
    if (method.trim() !== '' && method.length <= PAYMENT_MAX) return;
    throw refuse('TEXT_INVALID', `A payment method has 1 to ${PAYMENT_MAX} characters.`, 'paymentMethods', index);
  });
}

/** Throws the first thing that is wrong with a purchase. */
export function readSale(input: SaleInput): Sale {
  checkReceipt(input);
  checkPayments(input.paymentMethods ?? []);
  const decimals = moneyDecimals(input.currencyCode);
  if (input.lines.length === 0 || input.lines.length > LINES_MAX) {
    throw refuse('LINES_INVALID', `A purchase has 1 to ${LINES_MAX} lines.`, 'lines');
  }
  if (new Set(input.lines.map((line) => line.number)).size < input.lines.length) {
    throw refuse('LINES_INVALID', 'Two lines have the same number.', 'lines');
  }
  const lines = input.lines.map((line, index) => readLine(line, index, decimals));
  const total = sum(lines.map((line) => line.amount));
  if (total.gte(TOTAL_MAX)) {
    throw refuse('AMOUNT_INVALID', `The total is ${total.toFixed(decimals)}; it must be below ${TOTAL_MAX}.`, 'lines');
  }
  if (input.total !== null && input.total !== undefined && totalDiffers(total, Big(input.total), decimals)) {
    throw refuse('TOTAL_MISMATCH', `The lines add up to ${total.toFixed(decimals)}, not to ${input.total}.`, 'total');
  }
  return { lines, total };
}
