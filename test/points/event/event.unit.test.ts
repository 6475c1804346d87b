// Attributes of events against their declaration; cooldown and `most`.
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { readAttributes, spansOf, withheld } from '../../../subgraphs/points/event/event.rules.ts';
import { eventType, type EventType } from '../../../subgraphs/points/programme/earning.rules.ts';
import { Refused } from '../../../subgraphs/shared/refusal.ts';

const typeOf = (over: object = {}): EventType => eventType.parse({ code: 'review', ...over });
const ZONE = 'Europe/London';

describe('attributes', () => {
  const review = typeOf({
    attributes: [
      { name: 'product', type: 'text', required: true },
      { name: 'stars', type: 'number', values: ['1', '2.5'] },
      { name: 'photo', type: 'boolean' },
      { name: 'boughtOn', type: 'date' },
    ],
  });
  const read = (...given: [string, string][]) =>
    readAttributes(
      review,
      given.map(([name, value]) => ({ name, value })),
    );
  const field = (...given: [string, string][]) => {
    try {
      read(...given);
      return null;
    } catch (error) {
      return error instanceof Refused && error.code === 'ATTRIBUTE_INVALID' ? error.field : error;
    }
  };

  test('are read by their declared types', () => {
    expect(read(['product', 'tea'], ['stars', '2.5'], ['photo', 'false'], ['boughtOn', '2024-02-29'])).toEqual({
      product: 'tea',
      stars: 2.5,
      photo: false,
      boughtOn: '2024-02-29',
    });
  });

  test.each<[string, [string, string], string[]]>([
    ['an unknown one', ['colour', 'red'], ['attributes', '1', 'name']],
    ['one that is there twice', ['product', 'milk'], ['attributes', '1', 'name']],
    ['a text that is no number', ['stars', '1e3'], ['attributes', '1', 'value']],
    ['a value that is not listed', ['stars', '3'], ['attributes', '1', 'value']],
    ['what is neither true nor false', ['photo', 'yes'], ['attributes', '1', 'value']],
    ['a day that there is not', ['boughtOn', '2026-02-29'], ['attributes', '1', 'value']],
    ['an instant for a day', ['boughtOn', '2026-02-28T00:00'], ['attributes', '1', 'value']],
  ])('%s is refused', (_, attribute, path) => {
    expect(field(['product', 'tea'], attribute)).toEqual(path);
  });

  test.each(['', 'a\nb', '\ud800', 'x'.repeat(201)])(
    'a text that cannot be printed or is too long is refused: %j',
    (text) => {
      expect(field(['product', text])).toEqual(['attributes', '0', 'value']);
    },
  );

  test('a missing one that is required is refused', () => {
    expect(field(['photo', 'true'])).toEqual(['attributes']);
  });
});

describe('a span of `most`', () => {
  const spans = (at: string) =>
    spansOf(
      typeOf({ most: ['day', 'week', 'month', 'year', 'lifetime'].map((per) => ({ per, events: 1 })) }),
      at,
      ZONE,
    );

  test('is the programme’s calendar, weeks from Monday, through changes of summer time', () => {
    expect(spans('2026-03-29T12:00:00.000000Z')).toEqual([
      { from: '2026-03-29T00:00:00.000000Z', until: '2026-03-29T23:00:00.000000Z' },
      { from: '2026-03-23T00:00:00.000000Z', until: '2026-03-29T23:00:00.000000Z' },
      { from: '2026-03-01T00:00:00.000000Z', until: '2026-03-31T23:00:00.000000Z' },
      { from: '2026-01-01T00:00:00.000000Z', until: '2027-01-01T00:00:00.000000Z' },
      { from: null, until: null },
    ]);
  });
});

describe('an event gives nothing', () => {
  const none = { before: null, after: null, counts: [] };
  const at = '2026-03-28T12:00:00.000000Z';

  test.each([
    [
      'within so many hours after one that gave',
      { hours: 24 },
      '2026-03-28T11:59:59.999999Z',
      '2026-03-29T11:59:59.999998Z',
      true,
    ],
    ['but not when they are over', { hours: 24 }, '2026-03-28T11:59:59.999999Z', '2026-03-29T11:59:59.999999Z', false],
    ['within so many days, which may be shorter', { days: 1 }, at, '2026-03-29T10:59:59.000000Z', true],
    ['until the same time of day', { days: 1 }, at, '2026-03-29T11:00:00.000000Z', false],
  ])('%s', (_, cooldown, gave, now, isWithheld) => {
    const type = typeOf({ cooldown });

    expect(withheld(type, now, ZONE, { ...none, before: gave }) !== null).toBe(isWithheld);
    // Whichever of the two comes first.
    expect(withheld(type, gave, ZONE, { ...none, after: now }) !== null).toBe(isWithheld);
  });

  test('once as many gave as may, and says which limit it was', () => {
    const type = typeOf({
      most: [
        { per: 'day', events: 1 },
        { per: 'lifetime', events: 3 },
      ],
    });

    expect(withheld(type, at, ZONE, { ...none, counts: [0, 2] })).toBeNull();
    expect(withheld(type, at, ZONE, { ...none, counts: [0, 3] })).toEqual({
      rule: 'review',
      applied: false,
      reason: 'most',
      required: '3/lifetime',
      actual: '3',
    });
  });

  test('so that in whatever order events come, those that gave are never nearer than the cooldown, nor more than may', () => {
    const type = typeOf({ cooldown: { hours: 5 }, most: [{ per: 'day', events: 2 }] });
    const hour = (n: number) => new Date(Date.UTC(2026, 2, 28, n)).toISOString().replace('000Z', '000000Z');

    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 80 }), { maxLength: 30 }), (hours) => {
        const gave: string[] = [];
        for (const now of hours.map(hour)) {
          const counts = spansOf(type, now, ZONE).map(
            ({ from, until }) => gave.filter((one) => one >= from! && one < until!).length,
          );
          const before =
            gave
              .filter((one) => one <= now)
              .toSorted()
              .at(-1) ?? null;
          const after = gave.filter((one) => one > now).toSorted()[0] ?? null;
          if (withheld(type, now, ZONE, { before, after, counts }) === null) gave.push(now);
        }
        const times = gave.map((one) => Date.parse(one)).toSorted((a, b) => a - b);
        const days = Map.groupBy(gave, (one) =>
          new Intl.DateTimeFormat('en', { timeZone: ZONE, dateStyle: 'short' }).format(Date.parse(one)),
        );

        expect(times.every((time, n) => n === 0 || time - times[n - 1]! >= 5 * 3_600_000)).toBe(true);
        expect([...days.values()].every((ones) => ones.length <= 2)).toBe(true);
        expect(hours.length > 0 && gave.length === 0).toBe(false);
      }),
    );
  });
});
