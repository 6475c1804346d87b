// What is wrong with rules though each of their parts is well formed.
import { describe, expect, test } from '@jest/globals';
import { faultsOf, type InFile, type RuleInFile } from '../earning/engine.ts';

const fixed = (own: object = {}): RuleInFile => ({ give: { fixed: { points: 1 } }, ...own });
const times = (own: object): RuleInFile => ({ give: { multiply: { factor: '2', ...own } } });
const when = (own: object) => fixed({ when: own });
const events = [
  {
    code: 'run',
    attributes: [
      { name: 'distance', type: 'number' },
      { name: 'kind', type: 'text' },
    ],
  },
];
const campaigns = [{ code: 'sale', budget: { points: 1 } }, { code: 'show' }];

test.each<[string, RuleInFile[]]>([
  ['every kind of rule', [fixed(), times({ of: ['a'] }), { give: { price: '1' }, campaign: 'show' }]],
  ['rules of events', [{ on: 'run', give: { perAttribute: { name: 'distance', points: 1, each: '1' } } }]],
  ['an expression of the event', [fixed({ on: 'run', when: { expression: 'event.distance > 1.0' } })]],
  ['a first and a last day that are one', [when({ from: '2026-01-01', until: '2026-01-01' })]],
  ['a minimum and a maximum that are one', [when({ minimum: '10', maximum: '10.00' })]],
])('%s may stand in the file', (_, rules) => {
  expect(faultsOf(rules, { events, campaigns })).toEqual([]);
});

describe('a fault is told with its place', () => {
  test.each<[RuleInFile[], string]>([
    [[fixed({ currency: undefined })], '0: is missing: which points it gives'],
    [[fixed({ currency: 'stars' })], '0.currency: is none of the currencies'],
    [[fixed({ campaign: 'spring' })], '0.campaign: is none of the campaigns'],
    [[when({ tiers: ['member', 'platinum'] })], '0.when.tiers.1: is none of the tiers'],
    [[fixed({ on: 'swim' })], '0.on: is none of the events, nor `tier`'],
    [[{ give: { price: '1' }, currency: 'points' }], '0.currency: a discount gives no points'],
    [[{ give: { price: '1' }, caps: [{ code: 'x', per: 'day', max: 1 }] }], '0.caps: a discount gives no points'],
    [[{ give: { discountPercent: '1' }, pending: 'none' }], '0.pending: a discount gives no points'],
    [[{ give: { discountAmount: '1' }, on: 'run' }], '0.on: a discount is for purchases'],
    [[{ give: { discountAmount: '1' }, campaign: 'sale' }], '0.campaign: a discount takes from no budget'],
    [[{ on: 'run', give: { perItem: { points: 1 } } }], '0.give.perItem: is for purchases'],
    [[fixed({ on: 'run', when: { minimum: '1' } })], '0.when.minimum: is for purchases'],
    [[{ on: 'tier', give: { surprise: { odds: '1', points: 1 } } }], '0.give: a reached tier gives `fixed`'],
    [
      [{ on: 'run', give: { perAttribute: { name: 'kind', points: 1, each: '1' } } }],
      '0.give.perAttribute.name: is no number of the event',
    ],
    [[when({ from: '2026-01-02', until: '2026-01-01' })], '0.when.until: is before from'],
    [[when({ minimum: '9.5', maximum: '9' })], '0.when.maximum: is below minimum'],
    [[when({ expression: 'purchase.amount' })], '0.when.expression: is double, no condition'],
    [[when({ expression: 'event.distance > 1.0' })], '0.when.expression: character 1: Unknown variable: event'],
    [
      [fixed({ on: 'run', when: { expression: 'event.pace > 1.0' } })],
      '0.when.expression: character 7: No such key: pace',
    ],
    [[times({ of: ['b'] }), times({})], '0.give.multiply.of.0: is no rule of this set that gives points by itself'],
    [
      [times({ of: ['b'] }), fixed({ on: 'run' })],
      '0.give.multiply.of.0: is no rule of this set that gives points by itself',
    ],
    [[times({ of: ['b'] }), fixed({ currency: 'miles' })], '0.give.multiply.of.0: gives another currency'],
    [[fixed({ group: 'g' }), { ...times({}), group: 'g' }], '1.group: a group is of multipliers or of other rules'],
    [[fixed(), fixed({ code: 'a' })], '1: a is there twice'],
    [[fixed({ code: 'gold-multiplier' })], '0: gold-multiplier is there twice'],
  ])('%j', (rules, fault) => {
    expect(faultsOf(rules, { events, campaigns })).toEqual([fault]);
  });

  test.each<[InFile, string]>([
    [{ events: [{ code: 'tier' }] }, 'events.0.code: is the ladder’s own word'],
    [
      { events: [{ code: 'run', attributes: [{ name: 'type', type: 'text' }] }] },
      'events.0.attributes.0.name: is the event’s own word',
    ],
    [{ campaigns: [{ code: 'sale', from: '2026-02-01', until: '2026-01-01' }] }, 'campaigns.0.until: is before from'],
    [
      { campaigns: [{ code: 'sale', from: '2026-02-01', yearly: { from: '01-01', until: '02-01' } }] },
      'campaigns.0.yearly: either from and until, or yearly',
    ],
    [
      { campaigns: [{ code: 'sale', target: { tiers: ['platinum'] } }] },
      'campaigns.0.target.tiers.0: is none of the tiers',
    ],
  ])('%j', (section, fault) => {
    expect(faultsOf([fixed()], section)).toEqual([fault]);
  });

  test('of a budget in money for points that cost none', () => {
    const money = [{ code: 'sale', budget: { money: '5' } }];

    expect(faultsOf([fixed({ campaign: 'sale' })], { campaigns: money })).toEqual([
      'campaigns.0.budget.money: points has no value, so it costs no money',
    ]);
  });
});
