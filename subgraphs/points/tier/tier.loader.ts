// Where members stand on the ladder.
import DataLoader from 'dataloader';
import type { DataSource } from 'typeorm';
import type { Instant } from '../../shared/database.ts';

export interface StandingRow {
  memberId: string;
  /** Lifetime spend in the base currency, returns taken off. */
  spend: string;
  /** Null: never moved, so the first level. */
  tier: string | null;
  since: Instant | null;
}

/** A member that never bought stands at zero. */
export function standingsByMemberId(source: DataSource): DataLoader<string, StandingRow> {
  return new DataLoader(async (ids) => {
    const rows = await source.query<StandingRow[]>(
      'select member_id "memberId", spend, tier, tier_since since from standing where member_id = any($1)',
      [ids],
    );
    const byId = new Map(rows.map((row) => [row.memberId, row]));
    return ids.map((memberId) => byId.get(memberId) ?? { memberId, spend: '0', tier: null, since: null });
  });
}
