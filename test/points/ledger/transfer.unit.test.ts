import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { converted, transferFee } from '../../../subgraphs/points/ledger/transfer.rules.ts';
import type { Rounding } from '../../../subgraphs/points/programme/value.rules.ts';

const ROUNDINGS: Rounding[] = ['floor', 'half-up', 'half-even'];
const roundings = fc.constantFrom(...ROUNDINGS);
const amounts = fc.integer({ min: 1, max: 1_000_000_000 });
/** A decimal number, and the same as a fraction. */
const decimals = fc.tuple(fc.nat(10_000_000), fc.nat(6)).map(([units, scale]) => {
  const digits = String(units).padStart(scale + 1, '0');
  const text = scale === 0 ? digits : `${digits.slice(0, -scale)}.${digits.slice(-scale)}`;
  return { text, top: BigInt(units), bottom: 10n ** BigInt(scale) };
});

/** A fraction, rounded to a whole number. */
function round(top: bigint, bottom: bigint, rounding: Rounding): number {
  const floor = top / bottom;
  const twice = 2n * (top % bottom);
  const up =
    rounding !== 'floor' && (twice > bottom || (twice === bottom && (rounding === 'half-up' || floor % 2n === 1n)));
  return Number(up ? floor + 1n : floor);
}

describe('the fee of a transfer', () => {
  test('is nothing where none is set', () => {
    expect(transferFee(1_000, undefined)).toBe(0);
  });

  test.each([
    ['fixed', 1_000, 5, '0', 'half-up', 5],
    ['a part of the amount', 1_000, 0, '2.5', 'half-up', 25],
    ['both', 1_000, 5, '2.5', 'half-up', 30],
    ['rounded down', 19, 0, '10', 'floor', 1],
    ['rounded half up', 25, 0, '10', 'half-up', 3],
    ['rounded half to even', 25, 0, '10', 'half-even', 2],
    ['as much again at most', 7, 0, '100', 'floor', 7],
  ] as const)('is %s', (_, amount, points, percent, rounding, fee) => {
    expect(transferFee(amount, { points, percent, rounding })).toBe(fee);
  });

  test('is exact', () => {
    fc.assert(
      fc.property(amounts, fc.nat(100), decimals, roundings, (amount, points, { text, top, bottom }, rounding) => {
        expect(transferFee(amount, { points, percent: text, rounding })).toBe(
          points + round(BigInt(amount) * top, bottom * 100n, rounding),
        );
      }),
    );
  });
});

describe('a conversion', () => {
  const points = { code: 'points', decimals: 0 };
  const miles = { code: 'miles', decimals: 2 };
  const rates = [
    { from: '2026-01-01', rate: '0.5' },
    { from: '2026-07-01', rate: '0.125' },
  ];
  const programme = {
    timeZone: 'Europe/London',
    conversions: [
      { from: 'miles', to: 'points', rates, rounding: 'floor' as const },
      { from: 'points', to: 'miles', rates, rounding: 'half-up' as const },
    ],
  };

  test.each([
    ['in the smallest unit of the other currency', 3, points, miles, '2026-01-01T00:00:00Z', 150, '0.5'],
    ['from the smallest unit of its own', 899, miles, points, '2026-01-01T00:00:00Z', 4, '0.5'],
    ['at the rate of the last day of the old one', 3, points, miles, '2026-06-30T22:59:59Z', 150, '0.5'],
    [
      'at the rate of the first day, in the zone, of the new one',
      3,
      points,
      miles,
      '2026-06-30T23:00:00Z',
      38,
      '0.125',
    ],
  ])('is %s', (_, amount, from, to, at, given, rate) => {
    expect(converted(amount, from, to, at, programme)).toEqual({ amount: given, rate });
  });

  test.each([
    ['before the first rate', 3, points, miles, '2025-12-31T23:59:59Z', 'CURRENCY_UNKNOWN'],
    [
      'between currencies without one',
      3,
      points,
      { code: 'stars', decimals: 0 },
      '2026-01-01T00:00:00Z',
      'CURRENCY_UNKNOWN',
    ],
    [
      'from currencies without one',
      3,
      { code: 'stars', decimals: 0 },
      miles,
      '2026-01-01T00:00:00Z',
      'CURRENCY_UNKNOWN',
    ],
    ['to nothing', 199, miles, points, '2026-01-01T00:00:00Z', 'AMOUNT_INVALID'],
    ['to more than a wallet holds', 2 ** 53 - 1, points, miles, '2026-01-01T00:00:00Z', 'AMOUNT_INVALID'],
  ])('is refused %s', (_, amount, from, to, at, refusal) => {
    expect(converted(amount, from, to, at, programme)).toEqual({ refusal });
  });

  test('is refused where the programme has none', () => {
    expect(converted(3, points, miles, '2026-01-01T00:00:00Z', { timeZone: 'UTC' })).toEqual({
      refusal: 'CURRENCY_UNKNOWN',
    });
  });

  test('may fill a wallet to the brim', () => {
    const conversions = [
      { from: 'points', to: 'miles', rates: [{ from: '2026-01-01', rate: '1' }], rounding: 'floor' as const },
    ];
    const convert = (amount: number) =>
      converted(amount, points, { ...miles, decimals: 0 }, '2026-01-01T00:00:00Z', { timeZone: 'UTC', conversions });

    expect(convert(2 ** 53 - 1)).toEqual({ amount: 2 ** 53 - 1, rate: '1' });
    expect(convert(2 ** 53)).toEqual({ refusal: 'AMOUNT_INVALID' });
  });

  test('is exact to the last unit', () => {
    const scale = fc.integer({ min: 0, max: 6 });
    fc.assert(
      fc.property(amounts, decimals, scale, scale, roundings, (amount, rate, before, after, rounding) => {
        const conversions = [
          { from: 'points', to: 'miles', rates: [{ from: '2026-01-01', rate: rate.text }], rounding },
        ];
        const from = { code: 'points', decimals: before };
        const to = { code: 'miles', decimals: after };

        const answer = converted(amount, from, to, '2026-02-01T00:00:00Z', { timeZone: 'UTC', conversions });

        const exact = round(
          BigInt(amount) * rate.top * 10n ** BigInt(after),
          rate.bottom * 10n ** BigInt(before),
          rounding,
        );
        const fits = exact > 0 && exact <= Number.MAX_SAFE_INTEGER;
        expect(answer).toEqual(fits ? { amount: exact, rate: rate.text } : { refusal: 'AMOUNT_INVALID' });
      }),
    );
  });
});
