// Each condition, where it holds and where not; what a trace then says; and that the index loses no rule.
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { compile, needsOf, ruleBookOf } from '../../../subgraphs/points/earning/book.rules.ts';
import { evaluate } from '../../../subgraphs/points/earning/evaluate.rules.ts';
import { programmes } from './arbitrary.ts';
import { amountOf, given, programmeOf, purchaseOf, type InTest } from './engine.ts';
import { occasions, roomsOf } from './occasion.ts';

const fixed = { fixed: { points: 1 } };
const of = (when: object) => programmeOf([{ give: fixed, when }]);
const at = (minute: number): InTest => ({ facts: { minute } });
const day = (text: string): InTest => ({ facts: { day: text } });
const nth = (n: number): InTest => ({ member: { purchasesBefore: n - 1 } });
const skus = (...all: string[]): InTest => ({ lines: all.map((sku) => ({ sku })) });
const TEA = { category: 'tea', brand: 'leaf' };

const conditions: [name: string, when: object, holds: InTest[], not: [InTest, said: object][]][] = [
  ['partners', { partners: ['northside'] }, [{}], [[{ facts: { partner: 'harbour' } }, { actual: 'harbour' }]]],
  ['partners', { partners: ['northside'] }, [], [[{ facts: { partner: null } }, { required: 'northside' }]]],
  ['channels', { channels: ['web', 'shops'] }, [{}], [[{ facts: { channel: 'app' } }, { required: 'web, shops' }]]],
  ['locations', { locations: ['leeds'] }, [{}], [[{ facts: { location: 'york' } }, { actual: 'york' }]]],
  ['weekdays', { weekdays: ['wed', 'sun'] }, [{}], [[{ facts: { weekday: 1 } }, { actual: 'mon' }]]],
  [
    'hours',
    { hours: { from: '09:00', until: '17:30' } },
    [at(540), at(1_049)],
    [
      [at(539), { required: '09:00/17:30', actual: '08:59' }],
      [at(1_050), { actual: '17:30' }],
    ],
  ],
  [
    'hours',
    { hours: { from: '22:00', until: '06:00' } },
    [at(1_320), at(1_439), at(0), at(359)],
    [
      [at(360), {}],
      [at(1_319), {}],
    ],
  ],
  ['hours', { hours: { from: '18:00', until: '24:00' } }, [at(1_439)], [[at(0), {}]]],
  ['from', { from: '2026-09-02' }, [{}], [[day('2026-09-01'), { required: '2026-09-02', actual: '2026-09-01' }]]],
  ['until', { until: '2026-09-02' }, [{}], [[day('2026-09-03'), { actual: '2026-09-03' }]]],
  ['minimum', { minimum: '10' }, [{}], [[{ kept: '9.99' }, { required: '10 GBP', actual: '9.99 GBP' }]]],
  ['maximum', { maximum: '10' }, [{}], [[{ lines: [{ amount: '10.01' }] }, { actual: '10.01 GBP' }]]],
  [
    'minimum',
    { minimum: '10', items: { skus: ['tea'] } },
    [skus('tea', 'cup')],
    [[{ lines: [{ amount: '9' }, { sku: 'cup' }] }, { actual: '9.00 GBP' }]],
  ],
  ['tiers', { tiers: ['gold'] }, [{ member: { tier: 'gold' } }], [[{}, { required: 'gold', actual: 'member' }]]],
  [
    'segments',
    { segments: ['NEW', 'LOYAL'] },
    [{ member: { segments: ['LOYAL', 'LOCAL'] } }],
    [
      [{}, { required: 'NEW, LOYAL' }],
      [{ member: { segments: ['LOCAL'] } }, { actual: 'LOCAL' }],
    ],
  ],
  ['firstPurchase', { firstPurchase: true }, [nth(1)], [[nth(2), { actual: '2' }]]],
  ['nthPurchase', { nthPurchase: { number: 3 } }, [nth(3)], [[nth(6), { required: '3', actual: '6' }]]],
  ['nthPurchase', { nthPurchase: { every: 3 } }, [nth(3), nth(6)], [[nth(4), { required: '3, 6, 9…', actual: '4' }]]],
  ['birthday', { birthday: 'week' }, [{ member: { birthday: ['week'] } }], [[{ member: { birthday: ['month'] } }, {}]]],
  ['anniversary', { anniversary: 'day' }, [{ member: { anniversary: ['day', 'week', 'month'] } }], [[{}, {}]]],
  ['currencies', { currencies: ['GBP'] }, [{}], [[{ facts: { currency: 'EUR' } }, { required: 'GBP', actual: 'EUR' }]]],
  ['payments', { payments: ['card'] }, [{}], [[{ facts: { payments: ['cash', 'gift'] } }, { actual: 'cash, gift' }]]],
  ['payments', { payments: ['card'] }, [], [[{ facts: { payments: [] } }, {}]]],
  ['items', { items: { skus: ['tea'] } }, [skus('cup', 'tea')], [[skus('cup'), { required: 'tea' }]]],
  [
    'items',
    { items: { categories: ['tea'], brands: ['leaf'] } },
    [{ lines: [TEA] }],
    [
      [
        {
          lines: [
            { ...TEA, brand: 'bag' },
            { ...TEA, category: null },
          ],
        },
        { required: 'tea, leaf' },
      ],
      [{}, {}],
    ],
  ],
  [
    'items',
    { except: { categories: ['tea'], brands: ['leaf'] } },
    [{ lines: [{ ...TEA, brand: null }] }, { lines: [TEA, {}] }],
    [[{ lines: [TEA] }, {}]],
  ],
  [
    'expression',
    { expression: 'purchase.amount > 9.5 && "card" in purchase.payments' },
    [{}],
    [[{ kept: '9' }, { required: 'purchase.amount > 9.5 && "card" in purchase.payments' }]],
  ],
];

