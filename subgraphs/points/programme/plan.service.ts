// What applying a document would change, and which members it would move; writes nothing.
import type { Sql } from '../../shared/database.ts';
import { readDocument } from '../../shared/document.ts';
import type { RoomRequest } from '../../shared/room.ts';
import { tierMoves, type TierMoveRow } from '../tier/preview.service.ts';
import { changesOf, type Change } from './change.rules.ts';
import { checkDocument } from './check.service.ts';
import { programmeFile, sections } from './programme.rules.ts';
import { programmeInForce } from './programme.service.ts';

export interface Plan {
  /** The number that it would get. */
  version: string;
  changes: Change[];
  tierMoves: TierMoveRow[];
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

/** Throws `DocumentRefused`, or a refusal, when the document cannot be applied. */
export async function plan(request: RoomRequest, document: string): Promise<Plan> {
  await checkDocument(request, document, 'unused');
  const { source } = request.space;
  const { tiers } = readDocument(document, sections).data.points;
  return {
    ...(await emptyPlan(request)),
    changes: changesOf(await before(source), readDocument(document, programmeFile).data),
    tierMoves: await tierMoves(source, await programmeInForce(source), tiers),
  };
}
