// A room's sections of the programme: read from the file at a start, and taken from points when a version is applied.
// Each is taken once and in order: what the file said before, or a version before the last one, changes nothing.
import { isUtf8 } from 'node:buffer';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { z } from 'zod';
import type { Space, Sql, Transaction } from './database.ts';
import { DocumentRefused, readDocument, type Fault } from './document.ts';

/** Part of a migration of each room. */
export const PROGRAMME_SQL = `
create table programme_taken (
  one boolean primary key default true check (one),
  -- SHA-256 of the file when it was taken last.
  file text,
  -- The version that was taken from points last.
  version int not null default 0
);
insert into programme_taken default values;
`;

export interface RoomProgramme {
  /** The room's own section under its name, and what it needs of others'. */
  sections: z.ZodObject;
  /** What of well-formed sections cannot be, by what the room holds. */
  check?(sql: Sql, sections: never): Promise<Fault[]>;
  /** Makes the sections the room's own; what they do not change stays as it is. `text` is the whole document. */
  take(tx: Transaction, sections: never, text: string): Promise<void>;
}

type Sections = Pick<RoomProgramme, 'sections' | 'check'>;

interface Place {
  space: Space;
  /** Something may have been told. */
  told(): void;
}

/** The room's sections of the text. Throws `DocumentRefused` with every fault. */
async function checked({ sections, check }: Sections, sql: Sql, text: string): Promise<never> {
  const { data, say } = readDocument(text, sections);
  const faults = (await check?.(sql, data as never)) ?? [];
  if (faults.length > 0) throw new DocumentRefused(faults.map(say));
  return data as never;
}

/** A line for each fault of the room's sections, with its place. */
export async function faultsOf(programme: Sections, sql: Sql, text: string): Promise<string[]> {
  try {
    await checked(programme, sql, text);
    return [];
  } catch (error) {
    if (error instanceof DocumentRefused) return error.faults;
    throw error;
  }
}

type Taken = { file: string | null; version: number };

/** Takes the text unless `isNew` says no; one process after the other. */
async function take(
  programme: RoomProgramme,
  { space, told }: Place,
  text: string,
  isNew: (taken: Taken) => boolean,
  now: Partial<Taken>,
): Promise<void> {
  await space.source.transaction(async (tx) => {
    const [taken] = await tx.query<Taken[]>('select file, version from programme_taken for update');
    if (!isNew(taken!)) return;
    await programme.take(tx, await checked(programme, tx, text), text);
    const { file, version } = { ...taken!, ...now };
    await tx.query('update programme_taken set file = $1, version = $2', [file, version]);
  });
  told();
}

/** As a process does at its start: a version that was applied since stays, unless the file says another thing than before. */
export async function takeFile(programme: RoomProgramme, place: Place, path: string): Promise<void> {
  const bytes = readFileSync(path);
  if (!isUtf8(bytes)) throw new Error(`${path}: it is no UTF-8`);
  const text = bytes.toString('utf8');
  const file = createHash('sha256').update(text).digest('hex');
  try {
    await take(programme, place, text, (taken) => taken.file !== file, { file });
  } catch (error) {
    throw error instanceof DocumentRefused ? new Error(`${path}: ${error.message}`, { cause: error }) : error;
  }
}

/** As points asks, when a version is applied. */
export const takeVersion = (programme: RoomProgramme, place: Place, version: number, text: string): Promise<void> =>
  take(programme, place, text, (taken) => taken.version < version, { version });
