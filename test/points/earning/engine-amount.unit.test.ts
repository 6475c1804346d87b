// What one rule gives, counted by hand.
import { describe, expect, test } from '@jest/globals';
import { Big } from 'big.js';
import fc from 'fast-check';
import { amountOf, eventOf, given, programmeOf, purchaseOf, type InTest, type LineInTest } from './engine.ts';

const of = (give: object, set: object = {}) => programmeOf([{ give }], { set });
const perAmount = (own: object = {}) => ({ perAmount: { points: 1, each: '1', ...own } });
const lines = (...amounts: string[]): LineInTest[] => amounts.map((amount) => ({ amount }));
const EUR = { currency: 'EUR', rate: '0.86' };

describe('points for money', () => {
  test.each<[string, object, object, InTest, number]>([
    ['each pound', perAmount(), {}, { lines: lines('139.12') }, 139],
    ['half a point is a whole one', perAmount(), {}, { lines: lines('139.50') }, 140],
    ['half a point is none', perAmount(), { rounding: 'floor' }, { lines: lines('139.99') }, 139],
    ['half a point to the even one below', perAmount(), { rounding: 'half-even' }, { lines: lines('2.50') }, 2],
    ['half a point to the even one above', perAmount(), { rounding: 'half-even' }, { lines: lines('3.50') }, 4],
    ['more than half a point', perAmount(), { rounding: 'half-even' }, { lines: lines('2.51') }, 3],
    ['parts of three pounds', perAmount({ points: 5, each: '3' }), {}, { lines: lines('10') }, 17],
    ['whole three pounds', perAmount({ points: 5, each: '3', whole: true }), {}, { lines: lines('11.99') }, 15],
    ['lines together', perAmount(), {}, { lines: lines('0.40', '0.40', '0.40') }, 1],
    ['each line by itself', perAmount(), { roundAt: 'line' }, { lines: lines('0.40', '0.50', '0.60') }, 2],
    ['whole pounds of each line', perAmount({ whole: true }), { roundAt: 'line' }, { lines: lines('1.9', '1.9') }, 2],
    ['before discounts', perAmount({ amount: 'before-discount' }), {}, { lines: [{ gross: '12', amount: '9' }] }, 12],
    ['without tax', perAmount({ tax: 'excluded' }), {}, { lines: [{ amount: '120', taxRate: '20' }] }, 100],
    ['without no tax', perAmount({ tax: 'excluded' }), {}, { lines: [{ amount: '120' }] }, 120],
    [
      'without tax, by its rate, rounded once', // 0.0833 and 0.0922
      perAmount({ points: 100, tax: 'excluded' }),
      {},
      {
        lines: [
          { amount: '0.10', taxRate: '20' },
          { amount: '0.10', taxRate: '8.5' },
        ],
      },
      18,
    ],
    ['in the base currency', perAmount({ points: 100 }), {}, { lines: lines('10.99'), facts: EUR }, 945],
    ['converted together', perAmount({ points: 100 }), {}, { lines: lines('0.01', '0.01'), facts: EUR }, 2],
    [
      'converted line by line',
      perAmount({ points: 100 }),
      { roundAt: 'line' },
      { lines: lines('0.01', '0.02'), facts: { currency: 'EUR', rate: '0.4' } },
      1,
    ],
    ['what was given back', perAmount(), {}, { lines: lines('60', '40'), kept: '75' }, 75],
    [
      'what was given back, before discounts',
      perAmount({ amount: 'before-discount' }),
      {},
      { lines: [{ gross: '200', amount: '100' }], kept: '75' },
      150,
    ],
    ['a purchase that cost nothing', perAmount(), {}, { lines: lines('0') }, 0],
  ])('are of %s', (_, give, set, purchase, points) => {
    expect(amountOf(of(give, set), purchaseOf(purchase))).toBe(points);
  });

  test('are exact for amounts that no double holds', () => {
    const programme = of(perAmount({ points: 3, each: '0.000000003', whole: true }), { rounding: 'floor' });

    expect(amountOf(programme, purchaseOf({ lines: lines('9007.19', '0.01') }))).toBe(9_007_200_000_000);
  });

  test('in a base currency without a smaller unit are of whole ones', () => {
    const programme = programmeOf([{ give: perAmount() }], { baseCurrency: 'JPY' });

    expect(amountOf(programme, purchaseOf({ lines: lines('3.33'), facts: { rate: '150.1' } }))).toBe(500);
  });

  test('are, for each whole pound, those of the formula that was before rules', () => {
    const amounts = fc.array(fc.nat(1_000_000), { minLength: 1, maxLength: 20 });
    const rates = fc.integer({ min: 1, max: 3_000_000 }).map((rate) => Big(rate).div(1_000_000));

    fc.assert(
      fc.property(amounts, rates, fc.integer({ min: 1, max: 1_000 }), (units, rate, points) => {
        const purchase = purchaseOf({
          lines: units.map((unit) => ({ amount: Big(unit).div(100).toFixed(2) })),
          facts: { rate: rate.toFixed() },
        });
        const total = purchase.paid.times(rate).round(2, Big.roundHalfUp);
        const before = total.round(0, Big.roundDown).times(points).toNumber();

        expect(amountOf(of(perAmount({ points, whole: true })), purchase)).toBe(before);
      }),
      { numRuns: 200 },
    );
  });
});

