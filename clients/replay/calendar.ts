// Dates of a sales file, and how they are moved: by whole days, so that each receipt keeps its hour of the day. Instants strictly increase,
// so that what a shop's clock shows twice in a minute, or in an hour that summer time skips or repeats, keeps its order.
import { DateTime, IANAZone } from 'luxon';

const DAY = 86_400_000;

const FORMATS = ['M/d/yyyy H:mm', 'M/d/yyyy H:mm:ss', 'M/d/yy H:mm', 'M/d/yyyy'];

/** A reader of the file's dates → what the shop's clock showed, as if it were UTC; null when it is no date. */
export function wallReader(zone: string, format: string | null): (text: string) => number | null {
  if (!IANAZone.isValidZone(zone)) throw new Error(`--zone: "${zone}" is no IANA time zone, such as Europe/London.`);
  const seen = new Map<string, number | null>();
  return (text) => {
    let wall = seen.get(text);
    if (wall === undefined) {
      wall = readWall(text, zone, format);
      seen.set(text, wall);
    }
    return wall;
  };
}

function readWall(text: string, zone: string, format: string | null): number | null {
  if (format !== null) return valid(DateTime.fromFormat(text, format, { zone: 'utc' }));
  const iso = text.replace(' ', 'T');
  if (/T.*(Z|[+-]\d\d:?\d\d)$/.test(iso)) {
    return valid(DateTime.fromISO(iso, { zone }).setZone('utc', { keepLocalTime: true }));
  }
  const formats = FORMATS.map((known) => () => valid(DateTime.fromFormat(text, known, { zone: 'utc' })));
  return [() => valid(DateTime.fromISO(iso, { zone: 'utc' })), ...formats].reduce<number | null>(
    (found, next) => found ?? next(),
    null,
  );
}

const valid = (at: DateTime): number | null => (at.isValid ? at.toMillis() : null);

/** The day of a wall clock's time, `2010-12-01`. */
export const dayOf = (wall: number): string => new Date(wall).toISOString().slice(0, 10);

/** The day in a zone at an instant. */
export const dayAt = (instant: string, zone: string): string => DateTime.fromISO(instant, { zone }).toISODate()!;

export interface Moment {
  /** `2026-11-21T08:26:00.000Z` */
  occurredAt: string;
  /** Day of the till. */
  businessDate: string;
}

export interface Shift {
  zone: string;
  /** The day on which the last receipt falls; null: dates stay as they are. */
  endDate: string | null;
  /** Receipts that would lie after this instant are moved before it, in their order; null: none is. */
  notAfter: string | null;
}

/** Walls in ascending order → their moments, strictly increasing. */
export function moments(walls: number[], shift: Shift): Moment[] {
  const last = walls.at(-1);
  if (last === undefined) return [];
  const days = shift.endDate === null ? 0 : (Date.parse(shift.endDate) - Date.parse(dayOf(last))) / DAY;
  const latest = shift.notAfter === null ? Infinity : Date.parse(shift.notAfter);
  let previous = -Infinity;
  return walls.map((wall, index) => {
    const moved = wall + days * DAY;
    const at = DateTime.fromMillis(moved, { zone: 'utc' }).setZone(shift.zone, { keepLocalTime: true }).toMillis();
    previous = Math.max(previous + 1, Math.min(at, latest - (walls.length - 1 - index)));
    return { occurredAt: new Date(previous).toISOString(), businessDate: dayOf(moved) };
  });
}
