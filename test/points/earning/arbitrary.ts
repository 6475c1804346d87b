// Random programmes: sets of random rules, campaigns, caps and tiers, as the file has them.
import fc, { type Arbitrary } from 'fast-check';
import { sections, type Programme } from '../../../subgraphs/points/programme/programme.rules.ts';
import { cap, named, oneIn, oneOf, record, rules, some, someOf, WORDS } from './rule.ts';

const set = (at: Arbitrary<string>) =>
  fc.record({
    combine: oneOf('sum', 'sum', 'best', 'first', 'multiply', 'multiply'),
    rounding: oneOf('floor', 'half-up', 'half-even'),
    roundAt: at,
    rules,
  });

const budget = someOf(
  2,
  record({ points: fc.integer({ min: 1, max: 300 }) }),
  record({ money: oneOf('0.5', '3', '12.34') }),
).filter((given) => Object.keys(given).length > 0);
const target = oneIn(
  3,
  someOf(
    2,
    record({ segments: some(WORDS.segment) }),
    record({ tiers: some(WORDS.tier) }),
    record({ partners: some(WORDS.partner) }),
  ),
);
const yearDay = oneOf('01-01', '02-28', '02-29', '03-01', '12-31');
const campaigns = fc
  .tuple(
    record({ yearly: record({ from: yearDay, until: yearDay }), target, budget: oneIn(2, budget) }),
    record({ until: oneOf(...WORDS.day), target, budget: oneIn(2, budget) }),
    record({ from: oneOf(...WORDS.day), target }),
  )
  .map((all) => all.map((given, index) => ({ code: ['season', 'autumn', 'sale'][index], ...given })));

const caps = (prefix: string) =>
  oneIn(
    3,
    fc
      .array(cap, { minLength: 1, maxLength: 2 })
      .map((list) => list.map((one, index) => ({ code: `${prefix}-cap-${index}`, ...one }))),
  );
const multiplier = (currency: string) => ({ multiplier: { factor: '1.25', currency } });

const terms = {
  points: { expiry: { rolling: { months: 12 } } },
  miles: { pending: { days: 14 } },
};

const RATES = [
  { currency: 'EUR', from: '2020-01-01', rate: '0.86' },
  { currency: 'GBP', from: '2020-01-01', rate: '1' },
];

interface Choices {
  roundAt?: Arbitrary<string>;
  baseCurrency?: Arbitrary<string>;
}

/** A programme as its file has it. */
export const documents = ({
  roundAt = oneOf('line', 'purchase', 'purchase'),
  baseCurrency = oneOf('GBP', 'GBP', 'JPY'),
}: Choices = {}): Arbitrary<object> =>
  fc
    .record({
      programme: fc.record({ timeZone: oneOf('Europe/Riga'), baseCurrency }),
      points: record({
        currencies: fc.tuple(caps('points'), caps('miles')).map(([first, second]) => [
          { code: 'points', name: 'Points', decimals: 0, spendable: true, value: '0.01', ...terms.points, caps: first },
          { code: 'miles', name: 'Miles', decimals: 2, spendable: true, value: '0.7', ...terms.miles, caps: second },
        ]),
        earning: fc
          .array(set(roundAt), { minLength: 1, maxLength: 3 })
          .map((sets) => sets.map((one, index) => ({ ...one, code: `set-${index}`, rules: named(one.rules, index) }))),
        campaigns,
        events: fc.constant([{ code: 'run', attributes: [{ name: 'distance', type: 'number' }] }]),
        tiers: fc.subarray(['points', 'miles']).map((multiplied) => ({
          window: 'lifetime',
          levels: [
            { code: 'base', name: 'Base' },
            { code: 'gold', name: 'Gold', from: { spend: '100' }, benefits: multiplied.map(multiplier) },
          ],
        })),
      }),
    })
    .map(({ programme, points }) => ({
      programme,
      points: { ...points, exchangeRates: RATES.filter(({ currency }) => currency !== programme.baseCurrency) },
    }));

/** As the room reads it, all of it checked. */
export function read(document: object): Programme {
  const { programme, points: section } = sections.parse(JSON.parse(JSON.stringify(document)));
  return { ...section, version: 1, timeZone: programme.timeZone, baseCurrency: programme.baseCurrency };
}

export const programmes = (choices?: Choices): Arbitrary<Programme> => documents(choices).map(read);
