// Prices without points, counted by hand.
import { describe, expect, test } from '@jest/globals';
import { given, programmeOf, programmeOfSets, purchaseOf, type InTest, type RuleInFile } from './engine.ts';
import type { Programme } from '../../../subgraphs/points/programme/programme.rules.ts';

const percent = (discountPercent: string, own: object = {}): RuleInFile => ({ give: { discountPercent }, ...own });
const amount = (discountAmount: string, own: object = {}): RuleInFile => ({ give: { discountAmount }, ...own });
const price = (each: string, own: object = {}): RuleInFile => ({ give: { price: each }, ...own });
const tea = { when: { items: { skus: ['tea'] } } };
const money = (...amounts: string[]): InTest => ({ lines: amounts.map((one) => ({ amount: one })) });

/** By rule: what it takes of each line, by the line's number. */
const cuts = (programme: Programme, purchase: InTest = {}) =>
  Object.fromEntries(
    given(programme, purchaseOf(purchase)).cuts.map(({ rule, amount: all, lines }) => [
      rule,
      { all: all.toFixed(), ...Object.fromEntries(lines.map((line) => [line.number, line.amount.toFixed()])) },
    ]),
  );

describe('a discount', () => {
  test.each<[string, RuleInFile, InTest, object]>([
    ['of a part', percent('10'), money('9.99'), { all: '1', 1: '1' }],
    ['rounded once', percent('50'), money('0.01', '0.01', '0.01'), { all: '0.02', 1: '0.01', 3: '0.01' }],
    ['of all', percent('100'), money('9.99', '0', '1'), { all: '10.99', 1: '9.99', 3: '1' }],
    ['of an amount', amount('5'), money('10', '20'), { all: '5', 1: '1.67', 2: '3.33' }],
    ['of more than it costs', amount('5'), money('1.50', '2'), { all: '3.5', 1: '1.5', 2: '2' }],
    ['of lines that count', amount('5', tea), { lines: [{ sku: 'cup' }, {}] }, { all: '5', 2: '5' }],
    [
      'in the purchase’s money',
      amount('5'),
      { lines: [{ amount: '100' }], facts: { currency: 'EUR', rate: '0.86' } },
      { all: '5.81', 1: '5.81' },
    ],
    [
      'in whole yen',
      amount('5'),
      { lines: [{ amount: '1000' }], facts: { currency: 'JPY', rate: '0.0053' } },
      { all: '943', 1: '943' },
    ],
    ['to a price', price('3'), { lines: [{ quantity: '2' }, { amount: '3.01' }] }, { all: '4.01', 1: '4', 2: '0.01' }],
    [
      'to a price of parts',
      price('3.33', tea),
      { lines: [{ quantity: '0.5', amount: '5' }] },
      { all: '3.33', 1: '3.33' },
    ],
    ['of what is kept alone', percent('10'), { ...money('20'), kept: '10' }, { all: '2', 1: '2' }],
  ])('%s is taken off the lines', (_, rule, purchase, taken) => {
    expect(cuts(programmeOf([rule]), purchase)).toEqual({ a: taken });
  });

  test.each([
    ['whose price is not lower', price('10')],
    ['of lines that cost nothing', amount('5', { when: { maximum: '0' } }), money('0')],
  ])('%s takes nothing and is told among the others', (_, rule, purchase = {}) => {
    const { cuts: none, others } = given(programmeOf([rule]), purchaseOf(purchase));

    expect([none, others]).toEqual([[], [expect.objectContaining({ rule: 'a', applied: false })]]);
  });

  test('gives no points, and points are of the lines as they are', () => {
    const { cuts: taken, grants } = given(
      programmeOf([percent('50'), { give: { perAmount: { points: 1, each: '1' } } }]),
      purchaseOf(),
    );

    expect([taken[0]!.amount.toFixed(), grants[0]!.amount]).toEqual(['5', 10]);
  });

  test('is for those who are known', () => {
    expect(cuts(programmeOf([percent('50')]), { member: null })).toEqual({});
  });
});

describe('discounts of a set', () => {
  const three = [percent('10'), amount('4'), price('5')];

  test.each([
    ['sum', { a: { all: '1', 1: '1' }, b: { all: '4', 1: '4' } }],
    ['multiply', { a: { all: '1', 1: '1' }, b: { all: '4', 1: '4' } }],
    ['best', { c: { all: '5', 1: '5' } }],
    ['first', { a: { all: '1', 1: '1' } }],
  ])('combine by %s', (combine, taken) => {
    expect(cuts(programmeOf(three, { set: { combine } }))).toEqual(taken);
  });

  test('say in money what one that another beat would have taken', () => {
    const { others } = given(programmeOf(three, { set: { combine: 'best' } }), purchaseOf());

    expect(others).toMatchObject([
      { rule: 'a', reason: 'best', required: 'c', actual: '1.00 GBP' },
      { rule: 'b', reason: 'best', required: 'c', actual: '4.00 GBP' },
    ]);
  });

  test('that find nothing to take say so', () => {
    const { others } = given(programmeOf([price('10'), percent('100'), percent('5')]), purchaseOf());

    expect(others).toMatchObject([
      { rule: 'a', reason: 'nothing-to-discount' },
      { rule: 'c', reason: 'nothing-to-discount' },
    ]);
  });

  test('take in turn, each of what the ones before left, in every set', () => {
    const programme = programmeOfSets({ one: [percent('50'), percent('50')], two: [percent('50'), amount('9')] });

    expect(cuts(programme)).toEqual({
      'one-a': { all: '5', 1: '5' },
      'one-b': { all: '2.5', 1: '2.5' },
      'two-a': { all: '1.25', 1: '1.25' },
      'two-b': { all: '1.25', 1: '1.25' },
    });
  });

  test('of a group are compared by what they take of what sets before left', () => {
    const group = { group: 'either' };
    const programme = programmeOfSets({ one: [percent('50')], two: [amount('3', group), percent('50', group)] });

    expect(cuts(programme)).toEqual({ 'one-a': { all: '5', 1: '5' }, 'two-a': { all: '3', 1: '3' } });
  });
});
