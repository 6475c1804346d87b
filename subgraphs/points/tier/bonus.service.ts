// What steps up the ladder give, posted in the transaction of the step; the points of one may lead to the next.
import { Big } from 'big.js';
import { calendarFacts } from '../earning/birthday.rules.ts';
import { ruleBookOf } from '../earning/book.rules.ts';
import { creditOf } from '../earning/credit.service.ts';
import type { MemberFacts } from '../earning/facts.rules.ts';
import { limitsOf } from '../earning/limit.rules.ts';
import { LimitUse, type Limited } from '../earning/limit.service.ts';
import type { Sql } from '../../shared/database.ts';
import { dayOf } from '../ledger/calendar.rules.ts';
import { accepted, post, type Credit, type Posting } from '../ledger/ledger.service.ts';
import type { Programme } from '../programme/programme.rules.ts';
import { bonusOccasion, bonusOf } from './bonus.rules.ts';
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
    const given = grants.filter(({ amount }) => amount > 0);
    if (given.length === 0) continue;
    const credits = given.map((grant) =>
      creditOf(programme, grant, { member: memberId, at, origin: id, funder: null, ...actor }),
    );
    postings.push(...credits.map(({ credit }) => credit));
    standings.gave(move, { given: Object.fromEntries(given.map(({ currency, amount }) => [currency, amount])), taken });
    const points = Object.fromEntries(credits.map(({ credit, available }) => [credit.currency, available]));
    all.push(...standings.count(memberId, { at, origin: id, spend: Big(0), purchases: 0, points, returned: false }));
  }
  return all;
}

/** What rules may ask of a member without asking another room. */
function factsOf(standings: Standings, memberId: string, at: string): MemberFacts {
  const day = dayOf(at, standings.programme.timeZone);
  return {
    tier: '',
    segments: [],
    purchasesBefore: standings.purchasesBefore(memberId),
    visited: false,
    ...calendarFacts(day, null, standings.enrolledOn(memberId)),
    draws: {},
  };
}

/** Writes moves that no purchase caused, and what they give. Birthdays and segments are not known here. */
export async function saveMoves(
  tx: Sql,
  standings: Standings,
  moves: Map<string, Move[]>,
  actor: Actor,
): Promise<void> {
  const { programme } = standings;
  const climbing = [...moves].filter(([, own]) => own.some(({ up }) => up));
  const limited = climbing.flatMap(([memberId, own]) => own.map(({ at }) => stepLimited(programme, memberId, at)));
  const ladder = { standings, limits: await LimitUse.open(tx, limited, true), postings: [] as Posting[] };
  for (const [memberId, own] of climbing.toSorted(([a], [b]) => (a < b ? -1 : 1))) {
    giveBonuses(ladder, memberId, factsOf(standings, memberId, standings.now), own, actor);
  }
  await ladder.limits.save(tx);
  for (const posted of await post(tx, ladder.postings)) accepted(posted);
  await standings.save(tx);
}
