import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { Settings } from 'luxon';
import {
  dayAhead,
  dayEnd,
  dayOf,
  daysLater,
  dayStart,
  firstDay,
  nextYearly,
} from '../../../subgraphs/points/ledger/calendar.rules.ts';
import {
  clockOf,
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

const zones = fc.constantFrom(...ZONES);
const millis = fc.integer({ min: Date.UTC(2000, 0, 1), max: Date.UTC(2060, 0, 1) });
const days = millis.map((at) => new Date(at).toISOString().slice(0, 10));
const periods = fc.constantFrom('day', 'week', 'month', 'quarter', 'year');

/** Days around those on which the zone's clocks change, in years when they did so at odd hours. */
function changes(timeZone: string): string[] {
  const noon = (day: string) => clockOf(Date.parse(`${day}T12:00:00Z`), timeZone).slice(11);
  const found: string[] = [];
  for (const year of ['2011', '2018', '2026']) {
    for (let day = `${year}-01-01`; day.startsWith(year); day = stepDays(day, 1)) {
      if (noon(day) !== noon(stepDays(day, 1))) found.push(day, stepDays(day, 1), stepDays(day, 2));
    }
  }
  return found;
}

describe('a day', () => {
  test.each(ZONES)('of %s begins when its calendar first shows it, whatever the clocks do', (timeZone) => {
    for (const day of changes(timeZone)) {
      expect([day, dayStart(day, timeZone)]).toEqual([day, instantOf(firstInstant(day, timeZone))]);
    }
  });

  test('begins so on any day', () => {
    fc.assert(
      fc.property(days, zones, (day, timeZone) => {
        expect(dayStart(day, timeZone)).toBe(instantOf(firstInstant(day, timeZone)));
        expect(dayEnd(day, timeZone)).toBe(instantOf(firstInstant(stepDays(day, 1), timeZone)));
      }),
    );
  });

  test.each([
    ['where midnight is skipped', '2018-11-04', 'America/Sao_Paulo', '2018-11-04T03:00:00.000000Z'],
    ['where midnight is skipped in spring', '2026-04-24', 'Africa/Cairo', '2026-04-23T22:00:00.000000Z'],
    ['where midnight comes twice', '2026-10-25', 'Atlantic/Azores', '2026-10-25T00:00:00.000000Z'],
    ['where the day before was left out', '2011-12-31', 'Pacific/Apia', '2011-12-30T10:00:00.000000Z'],
  ])('%s', (_, day, timeZone, at) => {
    expect(dayStart(day, timeZone)).toBe(at);
  });

  test('is what the calendar of the zone shows, to the microsecond', () => {
    fc.assert(
      fc.property(millis, zones, (at, timeZone) => {
        expect(dayOf(instantOf(at), timeZone)).toBe(dayIn(at, timeZone));
      }),
    );
    expect(dayOf('2026-06-30T22:59:59.999999Z', 'Europe/London')).toBe('2026-06-30');
    expect(dayOf('2026-06-30T23:00:00.000000Z', 'Europe/London')).toBe('2026-07-01');
  });
});

describe('a period', () => {
  test('begins with its first day', () => {
    fc.assert(
      fc.property(days, periods, (day, period) => {
        const first = firstDay(day, period);

        expect(first <= day).toBe(true);
        expect(periodOf(first, period)).toBe(periodOf(day, period));
        expect(periodOf(stepDays(first, -1), period)).not.toBe(period === 'day' ? day : periodOf(day, period));
      }),
    );
  });

  test.each([
    ['week', '2026-11-22', '2026-11-16'],
    ['week', '2026-11-23', '2026-11-23'],
    ['week', '2027-01-01', '2026-12-28'],
    ['quarter', '2026-03-31', '2026-01-01'],
  ] as const)('%s of %s began on %s', (period, day, first) => {
    expect(firstDay(day, period)).toBe(first);
  });

  test('that lies a span ahead ends with its last day', () => {
    fc.assert(
      fc.property(days, fc.nat(800), fc.nat(60), periods, (day, more, months, period) => {
        const ahead = stepDays(stepMonths(day, months), more);

        expect(dayAhead(day, { days: more, months }, period)).toBe(
          stepWhile(ahead, (next) => periodOf(next, period) === periodOf(ahead, period)),
        );
      }),
    );
  });

  test('is a day unless told otherwise, and no span is none', () => {
    expect(dayAhead('2026-01-31', { months: 1 })).toBe('2026-02-28');
    expect(dayAhead('2026-01-31', { days: 1 })).toBe('2026-02-01');
    expect(dayAhead('2026-01-31', {})).toBe('2026-01-31');
  });
});

test('the zone in which the program runs changes nothing', () => {
  try {
    // There 30 December 2011 was left out.
    Settings.defaultZone = 'Pacific/Apia';

    expect(dayAhead('2011-12-29', { days: 1 })).toBe('2011-12-30');
  } finally {
    Settings.defaultZone = 'system';
  }
});

describe('the next of some days of the year', () => {
  const names = fc.uniqueArray(
    fc.integer({ min: 0, max: 365 }).map((number) => stepDays('2000-01-01', number).slice(5)),
    { minLength: 1, maxLength: 4 },
  );

  test('is the first that comes, today included', () => {
    fc.assert(
      fc.property(names, days, (yearly, day) => {
        let next = day;
        while (!yearly.some((name) => isYearly(next, name))) next = stepDays(next, 1);

        expect(nextYearly(yearly, day)).toBe(next);
      }),
    );
  });

  test.each([
    [['03-31', '09-30'], '2026-03-31', '2026-03-31'],
    [['09-30', '03-31'], '2026-04-01', '2026-09-30'],
    [['09-30', '03-31'], '2026-10-01', '2027-03-31'],
    [['02-29'], '2026-01-01', '2026-02-28'],
    [['02-29'], '2028-02-28', '2028-02-29'],
  ])('of %j on %s is %s', (yearly, day, next) => {
    expect(nextYearly(yearly, day)).toBe(next);
  });
});

describe('so many days later', () => {
  test('the clock shows the same, unless it skips that time', () => {
    fc.assert(
      fc.property(millis, fc.nat(800), fc.nat(999_999), zones, (milli, more, micros, timeZone) => {
        const second = Math.floor(milli / 1000) * 1000;
        const fraction = `.${String(micros).padStart(6, '0')}Z`;

        const later = daysLater(instantOf(second).slice(0, 19) + fraction, more, timeZone);

        expect(later.slice(19)).toBe(fraction);
        const at = Date.parse(`${later.slice(0, 19)}Z`);
        const [day, clock] = clockOf(second, timeZone).split(' ');
        const wanted = `${stepDays(day!, more)} ${clock}`;
        if (clockOf(at, timeZone) !== wanted) {
          const hours = Array.from({ length: 24 * 4 }, (_, quarter) => at + (quarter - 48) * 15 * 60_000);
          expect(hours.map((one) => clockOf(one, timeZone))).not.toContain(wanted);
        }
      }),
    );
  });

  test.each([
    ['24 hours, as a rule', '2026-05-01T15:04:05.123456Z', 14, 'Europe/London', '2026-05-15T15:04:05.123456Z'],
    ['23 where clocks go forward', '2026-03-28T12:00:00.000000Z', 1, 'Europe/London', '2026-03-29T11:00:00.000000Z'],
    ['25 where clocks go back', '2026-10-24T12:00:00.000000Z', 1, 'Europe/London', '2026-10-25T13:00:00.000000Z'],
    [
      'an hour later where it is skipped',
      '2026-03-28T01:30:00.000000Z',
      1,
      'Europe/London',
      '2026-03-29T01:30:00.000000Z',
    ],
    [
      'the first of two where it is repeated',
      '2026-10-24T00:30:00.000000Z',
      1,
      'Europe/London',
      '2026-10-25T00:30:00.000000Z',
    ],
  ])('is %s', (_, at, more, timeZone, later) => {
    expect(daysLater(at, more, timeZone)).toBe(later);
  });
});
