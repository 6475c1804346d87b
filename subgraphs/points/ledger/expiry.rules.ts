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
