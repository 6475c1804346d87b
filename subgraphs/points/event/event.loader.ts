// What members did besides buying, as it was recorded.
import type { Sql } from '../../shared/database.ts';
import type { Facts, Rooms, Step } from '../earning/facts.rules.ts';

export interface EventRow {
  id: string;
  memberId: string;
  type: string;
  occurredAt: string;
  ruleVersion: number;
  /** What it is counted by. */
  pinned: { facts: Facts; rooms: Rooms };
  /** Why it gave nothing whatever the rules say; null: they were asked. */
  withheld: Step | null;
}

export async function eventById(sql: Sql, id: string): Promise<EventRow> {
  const [row] = await sql.query<EventRow[]>(
    `select id, member_id "memberId", type, occurred_at "occurredAt", rule_version "ruleVersion", facts pinned, withheld
     from member_event where id = $1`,
    [id],
  );
  return row!;
}
