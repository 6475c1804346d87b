import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { DateTime } from 'luxon';
import { expiresAt, expiriesByDay, graceUntil, idleUntil } from '../../../subgraphs/points/ledger/expiry.rules.ts';
import type { Activity } from '../../../subgraphs/points/programme/currency.rules.ts';
import {
  dayIn,
  firstInstant,
  instantOf,
  isYearly,
  periodOf,
  stepDays,
  stepMonths,
  stepWhile,
  ZONES,
} from './calendar.ts';

type RoundTo = 'day' | 'month' | 'quarter' | 'year';

const LONDON = 'Europe/London';

describe('points expire', () => {
  const rows: [string, string, { days?: number; months?: number }, RoundTo, string, string][] = [
    // What it shows, earned at, span, rounded to the end of, zone, expires at.
    [
      '31 January + 1 month through 28 February',
      '2026-01-31T12:00:00Z',
      { months: 1 },
      'day',
      'UTC',
      '2026-03-01T00:00:00',
    ],
    [
      '31 January + 1 month through 29 February',
      '2028-01-31T12:00:00Z',
      { months: 1 },
      'day',
      'UTC',
      '2028-03-01T00:00:00',
    ],
    [
      '29 February + 12 months through 28 February',
      '2028-02-29T12:00:00Z',
      { months: 12 },
      'day',
      'UTC',
      '2029-03-01T00:00:00',
    ],
    [
      '29 February + 48 months through 29 February',
      '2028-02-29T12:00:00Z',
      { months: 48 },
      'day',
      'UTC',
      '2032-03-01T00:00:00',
    ],
    [
      '31 March + 6 months through 30 September',
      '2026-03-31T12:00:00Z',
      { months: 6 },
      'day',
      'UTC',
      '2026-10-01T00:00:00',
    ],
    ['30 days through the 30th day after', '2026-01-01T12:00:00Z', { days: 30 }, 'day', 'UTC', '2026-02-01T00:00:00'],
    ['a year of days through a leap day', '2028-02-28T12:00:00Z', { days: 1 }, 'day', 'UTC', '2028-03-01T00:00:00'],
    ['months before days', '2026-01-31T12:00:00Z', { months: 1, days: 1 }, 'day', 'UTC', '2026-03-02T00:00:00'],
    ['today when the span is 0 days', '2026-05-05T12:00:00Z', { days: 0 }, 'day', 'UTC', '2026-05-06T00:00:00'],
    ['at the end of the month', '2026-01-31T12:00:00Z', { months: 1 }, 'month', 'UTC', '2026-03-01T00:00:00'],
    [
      'at the end of the month, earned on its first',
      '2026-02-01T00:00:00Z',
      { months: 24 },
      'month',
      'UTC',
      '2028-03-01T00:00:00',
    ],
    ['at the end of the quarter', '2026-01-31T12:00:00Z', { months: 3 }, 'quarter', 'UTC', '2026-07-01T00:00:00'],
    ['at the end of the last quarter', '2026-11-30T12:00:00Z', { months: 1 }, 'quarter', 'UTC', '2027-01-01T00:00:00'],
    ['at the end of the year', '2026-12-31T23:59:59.999999Z', { months: 12 }, 'year', 'UTC', '2028-01-01T00:00:00'],
    [
      'at a summer midnight of winter points',
      '2026-01-31T12:00:00Z',
      { months: 3 },
      'month',
      LONDON,
      '2026-04-30T23:00:00',
    ],
    [
      'at a winter midnight of summer points',
      '2026-07-31T12:00:00Z',
      { months: 4 },
      'month',
      LONDON,
      '2026-12-01T00:00:00',
    ],
    [
      'after the day on which clocks go forward',
      '2026-03-28T12:00:00Z',
      { days: 1 },
      'day',
      LONDON,
      '2026-03-29T23:00:00',
    ],
    [
      'after the day on which clocks go back',
      '2026-10-24T12:00:00Z',
      { days: 1 },
      'day',
      LONDON,
      '2026-10-26T00:00:00',
    ],
    [
      'counted from the day in the zone, not in UTC',
      '2026-06-30T23:30:00Z',
      { months: 1 },
      'month',
      LONDON,
      '2026-08-31T23:00:00',
    ],
    [
      'counted from the day before in the west',
      '2026-07-01T03:00:00Z',
      { days: 0 },
      'day',
      'America/New_York',
      '2026-07-01T04:00:00',
    ],
    [
      'when the day begins, where midnight is skipped',
      '2026-04-23T12:00:00Z',
      { days: 0 },
      'day',
      'Africa/Cairo',
      '2026-04-23T22:00:00',
    ],
  ];

  test.each(rows)('%s', (_, earnedAt, span, roundTo, zone, midnight) => {
    expect(expiresAt(earnedAt, { rolling: { ...span, roundTo } }, zone)).toBe(`${midnight}.000000Z`);
  });

  test('never without a policy', () => {
    expect(expiresAt('2026-01-31T12:00:00Z', undefined, LONDON)).toBeNull();
  });

  const zones = fc.constantFrom(...ZONES);
  const spans = fc.record({ days: fc.nat(800), months: fc.nat(60) });
  const roundings = fc.constantFrom<RoundTo[]>('day', 'month', 'quarter', 'year');
  const instants = fc
    .date({ min: new Date('2000-01-01'), max: new Date('2060-01-01'), noInvalidDate: true })
    .map((date) => date.toISOString());

  test('when a day of the zone begins, after the points were earned and after the whole span', () => {
    fc.assert(
      fc.property(instants, spans, roundings, zones, (earnedAt, span, roundTo, zone) => {
        const at = expiresAt(earnedAt, { rolling: { ...span, roundTo } }, zone)!;

        const midnight = DateTime.fromISO(at, { zone });
        expect(midnight.toMillis()).toBe(midnight.startOf(roundTo).toMillis());
        expect(midnight > DateTime.fromISO(earnedAt, { zone }).plus(span)).toBe(true);
      }),
    );
  });

  test('no sooner when they were earned later, or last longer, or are rounded to something longer', () => {
    fc.assert(
      fc.property(instants, instants, spans, zones, fc.nat(30), (one, other, span, zone, more) => {
        const [first, later] = [one, other].toSorted() as [string, string];
        const at = (earnedAt: string, days: number, roundTo: RoundTo) =>
          expiresAt(earnedAt, { rolling: { ...span, days, roundTo } }, zone)!;

        expect(at(first, span.days, 'day') <= at(later, span.days, 'day')).toBe(true);
        expect(at(first, span.days, 'day') <= at(first, span.days + more, 'day')).toBe(true);
        const rounded = (['day', 'month', 'quarter', 'year'] as const).map((roundTo) => at(first, span.days, roundTo));
        expect(rounded).toEqual(rounded.toSorted());
      }),
    );
  });
});

