// The tier of a member, day by day, as a function of what is stored: levels that the window's sums gave are claims, each
// valid from the day on which it was reached until the scheme says; manual grants are valid beside them.
// It does not matter when, how often or whether anybody looked.
import { dayAhead } from '../ledger/calendar.rules.ts';
import type { Thresholds, TierScheme } from '../programme/tier.rules.ts';
import { BEGINNING, isPeriodic, moments, nextPeriod, rollingSpan } from './window.rules.ts';
import type { Activity, Metrics, Moment } from './window.rules.ts';

/** A tier that a person gave, from its first day on until its last. */
export interface Granted {
  id: string;
  rank: number;
  from: string;
  /** The day after the last. */
  until: string;
}

export interface TierFacts extends Activity {
  grants: Granted[];
}

/** From that day on; rank 0 is everyone's level. */
export interface Held {
  from: string;
  rank: number;
}

interface Claim {
  from: string;
  /** The first day on which it is not valid any more; null: never. */
  until: string | null;
}

/** Whether sums are what a level asks for. */
export function reaches({ match, levels }: TierScheme, rank: number, metrics: Metrics): boolean {
  const asks: Thresholds = levels[rank]!.from ?? {};
  const { spend, points, purchases, status } = asks;
  const asked = [
    ...(spend === undefined ? [] : [metrics.spend.gte(spend)]),
    ...(points === undefined ? [] : [metrics.points >= points]),
    ...(purchases === undefined ? [] : [metrics.purchases >= purchases]),
    ...(status === undefined ? [] : [metrics.status >= status]),
  ];
  return match === 'all' ? asked.every(Boolean) : asked.some(Boolean);
}

/** As long as the window gives it, for each time that it begins to. */
function given(scheme: TierScheme, rank: number, all: Moment[]): Claim[] {
  const claims: Claim[] = [];
  let open = false;
  for (const moment of all) {
    const holds = reaches(scheme, rank, moment);
    if (holds && !open) claims.push({ from: moment.day, until: null });
    if (!holds && open) claims.at(-1)!.until = moment.day;
    open = holds;
  }
  return claims;
}

/** As the scheme keeps them, without grace. */
function kept(scheme: TierScheme, rank: number, all: Moment[], enrolledOn: string | null): Claim[] {
  const { keep } = scheme;
  if (typeof keep === 'object') {
    return all
      .filter((moment) => moment.earned && reaches(scheme, rank, moment))
      .map(({ day }) => ({ from: day, until: dayAhead(day, keep) }));
  }
  const claims = given(scheme, rank, all);
  if (keep === 'window') return claims;
  const next = (day: string) => nextPeriod(scheme, enrolledOn, day);
  return claims.map(({ from, until }) => ({ from, until: until && next(next(dayAhead(until, { days: -1 }))) }));
}

/** Claims that touch are one; of the result each begins after the one before has ended. */
function united(claims: Claim[]): Claim[] {
  const result: Claim[] = [];
  for (const claim of claims.toSorted((a, b) => (a.from < b.from ? -1 : 1))) {
    const last = result.at(-1);
    if (last === undefined || (last.until !== null && last.until < claim.from)) result.push({ ...claim });
    else if (last.until !== null && (claim.until === null || claim.until > last.until)) last.until = claim.until;
  }
  return result;
}

const isValid = ({ from, until }: Claim, day: string): boolean => from <= day && (until === null || day < until);

/** The highest rank that has a valid claim, from each day on which that may change. */
function earned(scheme: TierScheme, facts: TierFacts): Held[] {
  const all = moments(scheme, facts);
  const { graceDays: days = 0 } = scheme;
  const claims = scheme.levels.map((_, rank) =>
    rank === 0
      ? []
      : united(
          kept(scheme, rank, all, facts.enrolledOn).map(({ from, until }) => ({
            from,
            until: until && dayAhead(until, { days }),
          })),
        ),
  );
  const ends = claims.flat().flatMap(({ from, until }) => (until === null ? [from] : [from, until]));
  return [...new Set([BEGINNING, ...ends])].toSorted().map((from) => {
    const rank = claims.findLastIndex((own) => own.some((claim) => isValid(claim, from)));
    return { from, rank: Math.max(0, rank) };
  });
}

/** Until when a member that has just come down one level comes down no further. */
function fallEnds(scheme: TierScheme, enrolledOn: string | null, day: string): string {
  const { keep, graceDays: days = 0 } = scheme;
  const span = typeof keep === 'object' ? keep : (rollingSpan(scheme) ?? { days: 1 });
  const end = isPeriodic(scheme) ? nextPeriod(scheme, enrolledOn, day) : dayAhead(day, span);
  return dayAhead(end, { days });
}

/** Down by one level at most, then not again before that period is over. */
function stepwise(scheme: TierScheme, enrolledOn: string | null, levels: Held[]): Held[] {
  const days = levels.map(({ from }) => from);
  const result: Held[] = [];
  let [rank, ends] = [0, BEGINNING];
  for (let day = days.shift(); day !== undefined; day = days.shift()) {
    const target = rankOn(levels, day);
    if (target > rank) [rank, ends] = [target, BEGINNING];
    else if (target < rank && day >= ends) {
      [rank, ends] = [rank - 1, fallEnds(scheme, enrolledOn, day)];
      days.push(ends);
      days.sort();
    }
    result.push({ from: day, rank });
  }
  return result;
}

function neverDown(levels: Held[]): Held[] {
  let highest = 0;
  return levels.map(({ from, rank }) => ({ from, rank: (highest = Math.max(highest, rank)) }));
}

export const rankOn = (levels: Held[], day: string): number => levels.findLast(({ from }) => from <= day)?.rank ?? 0;

/** The rank of a member from its first day to what is known of the days to come, one row for each change. */
export function heldRanks(scheme: TierScheme, facts: TierFacts): Held[] {
  const { downgrade } = scheme;
  const claims = earned(scheme, facts);
  const own =
    downgrade === 'earned'
      ? claims
      : downgrade === 'none'
        ? neverDown(claims)
        : stepwise(scheme, facts.enrolledOn, claims);
  const { grants } = facts;
  const days = [...own.map(({ from }) => from), ...grants.flatMap(({ from, until }) => [from, until])];
  const all = [...new Set(days)].toSorted().map((from) => {
    const granted = grants.filter((grant) => isValid(grant, from)).map(({ rank }) => rank);
    return { from, rank: Math.max(rankOn(own, from), ...granted) };
  });
  return all.filter(({ rank }, index) => index === 0 || all[index - 1]!.rank !== rank);
}
