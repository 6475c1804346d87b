// When a lot expires. Days, months and midnights are the programme's; 31 January + 1 month is the last day of February.
import { DateTime } from 'luxon';

interface Rolling {
  days?: number | undefined;
  months?: number | undefined;
  roundTo: 'day' | 'month' | 'quarter' | 'year';
}

/** The midnight at which points earned at an instant expire: they last through the day before. Null: never. */
export function expiresAt(earnedAt: string, policy: { rolling: Rolling } | undefined, timeZone: string): string | null {
  if (policy === undefined) return null;
  const { days = 0, months = 0, roundTo } = policy.rolling;
  const lastDay = DateTime.fromISO(earnedAt, { zone: timeZone }).plus({ days, months });
  const midnight = lastDay.endOf(roundTo).plus({ milliseconds: 1 });
  return `${midnight.toUTC().toFormat("yyyy-MM-dd'T'HH:mm:ss")}.000000Z`;
}

export interface DayExpiry {
  /** The last day of use, in the programme's time zone. */
  expiresOn: string;
  amount: number;
}

/** What expires on each day, earliest first: lots of one day together. */
export function expiriesByDay(
  lots: { pending: number; remaining: number; expiresAt: string | null }[],
  timeZone: string,
): DayExpiry[] {
  const days = new Map<string, number>();
  for (const { pending, remaining, expiresAt: at } of lots) {
    if (at === null) continue;
    const day = DateTime.fromISO(at, { zone: timeZone }).minus({ milliseconds: 1 }).toISODate()!;
    days.set(day, (days.get(day) ?? 0) + pending + remaining);
  }
  return [...days]
    .map(([expiresOn, amount]) => ({ expiresOn, amount }))
    .toSorted((a, b) => (a.expiresOn < b.expiresOn ? -1 : 1));
}