const millis = fc.integer({ min: Date.UTC(2000, 0, 1), max: Date.UTC(2060, 0, 1) });
const zones = fc.constantFrom(...ZONES);
const periods = fc.constantFrom<RoundTo[]>('day', 'month', 'quarter', 'year');
const lives = fc.oneof(
  fc.record({ days: fc.integer({ min: 1, max: 800 }) }),
  fc.record({ months: fc.integer({ min: 1, max: 60 }) }),
);

/** The midnight after the last day, found by stepping. */
const midnightAfter = (day: string, zone: string) => instantOf(firstInstant(stepDays(day, 1), zone));
const ahead = (day: string, { days = 0, months = 0 }: { days?: number; months?: number }) =>
  stepDays(stepMonths(day, months), days);

describe('by stepping through the calendar', () => {
  test('points that roll last through the last day of the period that lies a span ahead', () => {
    fc.assert(
      fc.property(millis, lives, periods, zones, (at, life, roundTo, zone) => {
        const until = ahead(dayIn(at, zone), life);
        const last = stepWhile(until, (day) => periodOf(day, roundTo) === periodOf(until, roundTo));

        expect(expiresAt(instantOf(at), { rolling: { ...life, roundTo } }, zone)).toBe(midnightAfter(last, zone));
      }),
    );
  });

  test('points of fixed dates last through the first of them that leaves them their minimum', () => {
    const dates = fc.array(fc.constantFrom('01-01', '02-28', '02-29', '06-30', '12-31'), {
      minLength: 1,
      maxLength: 3,
    });
    fc.assert(
      fc.property(millis, dates, fc.option(lives, { nil: undefined }), zones, (at, on, minimum, zone) => {
        const until = ahead(dayIn(at, zone), minimum ?? {});
        const last = stepWhile(
          stepDays(until, -1),
          (day) => day === until || !on.some((name) => isYearly(stepDays(day, -1), name)),
        );

        expect(expiresAt(instantOf(at), { fixed: { on, minimum } }, zone)).toBe(midnightAfter(last, zone));
      }),
    );
  });

  test('an idle wallet lasts as points would that were earned at its last activity', () => {
    fc.assert(
      fc.property(millis, lives, periods, zones, (at, life, roundTo, zone) => {
        const inactivity = { ...life, roundTo, activities: ['EARN' as const] };

        expect(idleUntil('EARN', instantOf(at), { inactivity }, zone)).toBe(
          expiresAt(instantOf(at), { rolling: { ...life, roundTo } }, zone),
        );
      }),
    );
  });
});

