// The versions of the programme, read. One never changes, so that each is fetched and made once in a process: what is
// compiled from it hangs on the object.
import { LRUCache } from 'lru-cache';
import type { Instant, Sql } from '../../shared/database.ts';
import type { Programme, ProgrammeDocument } from './programme.rules.ts';
import { upgraded, type FormerDocument } from './upgrade.rules.ts';

export type { Programme };

const VERSIONS_MAX = 100;
const caches = new WeakMap<object, LRUCache<string, Programme>>();

/** One for each space: a transaction's statements go to the data source of its own. */
function cacheOf(sql: Sql): LRUCache<string, Programme> {
  const source = (sql as { dataSource?: object }).dataSource ?? sql;
  const cache = caches.get(source) ?? new LRUCache<string, Programme>({ max: VERSIONS_MAX });
  caches.set(source, cache);
  return cache;
}

interface VersionRow {
  version: number;
  key: string;
  /** Null: it is known. */
  document: ProgrammeDocument | FormerDocument | null;
  asked: number[] | null;
}

/** The versions that `rows` selects, with what it calls `asked`; its own parameters begin at $2. */
async function versions(
  sql: Sql,
  rows: string,
  values: unknown[] = [],
): Promise<(VersionRow & { programme: Programme })[]> {
  const cache = cacheOf(sql);
  const known = new Map(cache.entries());
  const found = await sql.query<VersionRow[]>(
    `select version, key, case when key = any($1) then null else document end document, asked
     from (select *, version || '@' || applied_at key from (${rows}) v) v`,
    [[...known.keys()], ...values],
  );
  return found.map((row) => {
    const { version, key, document } = row;
    const programme = known.get(key) ?? cache.get(key) ?? { version, ...upgraded(document!) };
    cache.set(key, programme);
    return { ...row, programme };
  });
}

/** The version in force: the last that no room is awaited for. Every space has one from its start. */
export async function programmeInForce(sql: Sql): Promise<Programme> {
  const [found] = await versions(
    sql,
    `select *, null::int[] asked from programme where awaits = '{}' order by version desc limit 1`,
  );
  if (found === undefined) throw new Error('no programme has been applied');
  return found.programme;
}

export async function programmesByVersion(sql: Sql, wanted: number[]): Promise<Map<number, Programme>> {
  const found = await versions(sql, 'select *, null::int[] asked from programme where version = any($2)', [wanted]);
  return new Map(found.map(({ version, programme }) => [version, programme]));
}

/** An instant at which what is in force now is in force still. */
export const LAST = 'infinity';

/** The version that was in force at each instant, in order; before the first there was already the first. */
export async function programmesAt(sql: Sql, instants: Instant[]): Promise<Programme[]> {
  const found = await versions(
    sql,
    `select p.*, asked from programme p join (
       select coalesce(
         (select max(version) from programme where awaits = '{}' and effective_at <= i.at),
         (select min(version) from programme where awaits = '{}')) version, array_agg(n::int) asked
       from unnest($2::timestamptz[]) with ordinality i(at, n) group by 1) a using (version)`,
    [instants],
  );
  const at = new Map(found.flatMap(({ asked, programme }) => asked!.map((n) => [n, programme] as const)));
  return instants.map((_, index) => at.get(index + 1)!);
}

/** How a draft is named where a version is. */
export const draftText = (id: number): string => `draft-${id}`;

/** A draft by its number; its own version is below 0, so that it is never taken for one that is stored. */
async function draft(sql: Sql, id: number): Promise<Programme | null> {
  const cache = cacheOf(sql);
  const known = cache.get(draftText(id));
  if (known !== undefined) return known;
  const [row] = await sql.query<{ document: ProgrammeDocument }[]>(
    'select document from programme_draft where id = $1',
    [id],
  );
  if (row === undefined) return null;
  const programme = { version: -id, ...row.document };
  cache.set(draftText(id), programme);
  return programme;
}

/** Reads `3`, and `draft-3` of a draft; null when it is neither. */
function readVersion(text: string): { draft: boolean; number: number } | null {
  const [, prefix, digits] = /^(draft-)?([1-9]\d{0,8})$/.exec(text) ?? [];
  return digits === undefined ? null : { draft: prefix !== undefined, number: Number(digits) };
}

/** A version or a draft by its text, in force or not; null when there is none. */
export async function programmeOf(sql: Sql, text: string): Promise<Programme | null> {
  const read = readVersion(text);
  if (read === null) return null;
  if (read.draft) return draft(sql, read.number);
  return (await programmesByVersion(sql, [read.number])).get(read.number) ?? null;
}
