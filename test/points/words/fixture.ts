// What tests of words share: programmes that use all that there is.
import { sections, type Programme } from '../../../subgraphs/points/programme/programme.rules.ts';

const NAMES = { en: 'in English', pl: 'po polsku', lv: 'latviski' };
const name = (text: string) => ({ en: `${text} ${NAMES.en}`, pl: `${text} ${NAMES.pl}`, lv: `${text} ${NAMES.lv}` });

const everyCondition = {
  items: { skus: ['oolong', 'sencha'], categories: ['tea'], brands: ['leaf'] },
  except: { skus: ['gift'], categories: ['cards'], brands: ['paper'] },
  partners: ['northside'],
  channels: ['web'],
  locations: ['leeds', 'york'],
  weekdays: ['mon', 'fri'],
  hours: { from: '08:00', until: '10:30' },
  from: '2026-01-01',
  until: '2026-12-31',
  minimum: '20',
  maximum: '200.50',
  tiers: ['gold'],
  segments: ['LOYAL'],
  firstPurchase: true,
  nthPurchase: { number: 5 },
  birthday: 'week',
  anniversary: 'month',
  currencies: ['GBP', 'EUR'],
  payments: ['card'],
  expression: 'purchase.quantity > 3.0',
};

const perAmount = { points: 2, each: '1', whole: true, amount: 'before-discount', tax: 'excluded' };
const cap = { code: 'tea-cap', per: 'purchase', max: 40 };

const rules = [
  {
    code: 'plain',
    name: 'One point per pound',
    currency: 'points',
    give: { perAmount },
    when: { tiers: ['gold'] },
    group: 'gifts',
  },
  {
    code: 'tea',
    name: name('Tea'),
    currency: 'miles',
    give: { perItem: { points: 10 } },
    when: everyCondition,
    campaign: 'autumn',
    caps: [cap],
    expiry: { rolling: { days: 30 } },
    pending: { days: 3 },
  },
  {
    code: 'visit',
    currency: 'points',
    give: { perVisit: { points: 5 } },
    when: { nthPurchase: { every: 10 } },
    expiry: 'none',
    pending: 'none',
  },
  {
    code: 'fifty',
    currency: 'points',
    give: { fixed: { points: 50 } },
    group: 'gifts',
    expiry: { fixed: { on: ['06-30'], minimum: { days: 7 } } },
    pending: { until: '12-24' },
  },
  { code: 'run', on: 'run', currency: 'points', give: { perAttribute: { name: 'distance', points: 3, each: '0.5' } } },
  { code: 'risen', on: 'tier', currency: 'points', give: { fixed: { points: 100 } }, campaign: 'winter' },
  { code: 'double', currency: 'points', give: { multiply: { factor: '2', of: ['plain', 'visit'] } } },
  {
    code: 'luck',
    currency: 'points',
    give: { surprise: { odds: '0.000000025', points: 999 } },
    pending: { confirmation: { days: 9 } },
  },
  { code: 'off', give: { discountPercent: '12.5' } },
  { code: 'less', give: { discountAmount: '5' } },
  { code: 'cheap', give: { price: '1.99' } },
];

