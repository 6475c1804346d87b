// The doorkeeper's directory: which client a key belongs to, for all spaces, since the key comes before the space is known.
// It knows keys as SHA-256 only, and changes in the transaction that changes the client.
import { createHash, randomBytes } from 'node:crypto';
import { keyPrefix, keyText } from '../../shared/api-key.ts';
import { isSandbox } from '../../shared/clock.ts';
import type { Instant, Sql } from '../../shared/database.ts';
import type { ApiClientRow } from './api-client.entity.ts';

/** How long the old key works beside the new one. */
const OVERLAP = '24 hours';

export interface NewKey {
  secret: string;
  prefix: string;
  hash: Buffer;
}

export function newKey(space: string): NewKey {
  const secret = keyText(isSandbox(space), randomBytes(32));
  return { secret, prefix: keyPrefix(secret), hash: createHash('sha256').update(secret).digest() };
}

/** Lets a client's key in. */
export async function admit(tx: Sql, space: string, client: ApiClientRow, hash: Buffer): Promise<void> {
  await tx.query(
    `insert into public.credential (key_hash, space, api_client_id, place, kind, partner_id, scopes, expires_at)
     values ($1, $2, $3, 'current', $4, $5, $6, $7)`,
    [hash, space, client.id, client.kind, client.partnerId, client.scopes, client.expiresAt],
  );
}

/** Lets a new key in beside the last one; one that was on its way out ends now. Until when the last one works. */
export async function replace(tx: Sql, space: string, client: ApiClientRow, hash: Buffer): Promise<Instant> {
  await tx.query(`delete from public.credential where space = $1 and api_client_id = $2 and place = 'previous'`, [
    space,
    client.id,
  ]);
  const [[last]] = await tx.query<[{ until: Instant }[], number]>(
    `update public.credential set place = 'previous', expires_at = least(expires_at, clock() + $3::interval)
     where space = $1 and api_client_id = $2 returning expires_at until`,
    [space, client.id, OVERLAP],
  );
  await admit(tx, space, client, hash);
  return last!.until;
}

/** Ends all keys of a client at once. */
export async function withdraw(tx: Sql, space: string, clientId: string): Promise<void> {
  await tx.query('delete from public.credential where space = $1 and api_client_id = $2', [space, clientId]);
}

export interface ApiClientFactsRow {
  id: string;
  kind: string;
  partnerId: string | null;
  scopes: string[];
  space: string;
  expiresAt: Instant | null;
}

/** The client of a key, in whatever space; null when there is none, or its time in that space is over. */
export async function clientByKeyHash(sql: Sql, keyHash: string): Promise<ApiClientFactsRow | null> {
  if (!/^[0-9a-f]{64}$/.test(keyHash)) return null;
  const [row] = await sql.query<ApiClientFactsRow[]>(
    `select api_client_id id, kind, partner_id "partnerId", scopes, space, expires_at "expiresAt"
     from public.credential
     where key_hash = $1 and public.clock_of(space) < coalesce(expires_at, 'infinity')`,
    [Buffer.from(keyHash, 'hex')],
  );
  return row ?? null;
}
