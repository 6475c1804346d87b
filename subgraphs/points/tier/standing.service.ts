// Lifetime spend and tier of members. A standing's row is the lock under which a member's purchases are taken one by one;
// the tier moves in the transaction of the purchase or return that moves it.
import { Big } from 'big.js';
import type { Sql } from '../../shared/database.ts';
import { heldSince, levelFor, type Level, type TierMove } from './tier.rules.ts';

interface Standing {
  memberId: string;
  spend: Big;
  tier: string | null;
  since: string | null;
  moves: TierMove[];
  changed: boolean;
}

export class Standings {
  readonly #byMember: Map<string, Standing>;
  readonly #moves: (TierMove & { memberId: string; origin: string })[] = [];

  private constructor(standings: Standing[]) {
    this.#byMember = new Map(standings.map((standing) => [standing.memberId, standing]));
  }

  /** Locks the members in order, so that no two transactions can wait for each other. */
  static async lock(tx: Sql, members: string[]): Promise<Standings> {
    if (members.length === 0) return new Standings([]);
    const ids = [...new Set(members)].toSorted();
    await tx.query('insert into standing (member_id) select unnest($1::uuid[]) on conflict do nothing', [ids]);
    type Locked = { memberId: string; spend: string; tier: string | null; since: string | null };
    const rows = await tx.query<Locked[]>(
      `select member_id "memberId", spend, tier, tier_since since from standing
       where member_id = any($1) order by member_id for no key update`,
      [ids],
    );
    const moves = await tx.query<(TierMove & { memberId: string })[]>(
      `select member_id "memberId", tier_from "from", tier_to "to", occurred_at "at" from tier_change
       where member_id = any($1) order by id`,
      [ids],
    );
    const byMember = Map.groupBy(moves, (move) => move.memberId);
    return new Standings(
      rows.map((row) => ({
        ...row,
        spend: Big(row.spend),
        moves: byMember.get(row.memberId) ?? [],
        changed: false,
      })),
    );
  }

  /** Counts spending, negative for a return, in the base currency; the tier follows. `origin` is what caused it. */
  spend(memberId: string, amount: Big, at: string, origin: string, ladder: Level[]): void {
    const standing = this.#byMember.get(memberId);
    if (standing === undefined) throw new Error(`${memberId} is not locked`);
    standing.spend = standing.spend.plus(amount);
    standing.changed = true;
    const base = ladder[0]!.code;
    const from = standing.tier ?? base;
    const to = levelFor(ladder, standing.spend).code;
    if (from === to) return;
    standing.since = to === base ? null : heldSince(ladder, standing.moves, from, to, at);
    standing.tier = to;
    standing.moves.push({ from, to, at });
    this.#moves.push({ memberId, from, to, at, origin });
  }

  async save(tx: Sql): Promise<void> {
    const changed = [...this.#byMember.values()].filter((standing) => standing.changed);
    if (changed.length === 0) return;
    await tx.query(
      `update standing s set spend = c.spend, tier = c.tier, tier_since = c.since
       from jsonb_to_recordset($1) c(member_id uuid, spend numeric, tier text, since timestamptz)
       where s.member_id = c.member_id`,
      [
        JSON.stringify(
          changed.map(({ memberId, spend, tier, since }) => ({
            member_id: memberId,
            spend: spend.toFixed(),
            tier,
            since,
          })),
        ),
      ],
    );
    if (this.#moves.length === 0) return;
    await tx.query(
      `insert into tier_change (member_id, tier_from, tier_to, occurred_at, origin)
       select m.member_id, m."from", m."to", m."at", m.origin
       from rows from (jsonb_to_recordset($1) as (member_id uuid, "from" text, "to" text, "at" timestamptz, origin uuid))
         with ordinality m(member_id, "from", "to", "at", origin, n) order by n`,
      [JSON.stringify(this.#moves.map(({ memberId, ...move }) => ({ member_id: memberId, ...move })))],
    );
  }
}
