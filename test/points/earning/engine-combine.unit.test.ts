// How rules of a set combine, counted by hand. Rules are a, b, c …; `gold` multiplies points by 1.5.
import { describe, expect, test } from '@jest/globals';
import { given, pointsBy, programmeOf, programmeOfSets, purchaseOf, type RuleInFile } from './engine.ts';

const fixed = (points: number, own: object = {}): RuleInFile => ({ give: { fixed: { points } }, ...own });
const perPound = (points = 1, own: object = {}): RuleInFile => ({ give: { perAmount: { points, each: '1' } }, ...own });
const times = (factor: string, own: { of?: string[] } & Record<string, unknown> = {}): RuleInFile => {
  const { of, ...rest } = own;
  return { give: { multiply: { factor, ...(of && { of }) } }, ...rest };
};
const tea = { when: { items: { skus: ['tea'] } } };
const cup = { when: { items: { skus: ['cup'] } } };
const basket = { lines: [{ sku: 'tea' }, { sku: 'cup', amount: '20' }] };
const combined = (combine: string, ...rules: RuleInFile[]) => programmeOf(rules, { set: { combine } });

describe('rules of a set', () => {
  const three = [fixed(10), fixed(30), fixed(30), fixed(20, { currency: 'miles' })];

  test.each([
    ['sum', { points: 70, a: 10, b: 30, c: 30, miles: 20, d: 20 }],
    ['multiply', { points: 70, a: 10, b: 30, c: 30, miles: 20, d: 20 }],
    ['best', { points: 30, b: 30, miles: 20, d: 20 }],
    ['first', { points: 10, a: 10, miles: 20, d: 20 }],
  ])('combine by %s in each currency', (combine, points) => {
    expect(pointsBy(combined(combine, ...three), purchaseOf())).toEqual(points);
  });

  test.each([
    ['best', [{ rule: 'a', reason: 'best', required: 'b', actual: '10' }, { rule: 'c' }]],
    ['first', [{ rule: 'b', reason: 'first', required: 'a', actual: '30' }, { rule: 'c' }]],
  ])('that %s leaves out name the one that came instead', (combine, left) => {
    const { others } = given(combined(combine, ...three), purchaseOf());

    expect(others).toMatchObject(left);
  });

  test('of a group only the one that gives most counts, before the set combines', () => {
    const group = { group: 'either' };

    expect(
      pointsBy(combined('sum', fixed(5, group), fixed(8, group), fixed(8, group), fixed(1)), purchaseOf()),
    ).toEqual({ points: 9, b: 8, d: 1 });
    expect(pointsBy(combined('first', fixed(5, group), fixed(8, group), fixed(1)), purchaseOf())).toEqual({
      points: 8,
      b: 8,
    });
  });

  test('are compared as they are rounded', () => {
    const less: RuleInFile = { give: { perAmount: { points: 1, each: '1.2' } } };

    expect(pointsBy(combined('best', less, perPound()), purchaseOf({ lines: [{ amount: '1.4' }] }))).toEqual({
      points: 1,
      a: 1,
    });
  });

  test('add up with those of other sets', () => {
    const programme = programmeOfSets({ one: [fixed(1), fixed(2)], two: [fixed(5), fixed(4)] }, { two: 'best' });

    expect(pointsBy(programme, purchaseOf())).toEqual({ points: 8, 'one-a': 1, 'one-b': 2, 'two-a': 5 });
  });
});

