// Random rules: small words, so that rules meet, and every condition, gift and cap that the file may have.
import fc, { type Arbitrary } from 'fast-check';
import { ATOMS } from './oracle-condition.ts';

export const WORDS = {
  sku: ['a', 'b', 'c'],
  category: ['x', 'y'],
  brand: ['m', 'n'],
  partner: ['north', 'harbour'],
  channel: ['north-shops', 'north-2-shops'],
  location: ['north', 'north-2'],
  tier: ['base', 'gold'],
  segment: ['new', 'loyal'],
  payment: ['card', 'cash'],
  day: ['2026-01-01', '2026-02-28', '2026-12-31', '2027-01-01', '2028-02-28', '2028-02-29', '2028-03-01'],
} satisfies Record<string, string[]>;

/** One or more. */
export const some = (words: readonly string[]) => fc.subarray([...words], { minLength: 1 });
export const oneOf = <T>(...of: T[]) => fc.constantFrom(...of);
/** Of all but one in so many. */
export const oneIn = <T>(n: number, arbitrary: Arbitrary<T>): Arbitrary<T | undefined> =>
  fc.oneof({ weight: n - 1, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary });
/** None, one or more of such parts; of two that say the same the later counts. */
export const someOf = (maxLength: number, ...parts: Arbitrary<object>[]): Arbitrary<object> =>
  fc.array(fc.oneof(...parts), { maxLength }).map((list) => Object.assign({}, ...list) as object);
export const record = (shape: Record<string, Arbitrary<unknown>>): Arbitrary<object> => fc.record(shape);

const points = fc.oneof(oneOf(1, 2, 3, 5, 10), fc.integer({ min: 1, max: 500 }));
const each = oneOf('1', '2', '0.5', '3', '7.5', '10', '0.333');
const factor = oneOf('2', '1.5', '1.1', '3', '1.333');

const items = fc
  .record({
    skus: oneIn(2, some(WORDS.sku)),
    categories: oneIn(3, some(WORDS.category)),
    brands: oneIn(4, some(WORDS.brand)),
  })
  .filter((lists) => Object.values(lists).some((list) => list !== undefined));
const expression = (atoms: string[]) =>
  fc
    .array(fc.array(oneOf(...atoms), { minLength: 1, maxLength: 2 }), { minLength: 1, maxLength: 2 })
    .map((either) => either.map((all) => all.join(' && ')).join(' || '));

const everywhere = [
  record({ partners: some(WORDS.partner) }),
  record({ channels: some(WORDS.channel) }),
  record({ locations: some(WORDS.location) }),
  record({ weekdays: fc.subarray(['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'], { minLength: 3 }) }),
  record({
    hours: oneOf(['09:00', '17:00'], ['22:00', '06:00'], ['00:00', '24:00'], ['12:01', '24:00']).map(
      ([from, until]) => ({
        from,
        until,
      }),
    ),
  }),
  record({ from: oneOf(...WORDS.day.slice(0, 4)) }),
  record({ until: oneOf(...WORDS.day.slice(3)) }),
  record({ tiers: some(WORDS.tier) }),
  record({ segments: some(WORDS.segment) }),
  record({ birthday: oneOf('day', 'week', 'month') }),
  record({ anniversary: oneOf('day', 'week', 'month') }),
];
const ofItems = [record({ items }), record({ except: items })];
const ofPurchases = [
  ...everywhere,
  ...ofItems,
  ...ofItems,
  record({ minimum: oneOf('0', '5', '19.99', '20') }),
  record({ maximum: oneOf('20', '50.01', '500') }),
  fc.constant({ firstPurchase: true }),
  record({ nthPurchase: fc.oneof(record({ number: oneOf(1, 2, 3) }), record({ every: oneOf(1, 2, 3) })) }),
  record({ currencies: some(['GBP', 'EUR', 'JPY']) }),
  record({ payments: some(WORDS.payment) }),
  record({ expression: expression([...Object.keys(ATOMS.purchase), ...Object.keys(ATOMS.member)]) }),
];
const ofEvents = [
  ...everywhere,
  record({ expression: expression([...Object.keys(ATOMS.event), ...Object.keys(ATOMS.member)]) }),
];

