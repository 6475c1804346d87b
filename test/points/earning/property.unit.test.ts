// What members and operators count on, whatever the programme: held against random programmes and purchases.
import { describe, expect, test } from '@jest/globals';
import { Big } from 'big.js';
import fc from 'fast-check';
import { compile } from '../../../subgraphs/points/earning/book.rules.ts';
import { evaluate } from '../../../subgraphs/points/earning/evaluate.rules.ts';
import type { Evaluation, Line, Occasion, Rooms } from '../../../subgraphs/points/earning/facts.rules.ts';
import { limitsOf } from '../../../subgraphs/points/earning/limit.rules.ts';
import type { Programme } from '../../../subgraphs/points/programme/programme.rules.ts';
import { programmes } from './arbitrary.ts';
import { accountOf } from './oracle-condition.ts';
import { limitsAt, occasions, purchases, roomsOf } from './occasion.ts';

const RUNS = { numRuns: 120 };

const asked = (programme: Programme) =>
  occasions(programme).chain((occasion) =>
    roomsOf(programme, occasion).map((rooms) => ({ programme, occasion, rooms })),
  );
const cases = programmes().chain(asked);

const sum = (amounts: number[]) => amounts.reduce((all, one) => all + one, 0);
const paidFor = (lines: Line[]) => lines.reduce((all, { amount }) => all.plus(amount), new Big(0));
const amounts = ({ grants }: Evaluation): Record<string, number> =>
  Object.fromEntries(grants.flatMap(({ currency, amount }) => (amount === 0 ? [] : [[currency, amount]])));

test('every point is accounted for, by the rules that gave it and by the steps', () => {
  fc.assert(
    fc.property(cases, ({ programme, occasion, rooms }) => {
      for (const { amount, parts, steps } of evaluate(compile(programme), occasion, rooms).grants) {
        expect(sum(parts.map((part) => part.amount))).toBe(amount);
        expect(sum(steps.map((step) => step.amount!))).toBe(amount);
      }
    }),
    RUNS,
  );
});

test('a trace changes nothing, and tells of every rule that was looked at, once', () => {
  fc.assert(
    fc.property(cases, ({ programme, occasion, rooms }) => {
      const rules = programme.earning.flatMap((set) => set.rules);
      const book = compile(programme);
      const { others, ...rest } = evaluate(book, occasion, rooms, true);
      const { grants, cuts } = rest;

      expect(evaluate(book, occasion, rooms)).toEqual({ ...rest, others: [] });

      const applied = [...grants.flatMap(({ steps }) => steps), ...cuts].map(({ rule }) => rule);
      const told = [...applied, ...others.map(({ rule }) => rule)].filter((name) =>
        rules.some(({ code }) => code === name),
      );
      expect(told.toSorted()).toEqual(
        rules
          .filter(({ on }) => on === occasion.facts.event?.type)
          .map(({ code }) => code)
          .toSorted(),
      );
      expect(others.filter(({ reason }) => reason === undefined)).toEqual([]);
      expect(others.filter((step) => step.applied)).toEqual([]);
    }),
    RUNS,
  );
});

describe('limits', () => {
  test('are never exceeded', () => {
    fc.assert(
      fc.property(cases, ({ programme, occasion, rooms }) => {
        const { grants, taken } = evaluate(compile(programme), occasion, rooms);
        const parts = grants.flatMap(({ currency, parts: own }) => own.map((part) => ({ currency, ...part })));
        const given = (some: typeof parts) => sum(some.map(({ amount }) => amount));
        const within = (key: string, amount: string | number) => {
          expect(new Big(rooms[key] ?? amount).gte(amount)).toBe(true);
          if (rooms[key] !== undefined) expect(new Big(taken[key] ?? 0).eq(amount)).toBe(true);
        };

        for (const campaign of programme.campaigns) {
          const own = parts.filter((part) => part.campaign === campaign.code);
          const account = accountOf(campaign, occasion.facts.day);
          within(`budget:${account}`, given(own));
          const cost = ({ currency, amount }: (typeof parts)[number]) => {
            const { value, decimals } = programme.currencies.find(({ code }) => code === currency)!;
            return new Big(value!).times(amount).div(10 ** decimals);
          };
          within(`money:${account}`, own.reduce((all, part) => all.plus(cost(part)), new Big(0)).toFixed());
        }
        const capped = [
          ...programme.currencies.map(({ code, caps = [] }) => ({
            caps,
            amount: given(parts.filter(({ currency }) => currency === code)),
          })),
          ...programme.earning.flatMap(({ rules }) =>
            rules.map(({ code, caps = [] }) => ({ caps, amount: given(parts.filter(({ rule }) => rule === code)) })),
          ),
        ];
        for (const { caps, amount } of capped) {
          for (const { code, per, max } of caps) {
            if (per === 'purchase') expect(amount).toBeLessThanOrEqual(max);
            else within(`cap:${code}`, amount);
          }
        }
      }),
      RUNS,
    );
  });

  test('that take something are known before', () => {
    fc.assert(
      fc.property(cases, ({ programme, occasion }) => {
        const book = compile(programme);
        const { caps, budgets } = limitsOf(book, occasion);
        const known = [
          ...caps.map(({ code }) => `cap:${code}`),
          ...budgets.flatMap(({ account }) => [`budget:${account}`, `money:${account}`]),
        ];

        const { taken } = evaluate(book, occasion, Object.fromEntries(limitsAt(programme, occasion)));

        expect(Object.keys(taken).filter((key) => taken[key] !== '0' && !known.includes(key))).toEqual([]);
      }),
      RUNS,
    );
  });

  test('of a currency leave two purchases together the same, whichever is first', () => {
    const unlimited = (programme: Programme): Programme => ({
      ...programme,
      campaigns: programme.campaigns.map((campaign) => ({ ...campaign, budget: undefined })),
      earning: programme.earning.map((set) => ({
        ...set,
        rules: set.rules.map((rule) => ({ ...rule, caps: undefined })),
      })),
    });
    const pairs = programmes()
      .map(unlimited)
      .chain((programme) =>
        purchases(programme).chain((one) =>
          fc.record({
            programme: fc.constant(programme),
            one: fc.constant(one),
            other: purchases(programme),
            rooms: roomsOf(programme, one),
          }),
        ),
      );

    fc.assert(
      fc.property(pairs, ({ programme, one, other, rooms }) => {
        const together = (...bought: Occasion[]) => {
          const book = compile(programme);
          const left: Rooms = { ...rooms };
          const given: Record<string, number> = {};
          for (const occasion of bought) {
            const evaluation = evaluate(book, occasion, left);
            for (const [key, amount] of Object.entries(evaluation.taken)) {
              left[key] = new Big(left[key]!).minus(amount).toFixed();
            }
            for (const [code, amount] of Object.entries(amounts(evaluation))) given[code] = (given[code] ?? 0) + amount;
          }
          return given;
        };

        expect(together(one, other)).toEqual(together(other, one));
      }),
      RUNS,
    );
  });
});

