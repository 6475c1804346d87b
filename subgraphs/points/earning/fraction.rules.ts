// Exact numbers: fractions of whole numbers of any size, never floats. Denominators are above 0.
import type { Big } from 'big.js';
import type { Rounding } from '../programme/value.rules.ts';

export interface Fraction {
  n: bigint;
  d: bigint;
}

export const whole = (n: bigint): Fraction => ({ n, d: 1n });

export const ZERO = whole(0n);
export const ONE = whole(1n);

const POWERS = Array.from({ length: 40 }, (_, exponent) => 10n ** BigInt(exponent));

export const tenTo = (exponent: number): bigint => POWERS[exponent] ?? 10n ** BigInt(exponent);

/** Digits after the point. */
export const scaleOf = ({ c, e }: Big): number => Math.max(0, c.length - 1 - e);

/** A decimal in units of 10^-scale; it has no more digits than that. */
export function unitsOf({ s, c, e }: Big, scale: number): bigint {
  const digits = c.length > 15 ? BigInt(c.join('')) : BigInt(c.reduce((number, digit) => number * 10 + digit, 0));
  return BigInt(s) * digits * tenTo(scale - (c.length - 1 - e));
}

export const ofBig = (value: Big): Fraction => ({ n: unitsOf(value, scaleOf(value)), d: tenTo(scaleOf(value)) });

/** A decimal as it stands in the programme's file, `12.50`. */
export function decimal(text: string): Fraction {
  const [before = '', after = ''] = text.split('.');
  return { n: BigInt(before + after), d: tenTo(after.length) };
}

/** Decimals keep the longer one's denominator, so that long sums stay small. */
export function plus(a: Fraction, b: Fraction): Fraction {
  if (a.d === b.d) return { n: a.n + b.n, d: a.d };
  if (a.d % b.d === 0n) return { n: a.n + b.n * (a.d / b.d), d: a.d };
  return b.d % a.d === 0n ? plus(b, a) : { n: a.n * b.d + b.n * a.d, d: a.d * b.d };
}

export const minus = (a: Fraction, b: Fraction): Fraction => plus(a, { n: -b.n, d: b.d });

export const times = (a: Fraction, b: Fraction): Fraction => ({ n: a.n * b.n, d: a.d * b.d });

/** `b` is above 0. */
export const over = (a: Fraction, b: Fraction): Fraction => ({ n: a.n * b.d, d: a.d * b.n });

export const less = (a: Fraction, b: Fraction): boolean => a.n * b.d < b.n * a.d;

export const floor = ({ n, d }: Fraction): bigint => n / d;

/** To a whole number; of fractions that are not below 0. */
export function rounded({ n, d }: Fraction, rounding: Rounding): bigint {
  const below = n / d;
  const rest = 2n * (n - below * d);
  if (rounding === 'floor' || rest < d) return below;
  return rest === d && rounding === 'half-even' && below % 2n === 0n ? below : below + 1n;
}

/** As a decimal text with at least and at most so many digits after the point; half-up. */
export function decimalText(value: Fraction, least: number, most = least): string {
  const digits = rounded(times(value, whole(tenTo(most))), 'half-up')
    .toString()
    .padStart(most + 1, '0');
  const point = digits.length - most;
  const after = digits.slice(point).replace(/0+$/, '').padEnd(least, '0');
  return after === '' ? digits.slice(0, point) : `${digits.slice(0, point)}.${after}`;
}
