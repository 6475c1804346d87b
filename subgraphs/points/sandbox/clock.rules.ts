// How far a sandbox's clock is to move. Instants are 'YYYY-MM-DDTHH:MM:SS.ffffffZ'.
import { DateTime, Duration } from 'luxon';
import { Refused } from '../../shared/refusal.ts';

/** Expiries and tiers still count from there within the years that texts can sort. */
const YEAR_MAX = 2999;

export interface Move {
  /** ISO 8601 span, counted in UTC. */
  by?: string | null;
  to?: string | null;
}

const refuse = (message: string, ...field: string[]) => new Refused('CLOCK_INVALID', message, { field });

function later(now: string, by: string): string {
  const span = Duration.fromISO(by);
  if (!span.isValid) throw refuse('`by` is an ISO 8601 span, such as P30D or PT12H.', 'by');
  const at = DateTime.fromISO(now, { zone: 'utc' }).plus(span);
  // Luxon counts in milliseconds: what is finer stays as it was.
  return `${at.toFormat("yyyy-MM-dd'T'HH:mm:ss.SSS")}${now.slice(23)}`;
}

/** When it shall be; refuses what is not exactly one of the two, not forward, or too far. */
export function targetOf(now: string, { by = null, to = null }: Move): string {
  if ((by === null) === (to === null)) throw refuse('Send exactly one of `by` and `to`.');
  const target = to ?? later(now, by!);
  const field = to === null ? 'by' : 'to';
  if (target <= now) throw refuse(`It is ${now}: a clock only moves forward.`, field);
  if (target.length > now.length || Number(target.slice(0, 4)) > YEAR_MAX) {
    throw refuse(`The clock goes until the year ${YEAR_MAX}.`, field);
  }
  return target;
}