describe('a line', () => {
  const looksIntoLines = ({ earning }: Programme) =>
    earning.some(({ rules }) => rules.some(({ when }) => /l\.(quantity|amount)/.test(when?.expression ?? '')));
  const splits = programmes({ roundAt: fc.constant('purchase') })
    .filter((programme) => !looksIntoLines(programme))
    .chain(asked)
    .filter(({ occasion }) => occasion.lines.length > 0);

  test('in two equal halves gives what it gives whole, where purchases are rounded', () => {
    fc.assert(
      fc.property(splits, fc.nat(), fc.boolean(), ({ programme, occasion, rooms }, n, isPart) => {
        const index = n % occasion.lines.length;
        const of = (lines: Line[]): Occasion => {
          const paid = paidFor(lines);
          return { ...occasion, lines, paid, kept: isPart ? paid.div(2).round() : paid };
        };
        const double = ({ quantity, gross, amount, ...line }: Line) => ({
          ...line,
          quantity: quantity.times(2),
          gross: gross.times(2),
          amount: amount.times(2),
        });
        const half = occasion.lines[index]!;
        const whole = of(occasion.lines.with(index, double(half)));
        const halves = of([...occasion.lines, { ...half, number: occasion.lines.length + 1 }]);

        const book = compile(programme);

        expect(amounts(evaluate(book, halves, rooms))).toEqual(amounts(evaluate(book, whole, rooms)));
      }),
      RUNS,
    );
  });
});

describe('after returns', () => {
  /** What is kept of a line, less and less. */
  const partOf = (line: Line, percent: number): Line => ({
    ...line,
    quantity: line.quantity.times(percent).div(100),
    gross: line.gross.times(percent).div(100).round(2),
    amount: line.amount.times(percent).div(100).round(2),
  });
  const histories = programmes().chain((programme) =>
    purchases(programme).chain((occasion) =>
      fc.record({
        programme: fc.constant(programme),
        occasion: fc.constant(occasion),
        rooms: roomsOf(programme, occasion),
        ways: fc.array(fc.array(fc.constantFrom(0, 25, 50, 100), { minLength: 5, maxLength: 5 }), { maxLength: 3 }),
      }),
    ),
  );
  const keptOf = (occasion: Occasion, percents: number[]): Occasion => {
    const lines = occasion.lines.flatMap((line, n) => (percents[n] === 0 ? [] : [partOf(line, percents[n]!)]));
    return { ...occasion, lines, paid: paidFor(occasion.lines), kept: paidFor(lines) };
  };

  test('what is kept counts, not the way there, and nothing kept gives nothing', () => {
    fc.assert(
      fc.property(histories, ({ programme, occasion, rooms, ways }) => {
        const book = compile(programme);
        for (const way of ways) {
          const kept = keptOf(occasion, way);
          const anew = evaluate(compile(programme), { ...kept, lines: kept.lines.toReversed() }, rooms);

          expect(amounts(evaluate(book, kept, rooms))).toEqual(amounts(anew));
        }
        expect(amounts(evaluate(book, keptOf(occasion, [0, 0, 0, 0, 0]), rooms))).toEqual({});
      }),
      RUNS,
    );
  });
});
