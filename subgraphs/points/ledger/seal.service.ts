// Seals a space once for each of the programme's days, after it has ended: a signed root over the heads of all wallets.
import { createPrivateKey, createPublicKey, generateKeyPairSync, sign, type KeyObject } from 'node:crypto';
import { existsSync, mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { now } from '../../shared/clock.ts';
import type { Space, Sql } from '../../shared/database.ts';
import { keptText } from '../../shared/kept.ts';
import type { Keep } from '../../shared/room.ts';
import { inSnapshot, sha256, streamed, type Of } from './history.service.ts';
import { merkle } from './merkle.rules.ts';
import { sealText, type SignedSeal } from './seal.rules.ts';

/** Wallets of a block: a proof reads one block, and the hashes of all. */
export const BLOCK = 1_024;

export interface SealRow extends SignedSeal {
  id: number;
}

const SEAL = `id, current_schema() "space", day, encode(root, 'hex') root, wallet_count "walletCount", entry_count "entryCount",
  sealed_at "sealedAt", encode(history, 'hex') history, key_id "keyId", public_key "publicKey", encode(signature, 'hex') signature`;

export const sealsOf = (sql: Sql) => sql.query<SealRow[]>(`select ${SEAL} from seal order by id`);

/** The seal of a day, or the latest; null when there is none. */
export async function sealOf(sql: Sql, day: string | null): Promise<SealRow | null> {
  const [row] = await sql.query<SealRow[]>(
    `select ${SEAL} from seal where $1::date is null or day = $1 order by id desc limit 1`,
    [day],
  );
  return row ?? null;
}

export const tree = merkle(sha256);

const keyFile = ({ dataDir }: Keep): string => join(dataDir, 'seal-key.pem');

/** The key that signs: the configured one, or one that was made once. */
export function sealKey(keep: Keep): KeyObject {
  const make = () => generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
  return createPrivateKey(keep.sealKey ?? keptText(keyFile(keep), make));
}

/** The id of the key that signs here; null when none was configured or made yet. */
export const keptKeyId = (keep: Keep): string | null =>
  keep.sealKey === null && !existsSync(keyFile(keep)) ? null : publicHalf(sealKey(keep)).keyId;

/** What is published of a key: its id, and its public half. */
export function publicHalf(key: KeyObject | string): { keyId: string; publicKey: string } {
  const half = createPublicKey(key);
  const spki = half.export({ type: 'spki', format: 'der' });
  return {
    keyId: hex(sha256(spki)),
    publicKey: half.export({ type: 'spki', format: 'pem' }).toString(),
  };
}

/** Where a space's seals are published. */
export const sealFolder = ({ dataDir }: Keep, space: string): string => join(dataDir, 'seals', space);

/** Seals the day that has ended, and publishes what is not published; how many it sealed. */
export async function sealDue(space: Space, keep: Keep): Promise<number> {
  const [{ due, last }] = await space.source.query<[{ due: string | null; last: string | null }]>(
    `select case when s.last < t.day or s.last is null
          -- What was recorded first has the least id.
          and (select recorded_at from entry order by id limit 1) < (t.day + 1)::timestamp at time zone t.zone
        then t.day end due, s.last
     from (select max(day) as last from seal) s,
       (select zone, (clock() at time zone zone)::date - 1 as day from
         (select document ->> 'timeZone' as zone from programme where awaits = '{}' order by version desc limit 1) p) t`,
  );
  const sealed = due !== null && (await seal(space, sealKey(keep), due));
  const newest = sealed ? due : last;
  const folder = sealFolder(keep, space.name);
  if (newest !== null && !existsSync(sealFile(folder, newest))) await publish(space.source, folder);
  return sealed ? 1 : 0;
}

/** What the file of a seal says. */
export const published = ({ id: _id, ...said }: SealRow): SignedSeal => said;

const sealFile = (folder: string, day: string): string => join(folder, `${day}.json`);

/** What is published is never written again: a file outlives what somebody does to its row. */
async function publish(sql: Sql, folder: string): Promise<void> {
  mkdirSync(folder, { recursive: true });
  for (const row of await sealsOf(sql)) {
    const file = sealFile(folder, row.day);
    if (existsSync(file)) continue;
    const own = `${file}.${process.pid}`;
    writeFileSync(own, `${JSON.stringify(published(row), null, 2)}\n`);
    renameSync(own, file);
  }
}

/** Seals a space under a day, unless that or a later one is sealed, or another process is at it. */
export async function seal(space: Space, key: KeyObject, day: string): Promise<boolean> {
  const lock = (verb: string) => `select ${verb}(hashtext('ledger-seal'), hashtext(current_schema())) done`;
  const runner = space.source.createQueryRunner();
  try {
    // Before the transaction: its snapshot must not be older than the lock.
    const [{ done }] = (await runner.query(lock('pg_try_advisory_lock'))) as [{ done: boolean }];
    if (!done) return false;
    try {
      return await inSnapshot(runner.manager, (tx) => sealIn(tx, space.name, key, day));
    } finally {
      await runner.query(lock('pg_advisory_unlock'));
    }
  } finally {
    await runner.release();
  }
}

async function sealIn(tx: Sql, space: string, key: KeyObject, day: string): Promise<boolean> {
  const before = await sealOf(tx, null);
  if (before !== null && before.day >= day) return false;
  const id = (before?.id ?? 0) + 1;
  const { root, changes, walletCount, entryCount } = await sealHeads(tx, id);
  if (walletCount === 0) return false;
  const sealedAt = await now(tx);
  const history = historyAfter(before?.history ?? '', changes);
  const { keyId, publicKey } = publicHalf(key);
  const text = sealText({ space, day, root: hex(root), walletCount, entryCount, sealedAt, history, keyId });
  await tx.query(
    `insert into seal (id, day, root, wallet_count, entry_count, sealed_at, history, key_id, public_key, signature)
     values ($1, $2, $3, $4, $5, $6, decode($7, 'hex'), $8, $9, $10)`,
    [id, day, root, walletCount, entryCount, sealedAt, history, keyId, publicKey, sign(null, Buffer.from(text), key)],
  );
  return true;
}

const hex = (bytes: Buffer): string => bytes.toString('hex');

export const historyAfter = (before: string, changes: Buffer): string =>
  hex(sha256(Buffer.from(before, 'hex'), changes));

type Head = Of & { seq: number; head: Buffer; changed: boolean };

/** Writes the heads that changed as it reads all, and the blocks; keeps a hash of each of these. */
async function sealHeads(tx: Sql, id: number) {
  const changes = tree.growing();
  const blocks: (Of & { hash: Buffer })[] = [];
  let [walletCount, entryCount] = [0, 0];
  const heads = streamed<Head>(
    tx,
    `select w.member_id "memberId", w.currency, w.seq, w.head_hash head, h.head is distinct from w.head_hash changed
     from wallet w left join lateral (
       select head from sealed_head h where h.member_id = w.member_id and h.currency = w.currency order by seal_id desc limit 1
     ) h on true where w.seq > 0 order by w.member_id, w.currency`,
    [],
    BLOCK,
  );
  for await (const block of heads) {
    const { memberId, currency } = block.at(-1)!;
    blocks.push({ memberId, currency, hash: tree.rootOf(block.map(({ head }) => tree.leaf(head))) });
    walletCount += block.length;
    const changed = block.filter((row) => row.changed);
    for (const { head } of changed) changes.add(tree.leaf(head));
    for (const { seq } of block) entryCount += seq;
    await tx.query(
      `insert into sealed_head (member_id, currency, seal_id, seq, head)
       select m, c, $1, s, h from unnest($2::uuid[], $3::text[], $4::bigint[], $5::bytea[]) x(m, c, s, h)`,
      [id, ...columns(changed, 'memberId', 'currency', 'seq', 'head')],
    );
  }
  await tx.query(
    `insert into seal_block (seal_id, n, member_id, currency, hash)
     select $1, n - 1, m, c, h from unnest($2::uuid[], $3::text[], $4::bytea[]) with ordinality x(m, c, h, n)`,
    [id, ...columns(blocks, 'memberId', 'currency', 'hash')],
  );
  return { root: tree.rootOf(blocks.map(({ hash }) => hash)), changes: changes.root(), walletCount, entryCount };
}

const columns = <Row>(rows: Row[], ...names: (keyof Row)[]) => names.map((name) => rows.map((row) => row[name]));