describe('multipliers', () => {
  const rates = [perPound(1), perPound(2, cup)];

  test.each<[string, RuleInFile[], object]>([
    ['of everything', [...rates, times('2')], { points: 140, a: 30, b: 40, c: 70 }],
    ['of a rule', [...rates, times('2', { of: ['b'] })], { points: 110, a: 30, b: 40, c: 40 }],
    ['of lines', [...rates, times('3', tea)], { points: 90, a: 30, b: 40, c: 20 }],
    ['of lines of a rule', [...rates, times('3', { ...cup, of: ['a'] })], { points: 110, a: 30, b: 40, c: 40 }],
    ['of lines that no rule gives for', [perPound(2, cup), times('3', tea)], { points: 40, a: 40 }],
    ['of another currency', [...rates, times('2', { currency: 'miles' })], { points: 70, a: 30, b: 40 }],
    ['of what is of no line', [fixed(10), times('2')], { points: 10, a: 10 }],
    ['of what is of no line, by name', [fixed(10), times('2', { of: ['a'] })], { points: 20, a: 10, b: 10 }],
    ['of lines of what is of none', [fixed(10), times('2', { ...tea, of: ['a'] })], { points: 10, a: 10 }],
    ['each of the rules alone', [perPound(), times('2'), times('1.1')], { points: 63, a: 30, b: 30, c: 3 }],
    ['that do not hold', [perPound(), times('2', { when: { minimum: '31' } })], { points: 30, a: 30 }],
  ])('are %s', (_, rules, points) => {
    expect(pointsBy(combined('sum', ...rules), purchaseOf(basket))).toEqual(points);
  });

  test.each([
    ['best', { points: 90, a: 30, c: 60 }],
    ['first', { points: 60, a: 30, b: 30 }],
  ])('of which a set keeps one combine by %s', (combine, points) => {
    expect(pointsBy(combined(combine, perPound(), times('2'), times('3')), purchaseOf(basket))).toEqual(points);
  });

  test('without a base do not stand in the way of the next', () => {
    const programme = combined('first', perPound(2, cup), times('2', tea), times('3'));

    expect(pointsBy(programme, purchaseOf(basket))).toEqual({ points: 120, a: 40, c: 80 });
    expect(given(programme, purchaseOf(basket)).others).toMatchObject([{ rule: 'b', reason: 'nothing-to-multiply' }]);
  });

  test.each<[string, RuleInFile[], object]>([
    ['of everything', [perPound(), times('2'), times('3')], { points: 180, a: 30, b: 30, c: 120 }],
    ['of lines of both', [perPound(), times('2', tea), times('3')], { points: 120, a: 30, b: 10, c: 80 }],
    ['of lines of one', [perPound(), times('2'), times('3', tea)], { points: 100, a: 30, b: 30, c: 40 }],
    ['of lines of neither', [perPound(), times('2', tea), times('3', cup)], { points: 80, a: 30, b: 10, c: 40 }],
    [
      'of rules of one',
      [perPound(), perPound(), times('2', { of: ['a'] }), times('3', { of: ['b'] }), times('2')],
      { points: 300, a: 30, b: 30, c: 30, d: 60, e: 150 },
    ],
    ['of what is not rounded yet', [perPound(), times('1.01'), times('3')], { points: 91, a: 30, c: 61 }],
  ])('multiply each other %s', (_, rules, points) => {
    expect(pointsBy(combined('multiply', ...rules), purchaseOf(basket))).toEqual(points);
  });

  test('are of the base without rounding, over the lines of both', () => {
    const programme = combined('sum', perPound(), times('3', tea));

    expect(pointsBy(programme, purchaseOf({ lines: [{ amount: '0.30' }, { sku: 'cup', amount: '0.30' }] }))).toEqual({
      points: 2,
      a: 1,
      b: 1,
    });
  });

  test('are rounded line by line where the set says so', () => {
    const programme = programmeOf([perPound(), times('1.5')], { set: { roundAt: 'line' } });

    expect(pointsBy(programme, purchaseOf({ lines: [{ amount: '1' }, { amount: '1' }] }))).toEqual({
      points: 4,
      a: 2,
      b: 2,
    });
  });

  test('of a group are compared by what they give of the rules alone', () => {
    const group = { group: 'either' };
    const programme = combined(
      'multiply',
      perPound(),
      times('2'),
      times('3', { ...tea, ...group }),
      times('1.5', group),
    );

    expect(pointsBy(programme, purchaseOf({ lines: [{}, { sku: 'cup', amount: '40' }] }))).toEqual({
      points: 150,
      a: 50,
      b: 50,
      d: 50,
    });
  });
});

describe('a tier', () => {
  const gold = { ...basket, member: { tier: 'gold' } };
  const multiplier = (amount: number) => ({ 'gold-multiplier': amount });

  test.each([
    ['sum', { points: 75, a: 30, b: 30, ...multiplier(15) }],
    ['multiply', { points: 90, a: 30, b: 30, ...multiplier(30) }],
    ['first', { points: 60, a: 30, b: 30 }],
    ['best', { points: 60, a: 30, b: 30 }],
  ])('multiplies last in a set of %s', (combine, points) => {
    expect(pointsBy(combined(combine, perPound(), times('2')), purchaseOf(gold))).toEqual(points);
  });

  test('multiplies in each set that gives its currency', () => {
    const programme = programmeOfSets({
      one: [perPound()],
      two: [perPound(3)],
      three: [perPound(1, { currency: 'miles' })],
    });
    const steps = given(programme, purchaseOf(gold)).grants.flatMap(({ currency, steps: all }) =>
      all.map(({ rule, amount }) => [currency, rule, amount]),
    );

    expect(steps).toEqual([
      ['points', 'one-a', 30],
      ['points', 'gold-multiplier', 15],
      ['points', 'two-a', 90],
      ['points', 'gold-multiplier', 45],
      ['miles', 'three-a', 30],
    ]);
  });

  test('says its factor and what it multiplied', () => {
    const { steps } = given(combined('sum', perPound(1), perPound(1, cup)), purchaseOf(gold)).grants[0]!;

    expect(steps.at(-1)).toEqual({
      rule: 'gold-multiplier',
      kind: 'tier',
      applied: true,
      required: '1.5',
      actual: '50',
      amount: 25,
    });
  });
});
