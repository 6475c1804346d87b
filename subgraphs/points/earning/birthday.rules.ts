// In which parts of the calendar a member's birthday and anniversary fall: facts of a purchase, in place of the dates.
import { firstDay } from '../ledger/calendar.rules.ts';
import type { CalendarPart } from '../programme/earning.rules.ts';
import type { MemberFacts } from './facts.rules.ts';
import { yearlyIn } from './season.rules.ts';

/** `yearly` is 'MM-DD'; the first year is the first in which it counts. */
function partsOf(day: string, yearly: string, firstYear: number): CalendarPart[] {
  const year = Number(day.slice(0, 4));
  const days = [year - 1, year, year + 1]
    .filter((one) => one >= firstYear)
    .map((one) => `${String(one).padStart(4, '0')}-${yearlyIn(yearly, one)}`);
  const among = (part: CalendarPart) => days.some((one) => firstDay(one, part) === firstDay(day, part));
  return (['day', 'week', 'month'] as const).filter(among);
}

/** Dates are of the programme's time zone; null: not known. The year of a birth does not matter. */
export function calendarFacts(
  day: string,
  born: string | null,
  enrolledOn: string | null,
): Pick<MemberFacts, 'birthday' | 'anniversary'> {
  return {
    birthday: born === null ? [] : partsOf(day, born.slice(-5), 0),
    anniversary: enrolledOn === null ? [] : partsOf(day, enrolledOn.slice(-5), Number(enrolledOn.slice(0, 4)) + 1),
  };
}
