// Whom another scheme would move (E12): everyone's tier under the scheme in force and under the other, as of now. Reads
// members in their order, some at a time, and writes nothing.
import type { Sql } from '../../shared/database.ts';
import type { PageArguments } from '../../shared/page.ts';
import type { Programme } from '../programme/programme.rules.ts';
import type { Level, TierScheme } from '../programme/tier.rules.ts';
import { rankOn } from './claim.rules.ts';
import { Standings } from './standing.service.ts';

const MEMBERS = 1_000;
const FIRST = '00000000-0000-0000-0000-000000000000';

interface Move {
  /** A level of the scheme in force. */
  from: Level;
  /** A level of the other scheme. */
  to: Level;
}

export type Mover = Move & { memberId: string };
export type TierMoveRow = Move & { members: number };

/** Members that have bought or earned something: all others are at the first level under any scheme. */
async function membersAfter(sql: Sql, after: string): Promise<string[]> {
  const rows = await sql.query<{ memberId: string }[]>(
    `select m.member_id "memberId" from (
       (select member_id from standing where member_id > $1 order by member_id limit $2)
       union (select distinct member_id from wallet where member_id > $1 order by member_id limit $2)) m
     order by m.member_id limit $2`,
    [after, MEMBERS],
  );
  return rows.map(({ memberId }) => memberId);
}

async function levelsOf(sql: Sql, members: string[], programme: Programme): Promise<Level[]> {
  const standings = await Standings.read(sql, members, programme);
  return members.map((member) => programme.tiers.levels[rankOn(standings.climber(member).ranks, standings.today)]!);
}

/** Everyone whom the other scheme moves, after a member, in the order of ids. */
async function* moved(sql: Sql, programme: Programme, tiers: TierScheme, start: string): AsyncGenerator<Mover> {
  const other = { ...programme, tiers };
  for (let members = await membersAfter(sql, start); members.length > 0;) {
    const before = await levelsOf(sql, members, programme);
    const after = await levelsOf(sql, members, other);
    for (const [index, memberId] of members.entries()) {
      const [from, to] = [before[index]!, after[index]!];
      if (from.code !== to.code) yield { memberId, from, to };
    }
    members = await membersAfter(sql, members.at(-1)!);
  }
}

/** How many would move from where to where. */
export async function tierMoves(sql: Sql, programme: Programme, scheme: TierScheme): Promise<TierMoveRow[]> {
  const moves = new Map<string, TierMoveRow>();
  for await (const { from, to } of moved(sql, programme, scheme, FIRST)) {
    const key = `${from.code} ${to.code}`;
    moves.set(key, { from, to, members: (moves.get(key)?.members ?? 0) + 1 });
  }
  return [...moves.values()];
}

/** Those of a page, and one more where there is one. */
export async function tierMovers(
  sql: Sql,
  programme: Programme,
  scheme: TierScheme,
  page: PageArguments,
): Promise<Mover[]> {
  const movers: Mover[] = [];
  for await (const mover of moved(sql, programme, scheme, page.after?.[0] ?? FIRST)) {
    movers.push(mover);
    if (movers.length > page.first) break;
  }
  return movers;
}
