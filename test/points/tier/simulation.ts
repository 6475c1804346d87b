// The ladder once more, slow and simple: one day after another, each day's sums counted anew over all that was counted.
// Days are numbers of days since 1970 and dates are plain UTC dates; amounts are whole numbers.
import type { TierScheme } from '../../../subgraphs/points/programme/tier.rules.ts';

export interface Life {
  counted: { day: string; spend: number; purchases: number; points: number }[];
  balances: { day: string; balance: number }[];
  enrolledOn: string | null;
  grants: { rank: number; from: string; until: string }[];
}

const DAY = 86_400_000;
const numberOf = (day: string): number => Date.parse(`${day}T00:00:00Z`) / DAY;
const textOf = (day: number): string => new Date(day * DAY).toISOString().slice(0, 10);

/** The same day so many months later, or the last of that month. */
function monthsLater(day: string, months: number): string {
  const [year, month, date] = day.split('-').map(Number) as [number, number, number];
  const last = new Date(Date.UTC(year, month - 1 + months + 1, 0)).getUTCDate();
  return new Date(Date.UTC(year, month - 1 + months, Math.min(date, last))).toISOString().slice(0, 10);
}

const later = (day: string, { days, months }: { days?: number | undefined; months?: number | undefined }): string =>
  months === undefined ? textOf(numberOf(day) + days!) : monthsLater(day, months);

/** Which period a day is in: years of the calendar, or of membership. */
function periodOf({ window }: TierScheme, enrolledOn: string | null, day: string): number {
  if (window !== 'anniversary' || enrolledOn === null) return Number(day.slice(0, 4));
  let years = -3;
  while (monthsLater(enrolledOn, 12 * (years + 1)) <= day) years += 1;
  return years;
}

/** Until when what was counted on a day is in the window, the day itself not included; null: for ever. */
function leavesOn(scheme: TierScheme, enrolledOn: string | null, day: string): string | null {
  if (scheme.window === 'lifetime') return null;
  if (typeof scheme.window === 'object') return later(day, scheme.window.rolling);
  return periodEnd(scheme, enrolledOn, day);
}

function sumsOver(scheme: TierScheme, life: Life, days: string[]) {
  const rows = life.counted.map((row) => ({ ...row, until: leavesOn(scheme, life.enrolledOn, row.day) }));
  return days.map((today) => {
    const own = rows.filter(({ day, until }) => day <= today && (until === null || today < until));
    const sum = (of: (row: Life['counted'][number]) => number) => own.reduce((total, row) => total + of(row), 0);
    return {
      spend: sum((row) => row.spend),
      purchases: sum((row) => row.purchases),
      points: sum((row) => row.points),
      status: life.balances.filter(({ day }) => day <= today).at(-1)?.balance ?? 0,
    };
  });
}

/** The member's rank on each day from one to another. */
export function simulate(scheme: TierScheme, life: Life, from: string, to: string): { day: string; rank: number }[] {
  const days = Array.from({ length: numberOf(to) - numberOf(from) + 1 }, (_, n) => textOf(numberOf(from) + n));
  const periods = days.map((day) => periodOf(scheme, life.enrolledOn, day));
  const sums = sumsOver(scheme, life, days);
  const active = days.map(
    (day, n) =>
      life.counted.some((row) => row.day === day && (row.spend !== 0 || row.purchases !== 0 || row.points !== 0)) ||
      (life.balances.some((row) => row.day === day) && sums[n]!.status !== (sums[n - 1]?.status ?? 0)),
  );
  const valid = scheme.levels.map((level) => {
    const reached = sums.map((sum) => {
      const asked = Object.entries(level.from ?? {}).map(([name, least]) => sum[name as 'spend'] >= Number(least));
      return scheme.match === 'all' ? asked.every(Boolean) : asked.some(Boolean);
    });
    let [lastPeriod, keptUntil] = [-Infinity, ''];
    const kept = days.map((day, n) => {
      if (scheme.keep === 'window') return reached[n]!;
      if (reached[n]!) lastPeriod = periods[n]!;
      if (scheme.keep === 'next-period') return periods[n]! - lastPeriod <= 1;
      if (reached[n]! && active[n]!) keptUntil = later(day, scheme.keep);
      return day < keptUntil;
    });
    return days.map((_, n) => kept.slice(Math.max(0, n - (scheme.graceDays ?? 0)), n + 1).some(Boolean));
  });
  let [rank, highest, blocked] = [0, 0, ''];
  return days.map((day, n) => {
    const earned = Math.max(
      0,
      valid.findLastIndex((own, r) => r > 0 && own[n]!),
    );
    highest = Math.max(highest, earned);
    if (scheme.downgrade === 'none') rank = highest;
    else if (scheme.downgrade === 'earned') rank = earned;
    else if (earned > rank) [rank, blocked] = [earned, ''];
    else if (earned < rank && day >= blocked) {
      rank -= 1;
      blocked = later(periodEnd(scheme, life.enrolledOn, day), { days: scheme.graceDays ?? 0 });
    }
    const given = life.grants.filter((grant) => grant.from <= day && day < grant.until).map((grant) => grant.rank);
    return { day, rank: Math.max(rank, ...given) };
  });
}

/** The first day that is not in the period of a day, or that lies as far ahead as the scheme looks. */
function periodEnd(scheme: TierScheme, enrolledOn: string | null, day: string): string {
  if (typeof scheme.window === 'string' && scheme.window !== 'lifetime') {
    let end = day;
    while (periodOf(scheme, enrolledOn, end) === periodOf(scheme, enrolledOn, day)) end = later(end, { days: 1 });
    return end;
  }
  if (typeof scheme.keep === 'object') return later(day, scheme.keep);
  return later(day, typeof scheme.window === 'object' ? scheme.window.rolling : { days: 1 });
}
