// In which parts of the calendar a member's birthday and anniversary fall: facts of a purchase, in place of the dates. They
// are kept beside its day, so that only parts are told that some rule asks for: all of them would tell the date.
import { firstDay } from '../ledger/calendar.rules.ts';
import type { CalendarPart } from '../programme/earning.rules.ts';
import type { Needs } from './book.rules.ts';
import type { MemberFacts } from './facts.rules.ts';
import { yearlyIn } from './season.rules.ts';

/** Those of `asked` that hold. `yearly` is 'MM-DD'; the first year is the first in which it counts. */
function partsOf(day: string, yearly: string, firstYear: number, asked: CalendarPart[]): CalendarPart[] {
  const year = Number(day.slice(0, 4));
  const days = [year - 1, year, year + 1]
    .filter((one) => one >= firstYear)
    .map((one) => `${String(one).padStart(4, '0')}-${yearlyIn(yearly, one)}`);
  return asked.filter((part) => days.some((one) => firstDay(one, part) === firstDay(day, part)));
}

/** Dates are of the programme's time zone; null: not known. The year of a birth does not matter. */
export function calendarFacts(
  day: string,
  born: string | null,
  enrolledOn: string | null,
  { birthday, anniversary }: Pick<Needs, 'birthday' | 'anniversary'>,
): Pick<MemberFacts, 'birthday' | 'anniversary'> {
  const firstYear = Number(enrolledOn?.slice(0, 4)) + 1;
  return {
    birthday: born === null ? [] : partsOf(day, born.slice(-5), 0, birthday),
    anniversary: enrolledOn === null ? [] : partsOf(day, enrolledOn.slice(-5), firstYear, anniversary),
  };
}
