// A key is remembered with the answer of the write that succeeded under it, in that write's own transaction.
// What was refused or failed rolls back and leaves its key free.
import { hash as digest } from 'node:crypto';
import type { DataSource } from 'typeorm';
import { failure, LOCK_TIMEOUT, type Sql, type Transaction } from './database.ts';
import { Refused } from './refusal.ts';

/** Part of each room's first migration. */
export const REQUEST_SQL = `
create table request (
  owner text not null,
  mutation text not null,
  key text not null,
  input_hash bytea not null,
  answer jsonb,
  at timestamptz not null default clock(),
  primary key (owner, mutation, key)
);
`;

export interface Request {
  /** Owner of the credential. */
  owner: string;
  mutation: string;
  key: string;
  /** The mutation's input; its `idempotencyKey` does not count. */
  input: object;
}

function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  if (value === null || typeof value !== 'object') return JSON.stringify(value);
  const fields = value as Record<string, unknown>;
  const texts: string[] = [];
  for (const name of Object.keys(fields).toSorted()) {
    const field = fields[name];
    if (field !== null && field !== undefined) texts.push(`${JSON.stringify(name)}:${canonical(field)}`);
  }
  return `{${texts.join(',')}}`;
}

/** SHA-256 of an input: fields in any order, absent and null alike, the key left out. */
export function inputHash(input: object): Buffer {
  const { idempotencyKey: _, ...rest } = input as { idempotencyKey?: unknown };
  return digest('sha256', canonical(rest), 'buffer');
}

export const keyInvalid = () =>
  new Refused('IDEMPOTENCY_KEY_INVALID', 'An idempotencyKey is 1 to 255 printable ASCII characters.', {
    field: ['idempotencyKey'],
  });

export const keyReused = () =>
  new Refused('IDEMPOTENCY_KEY_REUSED', 'This idempotencyKey was used with another input.', {
    field: ['idempotencyKey'],
  });

export const keyInProgress = () =>
  new Refused(
    'IDEMPOTENCY_IN_PROGRESS',
    'The first request with this idempotencyKey, or what it waits for, is still under way.',
    {
      field: ['idempotencyKey'],
      retryable: true,
    },
  );

export const isKey = (key: string): boolean => /^[\x20-\x7e]{1,255}$/.test(key);

/**
 * Runs `work` once per (owner, mutation, key) and remembers its answer, which must be plain JSON. The same request
 * again gets that answer with `replayed: true`; one that is under way is waited for, 2 s at the longest.
 * Without a key (`request` null) the work runs each time.
 */
export async function once<T extends object>(
  source: DataSource,
  request: Request | null,
  work: (tx: Transaction) => Promise<T>,
): Promise<{ answer: T; replayed: boolean }> {
  if (request === null) return { answer: await source.transaction(work), replayed: false };
  if (!isKey(request.key)) throw keyInvalid();
  try {
    return await source.transaction((tx) => claimed(tx, request, work));
  } catch (error) {
    // Whoever has waited 2 s, for the key or for a row of this work, may try again.
    throw failure(error).code === LOCK_TIMEOUT ? keyInProgress() : error;
  }
}

/** Frees the key of a write that was refused after its first transaction had succeeded. */
export async function forget(tx: Transaction, { owner, mutation, key }: Request): Promise<void> {
  await tx.query('delete from request where owner = $1 and mutation = $2 and key = $3', [owner, mutation, key]);
}

/** What was answered under the key, for who must not ask anybody before that; null: nothing yet. */
export async function answered<T>(sql: Sql, { owner, mutation, key, input }: Request): Promise<T | null> {
  if (!isKey(key)) throw keyInvalid();
  const [first] = await sql.query<{ input_hash: Buffer; answer: T }[]>(
    'select input_hash, answer from request where owner = $1 and mutation = $2 and key = $3',
    [owner, mutation, key],
  );
  if (first === undefined) return null;
  if (!first.input_hash.equals(inputHash(input))) throw keyReused();
  return first.answer;
}

async function claimed<T extends object>(
  tx: Transaction,
  request: Request,
  work: (tx: Transaction) => Promise<T>,
): Promise<{ answer: T; replayed: boolean }> {
  const { owner, mutation, key, input } = request;
  await tx.query(`set local lock_timeout = '2s'`);
  const [own] = await tx.query<{ key: string }[]>(
    `insert into request (owner, mutation, key, input_hash) values ($1, $2, $3, $4)
     on conflict do nothing returning key`,
    [owner, mutation, key, inputHash(input)],
  );
  if (own === undefined) return { answer: (await answered<T>(tx, request))!, replayed: true };
  const answer = await work(tx);
  await tx.query('update request set answer = $4 where owner = $1 and mutation = $2 and key = $3', [
    owner,
    mutation,
    key,
    JSON.stringify(answer),
  ]);
  return { answer, replayed: false };
}
