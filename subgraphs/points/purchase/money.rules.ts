// Money of a purchase, exact: a line is quantity × unit price, rounded half-up to the currency's smallest unit, less its discount.
import { Big } from 'big.js';

export interface PricedLine {
  quantity: string;
  unitPrice: string;
  discount: string;
}

const roundMoney = (amount: Big, decimals: number): Big => amount.round(decimals, Big.roundHalfUp);

export const lineAmount = (line: PricedLine, decimals: number): Big =>
  roundMoney(Big(line.quantity).times(line.unitPrice), decimals).minus(line.discount);

export const sum = (amounts: Big[]): Big => amounts.reduce((total, amount) => total.plus(amount), Big(0));

/** Part of a line's amount that belongs to the quantity that was kept. */
export function keptAmount(amount: Big, quantity: Big, kept: Big, decimals: number): Big {
  return kept.eq(quantity) ? amount : roundMoney(amount.times(kept).div(quantity), decimals);
}

/** An amount in the base currency: half-up to its smallest unit. */
export const inBase = (amount: Big, rate: string, baseDecimals: number): Big =>
  roundMoney(amount.times(rate), baseDecimals);

export interface ExchangeRate {
  currency: string;
  /** First day on which it holds. */
  from: string;
  rate: string;
}

/** The rate of a day; null when the programme knows none. Of 0, as some early versions have it, nothing can be converted. */
export function rateOn(rates: ExchangeRate[], baseCurrency: string, currency: string, day: string): string | null {
  if (currency === baseCurrency) return '1';
  const known = rates.filter((rate) => rate.currency === currency && rate.from <= day);
  const rate = known.toSorted((a, b) => (a.from < b.from ? -1 : 1)).at(-1)?.rate;
  return rate === undefined || Big(rate).eq(0) ? null : rate;
}

/** Whether the till's own total differs by more than one smallest unit. */
export const totalDiffers = (own: Big, tills: Big, decimals: number): boolean =>
  own.minus(tills).abs().gt(Big(10).pow(-decimals));

/** Digits after the point. */
export const scaleOf = (decimal: string): number => decimal.split('.')[1]?.replace(/0+$/, '').length ?? 0;