describe('other points', () => {
  test.each<[string, object, InTest, number]>([
    ['each unit', { perItem: { points: 5 } }, { lines: [{ quantity: '2' }, { quantity: '1' }] }, 15],
    ['parts of units', { perItem: { points: 5 } }, { lines: [{ quantity: '0.5' }, { quantity: '0.25' }] }, 4],
    ['units, whatever was given back', { perItem: { points: 5 } }, { lines: [{ quantity: '2' }], kept: '1' }, 10],
    ['a purchase', { fixed: { points: 7 } }, {}, 7],
    ['a purchase that cost nothing', { fixed: { points: 7 } }, { lines: lines('0') }, 7],
    ['a purchase that was given back', { fixed: { points: 7 } }, { kept: '0' }, 0],
    ['a first purchase of the day', { perVisit: { points: 7 } }, {}, 7],
    ['a second purchase of the day', { perVisit: { points: 7 } }, { member: { visited: true } }, 0],
    ['a purchase nowhere', { perVisit: { points: 7 } }, { facts: { location: null } }, 0],
    ['luck', { surprise: { odds: '0.1', points: 7 } }, { member: { draws: { a: '0.099999999' } } }, 7],
    ['no luck', { surprise: { odds: '0.1', points: 7 } }, { member: { draws: { a: '0.100000000' } } }, 0],
    ['no draw', { surprise: { odds: '1', points: 7 } }, {}, 0],
  ])('are of %s', (_, give, purchase, points) => {
    expect(amountOf(of(give), purchaseOf(purchase))).toBe(points);
  });

  test('of units are rounded line by line where the set says so', () => {
    const programme = of({ perItem: { points: 1 } }, { roundAt: 'line' });

    expect(amountOf(programme, purchaseOf({ lines: [{ quantity: '0.5' }, { quantity: '0.5' }] }))).toBe(2);
  });
});

describe('events', () => {
  const events = [{ code: 'run', attributes: [{ name: 'distance', type: 'number' }] }, { code: 'review' }];
  const programme = programmeOf(
    [
      { on: 'run', give: { perAttribute: { name: 'distance', points: 2, each: '0.5' } } },
      { on: 'review', give: { fixed: { points: 30 } }, when: { channels: ['web'] } },
      { on: 'tier', give: { fixed: { points: 500 } }, when: { tiers: ['gold'] } },
      { give: { fixed: { points: 1 } } },
    ],
    { events },
  );

  test.each([
    ['a number', eventOf('run', { distance: 10.4 }), 42],
    ['no number', eventOf('run'), 0],
    ['a number below 0', eventOf('run', { distance: -3 }), 0],
    ['itself', eventOf('review', {}, { facts: { channel: 'web' } }), 30],
    ['itself, elsewhere', eventOf('review'), 0],
    ['the tier that was reached', eventOf('tier', {}, { member: { tier: 'gold' } }), 500],
    ['another tier', eventOf('tier'), 0],
    ['nothing that has a rule', eventOf('walk'), 0],
  ])('give for %s', (_, event, points) => {
    expect(amountOf(programme, event)).toBe(points);
  });

  test('are not multiplied by the tier', () => {
    expect(amountOf(programme, eventOf('run', { distance: 1 }, { member: { tier: 'gold' } }))).toBe(4);
  });
});

describe('a step', () => {
  const step = (give: object, purchase: InTest = {}) => given(of(give), purchaseOf(purchase)).grants[0]?.steps[0];

  test.each([
    [perAmount(), {}, { kind: 'perAmount', required: '1 GBP', actual: '10.00 GBP', amount: 10 }],
    [{ perItem: { points: 3 } }, {}, { kind: 'perItem', required: '1', actual: '1', amount: 3 }],
    [{ fixed: { points: 3 } }, {}, { kind: 'fixed', amount: 3 }],
    [{ perVisit: { points: 3 } }, {}, { kind: 'perVisit', amount: 3 }],
    [
      { surprise: { odds: '0.5', points: 3 } },
      { member: { draws: { a: '0.25' } } },
      { kind: 'surprise', required: '0.5', actual: '0.25', amount: 3 },
    ],
    [perAmount({ whole: true }), { lines: lines('0.5') }, { kind: 'perAmount', actual: '0.50 GBP', amount: 0 }],
  ])('of %j says what there was', (give, purchase, said) => {
    expect(step(give, purchase)).toMatchObject({ rule: 'a', applied: true, ...said });
  });
});
