// What caps and budgets take, in which order, and what is told of it.
import { describe, expect, test } from '@jest/globals';
import { compile } from '../../../subgraphs/points/earning/book.rules.ts';
import { accountOf, limitsOf } from '../../../subgraphs/points/earning/limit.rules.ts';
import { amountOf, eventOf, given, pointsBy, programmeOf, purchaseOf, type InFile, type RuleInFile } from './engine.ts';

const fixed = (points: number, own: object = {}): RuleInFile => ({ give: { fixed: { points } }, ...own });
const sale = { campaign: 'sale' };
const budget = (own: object, campaign: object = {}): InFile => ({
  campaigns: [{ code: 'sale', budget: own, ...campaign }],
  points: { value: '0.02' },
});
const caps = (...own: [code: string, per: string, max: number][]) => ({
  caps: own.map(([code, per, max]) => ({ code, per, max })),
});

describe('a cap', () => {
  test('of a currency takes from the last rules first and says what it took', () => {
    const programme = programmeOf([fixed(40), fixed(30), fixed(20)], { points: caps(['daily', 'day', 500]) });
    const { grants, taken } = given(programme, purchaseOf(), { 'cap:daily': '55' });

    expect(grants).toEqual([
      {
        currency: 'points',
        amount: 55,
        parts: [
          { rule: 'a', campaign: null, amount: 40 },
          { rule: 'b', campaign: null, amount: 15 },
        ],
        steps: [
          { rule: 'a', kind: 'fixed', applied: true, amount: 40 },
          { rule: 'b', kind: 'fixed', applied: true, amount: 30 },
          { rule: 'c', kind: 'fixed', applied: true, amount: 20 },
          { rule: 'daily', kind: 'cap', applied: true, required: '500', actual: '445', amount: -35 },
        ],
      },
    ]);
    expect(taken).toEqual({ 'cap:daily': '55' });
  });

  test('that leaves enough takes nothing, and one whose room is not told neither', () => {
    const programme = programmeOf([fixed(40)], { points: caps(['daily', 'day', 40], ['yearly', 'year', 1]) });

    expect(given(programme, purchaseOf(), { 'cap:daily': '40' })).toMatchObject({
      grants: [{ amount: 40, steps: [{ rule: 'a' }] }],
      taken: { 'cap:daily': '40' },
    });
  });

  test('of each purchase needs no room and is for events as well', () => {
    const programme = programmeOf([fixed(40, { on: 'review' }), fixed(30)], {
      points: caps(['each', 'purchase', 25]),
      events: [{ code: 'review' }],
    });

    expect(given(programme, eventOf('review')).grants[0]!.steps[1]).toEqual({
      rule: 'each',
      kind: 'cap',
      applied: true,
      required: '25',
      actual: '0',
      amount: -15,
    });
    expect(given(programme, purchaseOf())).toMatchObject({ grants: [{ amount: 25 }], taken: {} });
  });

  test('of a rule takes from that rule alone, before those of the currency', () => {
    const own = caps(['often', 'month', 100], ['once', 'purchase', 35]);
    const programme = programmeOf([fixed(40, own), fixed(30)], { points: caps(['daily', 'day', 500]) });
    const rooms = { 'cap:often': '38', 'cap:daily': '50' };

    expect(given(programme, purchaseOf(), rooms)).toMatchObject({
      grants: [
        {
          amount: 50,
          steps: [
            { amount: 40 },
            { amount: 30 },
            { rule: 'often', kind: 'rule-cap', required: '100', actual: '62', amount: -2 },
            { rule: 'once', kind: 'rule-cap', required: '35', actual: '0', amount: -3 },
            { rule: 'daily', kind: 'cap', amount: -15 },
          ],
        },
      ],
      taken: { 'cap:often': '35', 'cap:daily': '50' },
    });
  });

  test('takes from a multiplier at its place, from a tier at the end of its set', () => {
    const perPound = { give: { perAmount: { points: 1, each: '1' } } };
    const programme = programmeOf([{ give: { multiply: { factor: '2' } } }, perPound], {
      points: caps(['daily', 'day', 500]),
    });
    const purchase = purchaseOf({ member: { tier: 'gold' } });

    expect(pointsBy(programme, purchase, { 'cap:daily': '21' })).toEqual({
      points: 21,
      a: 10,
      b: 10,
      'gold-multiplier': 1,
    });
    expect(pointsBy(programme, purchase, { 'cap:daily': '12' })).toEqual({ points: 12, a: 10, b: 2 });
  });
});