describe('points of fixed dates expire', () => {
  const halves = ['03-31', '09-30'];

  test.each([
    ['after the next of them', '2026-04-01T12:00:00Z', halves, undefined, '2026-09-30T23:00:00'],
    [
      'on the day itself, when they were earned on it',
      '2026-03-31T12:00:00Z',
      halves,
      undefined,
      '2026-03-31T23:00:00',
    ],
    [
      'after the next but one, when that is too near',
      '2026-03-01T12:00:00Z',
      halves,
      { months: 6 },
      '2026-09-30T23:00:00',
    ],
    ['after the next, when it is just far enough', '2026-03-01T12:00:00Z', halves, { days: 30 }, '2026-03-31T23:00:00'],
    ['a year later, when they were all missed', '2026-12-31T12:00:00Z', halves, undefined, '2027-03-31T23:00:00'],
    ['at the end of February', '2026-01-01T12:00:00Z', ['02-29'], undefined, '2026-03-01T00:00:00'],
  ])('%s', (_, at, on, minimum, midnight) => {
    expect(expiresAt(at, { fixed: { on, minimum } }, LONDON)).toBe(`${midnight}.000000Z`);
  });
});

describe('inactivity', () => {
  const AT = '2026-02-10T12:00:00Z';
  const inactivity = (...activities: Activity[]) => ({
    inactivity: { months: 12, roundTo: 'month' as const, activities },
  });

  test('expires all after the span since the last activity', () => {
    expect(idleUntil('EARN', AT, inactivity('EARN'), LONDON)).toBe('2027-03-01T00:00:00.000000Z');
  });

  test('gives a lot no expiry of its own', () => {
    expect(expiresAt('2026-02-10T12:00:00Z', inactivity('EARN'), LONDON)).toBeNull();
  });

  test('counts what the currency counts', () => {
    expect(idleUntil('SPEND', AT, inactivity('EARN', 'SPEND'), LONDON)).toBe('2027-03-01T00:00:00.000000Z');
    expect(idleUntil('TRANSFER', AT, inactivity('EARN', 'SPEND'), LONDON)).toBeNull();
  });

  test('is no matter of currencies without it', () => {
    const rolling = { rolling: { days: 1, roundTo: 'day' as const } };

    expect([idleUntil('EARN', AT, undefined, LONDON), idleUntil('EARN', AT, rolling, LONDON)]).toEqual([null, null]);
  });
});

describe('grace', () => {
  test('lasts through the day that is so many days ahead', () => {
    expect(graceUntil('2026-03-28T12:00:00Z', { days: 30 }, LONDON)).toBe('2026-04-27T23:00:00.000000Z');
  });

  test('is none unless it is granted', () => {
    expect(graceUntil('2026-03-28T12:00:00Z', undefined, LONDON)).toBeNull();
  });
});

describe('what expires on each day', () => {
  const lot = (expires: string | null, remaining: number, pending = 0) => ({ expiresAt: expires, remaining, pending });

  test('is told by its last day of use in the zone, earliest first, lots of one day together', () => {
    const lots = [
      lot('2026-08-31T23:00:00.000000Z', 7),
      lot('2026-04-30T23:00:00.000000Z', 5),
      lot('2026-08-31T23:00:00.000000Z', 1, 2),
    ];

    expect(expiriesByDay(lots, LONDON)).toEqual([
      { expiresOn: '2026-04-30', amount: 5 },
      { expiresOn: '2026-08-31', amount: 10 },
    ]);
  });

  test('is of the zone, not of UTC', () => {
    expect(expiriesByDay([lot('2026-07-01T04:00:00.000000Z', 3)], 'America/New_York')).toEqual([
      { expiresOn: '2026-06-30', amount: 3 },
    ]);
  });

  test('leaves out what never expires', () => {
    expect(expiriesByDay([lot(null, 9)], LONDON)).toEqual([]);
  });

  test('puts an expiry in the middle of a day on that day', () => {
    expect(expiriesByDay([lot('2026-05-05T10:00:00.000000Z', 3)], LONDON)).toEqual([
      { expiresOn: '2026-05-05', amount: 3 },
    ]);
  });

  test('adds up to what expires at all', () => {
    const lots = fc.array(
      fc.record({ pending: fc.nat(99), remaining: fc.nat(99), day: fc.option(fc.nat(40), { nil: null }) }),
    );
    fc.assert(
      fc.property(lots, (drawn) => {
        const all = drawn.map(({ day, ...counters }) => ({
          ...counters,
          expiresAt: day === null ? null : new Date(Date.UTC(2026, 2, 1 + day)).toISOString(),
        }));

        const days = expiriesByDay(all, LONDON);

        const expiring = all.filter((one) => one.expiresAt !== null);
        expect(days.reduce((sum, { amount }) => sum + amount, 0)).toBe(
          expiring.reduce((sum, { pending, remaining }) => sum + pending + remaining, 0),
        );
        expect(days.map(({ expiresOn }) => expiresOn)).toEqual(
          [...new Set(days.map(({ expiresOn }) => expiresOn))].toSorted(),
        );
      }),
    );
  });
});
