// What operators do with the programme: apply a document, go back to an earlier one, keep a draft. What asks other rooms
// comes before the transaction that writes.
import { now } from '../../shared/clock.ts';
import type { Transaction } from '../../shared/database.ts';
import { readDocument } from '../../shared/document.ts';
import { answered, once } from '../../shared/idempotency.ts';
import { Refused } from '../../shared/refusal.ts';
import type { RoomRequest } from '../../shared/room.ts';
import { requireKey } from '../../shared/viewer.ts';
import { actorOf } from '../ledger/ledger.service.ts';
import { OTHERS } from './ask.service.ts';
import { checkDocument } from './check.service.ts';
import { documentOf, sections } from './programme.rules.ts';
import { draftText } from './programme.service.ts';
import { addVersion, takeDue } from './version.service.ts';

interface Wanted {
  source: string;
  rollbackOf?: number;
  effectiveAt?: string | null | undefined;
}

async function store(request: RoomRequest, tx: Transaction, wanted: Wanted, expected: string | null | undefined) {
  await tx.query('select from programme_taken for update');
  const [last] = await tx.query<{ version: number }[]>('select max(version) "version" from programme');
  if (expected != null && expected !== String(last!.version)) {
    throw new Refused('PROGRAMME_VERSION_CONFLICT', `Version ${last!.version} was applied last, not ${expected}.`, {
      field: ['expectedVersion'],
    });
  }
  const { source, rollbackOf = null, effectiveAt = null } = wanted;
  if (effectiveAt !== null && effectiveAt < (await now(tx))) {
    throw new Refused(
      'EFFECTIVE_PAST',
      'What has happened was counted already: leave effectiveAt out, or send a later one.',
      { field: ['effectiveAt'] },
    );
  }
  const document = documentOf(readDocument(source, sections).data);
  const origin = rollbackOf === null ? 'API' : 'ROLLBACK';
  const by = actorOf(request.viewer);
  return {
    version: await addVersion(tx, { document, source, rollbackOf, effectiveAt, origin, awaits: OTHERS, ...by }),
  };
}

interface Input {
  idempotencyKey?: string | null;
  expectedVersion?: string | null;
}

export interface Published {
  version: number;
  replayed: boolean;
}

/** `prepare` asks other rooms, so that it comes before the transaction; a key that was used is not prepared for. */
async function publish(
  request: RoomRequest,
  mutation: string,
  input: Input,
  prepare: () => Promise<Wanted>,
): Promise<Published> {
  const { source } = request.space;
  const named = { owner: request.viewer.owner, mutation, key: requireKey(input.idempotencyKey), input };
  const wanted = (await answered(source, named)) === null ? await prepare() : null;
  const { answer, replayed } = await once(source, named, async (tx) =>
    store(request, tx, wanted!, input.expectedVersion),
  );
  await takeDue(request);
  return { version: answer.version, replayed };
}

type ApplyInput = Input & { document: string; effectiveAt?: string | null };

export const apply = (request: RoomRequest, input: ApplyInput): Promise<Published> =>
  publish(request, 'programmeApply', input, async () => {
    const { document: source, effectiveAt } = input;
    await checkDocument(request, source, effectiveAt == null ? 'unused' : 'none');
    return { source, effectiveAt };
  });

/** By default what was applied last is undone, also where it is not in force yet. */
const BEFORE = `
  select version, source from programme
  where case when $1::text is null then awaits = '{}' and version < (select max(version) from programme) else version::text = $1 end
  order by version desc limit 1`;

type RollbackInput = Input & { toVersion?: string | null };

export const rollback = (request: RoomRequest, input: RollbackInput): Promise<Published> =>
  publish(request, 'programmeRollback', input, async () => {
    const [found] = await request.space.source.query<{ version: number; source: string | null }[]>(BEFORE, [
      input.toVersion ?? null,
    ]);
    if (found === undefined || found.source === null) {
      throw new Refused('PROGRAMME_VERSION_UNKNOWN', 'There is no such version, or its document was not kept.', {
        field: ['toVersion'],
      });
    }
    await checkDocument(request, found.source, 'unused');
    return { source: found.source, rollbackOf: found.version };
  });

/** A document that quotes can ask for under the name that it gets; nothing else follows from it. */
export async function keepDraft(
  request: RoomRequest,
  input: { idempotencyKey?: string | null; document: string },
): Promise<{ version: string; replayed: boolean }> {
  const { space, viewer } = request;
  const named = { owner: viewer.owner, mutation: 'programmeDraft', key: requireKey(input.idempotencyKey), input };
  if ((await answered(space.source, named)) === null) await checkDocument(request, input.document, 'all');
  const { answer, replayed } = await once(space.source, named, async (tx) => {
    const { actor_kind, actor_id } = actorOf(viewer);
    const [row] = await tx.query<{ id: number }[]>(
      'insert into programme_draft (document, source, actor_kind, actor_id) values ($1, $2, $3, $4) returning id',
      [JSON.stringify(documentOf(readDocument(input.document, sections).data)), input.document, actor_kind, actor_id],
    );
    return { version: draftText(row!.id) };
  });
  return { version: answer.version, replayed };
}
