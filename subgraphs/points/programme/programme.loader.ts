// The history of the programme: who applied what, when it came into force, and the documents themselves.
import type { Instant, Sql } from '../../shared/database.ts';
import type { PageArguments } from '../../shared/page.ts';

export interface ProgrammeRow {
  version: string;
  state: 'PENDING' | 'SCHEDULED' | 'IN_FORCE' | 'PAST' | 'SUPERSEDED';
  effectiveAt: Instant | null;
  appliedAt: Instant;
  appliedBy: { kind: string; id: string | null };
  origin: 'FILE' | 'API' | 'ROLLBACK';
  rollbackOf: string | null;
  awaits: string[];
}

const ROW = `
  select p.version::text, p.effective_at "effectiveAt", p.applied_at "appliedAt",
    jsonb_build_object('kind', p.actor_kind, 'id', p.actor_id) "appliedBy",
    p.origin, p.rollback_of::text "rollbackOf", p.awaits,
    case when p.awaits = '{}' then case when p.version = f.version then 'IN_FORCE' else 'PAST' end
      when p.version < f.version then 'SUPERSEDED'
      when p.effective_at > clock() then 'SCHEDULED' else 'PENDING' end state
  from programme p, (select max(version) "version" from programme where awaits = '{}') f`;

export async function programmeRow(sql: Sql, version: number): Promise<ProgrammeRow> {
  const [row] = await sql.query<ProgrammeRow[]>(`${ROW} where p.version = $1`, [version]);
  return row!;
}

/** The latest first; one more than the page, when there is one. */
export const programmePage = (sql: Sql, { first, after }: PageArguments): Promise<ProgrammeRow[]> =>
  sql.query<ProgrammeRow[]>(
    `${ROW} where $1::text is null or p.version < case when $1 ~ '^\\d{1,9}$' then $1::int end order by p.version desc limit $2`,
    [after?.[0] ?? null, first + 1],
  );

export interface DraftRow {
  version: string;
  draftedAt: Instant;
  draftedBy: { kind: string; id: string | null };
}

export async function draftRow(sql: Sql, version: string): Promise<DraftRow> {
  const [row] = await sql.query<DraftRow[]>(
    `select 'draft-' || id "version", drafted_at "draftedAt", jsonb_build_object('kind', actor_kind, 'id', actor_id) "draftedBy"
     from programme_draft where 'draft-' || id = $1`,
    [version],
  );
  return row!;
}

/** As it was applied or drafted, of the version in force for null; null when there is none, or it is older than documents are kept. */
export async function documentByVersion(sql: Sql, version: string | null): Promise<string | null> {
  const [row] = await sql.query<{ source: string | null }[]>(
    `select source from programme
       where version::text = coalesce($1, (select max(version)::text from programme where awaits = '{}'))
     union all select source from programme_draft where 'draft-' || id = $1`,
    [version],
  );
  return row?.source ?? null;
}