describe.each(conditions)('%s %j', (reason, when, holds, not) => {
  test('hold', () => {
    expect(holds.map((purchase) => amountOf(of(when), purchaseOf(purchase)))).toEqual(holds.map(() => 1));
  });

  test.each(not)('do not hold of %j, and say %j', (purchase, said) => {
    const { grants, others } = given(of(when), purchaseOf(purchase));

    expect(grants).toEqual([]);
    expect(others).toEqual([expect.objectContaining({ rule: 'a', applied: false, kind: 'fixed', reason, ...said })]);
  });
});

describe('a campaign', () => {
  const inCampaign = (own: object) =>
    programmeOf([{ give: fixed, campaign: 'sale' }], { campaigns: [{ code: 'sale', ...own }] });
  const winter = { yearly: { from: '12-01', until: '02-29' } };

  test.each([
    [{ from: '2026-09-02', until: '2026-09-02' }, {}],
    [winter, day('2026-12-01')],
    [winter, day('2027-02-28')],
    [winter, day('2028-02-29')],
    [{ yearly: { from: '02-29', until: '03-10' } }, day('2027-02-28')],
    [{ target: { segments: ['NEW'], tiers: ['gold'] } }, { member: { segments: ['NEW'], tier: 'gold' } }],
  ])('of %j holds for %j', (own, purchase) => {
    expect(amountOf(inCampaign(own), purchaseOf(purchase))).toBe(1);
  });

  test.each([
    [{ from: '2026-09-03' }, {}, { reason: 'campaign-window', required: '2026-09-03/..', actual: '2026-09-02' }],
    [{ until: '2026-09-01' }, {}, { reason: 'campaign-window', required: '../2026-09-01' }],
    [winter, day('2026-03-01'), { reason: 'campaign-window', required: '12-01/02-29' }],
    [winter, day('2028-03-01'), { reason: 'campaign-window' }],
    [{ yearly: { from: '02-29', until: '03-10' } }, day('2028-02-28'), { reason: 'campaign-window' }],
    [{ target: { segments: ['NEW'], tiers: ['gold'] } }, { member: { segments: ['NEW'] } }, { actual: 'member' }],
    [{ target: { partners: ['harbour'] } }, {}, { reason: 'campaign-target', required: 'harbour' }],
  ])('of %j does not hold for %j', (own, purchase, said) => {
    const { others } = given(inCampaign(own), purchaseOf(purchase));

    expect(others).toEqual([expect.objectContaining({ rule: 'a', applied: false, ...said })]);
  });
});

test('whoever is not known gets nothing, and each rule says why', () => {
  const programme = programmeOf([{ give: fixed }, { give: { price: '1' } }, { on: 'tier', give: fixed }]);

  expect(given(programme, purchaseOf({ member: null }))).toEqual({
    grants: [],
    cuts: [],
    taken: {},
    others: [
      { rule: 'a', applied: false, kind: 'fixed', reason: 'anonymous' },
      { rule: 'b', applied: false, kind: 'price', reason: 'anonymous' },
    ],
  });
});

describe('a rule book', () => {
  test.each([
    [{ give: fixed, when: { birthday: 'month' } }, { birthday: ['month'] }],
    [{ give: fixed, when: { anniversary: 'day' }, on: 'tier' }, { anniversary: ['day'] }],
    [{ give: { perVisit: { points: 1 } } }, { visits: true }],
    [{ give: { surprise: { odds: '0.5', points: 1 } } }, { draws: ['a'] }],
    [{ give: fixed }, {}],
  ])('of %j says which facts it needs', (rule, needs) => {
    const none = { birthday: [], anniversary: [], visits: false, draws: [] };

    expect(needsOf(compile(programmeOf([rule])))).toEqual({ ...none, ...needs });
  });

  test('is compiled once for each version', () => {
    const [one, other] = [of({}), of({})];

    expect(ruleBookOf(one)).toBe(ruleBookOf(one));
    expect(ruleBookOf(one)).not.toBe(ruleBookOf(other));
  });
});

test('the index finds every rule that holds: to ask all of them gives the same', () => {
  const cases = programmes().chain((programme) =>
    occasions(programme).chain((occasion) =>
      roomsOf(programme, occasion).map((rooms) => ({ programme, occasion, rooms })),
    ),
  );

  fc.assert(
    fc.property(cases, ({ programme, occasion, rooms }) => {
      const book = compile(programme);
      const { others: _, ...asked } = evaluate(book, occasion, rooms, true);

      expect(evaluate(book, occasion, rooms)).toEqual({ ...asked, others: [] });
    }),
    { numRuns: 500 },
  );
});
