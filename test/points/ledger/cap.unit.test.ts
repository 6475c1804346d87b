import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { capPeriod, capped } from '../../../subgraphs/points/ledger/cap.rules.ts';
import type { Cap } from '../../../subgraphs/points/programme.rules.ts';
import { dayIn, instantOf, periodOf, stepDays, ZONES } from './calendar.ts';

const perPurchase: Cap = { code: 'per-purchase', per: 'purchase', max: 100 };
const daily: Cap = { code: 'daily', per: 'day', max: 150 };

describe('caps', () => {
  test('leave all of it where there are none', () => {
    for (const caps of [undefined, []]) {
      expect(capped(70, caps, new Map())).toEqual({ given: 70, allowance: null, steps: [] });
    }
  });

  test('say what more could have been given, and nothing else, where they took nothing', () => {
    expect(capped(100, [perPurchase, daily], new Map())).toEqual({ given: 100, allowance: 100, steps: [] });
  });

  test('say what they took of what was wanted, against what had been used', () => {
    expect(capped(101, [perPurchase], new Map())).toEqual({
      given: 100,
      allowance: 100,
      steps: [{ rule: 'per-purchase', applied: true, required: '100', actual: '0', amount: -1 }],
    });
  });

  test('take one after the other what the one before left', () => {
    expect(capped(130, [perPurchase, daily], new Map([['daily', 90]]))).toEqual({
      given: 60,
      allowance: 60,
      steps: [
        { rule: 'per-purchase', applied: true, required: '100', actual: '0', amount: -30 },
        { rule: 'daily', applied: true, required: '150', actual: '90', amount: -40 },
      ],
    });
  });

  test('are silent where one before took enough', () => {
    expect(capped(130, [daily, perPurchase], new Map([['daily', 90]]))).toEqual({
      given: 60,
      allowance: 60,
      steps: [{ rule: 'daily', applied: true, required: '150', actual: '90', amount: -70 }],
    });
  });

  test('that were lowered below what was used give nothing, and take nothing back', () => {
    expect(capped(10, [{ ...daily, max: 5 }], new Map([['daily', 9]]))).toEqual({
      given: 0,
      allowance: 0,
      steps: [{ rule: 'daily', applied: true, required: '5', actual: '9', amount: -10 }],
    });
  });

  const max = fc.integer({ min: 1, max: 50 });
  const history = fc.array(
    fc.record({
      day: fc.integer({ min: 0, max: 40 }).map((number) => stepDays('2026-12-10', number)),
      wanted: fc.nat(20),
    }),
    { maxLength: 12 },
  );
  const caps = fc
    .tuple(max, max, max, max, max)
    .map(([purchase, day, week, month, year]): Cap[] => [
      { code: 'a', per: 'purchase', max: purchase },
      { code: 'b', per: 'day', max: day },
      { code: 'c', per: 'week', max: 2 * week },
      { code: 'd', per: 'month', max: 3 * month },
      { code: 'e', per: 'year', max: 4 * year },
    ])
    .chain((all) => fc.shuffledSubarray(all));

  test('give, point by point, each that no cap forbids, in any order of purchases', () => {
    fc.assert(
      fc.property(history, caps, (purchases, drawn) => {
        const used = new Map<string, number>();
        const given: { day: string; purchase: number }[] = [];
        const fits = (cap: Cap, purchase: number, day: string): boolean => {
          const same = given.filter((point) =>
            cap.per === 'purchase'
              ? point.purchase === purchase
              : periodOf(point.day, cap.per) === periodOf(day, cap.per),
          );
          return same.length < cap.max;
        };

        purchases.forEach(({ day, wanted }, purchase) => {
          const key = (cap: Cap) =>
            cap.per === 'purchase' ? '' : `${cap.code} ${capPeriod(cap.per, `${day}T12:00:00Z`, 'UTC')}`;
          const before = new Map(drawn.map((cap) => [cap.code, used.get(key(cap)) ?? 0]));
          const answer = capped(wanted, drawn, before);
          for (const cap of drawn.filter(({ per }) => per !== 'purchase')) {
            used.set(key(cap), (used.get(key(cap)) ?? 0) + answer.given);
          }

          const earlier = given.length;
          for (let point = 0; point < wanted; point += 1) {
            if (drawn.every((cap) => fits(cap, purchase, day))) given.push({ day, purchase });
          }
          expect(answer.given).toBe(given.length - earlier);
          expect(answer.steps.reduce((sum, step) => sum + step.amount!, wanted)).toBe(answer.given);
          expect(answer.allowance).toBe(drawn.length === 0 ? null : capped(1_000_000, drawn, before).given);
        });
      }),
      { numRuns: 60 },
    );
  });
});

describe('the period of a cap', () => {
  test.each([
    ['day', '2026-06-30T23:30:00Z', '2026-07-01'],
    ['week', '2026-11-22T23:59:59Z', '2026-11-16'],
    ['week', '2026-11-23T00:00:00Z', '2026-11-23'],
    ['month', '2026-06-30T23:30:00Z', '2026-07-01'],
    ['year', '2026-12-31T23:59:59Z', '2026-01-01'],
  ] as const)('%s of %s began on %s in London', (per, at, first) => {
    expect(capPeriod(per, at, 'Europe/London')).toBe(first);
  });

  test('is of the calendar in the zone', () => {
    const instants = fc.integer({ min: Date.UTC(2000, 0, 1), max: Date.UTC(2060, 0, 1) });
    fc.assert(
      fc.property(
        instants,
        fc.constantFrom(...ZONES),
        fc.constantFrom('day', 'week', 'month', 'year'),
        (at, zone, per) => {
          let first = dayIn(at, zone);
          while (periodOf(stepDays(first, -1), per) === periodOf(dayIn(at, zone), per)) first = stepDays(first, -1);

          expect(capPeriod(per, instantOf(at), zone)).toBe(first);
        },
      ),
    );
  });
});
