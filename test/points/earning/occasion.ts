// Random purchases and events under a programme, and what its limits leave.
import { Big } from 'big.js';
import fc, { type Arbitrary } from 'fast-check';
import type { Facts, Line, MemberFacts, Occasion, Rooms } from '../../../subgraphs/points/earning/facts.rules.ts';
import type { Programme } from '../../../subgraphs/points/programme/programme.rules.ts';
import { WORDS } from './rule.ts';
import { accountOf, moneyUnits } from './oracle-condition.ts';

const oneOf = <T>(...of: T[]) => fc.constantFrom(...of);

const lines = (currency: string): Arbitrary<Line[]> => {
  const money = (units: number) => new Big(units).div(10 ** moneyUnits(currency));
  const line = fc
    .record({
      sku: oneOf(...WORDS.sku),
      category: oneOf(...WORDS.category, null),
      brand: oneOf(...WORDS.brand, null),
      quantity: oneOf('1', '1', '2', '3', '0.5', '1.25', '0.333').map((text) => new Big(text)),
      gross: fc.oneof(oneOf(0, 1_000, 1_999, 5_000), fc.nat(12_345)),
      discount: oneOf(0, 0, 0, 1, 250, 100_000),
      taxRate: oneOf(null, '0', '5', '20', '8.5').map((text) => (text === null ? null : new Big(text))),
    })
    .map(({ gross, discount, ...rest }) => ({
      ...rest,
      gross: money(gross),
      amount: money(Math.max(0, gross - discount)),
    }));
  return fc
    .array(line, { minLength: 1, maxLength: 5 })
    .map((all) => all.map((given, n) => ({ number: n + 1, ...given })));
};

const parts = fc.subarray<'day' | 'week' | 'month'>(['day', 'week', 'month']);

const members = ({ earning }: Programme): Arbitrary<MemberFacts> => {
  const surprises = earning.flatMap(({ rules }) => rules.filter(({ give }) => give.surprise).map(({ code }) => code));
  return fc.record({
    tier: oneOf(...WORDS.tier, 'gold'),
    segments: fc.subarray(WORDS.segment),
    purchasesBefore: fc.nat(5),
    visited: fc.boolean(),
    birthday: parts,
    anniversary: parts,
    draws: fc
      .tuple(...surprises.map(() => oneOf('0.000000000', '0.099999999', '0.500000000', '0.3', '0.999999999')))
      .map((drawn) => Object.fromEntries(surprises.map((code, index) => [code, drawn[index]!]))),
  });
};

const places = {
  day: oneOf(...WORDS.day),
  minute: fc.oneof(oneOf(0, 359, 360, 539, 540, 720, 721, 1_019, 1_020, 1_319, 1_320, 1_439), fc.nat(1_439)),
  partner: oneOf(...WORDS.partner, null),
  channel: oneOf(...WORDS.channel, null),
  location: oneOf(...WORDS.location, null),
  payments: fc.subarray(WORDS.payment),
};

function factsOf(programme: Programme): Arbitrary<Facts & { currency: string }> {
  const bought = oneOf(
    { currency: programme.baseCurrency, rate: '1' },
    { currency: 'EUR', rate: '0.86' },
    { currency: 'EUR', rate: '151.123456789' },
    { currency: 'KWD', rate: '2.5' },
  );
  const member = fc.oneof({ weight: 30, arbitrary: members(programme) }, { weight: 1, arbitrary: fc.constant(null) });
  return fc.record({ ...places, bought, member }).map(({ bought: money, ...rest }) => ({
    ...rest,
    ...money,
    occurredAt: `${rest.day}T12:00:00.000000Z`,
    weekday: ((new Date(rest.day).getUTCDay() + 6) % 7) + 1,
    event: null,
  }));
}

/** Of a purchase what is kept: all, a part of the money, nothing. */
export const purchases = (programme: Programme): Arbitrary<Occasion> =>
  factsOf(programme).chain((facts) =>
    fc
      .record({
        lines: lines(facts.currency),
        back: oneOf(0, 0, 0, 0, 0, 1, 37, 100),
        lost: oneOf(0, 0, 0, 50),
      })
      .map(({ lines: kept, back, lost }) => {
        const all = kept.reduce((sum, { amount }) => sum.plus(amount), new Big(0));
        const given = all.times(back).div(100).round(moneyUnits(facts.currency), Big.roundUp);
        return { facts, lines: kept, paid: all.plus(lost), kept: all.minus(given) };
      }),
  );

const events = (programme: Programme): Arbitrary<Occasion> =>
  fc
    .record({
      facts: factsOf(programme),
      event: oneOf(
        { type: 'tier', attributes: {} },
        { type: 'run', attributes: {} },
        { type: 'run', attributes: { distance: 4.2 } },
        { type: 'run', attributes: { distance: -3 } },
        { type: 'run', attributes: { distance: 5 } },
        { type: 'run', attributes: { distance: 42.195 } },
      ),
    })
    .map(({ facts, event }) => ({
      facts: { ...facts, currency: null, rate: '1', payments: [], event },
      lines: [],
      paid: new Big(0),
      kept: new Big(0),
    }));

export const occasions = (programme: Programme): Arbitrary<Occasion> =>
  fc.oneof({ weight: 6, arbitrary: purchases(programme) }, { weight: 1, arbitrary: events(programme) });

/** Keys of all that limits the occasion beyond itself, with the most that each may leave. */
export function limitsAt({ currencies, earning, campaigns }: Programme, { facts }: Occasion): [string, string][] {
  const caps = [...currencies, ...earning.flatMap(({ rules }) => rules)].flatMap((owner) => owner.caps ?? []);
  return [
    ...caps
      .filter(({ per }) => per !== 'purchase')
      .map(({ code, max }): [string, string] => [`cap:${code}`, String(max)]),
    ...campaigns.flatMap((campaign) => {
      const account = accountOf(campaign, facts.day);
      const { points, money } = campaign.budget ?? {};
      return [
        ...(points === undefined ? [] : [[`budget:${account}`, String(points)] as [string, string]]),
        ...(money === undefined ? [] : [[`money:${account}`, money] as [string, string]]),
      ];
    }),
  ];
}

const LEFT = { none: 0, some: 0.3, most: 0.9, all: 1 };

/** What the limits leave: nothing, a part, all, or they are not asked. */
export const roomsOf = (programme: Programme, occasion: Occasion): Arbitrary<Rooms> => {
  const limits = limitsAt(programme, occasion);
  const left = oneOf<keyof typeof LEFT | 'unknown'>('none', 'some', 'most', 'all', 'all', 'unknown');
  return fc.tuple(...limits.map(() => left)).map((kinds) =>
    Object.fromEntries(
      limits.flatMap(([key, most], index): [string, string][] => {
        const kind = kinds[index]!;
        if (kind === 'unknown') return [];
        const part = new Big(most).times(LEFT[kind]);
        return [[key, (key.startsWith('money:') ? part : part.round(0, Big.roundDown)).toFixed()]];
      }),
    ),
  );
};