describe('a budget', () => {
  test('in points is shared by the campaign’s rules of all currencies, in their order', () => {
    const rules = [fixed(40, sale), fixed(30, { ...sale, currency: 'miles' }), fixed(20, sale), fixed(5)];
    const { grants, taken } = given(programmeOf(rules, budget({ points: 100 })), purchaseOf(), { 'budget:sale': '60' });

    expect(grants.map(({ currency, amount }) => [currency, amount])).toEqual([
      ['points', 45],
      ['miles', 20],
    ]);
    expect(grants.flatMap(({ steps }) => steps.filter(({ kind }) => kind === 'budget'))).toEqual([
      { rule: 'sale', kind: 'budget', applied: true, required: '100', actual: '100', amount: -20 },
      { rule: 'sale', kind: 'budget', applied: true, required: '100', actual: '80', amount: -10 },
    ]);
    expect(taken).toEqual({ 'budget:sale': '60' });
  });

  test('in money pays for as many points as it can', () => {
    const { grants, taken } = given(programmeOf([fixed(40, sale)], budget({ money: '5' })), purchaseOf(), {
      'money:sale': '0.47',
    });

    expect(grants[0]!.steps[1]).toEqual({
      rule: 'sale',
      kind: 'budget',
      applied: true,
      required: '5.00 GBP',
      actual: '4.53 GBP',
      amount: -17,
    });
    expect(taken).toEqual({ 'money:sale': '0.46' });
  });

  test('in money counts whole points of a currency with decimals', () => {
    const programme = programmeOf([fixed(250, sale)], {
      ...budget({ money: '5' }),
      points: { value: '0.3', decimals: 2 },
    });

    expect(given(programme, purchaseOf(), { 'money:sale': '0.5' })).toMatchObject({
      grants: [{ amount: 166 }],
      taken: { 'money:sale': '0.498' },
    });
  });

  test('in both takes for points first, then for money', () => {
    const programme = programmeOf([fixed(40, sale)], budget({ points: 100, money: '5' }));

    expect(given(programme, purchaseOf(), { 'budget:sale': '30', 'money:sale': '0.5' })).toMatchObject({
      grants: [{ amount: 25, steps: [{ amount: 40 }, { amount: -10, required: '100' }, { amount: -5 }] }],
      taken: { 'budget:sale': '25', 'money:sale': '0.5' },
    });
  });

  test('keeps what a cap of the currency takes', () => {
    const programme = programmeOf([fixed(40, sale)], {
      ...budget({ points: 100 }),
      points: caps(['daily', 'day', 50]),
    });

    expect(given(programme, purchaseOf(), { 'budget:sale': '30', 'cap:daily': '10' }).taken).toEqual({
      'budget:sale': '10',
      'cap:daily': '10',
    });
  });

  test('that is spent gives nothing', () => {
    expect(amountOf(programmeOf([fixed(40, sale)], budget({ points: 9 })), purchaseOf(), { 'budget:sale': '0' })).toBe(
      0,
    );
  });

  test('is one account, or one for each season, named by the year in which it began', () => {
    const winter = { code: 'sale', yearly: { from: '12-01', until: '02-29' } };
    const days = ['2026-12-01', '2027-01-15', '2027-02-28', '2028-02-29'];

    expect(accountOf({ code: 'sale' }, '2026-09-02')).toBe('sale');
    expect(days.map((day) => accountOf(winter, day))).toEqual(['sale/2026', 'sale/2026', 'sale/2026', 'sale/2027']);
  });

  test('of a season that is over leaves the next one whole', () => {
    const programme = programmeOf(
      [fixed(40, sale)],
      budget({ points: 100 }, { yearly: { from: '09-01', until: '09-30' } }),
    );

    expect(amountOf(programme, purchaseOf(), { 'budget:sale/2025': '0', 'budget:sale/2026': '7' })).toBe(7);
  });
});

describe('what limits a purchase', () => {
  const programme = programmeOf(
    [
      fixed(1, { ...sale, ...caps(['often', 'month', 100], ['each', 'purchase', 9]) }),
      fixed(1, { ...caps(['never', 'day', 1]), when: { partners: ['harbour'], tiers: ['gold'] } }),
      fixed(1, { on: 'tier', ...caps(['climbing', 'year', 1]) }),
    ],
    {
      ...budget({ points: 60, money: '9.5' }, { yearly: { from: '09-01', until: '09-30' } }),
      points: { value: '0.02', ...caps(['all', 'week', 5]) },
    },
  );
  const book = compile(programme);

  test('is known before', () => {
    expect(limitsOf(book, purchaseOf())).toEqual({
      caps: [
        { code: 'often', per: 'month', max: 100, currency: 'points' },
        { code: 'all', per: 'week', max: 5, currency: 'points' },
      ],
      budgets: [{ account: 'sale/2026', campaign: 'sale', points: 60, money: '9.5' }],
    });
  });

  test('is that of its own rules, whoever bought', () => {
    const codes = (limits: ReturnType<typeof limitsOf>) => limits.caps.map(({ code }) => code);

    expect(codes(limitsOf(book, eventOf('tier')))).toEqual(['climbing', 'all']);
    expect(codes(limitsOf(book, purchaseOf({ facts: { partner: 'harbour', day: '2026-10-01' } })))).toEqual([
      'never',
      'all',
    ]);
    expect(limitsOf(book, purchaseOf({ member: null }))).toEqual(limitsOf(book, purchaseOf()));
  });
});
