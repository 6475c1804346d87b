// A second calendar, slow and simple: it asks Intl what the clock shows and steps.
const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;

export const ZONES = [
  'UTC',
  'Europe/London',
  'Europe/Warsaw',
  'America/New_York',
  'America/Sao_Paulo',
  'America/Santiago',
  'America/Havana',
  'Atlantic/Azores',
  'Africa/Cairo',
  'Asia/Beirut',
  'Asia/Kolkata',
  'Asia/Tehran',
  'Australia/Lord_Howe',
  'Pacific/Apia',
  'Pacific/Auckland',
  'Pacific/Chatham',
];

const shown = new Map<string, Intl.DateTimeFormat>();

/** What calendar and clock show at an instant, in milliseconds: 'YYYY-MM-DD HH:MM:SS'. */
export function clockOf(at: number, timeZone: string): string {
  const format =
    shown.get(timeZone) ??
    new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short', timeStyle: 'medium', hourCycle: 'h23' });
  shown.set(timeZone, format);
  return format.format(at);
}

export const dayIn = (at: number, timeZone: string): string => clockOf(at, timeZone).slice(0, 10);

const midnightUtc = (day: string): number => Date.parse(`${day}T00:00:00Z`);
export const instantOf = (at: number): string => new Date(at).toISOString().replace(/Z$/, '000Z');

/** The first quarter of an hour at which the calendar shows the day, or a later one where it was left out. */
export function firstInstant(day: string, timeZone: string): number {
  let at = midnightUtc(day) - 15 * 60 * MINUTE;
  while (dayIn(at, timeZone) < day) at += 15 * MINUTE;
  return at;
}

export const stepDays = (day: string, days: number): string =>
  new Date(midnightUtc(day) + days * DAY).toISOString().slice(0, 10);

/** The day of the same number so many months later, or the last one before it that exists. */
export function stepMonths(day: string, months: number): string {
  const [year, month, number] = day.split('-').map(Number) as [number, number, number];
  for (let last = number; ; last -= 1) {
    const at = new Date(Date.UTC(year, month - 1 + months, last));
    if (at.getUTCDate() === last) return at.toISOString().slice(0, 10);
  }
}

/** What a period is called; days of one period share it. */
export function periodOf(day: string, period: 'day' | 'week' | 'month' | 'quarter' | 'year'): string {
  const [year, month] = day.split('-');
  switch (period) {
    case 'day':
      return day;
    case 'week':
      // 5 January 1970 was a Monday.
      return String(Math.floor((midnightUtc(day) / DAY - 4) / 7));
    case 'month':
      return `${year}-${month}`;
    case 'quarter':
      return `${year} Q${Math.ceil(Number(month) / 3)}`;
    case 'year':
      return year!;
  }
}

/** The last day, from one on, for which something still holds that ends some day. */
export function stepWhile(day: string, holds: (day: string) => boolean): string {
  let last = day;
  while (holds(stepDays(last, 1))) last = stepDays(last, 1);
  return last;
}

/** Whether a day is the one that is called 'MM-DD'; 29 February is the last day of February. */
export const isYearly = (day: string, name: string): boolean =>
  day.endsWith(name) || (name === '02-29' && day.endsWith('02-28') && stepDays(day, 1).endsWith('03-01'));
