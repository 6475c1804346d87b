// Birthdays and anniversaries in the calendar. 2 September 2026 is a Wednesday.
import { expect, test } from '@jest/globals';
import { calendarFacts } from '../../../subgraphs/points/earning/birthday.rules.ts';
import type { CalendarPart } from '../../../subgraphs/points/programme/earning.rules.ts';

const all: CalendarPart[] = ['day', 'week', 'month'];
const ASKED = { birthday: all, anniversary: all };

test.each([
  ['2026-09-02', '1990-09-02', all],
  ['2026-09-02', '09-02', all],
  ['2026-09-02', '1990-09-06', ['week', 'month']],
  ['2026-09-02', '1990-09-07', ['month']],
  ['2026-09-02', '1990-08-31', ['week']],
  ['2026-09-02', '1990-08-30', []],
  ['2026-09-02', null, []],
  ['2026-12-31', '1990-01-03', ['week']],
  ['2026-12-31', '1990-01-04', []],
  ['2027-01-01', '1990-12-28', ['week']],
  ['2027-01-01', '1990-12-27', []],
  ['2028-02-29', '2000-02-29', all],
  ['2027-02-28', '2000-02-29', all],
  ['2028-02-28', '2000-02-29', ['week', 'month']],
  ['2027-03-01', '2000-02-29', []],
  ['2100-02-28', '2000-02-29', all],
])('on %s the birthday of who was born on %s is in this %j', (day, born, parts) => {
  expect(calendarFacts(day, born, null, ASKED)).toEqual({ birthday: parts, anniversary: [] });
});

test.each([
  ['2026-09-02', '2025-09-02', all],
  ['2026-09-02', '2026-09-02', []],
  ['2026-09-30', '2026-09-02', []],
  ['2026-09-01', '2025-09-02', ['week', 'month']],
  ['2026-12-31', '2026-01-01', ['week']],
  ['2026-12-31', '2027-01-01', []],
  ['2025-02-28', '2024-02-29', all],
  ['2026-09-02', null, []],
])('on %s the anniversary of who enrolled on %s is in this %j', (day, enrolledOn, parts) => {
  expect(calendarFacts(day, null, enrolledOn, ASKED)).toEqual({ birthday: [], anniversary: parts });
});

test('what no rule asks for is not told: with the day of a purchase it would tell the date', () => {
  const asked = { birthday: ['month' as const], anniversary: [] };

  const told = calendarFacts('2026-09-02', '1990-09-02', '2020-09-02', asked);

  expect(told).toEqual({ birthday: ['month'], anniversary: [] });
});
