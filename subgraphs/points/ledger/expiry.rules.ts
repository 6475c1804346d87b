// When points expire (L4, L6). They last through their last day in the programme's time zone: they expire at the
// midnight after. Instants are 'YYYY-MM-DDTHH:MM:SS.ffffffZ'.
import { DateTime } from 'luxon';
import type { Activity, Expiry, Grace } from '../programme/currency.rules.ts';
import { dayAhead, dayEnd, dayOf, nextYearly } from './calendar.rules.ts';

/** When a lot expires that is available from `startsAt` on. Null: never, or only with the wallet's inactivity. */
export function expiresAt(startsAt: string, expiry: Expiry | null | undefined, timeZone: string): string | null {
  const { rolling, fixed } = expiry ?? {};
  const day = dayOf(startsAt, timeZone);
  if (rolling !== undefined) return dayEnd(dayAhead(day, rolling, rolling.roundTo), timeZone);
  if (fixed !== undefined) return dayEnd(nextYearly(fixed.on, dayAhead(day, fixed.minimum ?? {})), timeZone);
  return null;
}

/**
 * When all that is available expires, unless an activity later than this one comes first; a capture is a 'SPEND'. Null: no
 * such policy, or this is no activity that counts.
 */
export function idleUntil(
  activity: Activity,
  at: string,
  expiry: Expiry | null | undefined,
  timeZone: string,
): string | null {
  const policy = expiry?.inactivity;
  if (policy === undefined || !policy.activities.includes(activity)) return null;
  return dayEnd(dayAhead(dayOf(at, timeZone), policy, policy.roundTo), timeZone);
}

/** Until when points last that come back now and are past their expiry. Null: they expire at once. */
export const graceUntil = (now: string, grace: Grace | undefined, timeZone: string): string | null =>
  grace === undefined ? null : dayEnd(dayAhead(dayOf(now, timeZone), grace), timeZone);

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
  return [...days.keys()].toSorted().map((expiresOn) => ({ expiresOn, amount: days.get(expiresOn)! }));
}
