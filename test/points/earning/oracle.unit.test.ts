// The engine gives what the oracle gives: programmes of each seed, each with eight purchases or events; CASES says how many.
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { compile } from '../../../subgraphs/points/earning/book.rules.ts';
import { evaluate } from '../../../subgraphs/points/earning/evaluate.rules.ts';
import type { Evaluation, Occasion, Rooms } from '../../../subgraphs/points/earning/facts.rules.ts';
import { accountOf } from '../../../subgraphs/points/earning/limit.rules.ts';
import type { Conditions } from '../../../subgraphs/points/programme/earning.rules.ts';
import type { Programme } from '../../../subgraphs/points/programme/programme.rules.ts';
import { programmes } from './arbitrary.ts';
import { fraction, textOf } from './fraction.ts';
import { occasions, roomsOf } from './occasion.ts';
import { oracle } from './oracle.ts';
import { accountOf as accountOfOracle, seasonOf } from './oracle-condition.ts';
import { WORDS } from './rule.ts';

/** Reading a programme costs more than counting by it. */
const EACH = 8;
const PROGRAMMES = Number(process.env['CASES'] ?? 2_400) / EACH;

const CONDITIONS: (keyof Conditions)[] = [
  'items',
  'except',
  'partners',
  'channels',
  'locations',
  'weekdays',
  'hours',
  'minimum',
  'maximum',
  'tiers',
  'segments',
  'firstPurchase',
  'nthPurchase',
  'birthday',
  'anniversary',
  'currencies',
  'payments',
  'expression',
];

interface Case {
  programme: Programme;
  asked: { occasion: Occasion; rooms: Rooms }[];
}

const cases = programmes().chain((programme) => {
  const asked = occasions(programme).chain((occasion) =>
    roomsOf(programme, occasion).map((rooms) => ({ occasion, rooms })),
  );
  return fc.record<Case>({
    programme: fc.constant(programme),
    asked: fc.array(asked, { minLength: EACH, maxLength: EACH }),
  });
});

function added<T>(all: T[], keyOf: (one: T) => string, amountOf: (one: T) => number): Record<string, number> {
  const sums: Record<string, number> = {};
  for (const one of all) if (amountOf(one) !== 0) sums[keyOf(one)] = (sums[keyOf(one)] ?? 0) + amountOf(one);
  return sums;
}

/** What both must say alike; what is nothing may be left out. */
function essence({ grants, cuts, taken }: Evaluation) {
  return {
    grants: grants
      .map(({ currency, amount, parts, steps }) => ({
        currency,
        amount,
        parts: added(
          parts,
          ({ rule, campaign }) => `${rule} ${campaign}`,
          (part) => part.amount,
        ),
        steps: added(
          steps,
          ({ kind, rule }) => `${kind} ${rule}`,
          (step) => step.amount ?? 0,
        ),
      }))
      .filter(({ steps }) => Object.keys(steps).length > 0),
    cuts: cuts
      .filter(({ amount }) => !amount.eq(0))
      .map(({ rule, campaign, amount, lines }) => ({
        rule,
        campaign,
        amount: Number(amount),
        lines: added(
          lines,
          ({ number }) => String(number),
          (line) => Number(line.amount),
        ),
      })),
    taken: Object.fromEntries(
      Object.entries(taken).flatMap(([key, text]) => (Number(text) === 0 ? [] : [[key, textOf(fraction(text))]])),
    ),
  };
}

test('the engine agrees with the oracle', () => {
  fc.assert(
    fc.property(cases, ({ programme, asked }) => {
      const book = compile(programme);
      for (const { occasion, rooms } of asked) {
        expect(essence(evaluate(book, occasion, rooms))).toEqual(essence(oracle(programme, occasion, rooms)));
      }
    }),
    { numRuns: PROGRAMMES },
  );
});

test('both count the seasons of a campaign alike', () => {
  const days = ['02-28', '02-29', '03-01', '12-31', '01-01'];
  const ends = fc.constantFrom(...days);
  const dates = fc.constantFrom(...WORDS.day);

  fc.assert(
    fc.property(ends, ends, dates, (from, until, day) => {
      const campaign = { code: 'season', yearly: { from, until } };
      fc.pre(seasonOf(campaign.yearly, day) !== null);

      expect(accountOf(campaign, day)).toBe(accountOfOracle(campaign, day));
    }),
  );
});

describe('the random cases', () => {
  const samples = fc.sample(cases, { numRuns: 250 });
  type Change = [key: string, to?: unknown, is?: (value: unknown) => boolean];
  const areTexts = (value: unknown) => Array.isArray(value) && typeof value[0] === 'string';
  const isDay = (value: unknown) => String(value).length === 10;

  /** The same programme, in which each part of that name says something else or nothing. */
  const changed = (programme: Programme, [name, to, is = () => true]: Change) =>
    JSON.parse(
      JSON.stringify(programme, (key, value: unknown) => (key === name && is(value) ? to : value)),
    ) as Programme;

  test.each<Change>([
    ...CONDITIONS.map((name): Change => [
      name,
      undefined,
      name === 'tiers' || name === 'currencies' ? areTexts : () => true,
    ]),
    ...(['from', 'until'] as const).map((name): Change => [name, undefined, isDay]),
    ['campaign'],
    ['yearly'],
    ['target'],
    ['group'],
    ['caps'],
    ['benefits', []],
    ['of'],
    ['combine', 'sum'],
    ['combine', 'multiply'],
    ['rounding', 'floor'],
    ['rounding', 'half-up'],
    ['roundAt', 'purchase'],
    ['whole', false],
    ['amount', 'after-discount'],
    ['tax', 'included'],
    ['odds', '1'],
    ['value', '1'],
    ['decimals', 0],
    ...['perAmount', 'perItem', 'perVisit', 'fixed', 'surprise', 'perAttribute'].map((name): Change => [
      name,
      { points: 7, each: '7', name: 'other', odds: '0.000000001' },
    ]),
    ['factor', '4'],
    ['discountPercent', '1'],
    ['discountAmount', '1'],
    ['price', '1'],
    ['baseCurrency', 'JPY'],
  ])('differ where every %s is %j', (...change) => {
    const differs = samples.some(({ programme, asked }) => {
      const other = changed(programme, change);
      return asked.some(
        ({ occasion, rooms }) =>
          JSON.stringify(essence(oracle(other, occasion, rooms))) !==
          JSON.stringify(essence(oracle(programme, occasion, rooms))),
      );
    });

    expect(differs).toBe(true);
  });

  test('differ where no limit is asked', () => {
    const differs = samples.some(({ programme, asked }) =>
      asked.some(({ occasion, rooms }) => {
        const { grants } = oracle(programme, occasion, rooms);
        return JSON.stringify(grants) !== JSON.stringify(oracle(programme, occasion, {}).grants);
      }),
    );

    expect(differs).toBe(true);
  });
});
