// What a transfer costs and what a conversion gives (L10). Amounts are whole, in the currency's smallest unit; nothing
// is rounded but the result.
import { Big, type RoundingMode } from 'big.js';
import type { Fee } from '../programme/currency.rules.ts';
import type { Programme } from '../programme/programme.rules.ts';
import type { Rounding } from '../programme/value.rules.ts';
import { dayOf } from './calendar.rules.ts';

const MODE: Record<Rounding, RoundingMode> = {
  floor: Big.roundDown,
  'half-up': Big.roundHalfUp,
  'half-even': Big.roundHalfEven,
};

const whole = (amount: Big, rounding: Rounding): number => amount.round(0, MODE[rounding]).toNumber();

/** What the sender of an amount pays besides. */
export const transferFee = (amount: number, fee: Fee | undefined): number =>
  fee === undefined ? 0 : fee.points + whole(Big(amount).times(fee.percent).times('0.01'), fee.rounding);

interface Side {
  code: string;
  decimals: number;
}

/**
 * What an amount of one currency is in another at an instant, and at which rate: whole units of `to` for one of `from`.
 * Refused where there is no rate, or the result is nothing or more than a wallet holds.
 */
export function converted(
  amount: number,
  from: Side,
  to: Side,
  at: string,
  { conversions, timeZone }: Pick<Programme, 'conversions' | 'timeZone'>,
): { amount: number; rate: string } | { refusal: 'CURRENCY_UNKNOWN' | 'AMOUNT_INVALID' } {
  const day = dayOf(at, timeZone);
  const conversion = conversions?.find((one) => one.from === from.code && one.to === to.code);
  const rate = conversion?.rates.findLast((one) => one.from <= day)?.rate;
  if (rate === undefined) return { refusal: 'CURRENCY_UNKNOWN' };
  const exact = Big(amount)
    .times(rate)
    .times(`1e${to.decimals - from.decimals}`);
  const result = whole(exact, conversion!.rounding);
  return result > 0 && result <= Number.MAX_SAFE_INTEGER ? { amount: result, rate } : { refusal: 'AMOUNT_INVALID' };
}
