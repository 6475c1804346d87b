import { expect, test } from '@jest/globals';
import { rateOn } from '../../../subgraphs/points/purchase/money.rules.ts';

test('a rate holds from its day on, and one of 0 is none', () => {
  const rates = [
    { currency: 'EUR', from: '2026-01-01', rate: '0.85' },
    { currency: 'EUR', from: '2026-02-01', rate: '0.00' },
  ];

  const days = ['2025-12-31', '2026-01-01', '2026-02-01'];

  expect(days.map((day) => rateOn(rates, 'GBP', 'EUR', day))).toEqual([null, '0.85', null]);
  expect(rateOn(rates, 'GBP', 'GBP', '2025-12-31')).toBe('1');
});
