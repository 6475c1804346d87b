// Programmes of as many rules as asked for, through the file's own schema. Ten of the rules hold for each basket, whatever
// their number; the others ask for other products, brands, partners, places, people or days.
import { type Programme, sections } from '../../subgraphs/points/programme/programme.rules.ts';

/** Rules that hold for each basket. */
export const HOLD = 10;

const perAmount = (points: number, each: string, over: object = {}) => ({ perAmount: { points, each, ...over } });

const HOLDING = [
  { code: 'base', give: perAmount(1, '1', { whole: true }) },
  { code: 'coffee', give: perAmount(2, '1', { tax: 'excluded' }), when: { items: { categories: ['coffee'] } } },
  {
    code: 'house-brand',
    give: { perItem: { points: 5 } },
    when: { items: { brands: ['house'] }, except: { categories: ['gifts'] } },
    caps: [{ code: 'house-brand-day', per: 'day', max: 100_000 }],
  },
  { code: 'deal', give: { fixed: { points: 20 } }, when: { items: { skus: ['item-3', 'item-7'] }, minimum: '1' } },
  { code: 'partner', give: perAmount(1, '5'), when: { partners: ['northside'] } },
  {
    code: 'season',
    give: perAmount(1, '2', { amount: 'before-discount' }),
    when: { channels: ['northside-web'] },
    campaign: 'season',
  },
  { code: 'gold', give: { fixed: { points: 15 } }, when: { tiers: ['gold'] } },
  {
    code: 'large-basket',
    give: { fixed: { points: 10 } },
    when: { expression: `purchase.amount > 20.0 && lines.exists(line, line.category == "tea")` },
  },
  { code: 'double-tea', give: { multiply: { factor: '2' } }, when: { items: { categories: ['tea'] } } },
  {
    code: 'house-evening',
    give: { multiply: { factor: '1.5', of: ['house-brand'] } },
    when: { weekdays: ['wed'], hours: { from: '17:00', until: '21:00' } },
  },
];

/** A rule that holds for no basket. */
function other(index: number) {
  const code = `other-${index}`;
  const skus = Array.from({ length: 5 }, (_, n) => `${code}-sku-${n}`);
  const shapes = [
    { give: { perItem: { points: 3 } }, when: { items: { skus } } },
    { give: perAmount(2, '1'), when: { items: { categories: [`${code}-category`] }, minimum: '10' } },
    { give: { multiply: { factor: '3' } }, when: { items: { brands: [`${code}-brand`] } } },
    { give: perAmount(1, '10'), when: { partners: [`${code}-partner`], weekdays: ['wed'] } },
    { give: { fixed: { points: 50 } }, when: { locations: [`${code}-shop`] } },
    { give: perAmount(1, '1'), campaign: `${code}-month` },
    { give: { fixed: { points: 25 } }, when: { segments: [`${code}-segment`] } },
    {
      give: { fixed: { points: 5 } },
      when: { items: { skus }, expression: 'purchase.quantity >= 3.0 && member.tier == "gold"' },
    },
  ];
  return { code, ...shapes[index % shapes.length]! };
}

/** A month of the years around the baskets', never theirs. */
function month(code: string, index: number) {
  const named = `${index % 16 < 8 ? 2024 : 2028}-0${1 + (index % 9)}`;
  return { code, from: `${named}-01`, until: `${named}-28` };
}

export function programmeOf(rules: number): Programme {
  const others = Array.from({ length: rules - HOLD }, (_, index) => other(index));
  const half = Math.ceil(others.length / 2);
  const set = (code: string, held: object[]) => ({ code, combine: 'sum', rounding: 'half-up', rules: held });
  const offers = others.slice(half).map((rule) => ({ ...rule, currency: 'points' }));
  const base = [...others.slice(0, half), ...HOLDING].map((rule) => ({ ...rule, currency: 'points' }));
  const { programme, points } = sections.parse({
    programme: { timeZone: 'Europe/London', baseCurrency: 'GBP' },
    points: {
      currencies: [
        {
          code: 'points',
          name: 'Points',
          decimals: 0,
          spendable: true,
          caps: [{ code: 'per-month', per: 'month', max: 1_000_000 }],
        },
      ],
      earning: [set('base', base), ...(offers.length > 0 ? [set('offers', offers)] : [])],
      campaigns: [
        { code: 'season', from: '2026-01-01', until: '2026-12-31', budget: { points: 1_000_000 } },
        ...others.flatMap((rule, index) => ('campaign' in rule ? [month(rule.campaign, index)] : [])),
      ],
      tiers: {
        window: 'lifetime',
        levels: [
          { code: 'member', name: 'Member' },
          { code: 'gold', name: 'Gold', from: { spend: '100' } },
        ],
      },
    },
  });
  return { version: 1, timeZone: programme.timeZone, baseCurrency: programme.baseCurrency, ...points };
}