export const cap = record({
  per: oneOf('purchase', 'day', 'week', 'month', 'year'),
  max: fc.integer({ min: 1, max: 300 }),
});
const giving = {
  currency: oneOf('points', 'points', 'miles'),
  campaign: oneIn(3, oneOf('season', 'autumn')),
  group: oneIn(4, oneOf('one', 'two')),
  caps: oneIn(5, fc.array(cap, { minLength: 1, maxLength: 2 })),
};
const ofAmount = record({
  points,
  each,
  whole: fc.boolean(),
  amount: oneOf('after-discount', 'before-discount'),
  tax: oneOf('included', 'excluded'),
});
const purchaseGive = fc.oneof(
  { weight: 4, arbitrary: record({ perAmount: ofAmount }) },
  { weight: 2, arbitrary: record({ perItem: record({ points }) }) },
  record({ perVisit: record({ points }) }),
  record({ fixed: record({ points }) }),
  record({ surprise: record({ odds: oneOf('0.1', '0.5', '1'), points }) }),
);
const rulesThatGive = record({ ...giving, give: purchaseGive, when: someOf(3, ...ofPurchases) });
const multipliers = record({
  ...giving,
  group: oneIn(4, oneOf('three', 'four')),
  give: record({ multiply: record({ factor, of: oneIn(3, fc.array(fc.nat(7), { minLength: 1, maxLength: 3 })) }) }),
  when: someOf(2, ...ofPurchases, ...ofItems),
});
const discounts = record({
  give: fc.oneof(
    record({ discountPercent: oneOf('10', '33.3', '100', '0') }),
    record({ discountAmount: oneOf('5', '0.99', '100') }),
    record({ price: oneOf('0', '1.99', '12.345') }),
  ),
  group: oneIn(4, oneOf('five')),
  when: someOf(2, ...ofPurchases),
  campaign: oneIn(4, fc.constant('sale')),
});
const eventRules = fc.oneof(
  record({
    ...giving,
    on: oneOf('run'),
    give: fc.oneof(
      record({ fixed: record({ points }) }),
      record({ perAttribute: record({ name: oneOf('distance'), points, each }) }),
      record({ surprise: record({ odds: oneOf('0.5', '1'), points }) }),
    ),
    when: someOf(2, ...ofEvents),
  }),
  record({ ...giving, on: oneOf('tier'), give: record({ fixed: record({ points }) }), when: someOf(2, ...everywhere) }),
);

const anyRule = fc.oneof(
  { weight: 8, arbitrary: rulesThatGive },
  { weight: 4, arbitrary: multipliers },
  { weight: 2, arbitrary: discounts },
  { weight: 2, arbitrary: eventRules },
);

interface Drawn {
  give: { multiply?: { of?: number[] } } & Record<string, unknown>;
  caps?: { code?: string }[];
  [other: string]: unknown;
}

/** The rules of a set, without names. */
export const rules = fc.array(anyRule as Arbitrary<Drawn>, { maxLength: 8 });

/** Gives rules and caps their codes, and multipliers other rules of the set. */
export function named(drawn: Drawn[], set: number): object[] {
  const codeOf = (index: number) => `rule-${set}-${index}`;
  return drawn.map(({ caps, give, ...rest }, index) => {
    const others = drawn.flatMap((other, n) =>
      other.give.multiply === undefined && other.on === undefined && other.currency === rest['currency']
        ? [codeOf(n)]
        : [],
    );
    const of = give.multiply?.of?.flatMap((n) => others[n % others.length] ?? []);
    const multiply = give.multiply && { ...give.multiply, of: of?.length === 0 ? undefined : of };
    return {
      code: codeOf(index),
      ...rest,
      give: multiply === undefined ? give : { multiply },
      ...(caps && { caps: caps.map((one, n) => ({ code: `${codeOf(index)}-cap-${n}`, ...one })) }),
    };
  });
}
