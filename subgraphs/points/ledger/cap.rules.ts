// The calendar of caps (L15).
import type { Cap } from '../programme/currency.rules.ts';
import { dayOf, firstDay } from './calendar.rules.ts';

/** The day on which a period of the programme's calendar began, 'YYYY-MM-DD'; weeks begin on Monday (ISO 8601). */
export const capPeriod = (per: Exclude<Cap['per'], 'purchase'>, at: string, timeZone: string): string =>
  firstDay(dayOf(at, timeZone), per);