const points = {
  currencies: [
    {
      code: 'points',
      name: 'Points',
      decimals: 0,
      spendable: true,
      value: '0.01',
      expiry: { rolling: { months: 24, roundTo: 'month' } },
      grace: { days: 20 },
      pending: { days: 14 },
      deficit: { limit: 500, beyond: 'clamp' },
      caps: [{ code: 'per-day', per: 'day', max: 500 }],
    },
    {
      code: 'miles',
      name: name('Miles'),
      decimals: 2,
      spendable: false,
      expiry: { fixed: { on: ['03-31', '02-29'], minimum: { months: 6 } } },
      pending: { until: '2026-12-24' },
    },
    {
      code: 'stars',
      name: name('Stars'),
      decimals: 0,
      spendable: true,
      expiry: { inactivity: { months: 12, roundTo: 'quarter', activities: ['EARN', 'TRANSFER'] } },
      pending: { confirmation: { days: 30 } },
    },
    { code: 'drops', name: 'Drops', decimals: 0, spendable: true, expiry: { inactivity: { days: 365 } } },
  ],
  exchangeRates: [{ currency: 'EUR', from: '2020-01-01', rate: '0.86' }],
  goodwillPerDay: 250,
  transfer: {
    currencies: ['points', 'stars'],
    perDay: 1_000,
    fee: { points: 5, percent: '2.5', rounding: 'floor' },
  },
  conversions: [{ from: 'points', to: 'miles', rates: [{ from: '2026-01-01', rate: '0.125' }], rounding: 'half-even' }],
  lateDays: 45,
  earning: [
    { code: 'shop', name: name('Shop'), combine: 'best', rounding: 'half-up', roundAt: 'line', rules },
    {
      code: 'more',
      name: 'More',
      combine: 'sum',
      rounding: 'floor',
      rules: [{ ...rules[0], code: 'again', group: undefined }],
    },
  ],
  campaigns: [
    {
      code: 'autumn',
      name: name('Autumn'),
      from: '2026-09-01',
      until: '2026-11-30',
      target: { segments: ['LOYAL', 'NEW'], tiers: ['gold'], partners: ['northside'] },
    },
    {
      code: 'winter',
      name: 'Winter',
      yearly: { from: '12-01', until: '02-29' },
      budget: { points: 60_000, money: '600' },
    },
  ],
  events: [
    {
      code: 'run',
      name: name('Run'),
      attributes: [
        { name: 'distance', type: 'number', required: true },
        { name: 'shoe', type: 'text', values: ['road', 'trail'] },
      ],
      cooldown: { hours: 12 },
      most: [{ per: 'lifetime', events: 100 }],
    },
    { code: 'survey', name: 'Survey', cooldown: { days: 7 } },
  ],
  tiers: {
    window: 'calendar-year',
    match: 'any',
    currency: 'points',
    keep: 'next-period',
    downgrade: 'one',
    graceDays: 31,
    returns: 'keep',
    levels: [
      { code: 'member', name: 'Member' },
      {
        code: 'gold',
        name: name('Gold'),
        from: { spend: '500', points: 1_000, status: 2_000, purchases: 12 },
        benefits: [
          { multiplier: { factor: '1.5', currency: 'points' } },
          { discountPercent: '5' },
          { entitlement: { code: 'delivery', name: name('Free delivery') } },
        ],
      },
    ],
  },
};

const [first, ...more] = points.currencies;
const others = {
  ...points,
  currencies: [
    { ...first, expiry: { rolling: { days: 90 } }, deficit: 'refuse' },
    { ...more[0], expiry: { fixed: { on: ['12-31'], minimum: { days: 45 } } } },
    ...more.slice(1),
  ],
  earning: [
    {
      code: 'shop',
      combine: 'sum',
      rounding: 'floor',
      rules: [
        { ...rules[0]!, expiry: { rolling: { months: 2 } } },
        { ...rules[3]!, expiry: { fixed: { on: ['06-30'], minimum: { months: 1 } } } },
        ...rules.slice(4, 6),
      ],
    },
  ],
  tiers: {
    ...points.tiers,
    window: { rolling: { days: 90 } },
    keep: { months: 6 },
    levels: points.tiers.levels.map((level) => ({
      ...level,
      benefits: [{ entitlement: { code: 'lounge', name: 'Lounge' } }, { entitlement: { code: 'refill' } }],
    })),
  },
};
const third = {
  ...points,
  tiers: { ...points.tiers, window: { rolling: { months: 18 } }, keep: { days: 200 } },
};

/** The section of points; between them they use all that it may say. */
export const SECTIONS = [points, others, third].map(
  (section) =>
    sections.parse({ programme: { timeZone: 'Europe/London', baseCurrency: 'GBP' }, points: section }).points,
);

/** With spaces that break, so that tests can say them. */
export const plain = (text: string): string => text.replaceAll(/[\u00a0\u202f]/g, ' ');

export const programmeOf = (section: Programme | (typeof SECTIONS)[number]): Programme => ({
  version: 7,
  timeZone: 'Europe/London',
  baseCurrency: 'GBP',
  ...section,
});
