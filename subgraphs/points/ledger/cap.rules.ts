// What caps leave of what the rules give (L15). They reduce and never refuse. Amounts are in the currency's smallest unit.
import type { Cap } from '../programme.rules.ts';
import { dayOf, firstDay } from './calendar.rules.ts';
import type { ExplanationStepRow } from './entry.entity.ts';

export interface Capped {
  given: number;
  /** The most that could have been given, whatever was wanted. Null: there are no caps. */
  allowance: number | null;
  /** One for each cap that took something. */
  steps: ExplanationStepRow[];
}

/** The day on which a period of the programme's calendar began, 'YYYY-MM-DD'; weeks begin on Monday (ISO 8601). */
export const capPeriod = (per: Exclude<Cap['per'], 'purchase'>, at: string, timeZone: string): string =>
  firstDay(dayOf(at, timeZone), per);

/** `used`: what each cap, by its code, has let through in its period before. Caps take in the programme's order. */
export function capped(wanted: number, caps: Cap[] | undefined, used: ReadonlyMap<string, number>): Capped {
  const result: Capped = { given: wanted, allowance: null, steps: [] };
  for (const { code, max } of caps ?? []) {
    const before = used.get(code) ?? 0;
    const room = Math.max(0, max - before);
    const taken = result.given - Math.min(result.given, room);
    if (taken > 0) {
      result.steps.push({ rule: code, applied: true, required: String(max), actual: String(before), amount: -taken });
    }
    result.given -= taken;
    result.allowance = Math.min(result.allowance ?? room, room);
  }
  return result;
}
