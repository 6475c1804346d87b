// When levels are reached, kept and lost, one table for each thing that a scheme can say.
import { describe, expect, test } from '@jest/globals';
import { tierScheme } from '../../../subgraphs/points/programme/tier.rules.ts';
import { changes, factsOf, schemeOf } from './fixture.ts';

describe('a window', () => {
  const spent = { '2026-03-01': 60, '2026-09-15': 50, '2027-02-01': 450 };

  test.each([
    ['lifetime', null, ['2026-09-15 silver', '2027-02-01 gold']],
    ['calendar-year', null, ['2026-09-15 silver', '2027-01-01 member', '2027-02-01 silver', '2028-01-01 member']],
    [
      { rolling: { months: 12 } },
      null,
      ['2026-09-15 silver', '2027-02-01 gold', '2027-09-15 silver', '2028-02-01 member'],
    ],
    [{ rolling: { days: 170 } }, null, ['2027-02-01 gold', '2027-03-04 silver', '2027-07-21 member']],
    ['anniversary', '2024-09-10', ['2027-02-01 gold', '2027-09-10 member']],
    ['anniversary', '2024-02-29', ['2026-09-15 silver', '2027-02-01 gold', '2027-02-28 member']],
    ['anniversary', null, ['2026-09-15 silver', '2027-01-01 member', '2027-02-01 silver', '2028-01-01 member']],
  ])('%j, enrolled on %s', (window, enrolledOn, expected) => {
    expect(changes(schemeOf({ window }), factsOf(spent, { enrolledOn }))).toEqual(expected);
  });

  test('of months ends on the last of a short month', () => {
    const scheme = schemeOf({ window: { rolling: { months: 1 } } });

    expect(changes(scheme, factsOf({ '2028-01-31': 100 }))).toEqual(['2028-01-31 silver', '2028-02-29 member']);
  });

  test('of a year of membership that began on a leap day ends on it in leap years', () => {
    const scheme = schemeOf({ window: 'anniversary' });

    expect(changes(scheme, factsOf({ '2028-02-28': 100 }, { enrolledOn: '2024-02-29' }))).toEqual([
      '2028-02-28 silver',
      '2028-02-29 member',
    ]);
  });
});

describe('a level is kept', () => {
  const spent = { '2026-03-01': 600, '2027-06-01': 150 };

  test.each([
    ['window', undefined, ['2026-03-01 gold', '2027-01-01 member', '2027-06-01 silver', '2028-01-01 member']],
    ['next-period', undefined, ['2026-03-01 gold', '2028-01-01 silver', '2029-01-01 member']],
    [{ months: 6 }, undefined, ['2026-03-01 gold', '2026-09-01 member', '2027-06-01 silver', '2027-12-01 member']],
    [{ days: 10 }, undefined, ['2026-03-01 gold', '2026-03-11 member', '2027-06-01 silver', '2027-06-11 member']],
    ['window', 31, ['2026-03-01 gold', '2027-02-01 member', '2027-06-01 silver', '2028-02-01 member']],
    ['next-period', 31, ['2026-03-01 gold', '2028-02-01 silver', '2029-02-01 member']],
    [{ days: 10 }, 5, ['2026-03-01 gold', '2026-03-16 member', '2027-06-01 silver', '2027-06-16 member']],
  ])('for %j and %s days of grace', (keep, graceDays, expected) => {
    expect(changes(schemeOf({ keep, graceDays }), factsOf(spent))).toEqual(expected);
  });

  test('so long after the last day that earned it again', () => {
    const scheme = schemeOf({ window: 'lifetime', keep: { months: 12 } });

    expect(changes(scheme, factsOf({ '2026-03-01': 600, '2026-12-01': 1, '2028-01-01': 1 }))).toEqual([
      '2026-03-01 gold',
      '2027-12-01 member',
      '2028-01-01 gold',
      '2029-01-01 member',
    ]);
  });
});

describe('down', () => {
  const spent = { '2026-03-01': 600 };

  test.each([
    ['earned', 'window', ['2026-03-01 gold', '2027-01-01 member']],
    ['one', 'window', ['2026-03-01 gold', '2027-01-01 silver', '2028-01-01 member']],
    ['one', 'next-period', ['2026-03-01 gold', '2028-01-01 silver', '2029-01-01 member']],
    ['one', { months: 3 }, ['2026-03-01 gold', '2026-06-01 silver', '2027-01-01 member']],
    ['none', 'window', ['2026-03-01 gold']],
  ])('%s, kept for %j', (downgrade, keep, expected) => {
    expect(changes(schemeOf({ downgrade, keep }), factsOf(spent))).toEqual(expected);
  });

  test('by one level stops where something is earned, and does not come twice in a period for it', () => {
    const scheme = schemeOf({ window: { rolling: { days: 100 } }, downgrade: 'one' });

    expect(changes(scheme, factsOf({ '2026-01-01': 600, '2026-02-01': 120 }))).toEqual([
      '2026-01-01 gold',
      '2026-04-11 silver',
      '2026-07-20 member',
    ]);
  });

  test('by one level with grace comes a year apart, each beyond its end', () => {
    const scheme = schemeOf({ downgrade: 'one', graceDays: 31 });

    expect(changes(scheme, factsOf(spent))).toEqual(['2026-03-01 gold', '2027-02-01 silver', '2028-02-01 member']);
  });

  test('by one level needs periods', () => {
    const { success } = tierScheme.safeParse({ ...schemeOf({}), window: 'lifetime', downgrade: 'one' });

    expect(success).toBe(false);
    expect(schemeOf({ window: 'lifetime', downgrade: 'one', keep: { months: 12 } }).downgrade).toBe('one');
  });
});

describe('what is asked', () => {
  const two = { purchases: 2, points: 30 };
  const levels = [
    { code: 'member', name: 'Member' },
    { code: 'silver', name: 'Silver', from: two },
  ];
  const done = { '2026-01-01': { purchases: 2 }, '2026-02-01': { points: 30 } };

  test.each([
    ['all', ['2026-02-01 silver', '2027-01-01 member']],
    ['any', ['2026-01-01 silver', '2027-01-01 member']],
  ])('of several things: %s', (match, expected) => {
    expect(changes(schemeOf({ match, levels, currency: 'points' }), factsOf(done))).toEqual(expected);
  });

  test('of a balance is given from the day that has it to the day that has it no more, owed points below nothing', () => {
    const scheme = schemeOf({ currency: 'points', levels: [levels[0], { ...levels[1], from: { status: 50 } }] });
    const balances = [
      { day: '2026-03-01', balance: 60 },
      { day: '2027-05-01', balance: -10 },
    ];

    expect(changes(scheme, factsOf({}, { balances }))).toEqual(['2026-03-01 silver', '2027-05-01 member']);
    expect(changes({ ...scheme, keep: 'next-period' }, factsOf({}, { balances }))).toEqual([
      '2026-03-01 silver',
      '2029-01-01 member',
    ]);
  });
});

test('a tier that was given holds from its first day to its last, beside what is earned', () => {
  const grants = [{ id: 'g', rank: 2, from: '2026-02-01', until: '2026-04-01' }];

  expect(changes(schemeOf({ downgrade: 'none' }), factsOf({ '2026-03-01': 100 }, { grants }))).toEqual([
    '2026-02-01 gold',
    '2026-04-01 silver',
  ]);
});
