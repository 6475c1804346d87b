// What expressions may say, what they see, and that none takes long.
import { describe, expect, test } from '@jest/globals';
import type { EventType } from '../../../subgraphs/points/programme/earning.rules.ts';
import { expressionFault } from '../../../subgraphs/points/earning/expression.rules.ts';
import { amountOf, eventOf, programmeOf, purchaseOf, type InTest } from './engine.ts';

const ATTRIBUTES: EventType['attributes'] = [
  { name: 'distance', type: 'number', required: false },
  { name: 'kind', type: 'text', required: false },
  { name: 'indoors', type: 'boolean', required: false },
  { name: 'ranOn', type: 'date', required: false },
];

const give = { fixed: { points: 1 } };
const holds = (expression: string, purchase: InTest = {}, items?: object): boolean =>
  amountOf(programmeOf([{ give, when: { expression, ...(items && { items }) } }]), purchaseOf(purchase)) === 1;

describe('an expression of a purchase', () => {
  const basket: InTest = {
    lines: [
      { sku: 'tea', category: 'drinks', amount: '4', quantity: '2' },
      { sku: 'cup', brand: 'leaf', amount: '6.50', quantity: '0.5' },
    ],
    facts: { currency: 'EUR', rate: '0.5' },
    member: { tier: 'gold', segments: ['NEW'] },
  };

  test.each([
    'purchase.amount == 5.25',
    'purchase.amount > 5 && purchase.amount < 5.5',
    'purchase.quantity == 2.5',
    'purchase.currency == "EUR"',
    'purchase.partner == "northside" && purchase.channel == "shops" && purchase.location == "leeds"',
    'purchase.weekday == 3 && purchase.hour == 14 && purchase.month == 9',
    'purchase.weekday in [3, 4] && purchase.hour in [14] && purchase.month != 10 && member.purchases % 2 == 1',
    'purchase.weekday == 3.0 && purchase.hour < 14.5 && purchase.amount >= 5',
    '"card" in purchase.payments',
    'member.tier == "gold" && "NEW" in member.segments && member.purchases == 3',
    'lines.exists(l, l.sku == "cup" && l.brand == "leaf" && l.category == "" && l.amount == 3.25)',
    'lines.filter(l, l.quantity >= 1.0).size() == 1',
    'lines[0].sku == "tea"',
    'lines.map(l, l.quantity).all(q, q < 3.0)',
    '!(purchase.location in ["dover", "york"])',
  ])('holds: %s', (text) => {
    expect([expressionFault(text), holds(text, basket)]).toEqual([null, true]);
  });

  test('sees the sum of lines that count, and all lines', () => {
    const text = 'purchase.amount == 2.0 && purchase.quantity == 2.0 && lines.exists(l, l.sku == "cup")';

    expect(holds(text, basket, { skus: ['tea'] })).toBe(true);
  });

  test('sees what is not known as empty', () => {
    expect(
      holds('purchase.location == "" && purchase.partner == ""', { facts: { location: null, partner: null } }),
    ).toBe(true);
  });

  test.each([
    'lines[7].sku == "tea"',
    '{"a": 1}["b"] == 1',
    '1 / 0 == 1',
    'int("x") == 1',
    'dyn("a") > 1',
    'timestamp("2020-01-01T00:00:00Z").getHours(purchase.currency) == 1',
  ])('that cannot be answered does not hold: %s', (text) => {
    expect([expressionFault(text), holds(text), holds(`!(${text})`)]).toEqual([null, false, false]);
  });

  test('sees the first 200 lines', () => {
    const lines = Array.from({ length: 201 }, (_, index) => ({ sku: `sku-${index}` }));

    expect(holds('lines.size() == 200 && lines[199].sku == "sku-199"', { lines })).toBe(true);
  });
});

describe('an expression of an event', () => {
  const programme = (expression: string) =>
    programmeOf([{ on: 'run', give, when: { expression } }], { events: [{ code: 'run', attributes: ATTRIBUTES }] });
  const run = eventOf('run', { distance: 5, kind: 'trail' });

  test.each([
    'event.type == "run"',
    'event.distance == 5 && event.kind == "trail"',
    'event.ranOn == ""',
    '!has(event.indoors)',
    'event.distance > 3.0 || event.indoors',
    'purchase.amount == 0.0 && purchase.weekday == 3 && lines.size() == 0 && member.tier == "member"',
  ])('holds: %s', (text) => {
    expect([expressionFault(text, ATTRIBUTES), amountOf(programme(text), run)]).toEqual([null, 1]);
  });

  test('that asks for what is not there does not hold', () => {
    expect([amountOf(programme('event.indoors'), run), amountOf(programme('!event.indoors'), run)]).toEqual([0, 0]);
  });
});

describe('an expression is refused with its place', () => {
  test.each([
    ['purchase.amount >', 'character 18: Unexpected token: EOF'],
    ['purchase.total > 1.0', 'character 10: No such key: total'],
    ['purchase.amount > "1"', 'character 1: no such overload: double > string'],
    [
      'purchase.amount in [6, 7]',
      'character 1: no such overload: double in list<int>; write 6.0 beside a double, 6 beside an int',
    ],
    ['purchase.amount', 'is double, no condition'],
    ['dyn(true)', 'is dyn, no condition'],
    ['basket.amount > 1.0', 'character 1: Unknown variable: basket'],
    ['event.type == "run"', 'character 1: Unknown variable: event'],
    ['purchase.constructor == 1', 'character 10: No such key: constructor'],
    ['purchase.partner.matches("^(a+)+$")', 'character 1: `matches` is not available'],
    ['true && purchase.payments.join("x") == ""', 'character 9: `join` is not available'],
    ['cel.bind(a, "x", a == "x")', 'character 1: `bind` is not available'],
    ['lines.exists(l, member.segments.exists(s, s == l.sku))', 'character 17: a loop in a loop'],
    ['lines.map(l, purchase.payments.map(p, p)).size() > 1', 'character 14: a loop in a loop'],
    ['lines.all(l, size(lines) > 1)', 'character 19: `lines` inside a loop'],
    ['[1].exists(n, {"a": [dyn(lines)]}.size() == n)', 'character 26: `lines` inside a loop'],
  ])('%s', (text, fault) => {
    expect(expressionFault(text)).toBe(fault);
  });

  test('when it is too long', () => {
    const text = Array.from({ length: 200 }, () => 'true').join('&&');

    expect(expressionFault(text)).toBe('character 1: Exceeded maxAstNodes (250)');
  });

  test('when it names what the event does not have', () => {
    expect(expressionFault('event.pace > 1.0', ATTRIBUTES)).toBe('character 7: No such key: pace');
  });
});
