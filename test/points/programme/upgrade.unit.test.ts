// Versions that earlier releases stored.
import { expect, test } from '@jest/globals';
import { sections } from '../../../subgraphs/points/programme/programme.rules.ts';
import { upgraded, type FormerDocument } from '../../../subgraphs/points/programme/upgrade.rules.ts';

/** As the release before sets of rules stored hybrid-retail.yaml, with terms of its rule's own. */
const STORED: FormerDocument = {
  timeZone: 'Europe/London',
  baseCurrency: 'GBP',
  currencies: [
    {
      code: 'points',
      name: 'Points',
      decimals: 0,
      spendable: true,
      expiry: { rolling: { months: 24, roundTo: 'month' } },
    },
  ],
  earning: { rule: 'one-point-per-pound', currency: 'points', pointsPerUnit: 3, expiry: null, pending: { days: 3 } },
  goodwillPerDay: 500,
  transfer: { currencies: ['points'], perDay: 10000 },
  exchangeRates: [{ currency: 'EUR', from: '2020-01-01', rate: '0.86' }],
  tiers: [
    { code: 'member', name: 'Member', spend: '0' },
    { code: 'bronze', name: 'Bronze', spend: '100', discountPercent: '5' },
    { code: 'silver', name: 'Silver', spend: '500' },
  ],
};

const { timeZone, baseCurrency, ...points } = upgraded(STORED);

test('a stored version is read as one set with its rule, and a ladder of lifetime spend', () => {
  const perAmount = { points: 3, each: '1', whole: true, amount: 'after-discount', tax: 'included' };
  const terms = { expiry: null, pending: { days: 3 } };

  expect([timeZone, baseCurrency]).toEqual(['Europe/London', 'GBP']);
  expect(points.earning).toEqual([
    {
      code: 'earning',
      combine: 'sum',
      rounding: 'floor',
      roundAt: 'purchase',
      rules: [{ code: 'one-point-per-pound', currency: 'points', give: { perAmount }, ...terms }],
    },
  ]);
  expect(points.tiers).toMatchObject({
    window: 'lifetime',
    returns: 'undo',
    levels: [
      { code: 'member', benefits: [] },
      { code: 'bronze', from: { spend: '100' }, benefits: [{ discountPercent: '5' }] },
      { code: 'silver', from: { spend: '500' }, benefits: [] },
    ],
  });
});

test('what it is read as is what a document of now would be read as, defaults included', () => {
  const expiry = 'none';
  const [set] = points.earning;
  const document = {
    programme: { timeZone, baseCurrency },
    points: { ...points, earning: [{ ...set, rules: set!.rules.map((rule) => ({ ...rule, expiry })) }] },
  };

  expect(sections.parse(document).points).toEqual(points);
});

test('a version of now stays as it is', () => {
  const document = { timeZone, baseCurrency, ...points };

  expect(upgraded(document)).toBe(document);
});
