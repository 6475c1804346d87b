// The ladder against the simulation of it, day by day, over random schemes and lives.
import { Big } from 'big.js';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { tierScheme, type TierScheme } from '../../../subgraphs/points/programme/tier.rules.ts';
import { heldRanks, rankOn } from '../../../subgraphs/points/tier/claim.rules.ts';
import { simulate, type Life } from './simulation.ts';

const [FIRST, LAST] = ['2026-01-01', '2029-06-30'];
const DAYS = 1_276;
const dayAt = (n: number): string => new Date(Date.parse(FIRST) + n * 86_400_000).toISOString().slice(0, 10);

const span = fc.oneof(
  fc.record({ days: fc.integer({ min: 1, max: 500 }) }),
  fc.record({ months: fc.integer({ min: 1, max: 18 }) }),
);
const thresholds = fc
  .record({ spend: fc.boolean(), points: fc.boolean(), status: fc.boolean(), purchases: fc.boolean() })
  .filter((asked) => Object.values(asked).some(Boolean));

const scheme: fc.Arbitrary<TierScheme> = fc
  .record({
    window: fc.oneof(fc.constantFrom('lifetime', 'calendar-year', 'anniversary'), fc.record({ rolling: span })),
    match: fc.constantFrom('all', 'any'),
    keep: fc.oneof(fc.constantFrom('window', 'next-period'), span),
    downgrade: fc.constantFrom('none', 'one', 'earned'),
    graceDays: fc.option(fc.integer({ min: 1, max: 60 }), { nil: undefined }),
    asked: fc.array(thresholds, { minLength: 1, maxLength: 4 }),
  })
  .map(({ asked, ...rest }) => ({
    ...rest,
    currency: 'points',
    levels: [
      { code: 'base', name: 'Base' },
      ...asked.map(({ spend, points, status, purchases }, index) => ({
        code: `level-${index}`,
        name: 'Level',
        from: {
          ...(spend ? { spend: String(20 * (index + 1)) } : {}),
          ...(points ? { points: 20 * (index + 1) } : {}),
          ...(status ? { status: 20 * (index + 1) } : {}),
          ...(purchases ? { purchases: 2 * (index + 1) } : {}),
        },
      })),
    ],
  }))
  .map((given) => tierScheme.safeParse(given))
  .filter(({ success }) => success)
  .map(({ data }) => data!)
  .filter(({ keep, window }) => keep !== 'next-period' || window === 'calendar-year' || window === 'anniversary');

const day = fc.integer({ min: 0, max: DAYS - 200 }).map(dayAt);
const small = fc.integer({ min: 0, max: 60 });
const byDay = <Row extends { day: string }>(rows: Row[]): Row[] => rows.toSorted((a, b) => (a.day < b.day ? -1 : 1));

const life: fc.Arbitrary<Life> = fc.record({
  counted: fc
    .uniqueArray(fc.record({ day, spend: small, purchases: fc.integer({ min: 0, max: 3 }), points: small }), {
      selector: (row) => row.day,
      maxLength: 12,
    })
    .map(byDay),
  balances: fc
    .uniqueArray(fc.record({ day, balance: fc.integer({ min: -10, max: 120 }) }), {
      selector: (row) => row.day,
      maxLength: 8,
    })
    .map(byDay),
  enrolledOn: fc.option(fc.constantFrom('2025-11-30', '2024-02-29', '2026-03-31', '2026-01-01'), { nil: null }),
  grants: fc.array(
    fc
      .record({ rank: fc.integer({ min: 1, max: 1 }), from: fc.integer({ min: 0, max: 900 }), length: fc.nat(200) })
      .map(({ rank, from, length }) => ({ rank, from: dayAt(from), until: dayAt(from + length + 1) })),
    { maxLength: 2 },
  ),
});

describe('the tier of a member', () => {
  test('is on each day what a simulation of all days gives', () => {
    fc.assert(
      fc.property(scheme, life, (ladder, lived) => {
        const ranks = heldRanks(ladder, {
          ...lived,
          counted: lived.counted.map((row) => ({ ...row, spend: Big(row.spend) })),
          grants: lived.grants.map((grant, index) => ({ ...grant, id: String(index) })),
        });
        const days = simulate(ladder, lived, FIRST, LAST);

        expect(days.map((one) => rankOn(ranks, one.day))).toEqual(days.map(({ rank }) => rank));
      }),
      { numRuns: Number(process.env['CASES'] ?? 60) },
    );
  });
});
