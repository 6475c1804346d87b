// What the policies of a currency mean for one posting (L6, L7, L9).
import type { Activity, Currency, Deficit, LotExpiry, Pending } from '../programme/currency.rules.ts';
import { dayAhead, dayOf, dayStart, daysLater, nextYearly } from './calendar.rules.ts';
import { expiresAt, idleUntil } from './expiry.rules.ts';

/** What a rule, campaign or tier says instead of the currency's own policy: null is none, absent is the currency's. */
export interface Override {
  expiry?: LotExpiry | null | undefined;
  pending?: Pending | null | undefined;
}

/** As a posting's fields. Instants are 'YYYY-MM-DDTHH:MM:SS.ffffffZ'. */
export interface Terms {
  /** When it becomes available by itself. Null: at once, or when it is confirmed. */
  activatesAt: string | null;
  /** When it is cancelled unless it has been confirmed. Null: nobody needs to confirm it. */
  cancelsAt: string | null;
  /** Null: never, or not known before it is confirmed. */
  expiresAt: string | null;
  /** Null: what was done moves no inactivity on. */
  idleUntil: string | null;
}

/** When points earned at an instant become available by themselves. Null: at once, or when they are confirmed. */
export function activatesAt(occurredAt: string, pending: Pending | null | undefined, timeZone: string): string | null {
  const { days, until } = pending ?? {};
  if (days !== undefined) return daysLater(occurredAt, days, timeZone);
  if (until === undefined) return null;
  const tomorrow = dayAhead(dayOf(occurredAt, timeZone), { days: 1 });
  const day = until.length === 5 ? nextYearly([until], tomorrow) : until;
  return day < tomorrow ? null : dayStart(day, timeZone);
}

/** When points earned at an instant are cancelled unless they have been confirmed. Null: nobody needs to. */
export function cancelsAt(occurredAt: string, pending: Pending | null | undefined, timeZone: string): string | null {
  const within = pending?.confirmation;
  return within === undefined ? null : daysLater(occurredAt, within.days, timeZone);
}

/**
 * The terms of points earned or given at an instant. Clocks of expiry start when the points become available. For a
 * confirmation ask again, at its instant and with `pending: null`.
 */
export function termsOf(
  currency: Pick<Currency, 'expiry' | 'pending'>,
  activity: Activity,
  at: string,
  timeZone: string,
  override: Override = {},
): Terms {
  const pending = override.pending === undefined ? currency.pending : override.pending;
  const expiry = override.expiry === undefined ? currency.expiry : override.expiry;
  const activates = activatesAt(at, pending, timeZone);
  const cancels = cancelsAt(at, pending, timeZone);
  const starts = activates ?? at;
  return {
    activatesAt: activates,
    cancelsAt: cancels,
    expiresAt: cancels === null ? expiresAt(starts, expiry, timeZone) : null,
    idleUntil: idleUntil(activity, starts, currency.expiry, timeZone),
  };
}

/** How much a member may owe after a reversal (null: no limit), and whether what is beyond is lost or refused. */
export const deficitTerms = (deficit: Deficit | undefined): { deficitMax: number | null; clamp: boolean } => ({
  deficitMax: deficit?.limit ?? null,
  clamp: deficit?.beyond === 'clamp',
});
