// When a campaign runs. A yearly one has seasons, named by the year in which they began.
import type { Campaign } from '../programme/earning.rules.ts';

const isLeap = (year: number): boolean => year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);

/** A day of the year in some year, 'MM-DD': 29 February is the last day of February. */
export const yearlyIn = (day: string, year: number): string => (day === '02-29' && !isLeap(year) ? '02-28' : day);

type Window = Pick<Campaign, 'from' | 'until' | 'yearly'>;

/** The year in which the season of a day began; null: there is none on that day. */
export function seasonOf({ from, until }: NonNullable<Campaign['yearly']>, day: string): number | null {
  const year = Number(day.slice(0, 4));
  const begun = day.slice(5) >= yearlyIn(from, year);
  const over = day.slice(5) > yearlyIn(until, year);
  if (until >= from) return begun && !over ? year : null;
  if (begun) return year;
  return over ? null : year - 1;
}

/** Whether a day is in a window, its first and its last day included. */
export function runsOn({ from, until, yearly }: Window, day: string): boolean {
  if (yearly !== undefined) return seasonOf(yearly, day) !== null;
  return (from === undefined || day >= from) && (until === undefined || day <= until);
}

/** An ISO 8601 interval, open ends as `..`; of a yearly one without years. */
export function windowText({ from, until, yearly }: Window): string {
  return `${yearly?.from ?? from ?? '..'}/${yearly?.until ?? until ?? '..'}`;
}
