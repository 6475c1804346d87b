// A member on the ladder: the steps that it has taken, and those that time and facts have brought since. A step leads one
// level up or down, so that what undoes one can name it; steps are in the order of time and never change.
import type { Big } from 'big.js';
import { newId } from '../../shared/id.ts';
import { dayOf, dayStart } from '../ledger/calendar.rules.ts';
import type { Programme } from '../programme/programme.rules.ts';
import type { Level } from '../programme/tier.rules.ts';
import { rankOn, type Held, type TierFacts } from './claim.rules.ts';

export interface Step {
  /** UUIDv7 of its row; the origin of its bonus. */
  id: string;
  from: string;
  to: string;
  at: string;
  /** What caused it: a purchase, a return, an event, a grant; null: time, or another scheme. */
  origin: string | null;
}

export interface Climber {
  memberId: string;
  /** Of everything that was recorded, in order. */
  steps: Step[];
  /** Until when time has been taken into account; null: never. */
  evaluatedAt: string | null;
  facts: TierFacts;
  /** What the facts give, from day to day, also on the days to come if nothing else happens. */
  ranks: Held[];
}

/** Points, in the smallest unit, by currency. */
export type Given = Record<string, number>;

/** What the ladder may count. */
export interface Change {
  /** When it happened. */
  at: string;
  /** Whose day it counts on: of a return, when what it takes back was bought; of points, when they became usable. `at`, when left out. */
  earnedAt?: string;
  /** What it is: a purchase, a part of a return, an event, a step whose bonus it is. */
  origin: string;
  /** In the base currency; this and the two below are below 0 when taken back. */
  spend: Big;
  purchases: number;
  /** What became usable at once. */
  points: Given;
  /** It is a return: a scheme may keep what it takes back. */
  returned: boolean;
}

export interface Move extends Step {
  up: boolean;
  /** A return caused it. */
  returned: boolean;
}

/** Unknown codes, of levels that a scheme has dropped, are the first level. */
export const rankOf = (levels: Level[], code: string | null): number =>
  Math.max(
    0,
    levels.findIndex((level) => level.code === code),
  );

export const isUp = (levels: Level[], { from, to }: Pick<Step, 'from' | 'to'>): boolean =>
  rankOf(levels, to) > rankOf(levels, from);

/** The tier at an instant, as it was recorded. */
export function recordedAt(levels: Level[], steps: Step[], at: string): number {
  const last = steps.findLast((step) => step.at <= at);
  return rankOf(levels, last?.to ?? null);
}

/** Since when this level or a higher one has been held; null: always, as everyone holds the first. */
export function heldSince(levels: Level[], steps: Step[], rank: number): string | null {
  if (rank === 0) return null;
  const climb = steps.findLast(({ from, to }) => rankOf(levels, from) < rank && rankOf(levels, to) >= rank);
  return climb?.at ?? null;
}

/** Takes the steps from where the member is to a rank; the newest steps of the climber. */
export function stepTo(
  { tiers: { levels } }: Programme,
  climber: Climber,
  rank: number,
  at: string,
  origin: string | null,
): Step[] {
  const last = climber.steps.at(-1);
  const when = last !== undefined && last.at > at ? last.at : at;
  const taken: Step[] = [];
  for (let now = rankOf(levels, last?.to ?? null); now !== rank;) {
    const next = now + Math.sign(rank - now);
    taken.push({ id: newId(), from: levels[now]!.code, to: levels[next]!.code, at: when, origin });
    now = next;
  }
  climber.steps.push(...taken);
  return taken;
}

/**
 * Takes the steps that time has brought until now, each at the midnight at which it fell due, as if somebody had looked
 * every day; what another scheme or a late fact changes of earlier days, it changes now.
 */
export function stepWithTime(programme: Programme, climber: Climber, now: string): Step[] {
  const { timeZone } = programme;
  const today = dayOf(now, timeZone);
  const { ranks } = climber;
  const since = climber.evaluatedAt === null ? null : dayOf(climber.evaluatedAt, timeZone);
  const passed = ranks.filter(({ from }) => since !== null && from >= since && from <= today);
  climber.evaluatedAt = now;
  return [
    ...passed.flatMap(({ from, rank }) => stepTo(programme, climber, rank, dayStart(from, timeZone), null)),
    ...stepTo(programme, climber, rankOn(ranks, today), now, null),
  ];
}

/** When the tier changes next if nothing else happens; null: never. */
export function dueAt({ timeZone }: Programme, { ranks }: Climber, today: string): string | null {
  const next = ranks.find(({ from }) => from > today);
  return next === undefined ? null : dayStart(next.from, timeZone);
}
