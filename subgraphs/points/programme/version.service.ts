// The only writer of versions. They are one line: a version is in force from its time on, once every room has taken its
// sections, until a later one is; an earlier one never follows.
import type { Sql } from '../../shared/database.ts';
import type { RoomProgramme } from '../../shared/programme.ts';
import type { RoomRequest } from '../../shared/room.ts';
import { askToTake, type OtherRoom } from './ask.service.ts';
import { losses } from './check.service.ts';
import { documentOf, sections, type ProgrammeDocument, type Sections } from './programme.rules.ts';

interface NewVersion {
  document: ProgrammeDocument;
  source: string;
  origin: 'FILE' | 'API' | 'ROLLBACK';
  rollbackOf: number | null;
  effectiveAt: string | null;
  awaits: readonly OtherRoom[];
  actor_kind: string;
  actor_id: string | null;
}

/** Versions are numbered under the room's lock of what it has taken. */
export async function addVersion(tx: Sql, added: NewVersion): Promise<number> {
  const { document, source, origin, rollbackOf, effectiveAt, awaits, actor_kind, actor_id } = added;
  const [row] = await tx.query<{ version: number }[]>(
    `insert into programme (version, document, source, origin, rollback_of, effective_at, awaits, actor_kind, actor_id)
     select coalesce(max(version), 0) + 1, $1, $2, $3, $4,
       case when cardinality($6::text[]) = 0 then clock() else $5::timestamptz end, $6, $7, $8
     from programme returning version`,
    [JSON.stringify(document), source, origin, rollbackOf, effectiveAt, awaits, actor_kind, actor_id],
  );
  return row!.version;
}

/** Points' own sections. The file becomes a version that awaits nobody: each room takes it at its own start. */
export const pointsProgramme: RoomProgramme = {
  sections,
  check: (sql, read: Sections) => losses(sql, read),
  async take(tx, read: Sections, source) {
    await addVersion(tx, {
      document: documentOf(read),
      source,
      origin: 'FILE',
      rollbackOf: null,
      effectiveAt: null,
      awaits: [],
      actor_kind: 'SYSTEM',
      actor_id: null,
    });
  },
};

/** The last version whose time has come and that no later one in force has overtaken. */
const DUE = `
  select version, source, awaits from programme p
  where awaits <> '{}' and coalesce(effective_at <= clock(), true)
    and not exists (select from programme l where l.version > p.version and l.awaits = '{}')
  order by version desc limit 1`;

/**
 * Gives the version that is due to the rooms that have not taken it; in force when none is left. How many came into force.
 * Where a room is late, so is the version: what happened meanwhile was counted by the one before.
 */
export async function takeDue(request: RoomRequest): Promise<number> {
  const { source } = request.space;
  const [due] = await source.query<{ version: number; source: string; awaits: OtherRoom[] }[]>(DUE);
  if (due === undefined) return 0;
  const { version, source: document, awaits } = due;
  const asked = await Promise.allSettled(
    awaits.map(async (room) => {
      await askToTake(request, room, version, document);
      return room;
    }),
  );
  const taken = asked.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
  await source.query(
    `update programme set awaits = array(select unnest(awaits) except select unnest($2::text[])),
       effective_at = case when awaits <@ $2 then coalesce(effective_at, clock()) end
     where version = $1`,
    [version, taken],
  );
  return taken.length === awaits.length ? 1 : 0;
}
