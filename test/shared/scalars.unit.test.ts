import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { CurrencyCode, DateTime, Day, Decimal, Locale, moneyDecimals } from '../../subgraphs/shared/scalars.ts';

test.each([
  ['2026-08-14T12:00:00Z', '2026-08-14T12:00:00.000000Z'],
  ['2026-08-14T12:00:00.5Z', '2026-08-14T12:00:00.500000Z'],
  ['2026-08-14T12:00:00.123456789Z', '2026-08-14T12:00:00.123456Z'],
  ['2026-08-14T12:00:00+02:00', '2026-08-14T10:00:00.000000Z'],
  ['2026-01-01T00:30:00.25+01:00', '2025-12-31T23:30:00.250000Z'],
])('%s is the instant %s', (text, instant) => {
  expect(DateTime.parseValue(text)).toBe(instant);
});

test('every instant is read as itself', () => {
  fc.assert(
    fc.property(fc.date({ noInvalidDate: true, min: new Date(0), max: new Date('9999-12-31') }), (at) => {
      const text = at.toISOString().replace('Z', '000Z');
      expect(DateTime.parseValue(text)).toBe(text);
    }),
  );
});

test.each([
  [DateTime, '2026-02-30T12:00:00Z'],
  [DateTime, '2026-08-14T25:00:00Z'],
  [DateTime, '2026-08-14T12:00:00'],
  [DateTime, '2026-08-14'],
  [DateTime, 1_786_708_800],
  [Day, '2026-02-29'],
  [Day, '2026-8-14'],
  [Day, '2026-08-14T00:00:00Z'],
  [Decimal, '1,5'],
  [Decimal, '1e3'],
  [Decimal, '.5'],
  [Decimal, 1.5],
  [Decimal, '1234567890123456789'],
  [CurrencyCode, 'pln'],
  [CurrencyCode, 'POINTS'],
  [Locale, 'not a language'],
  [Locale, ''],
])('%s refuses %p', (scalar, value) => {
  expect(() => scalar.parseValue(value)).toThrow(`is no ${scalar.name}`);
});

test.each([
  [Day, '2028-02-29', '2028-02-29'],
  [Decimal, '-12.50', '-12.50'],
  [CurrencyCode, 'PLN', 'PLN'],
  [Locale, 'pl-pl', 'pl-PL'],
])('%s reads %s', (scalar, text, read) => {
  expect(scalar.parseValue(text)).toBe(read);
});

test.each([
  ['GBP', 2],
  ['JPY', 0],
  ['KWD', 3],
])('%s has %i decimals', (currency, decimals) => {
  expect(moneyDecimals(currency)).toBe(decimals);
});
