// What every write of the desk has in common: once for each key, never while the programme's file is applied,
// and carried to those who hear as soon as it is for good.
import type { Sql, Transaction } from '../shared/database.ts';
import { once } from '../shared/idempotency.ts';
import { Refused } from '../shared/refusal.ts';
import type { RoomRequest } from '../shared/room.ts';
import { requireKey } from '../shared/viewer.ts';
import { CODE, readName } from './text.rules.ts';

export interface DeskWrite {
  idempotencyKey?: string | null;
}

/** What was made or changed, by UUID, and whether the answer is that of an earlier request. */
export interface Written {
  id: string;
  replayed: boolean;
}

const FILE = `hashtext(current_schema()), hashtext('programme')`;

/** Until the end of the transaction nobody else writes what the programme's file names. */
export async function alone(tx: Sql): Promise<void> {
  await tx.query(`select pg_advisory_xact_lock(${FILE})`);
}

/** `work` gives the UUID of what it wrote. Writes of the desk wait for the file, not for each other. */
export async function write(
  { viewer, space, told }: RoomRequest,
  mutation: string,
  input: DeskWrite,
  work: (tx: Transaction) => Promise<string>,
): Promise<Written> {
  const request = { owner: viewer.owner, mutation, key: requireKey(input.idempotencyKey), input };
  const { answer, replayed } = await once(space.source, request, async (tx) => {
    await tx.query(`select pg_advisory_xact_lock_shared(${FILE})`);
    return { id: await work(tx) };
  });
  told();
  return { id: answer.id, replayed };
}

export function checkedName(text: string): string {
  const name = readName(text);
  if (name === null) throw new Refused('NAME_INVALID', 'A name is 1 to 100 printable characters.', { field: ['name'] });
  return name;
}

export function checkedCode(code: string): string {
  if (CODE.test(code)) return code;
  throw new Refused('CODE_INVALID', 'A code has 1 to 64 letters, digits, . _ and -, a letter or digit first.', {
    field: ['code'],
  });
}

/** The row that an insert made; none: another one has its code. */
export function made<Row>([row]: Row[]): Row {
  if (row === undefined) throw new Refused('CODE_TAKEN', 'This code is taken.', { field: ['code'] });
  return row;
}
