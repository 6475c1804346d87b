// Exact fractions of the oracle's own: what is wrong with the engine's numbers is not wrong with these too.
import type { Big } from 'big.js';
import type { Rounding } from '../../../subgraphs/points/programme/value.rules.ts';

export interface Fraction {
  top: bigint;
  /** Above 0. */
  bottom: bigint;
}

export const whole = (units: bigint | number): Fraction => ({ top: BigInt(units), bottom: 1n });

/** Of a decimal number. */
export function fraction(given: string | number | Big): Fraction {
  const [integer, decimals = ''] = (typeof given === 'object' ? given.toFixed() : String(given)).split('.');
  return { top: BigInt(integer! + decimals), bottom: 10n ** BigInt(decimals.length) };
}

export const plus = (one: Fraction, other: Fraction): Fraction => ({
  top: one.top * other.bottom + other.top * one.bottom,
  bottom: one.bottom * other.bottom,
});
export const minus = (one: Fraction, other: Fraction): Fraction => plus(one, { top: -other.top, bottom: other.bottom });
export const times = (one: Fraction, other: Fraction): Fraction => ({
  top: one.top * other.top,
  bottom: one.bottom * other.bottom,
});
/** By what is above 0. */
export const over = (one: Fraction, other: Fraction): Fraction => ({
  top: one.top * other.bottom,
  bottom: one.bottom * other.top,
});
export const atLeast = (one: Fraction, other: Fraction): boolean => one.top * other.bottom >= other.top * one.bottom;
export const total = (all: Fraction[]): Fraction => all.reduce(plus, whole(0));

/** Of what is not below 0. */
export function round({ top, bottom }: Fraction, rounding: Rounding): bigint {
  const floor = top / bottom;
  const twice = 2n * (top % bottom);
  const isUp = twice > bottom || (twice === bottom && (rounding === 'half-up' || floor % 2n === 1n));
  return rounding !== 'floor' && isUp ? floor + 1n : floor;
}

/** Half-up, to so many decimals. */
export const roundTo = (given: Fraction, decimals: number): Fraction => {
  const units = 10n ** BigInt(decimals);
  return { top: round(times(given, whole(units)), 'half-up'), bottom: units };
};

export const numberOf = ({ top, bottom }: Fraction): number => Number(top) / Number(bottom);
/** As a decimal number, which it must be: its bottom divides a power of ten. */
export function textOf({ top, bottom }: Fraction): string {
  let decimals = 0;
  while ((top * 10n ** BigInt(decimals)) % bottom !== 0n) decimals += 1;
  const digits = String((top * 10n ** BigInt(decimals)) / bottom).padStart(decimals + 1, '0');
  return decimals === 0 ? digits : `${digits.slice(0, -decimals)}.${digits.slice(-decimals)}`;
}
