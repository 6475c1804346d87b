// Where members stand on the ladder, live: what time has moved counts whether or not a job has written it down.
import DataLoader from 'dataloader';
import type { DataSource } from 'typeorm';
import type { Instant } from '../../shared/database.ts';
import { tierView, type TierView } from './progress.rules.ts';
import type { Standings } from './standing.service.ts';

/** By members' UUIDs; one that never bought stands at the first level. */
export function tiersByMemberId(
  read: (members: readonly string[]) => Promise<Standings>,
): DataLoader<string, TierView> {
  return new DataLoader(async (ids) => {
    const standings = await read(ids);
    return ids.map((id) => tierView(standings.programme, standings.climber(id), standings.today));
  });
}

export interface GrantRow {
  id: string;
  memberId: string;
  tier: string;
  grantedAt: Instant;
  /** Its last day. */
  until: string;
  reason: string;
  actorKind: string;
  actorId: string | null;
  revokedAt: Instant | null;
}

/** Tiers that people gave; null where there is none. */
export function grantsById(source: DataSource): DataLoader<string, GrantRow | null> {
  return new DataLoader(async (ids) => {
    const rows = await source.query<GrantRow[]>(
      `select g.id, g.member_id "memberId", g.tier, g.granted_at "grantedAt", g.last_day until, g.reason,
         g.actor_kind "actorKind", g.actor_id "actorId", e.ended_at "revokedAt"
       from tier_grant g left join tier_grant_end e on e.grant_id = g.id where g.id = any($1)`,
      [ids],
    );
    const byId = new Map(rows.map((row) => [row.id, row]));
    return ids.map((id) => byId.get(id) ?? null);
  });
}
