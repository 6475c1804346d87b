// What steps up the ladder give, posted in the transaction of the step; the points of one may lead to the next.
import { Big } from 'big.js';
import { needsOf, ruleBookOf } from '../earning/book.rules.ts';
import { creditsOf, usableBy } from '../earning/credit.service.ts';
import type { MemberFacts } from '../earning/facts.rules.ts';
import { limitsOf } from '../earning/limit.rules.ts';
import { LimitUse, type Limited } from '../earning/limit.service.ts';
import type { Sql } from '../../shared/database.ts';
import { accepted, post, type Credit, type Posting } from '../ledger/ledger.service.ts';
import type { Programme } from '../programme/programme.rules.ts';
import { bonusOccasion, bonusOf } from './bonus.rules.ts';
import { factsOfMember } from './member-facts.service.ts';
import type { Move, Standings } from './standing.service.ts';

/** What a step of the ladder can touch of caps and budgets. */
export const stepLimited = (programme: Programme, memberId: string, at: string): Limited => ({
  memberId,
  at,
  timeZone: programme.timeZone,
  limits: limitsOf(ruleBookOf(programme), bonusOccasion(programme, null, at)),
});

type Actor = Pick<Credit, 'actor_kind' | 'actor_id'>;

interface Ladder {
  standings: Standings;
  limits: LimitUse;
  postings: Posting[];
}

/** Each lot as a credit of its own. */
const singly = (credits: Credit[]): Credit[] =>
  credits.flatMap(({ lots, ...credit }) => (lots ?? [credit]).map((lot): Credit => ({ ...credit, ...lot })));

const usableAt = ({ earned_at, activates_at }: Credit): string => activates_at ?? earned_at;

/** Of moves of one member: posts what those up give, and what the steps give that follow from it. All moves, these first. */
export function giveBonuses(
  ladder: Ladder,
  memberId: string,
  member: MemberFacts,
  moves: Move[],
  actor: Actor,
): Move[] {
  const { standings, limits, postings } = ladder;
  const { programme } = standings;
  const all = [...moves];
  for (const move of all) {
    const { id, to, at, up } = move;
    if (!up) continue;
    const reached = { ...member, tier: to };
    const limited = stepLimited(programme, memberId, at);
    const { grants, taken } = bonusOf(programme, reached, at, limits.rooms(limited));
    limits.count(limited, {}, taken, id);
    const since = { at, givenAt: standings.now };
    const credits = creditsOf(programme, grants, { member: memberId, origin: id, funder: null, ...since, ...actor });
    if (credits.length === 0) continue;
    postings.push(...credits);
    const given = Object.fromEntries(credits.map(({ currency, amount }) => [currency, amount]));
    standings.gave(id, { given, taken, limited });
    for (const [earnedAt, lots] of Map.groupBy(singly(credits), usableAt)) {
      const change = { at, earnedAt, origin: id, spend: Big(0), purchases: 0, returned: false };
      all.push(...standings.count(memberId, { ...change, points: usableBy(lots, standings.now) }));
    }
  }
  return all;
}

/** Writes moves that no purchase caused, and what they give. Birthdays and segments are not known here. */
export async function saveMoves(
  tx: Sql,
  standings: Standings,
  moves: Map<string, Move[]>,
  actor: Actor,
): Promise<void> {
  const { programme, now: occurredAt, today: day } = standings;
  const needs = needsOf(ruleBookOf(programme));
  const climbing = [...moves].filter(([, own]) => own.some(({ up }) => up));
  const limited = climbing.flatMap(([memberId, own]) => own.map(({ at }) => stepLimited(programme, memberId, at)));
  const ladder = { standings, limits: await LimitUse.open(tx, [], limited, true), postings: [] as Posting[] };
  for (const [memberId, own] of climbing.toSorted(([a], [b]) => (a < b ? -1 : 1))) {
    giveBonuses(ladder, memberId, factsOfMember(standings, memberId, { occurredAt, day }, { needs }), own, actor);
  }
  await ladder.limits.save(tx);
  for (const posted of await post(tx, ladder.postings)) accepted(posted);
  await standings.save(tx);
}
