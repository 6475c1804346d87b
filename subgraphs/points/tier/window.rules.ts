// What a ladder counts, day by day: the sums of the scheme's window as they were at the end of each day on which they could
// change. Days are the programme's; what is counted belongs to its own day, however late it was recorded.
import { Big } from 'big.js';
import { dayAhead, type Span } from '../ledger/calendar.rules.ts';
import type { TierScheme } from '../programme/tier.rules.ts';

/** What counts of one day, returns as the scheme has them. */
export interface Counted {
  day: string;
  spend: Big;
  purchases: number;
  /** Points of the scheme's currency that became usable. */
  points: number;
}

/** A balance of the scheme's currency from a day on, below 0 when it is owed. */
export interface Balance {
  day: string;
  balance: number;
}

export interface Metrics extends Omit<Counted, 'day'> {
  status: number;
}

/** The sums at the end of a day; `earned`: something was counted, or the balance changed. */
export interface Moment extends Metrics {
  day: string;
  earned: boolean;
}

export interface Activity {
  counted: Counted[];
  balances: Balance[];
  /** Null: not known, then years of membership are years of the calendar. */
  enrolledOn: string | null;
}

/** The first of all days. */
export const BEGINNING = '0001-01-01';

export const isPeriodic = ({ window }: TierScheme): boolean => window === 'calendar-year' || window === 'anniversary';

export const rollingSpan = ({ window }: TierScheme): Span | null =>
  typeof window === 'object' ? window.rolling : null;

const yearOf = (day: string): number => Number(day.slice(0, 4));
const newYear = (year: number): string => `${String(year).padStart(4, '0')}-01-01`;

/** The first day of the period that follows the one of a day: years of the calendar, or of the membership. */
export function nextPeriod({ window }: TierScheme, enrolledOn: string | null, day: string): string {
  if (window !== 'anniversary' || enrolledOn === null) return newYear(yearOf(day) + 1);
  const years = yearOf(day) - yearOf(enrolledOn);
  const birthday = dayAhead(enrolledOn, { months: 12 * years });
  return birthday > day ? birthday : dayAhead(enrolledOn, { months: 12 * (years + 1) });
}

/** Days on which the sums may change. */
function momentsOf(scheme: TierScheme, { counted, balances, enrolledOn }: Activity): string[] {
  const rolling = rollingSpan(scheme);
  const days = new Set<string>([BEGINNING]);
  for (const { day } of balances) days.add(day);
  for (const { day } of counted) {
    days.add(day);
    if (rolling !== null) days.add(dayAhead(day, rolling));
    if (isPeriodic(scheme)) days.add(nextPeriod(scheme, enrolledOn, day));
  }
  return [...days].toSorted();
}

const add = (sums: Omit<Counted, 'day'>, { spend, purchases, points }: Counted, sign: 1 | -1): void => {
  sums.spend = sums.spend.plus(spend.times(sign));
  sums.purchases += sign * purchases;
  sums.points += sign * points;
};

const isSomething = ({ spend, purchases, points }: Counted): boolean => !spend.eq(0) || purchases !== 0 || points !== 0;

/** Both lists sorted by day, each day at most once in each. */
export function moments(scheme: TierScheme, activity: Activity): Moment[] {
  const { counted, balances, enrolledOn } = activity;
  const rolling = rollingSpan(scheme);
  const sums = { spend: Big(0), purchases: 0, points: 0 };
  let [next, dropped, nextBalance, status, ends] = [0, 0, 0, 0, BEGINNING];
  return momentsOf(scheme, activity).map((day) => {
    if (isPeriodic(scheme) && day >= ends) {
      Object.assign(sums, { spend: Big(0), purchases: 0, points: 0 });
      ends = nextPeriod(scheme, enrolledOn, day);
    }
    let earned = false;
    for (; next < counted.length && counted[next]!.day <= day; next += 1) {
      add(sums, counted[next]!, 1);
      earned = isSomething(counted[next]!);
    }
    for (; rolling !== null && dropped < next && dayAhead(counted[dropped]!.day, rolling) <= day; dropped += 1) {
      add(sums, counted[dropped]!, -1);
    }
    for (; nextBalance < balances.length && balances[nextBalance]!.day <= day; nextBalance += 1) {
      earned ||= balances[nextBalance]!.balance !== status;
      status = balances[nextBalance]!.balance;
    }
    return { day, ...sums, status, earned };
  });
}

/** The sums at the end of a day. */
export const metricsOn = (all: Moment[], day: string): Moment => all.findLast((moment) => moment.day <= day) ?? all[0]!;

/** Keeps the days in order, one row each. */
export function addDay(counted: Counted[], change: Counted): void {
  if (!isSomething(change)) return;
  const before = counted.findLastIndex(({ day }) => day <= change.day);
  const last = counted[before];
  if (last?.day === change.day) add(last, change, 1);
  else counted.splice(before + 1, 0, { ...change });
}
