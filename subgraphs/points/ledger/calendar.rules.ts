// The calendar of the programme's time zone. Days are 'YYYY-MM-DD'; instants are 'YYYY-MM-DDTHH:MM:SS.ffffffZ', so
// both sort as texts. Spans are added to days, which no clock change can touch; only then the zone is asked.
import { LRUCache } from 'lru-cache';
import { DateTime } from 'luxon';

export interface Span {
  days?: number | undefined;
  months?: number | undefined;
}

/** Purchases ask about the same few days again and again; asking a zone takes some 20 µs. */
function remembered<A extends (string | number | undefined)[]>(ask: (...args: A) => string): (...args: A) => string {
  const answers = new LRUCache<string, string>({ max: 5_000 });
  return (...args) => {
    const key = args.join(' ');
    const answer = answers.get(key) ?? ask(...args);
    answers.set(key, answer);
    return answer;
  };
}

const date = (day: string): DateTime => DateTime.fromISO(day, { zone: 'utc' });
const toSeconds = (at: DateTime): string => at.toUTC().toFormat("yyyy-MM-dd'T'HH:mm:ss");

const dayOfMinute = remembered((minute: string, timeZone: string) =>
  DateTime.fromISO(`${minute}Z`, { zone: timeZone }).toISODate()!,
);

/** The day of an instant. All of a minute is on one day: since 1972 no zone is off by seconds. */
export const dayOf = (at: string, timeZone: string): string => dayOfMinute(at.slice(0, 16), timeZone);

const localOfMinute = remembered((minute: string, timeZone: string) => {
  const { hour, minute: minutes, weekday } = DateTime.fromISO(`${minute}Z`, { zone: timeZone });
  return `${hour * 60 + minutes} ${weekday}`;
});

/** What clock and calendar on the wall say at an instant: minutes since midnight, and 1 (Monday) to 7. */
export function wallOf(at: string, timeZone: string): { minute: number; weekday: number } {
  const [minute, weekday] = localOfMinute(at.slice(0, 16), timeZone).split(' ').map(Number);
  return { minute: minute!, weekday: weekday! };
}

export type Period = 'day' | 'week' | 'month' | 'quarter' | 'year';

/** The first day of a day's period; weeks begin on Monday (ISO 8601). */
export const firstDay = remembered((day: string, period: Period) => date(day).startOf(period).toISODate()!);

const lastDay = remembered((day: string, days: number | undefined, months: number | undefined, period: Period) =>
  date(day).plus({ days, months }).endOf(period).toISODate()!,
);

/** The last day of the period that lies a span ahead; 31 January + 1 month is the last day of February. */
export const dayAhead = (day: string, { days, months }: Span, period: Period = 'day'): string =>
  lastDay(day, days, months, period);

/** The first of some days of the year, 'MM-DD', on or after a day; 29 February is the last day of February. */
export function nextYearly(yearly: string[], day: string): string {
  const { year } = date(day);
  return yearly
    .flatMap((text) => [year, year + 1].map((one) => date(`2000-${text}`).set({ year: one }).toISODate()!))
    .filter((one) => one >= day)
    .toSorted()[0]!;
}

/** When a day begins: after the gap where clocks skip midnight, the first time where they repeat it. */
export const dayStart = remembered((day: string, timeZone: string) => {
  // Reading the day in its zone would guess the offset from today's.
  const [midnight] = date(day).setZone(timeZone, { keepLocalTime: true }).getPossibleOffsets();
  return `${toSeconds(midnight!)}.000000Z`;
});

/** The midnight after a day. */
export const dayEnd = (day: string, timeZone: string): string => dayStart(dayAhead(day, { days: 1 }), timeZone);

/** So many days later, at the same time of the zone's day. */
export const daysLater = (at: string, days: number, timeZone: string): string =>
  toSeconds(DateTime.fromISO(`${at.slice(0, 19)}Z`, { zone: timeZone }).plus({ days })) + at.slice(19);
