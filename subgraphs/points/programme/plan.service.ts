// What applying a document would change, and which members it would move; writes nothing.
import type { Sql } from '../../shared/database.ts';
import { readDocument } from '../../shared/document.ts';
import type { RoomRequest } from '../../shared/room.ts';
import { tierMoves } from '../tier/preview.service.ts';
import { changesOf, type Change } from './change.rules.ts';
import { checkDocument } from './check.service.ts';
import { programmeFile, sections } from './programme.rules.ts';
import { programmeInForce } from './programme.service.ts';
import type { Level } from './tier.rules.ts';

export interface Plan {
  /** The number that it would get. */
  version: string;
  changes: Change[];
  tierMoves: { from: Level | null; to: Level | null; members: number }[];
}

/** Of a document that cannot be applied, which has no changes. */
export async function emptyPlan({ space }: RoomRequest): Promise<Plan> {
  const [next] = await space.source.query<{ version: string }[]>(
    'select (max(version) + 1)::text "version" from programme',
  );
  return { version: next!.version, changes: [], tierMoves: [] };
}

/** The document in force as it was written; of a version from before that was kept, what points knows of it. */
async function before(sql: Sql): Promise<unknown> {
  const { version, timeZone, baseCurrency, ...points } = await programmeInForce(sql);
  const [row] = await sql.query<{ source: string | null }[]>('select source from programme where version = $1', [
    version,
  ]);
  const source = row?.source ?? null;
  return source === null ? { programme: { timeZone, baseCurrency }, points } : readDocument(source, programmeFile).data;
}

async function moves(sql: Sql, document: string): Promise<Plan['tierMoves']> {
  const programme = await programmeInForce(sql);
  const { tiers } = readDocument(document, sections).data.points;
  const level = ({ levels }: { levels: Level[] }, code: string) => levels.find((one) => one.code === code) ?? null;
  const found = await tierMoves(sql, programme, tiers);
  return found.map(({ from, to, members }) => ({ from: level(programme.tiers, from), to: level(tiers, to), members }));
}

/** Throws `DocumentRefused`, or a refusal, when the document cannot be applied. */
export async function plan(request: RoomRequest, document: string): Promise<Plan> {
  await checkDocument(request, document, 'unused');
  const { source } = request.space;
  return {
    ...(await emptyPlan(request)),
    changes: changesOf(await before(source), readDocument(document, programmeFile).data),
    tierMoves: await moves(source, document),
  };
}
