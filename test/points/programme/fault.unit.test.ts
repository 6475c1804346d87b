// A document is told all that is wrong with it: a part that is broken hides nothing that is wrong with the others.
import { describe, expect, test } from '@jest/globals';
import { sections } from '../../../subgraphs/points/programme/programme.rules.ts';

const GIVE = { fixed: { points: 1 } };
const POINTS = { code: 'points', name: 'Points', decimals: 0, spendable: true };
const MEMBER = { code: 'member', name: 'Member' };

const set = (rules: unknown[], own: object = {}) => ({ code: 'all', combine: 'sum', rounding: 'floor', rules, ...own });

function faultsOf(points: object): string[] {
  const given = {
    programme: { timeZone: 'Europe/London', baseCurrency: 'GBP' },
    points: {
      currencies: [POINTS],
      earning: [set([])],
      tiers: { window: 'lifetime', levels: [MEMBER] },
      ...points,
    },
  };
  const issues = sections.safeParse(given).error?.issues ?? [];
  return issues.map(({ path, message }) => `${path.slice(1).join('.')}: ${message}`).toSorted();
}

test('faults of form and of meaning are told at once, each at its place', () => {
  const faults = faultsOf({
    currencies: [
      { ...POINTS, decimals: 'x' },
      { ...POINTS, code: 'miles' },
      { ...POINTS, code: 'miles' },
    ],
    exchangeRates: [
      { currency: 'EUR', from: '2026-01-01', rate: 1 },
      { currency: 'GBP', from: '2026-01-01', rate: '1' },
    ],
    earning: [
      set(
        [
          { code: 'a', currency: 'stars', give: { fixed: {} } },
          { code: 'b', currency: 'stars', give: GIVE },
          { code: 'c', currency: 'miles', give: GIVE, when: { expression: '1' }, colour: 'red' },
          { code: 'c', currency: 'miles', give: GIVE, on: 'swim' },
        ],
        { combine: 'all' },
      ),
    ],
    campaigns: [{ code: 1 }, { code: 'sale', from: '2026-02-01', until: '2026-01-01' }],
    events: [{ code: 'run', attributes: 'none' }, { code: 'tier' }],
    tiers: { window: 'lifetime', levels: [{ code: 'base' }, { code: 'gold', name: 'Gold' }], keep: 'next-period' },
  });

  expect(faults).toEqual([
    expect.stringMatching(/^campaigns\.0\.code: /),
    'campaigns.1.until: is before from',
    expect.stringMatching(/^currencies\.0\.decimals: /),
    'currencies.2: is there twice',
    expect.stringMatching(/^earning\.0\.combine: /),
    expect.stringMatching(/^earning\.0\.rules\.0\.give\.fixed\.points: /),
    'earning.0.rules.1.currency: is none of the currencies',
    'earning.0.rules.2.when.expression: is int, no condition',
    'earning.0.rules.2: Unrecognized key: "colour"',
    'earning.0.rules.3.on: is none of the events, nor `tier`',
    'earning.0.rules.3: c is there twice',
    expect.stringMatching(/^events\.0\.attributes: /),
    'events.1.code: is the ladder’s own word',
    expect.stringMatching(/^exchangeRates\.0\.rate: /),
    'exchangeRates.1.currency: is the base currency, worth 1',
    'tiers.keep: needs a window of periods: calendar-year or anniversary',
    expect.stringMatching(/^tiers\.levels\.0\.name: /),
    'tiers.levels.1: asks for nothing',
  ]);
});

describe('a name that a broken part has, or may have, is not missed:', () => {
  const rule = { code: 'a', currency: 'points', give: GIVE };

  test.each<[string, object, string]>([
    ['a currency', { currencies: [{ ...POINTS, decimals: 'x' }], earning: [set([rule])] }, 'currencies.0.decimals'],
    ['one without its code', { currencies: [{ ...POINTS, code: 7 }], earning: [set([rule])] }, 'currencies.0.code'],
    ['any of no list', { currencies: {}, earning: [set([rule])] }, 'currencies'],
    [
      'a campaign',
      { campaigns: [{ code: 'sale', budget: 5 }], earning: [set([{ ...rule, campaign: 'sale' }])] },
      'campaigns.0.budget',
    ],
    [
      'an event, whose attributes nobody knows then',
      {
        events: [{ code: 'run', attributes: 5 }],
        earning: [set([{ ...rule, on: 'run', when: { expression: 'event.pace > 1.0' } }])],
      },
      'events.0.attributes',
    ],
    [
      'a tier',
      {
        tiers: { window: 'lifetime', levels: [{ code: 'member' }] },
        campaigns: [{ code: 'x', target: { tiers: ['member'] } }],
      },
      'tiers.levels.0.name',
    ],
    [
      'a rule that is multiplied',
      {
        earning: [
          set([
            { ...rule, give: 5 },
            { ...rule, code: 'b', give: { multiply: { factor: '2', of: ['a'] } } },
          ]),
        ],
      },
      'earning.0.rules.0.give',
    ],
  ])('%s', (_, points, place) => {
    expect(faultsOf(points)).toEqual([expect.stringMatching(`^${place}: `)]);
  });
});

test.each([[null], ['x'], [[]], [{}], [{ points: 5 }], [{ points: { tiers: 5, earning: {}, currencies: [null] } }]])(
  'what is no programme at all is refused: %j',
  (given) => {
    expect(sections.safeParse(given).success).toBe(false);
  },
);

test('rates are of other money, above 0 and one for each day', () => {
  const rate = (own: object) => ({ currency: 'EUR', from: '2026-01-01', rate: '0.9', ...own });

  expect(faultsOf({ exchangeRates: [rate({}), rate({ from: '2026-02-01' }), rate({ currency: 'USD' })] })).toEqual([]);
  expect(
    faultsOf({ exchangeRates: [rate({ rate: '0.00' }), rate({ rate: '0.8' }), rate({ currency: 'GBP' })] }),
  ).toEqual([
    'exchangeRates.0.rate: above 0',
    'exchangeRates.1: is there twice',
    'exchangeRates.2.currency: is the base currency, worth 1',
  ]);
});

test('too many rules are counted, and none of them is read', () => {
  const read = { rules: 0 };
  const rule = {
    get code() {
      read.rules += 1;
      return 'a';
    },
  };

  expect(faultsOf({ earning: [set(Array.from({ length: 2_001 }, () => rule))] })).toEqual([
    expect.stringMatching(/^earning\.0\.rules: Too big/),
  ]);
  expect(read.rules).toBe(0);
});
