import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { programmeOf, rateOn } from '../../../clients/replay/programme.ts';

const HYBRID = programmeOf(readFileSync('programmes/hybrid-retail.yaml', 'utf8'), ['northside-london']);

const BASE = { code: 'base', currency: 'points', give: { perAmount: { points: 2, each: '5' } } };
const programme = (rules: object[], over: { points?: object; set?: object } = {}) =>
  programmeOf(
    JSON.stringify({
      programme: { baseCurrency: 'GBP' },
      points: {
        currencies: [{ code: 'points' }],
        earning: [{ code: 'set', rounding: 'half-up', rules, ...over.set }],
        tiers: { window: 'lifetime', levels: [{ code: 'member' }] },
        ...over.points,
      },
      partners: [
        { code: 'here', channels: [{ code: 'shops', locations: [{ code: 'shop' }] }] },
        { code: 'there', channels: [{ code: 'elsewhere', locations: [{ code: 'other' }] }] },
      ],
    }),
    ['shop'],
  );

describe('the programme that a recount can foresee', () => {
  it('is a point per pound and four tiers by spend in hybrid retail', () => {
    expect(HYBRID.rule).toEqual({ currency: 'points', points: 1, each: '1', whole: true, rounding: 'floor' });
    expect(HYBRID.ladder).toEqual([
      { code: 'gold', spend: '1000' },
      { code: 'silver', spend: '500' },
      { code: 'bronze', spend: '100' },
      { code: 'member', spend: '0' },
    ]);
  });

  it('converts by the latest rate of the day', () => {
    const exchangeRates = [
      { currency: 'EUR', from: '2026-01-01', rate: '0.9' },
      { currency: 'EUR', from: '2025-01-01', rate: '0.8' },
    ];
    const read = programme([BASE], { points: { exchangeRates } });

    expect(['2024-12-31', '2025-12-31', '2026-01-01'].map((day) => rateOn(read, 'EUR', day))).toEqual([
      null,
      '0.8',
      '0.9',
    ]);
    expect(rateOn(read, 'GBP', '2020-01-01')).toBe('1');
  });

  it.each([
    ['of categories', { when: { items: { categories: ['tea'] } } }],
    ['of another partner', { when: { partners: ['there'] } }],
    ['of another channel', { when: { channels: ['elsewhere'] } }],
    ['of another shop', { when: { locations: ['other'] } }],
    ['of birthdays', { when: { birthday: 'month' } }],
    ['on an event', { on: 'review' }],
    ['of prices', { currency: undefined, give: { price: '1' } }],
  ])('is not changed by a rule %s', (_, over) => {
    const { rule } = programme([BASE, { ...BASE, code: 'other', ...over }]);

    expect(rule).toEqual({ currency: 'points', points: 2, each: '5', whole: false, rounding: 'half-up' });
  });

  it.each([
    ['two rules hold', [BASE, { ...BASE, code: 'second' }], {}],
    ['it gives for items', [{ ...BASE, give: { perItem: { points: 1 } } }], {}],
    ['it has a condition', [{ ...BASE, when: { minimum: '5' } }], {}],
    ['it holds at some tills alone', [{ ...BASE, when: { items: { skus: ['a'] } } }], {}],
    ['it belongs to a campaign', [{ ...BASE, campaign: 'spring' }], {}],
    ['it has a cap', [{ ...BASE, caps: [{}] }], {}],
    ['a tier is rewarded', [BASE, { ...BASE, on: 'tier', give: { fixed: { points: 5 } } }], {}],
    ['lines are rounded', [BASE], { set: { roundAt: 'line' } }],
    ['the currency has a cap', [BASE], { points: { currencies: [{ code: 'points', caps: [{}] }] } }],
    ['there are two currencies', [BASE], { points: { currencies: [{ code: 'points' }, { code: 'miles' }] } }],
    [
      'tiers multiply',
      [BASE],
      { points: { tiers: { window: 'lifetime', levels: [{ code: 'gold', benefits: [{ multiplier: {} }] }] } } },
    ],
  ])('counts no points when %s', (_, rules, over) => {
    expect(programme(rules, over).rule).toBeNull();
  });

  it.each([
    ['a window', { window: 'calendar-year' }],
    ['no way down', { window: 'lifetime', downgrade: 'none' }],
    ['returns that undo nothing', { window: 'lifetime', returns: 'keep' }],
    ['points', { window: 'lifetime', levels: [{ code: 'gold', from: { points: 5 } }] }],
  ])('foresees no tiers with %s', (_, over) => {
    expect(programme([BASE], { points: { tiers: { levels: [{ code: 'member' }], ...over } } }).ladder).toBeNull();
  });
});
