// Checks seals: that they are signed, that they follow from each other, and that the heads under them are those they saw.
import { verify } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import type { Space, Sql } from '../../shared/database.ts';
import type { Keep } from '../../shared/room.ts';
import { streamed, type Of } from './history.service.ts';
import { sealText, type SignedSeal } from './seal.rules.ts';
import {
  BLOCK,
  historyAfter,
  keptKeyId,
  published,
  publicHalf,
  sealFolder,
  sealsOf,
  tree,
  type SealRow,
} from './seal.service.ts';

/** What is wrong with the seals of a space, in a transaction; what they say of wallets is checked with these. */
export async function sealBreaks(tx: Sql): Promise<string[]> {
  const seals = await sealsOf(tx);
  const found: string[] = [];
  let before = '';
  for (const [index, seal] of seals.entries()) {
    if (!isSigned(seal)) found.push(`the seal of ${seal.day} is not what was signed`);
    const changes = tree.growing();
    const heads = streamed<{ head: Buffer }>(
      tx,
      'select head from sealed_head where seal_id = $1 order by member_id, currency',
      [seal.id],
      BLOCK,
    );
    for await (const some of heads) for (const { head } of some) changes.add(tree.leaf(head));
    if (seal.id !== index + 1 || historyAfter(before, changes.root()) !== seal.history) {
      found.push(`the heads under the seal of ${seal.day} are not those that it saw, or a seal before it is gone`);
    }
    before = seal.history;
  }
  const last = seals.at(-1);
  const [stray] = await tx.query<unknown[]>('select from sealed_head where seal_id > $1 limit 1', [last?.id ?? 0]);
  if (stray !== undefined) found.push('heads are sealed by a seal that is gone');
  return last === undefined ? found : [...found, ...(await rootBreaks(tx, last))];
}

function isSigned(seal: SignedSeal): boolean {
  try {
    const { keyId, publicKey } = publicHalf(seal.publicKey);
    return (
      keyId === seal.keyId &&
      publicKey === seal.publicKey &&
      verify(null, Buffer.from(sealText(seal)), seal.publicKey, Buffer.from(seal.signature, 'hex'))
    );
  } catch {
    return false;
  }
}

/** Builds the tree of the last seal anew, which its proofs stand on. */
async function rootBreaks(tx: Sql, seal: SealRow): Promise<string[]> {
  const blocks = await tx.query<(Of & { n: number; hash: Buffer })[]>(
    'select n, member_id "memberId", currency, hash from seal_block where seal_id = $1 order by n',
    [seal.id],
  );
  const found: string[] = [];
  const roots: Buffer[] = [];
  const heads = streamed<Of & { head: Buffer }>(
    tx,
    `select member_id "memberId", currency, head from (
       select member_id, currency, head, row_number() over (partition by member_id, currency order by seal_id desc) as age
       from sealed_head where seal_id <= $1
     ) h where age = 1 order by member_id, currency`,
    [seal.id],
    BLOCK,
  );
  for await (const some of heads) {
    const [{ memberId, currency }, block] = [some.at(-1)!, blocks[roots.length]];
    const hash = tree.rootOf(some.map(({ head }) => tree.leaf(head)));
    if (
      block?.n !== roots.length ||
      block.memberId !== memberId ||
      block.currency !== currency ||
      !block.hash.equals(hash)
    ) {
      found.push(`block ${roots.length} of the seal of ${seal.day} is not made of the heads under it`);
    }
    roots.push(hash);
  }
  if (roots.length < blocks.length) found.push(`the seal of ${seal.day} has blocks without heads`);
  if (tree.rootOf(roots).toString('hex') !== seal.root) found.push(`the heads do not make the root of ${seal.day}`);
  return found;
}

/**
 * What differs between the rows of a space and the files that were published, which nobody changes with rights on the
 * database alone; a seal without a file must be signed by a key that is known here. How many files there are.
 */
export async function publishedBreaks(space: Space, keep: Keep): Promise<{ count: number; breaks: string[] }> {
  const folder = sealFolder(keep, space.name);
  const names = existsSync(folder) ? readdirSync(folder).filter((name) => /^\d{4}-\d\d-\d\d\.json$/.test(name)) : [];
  const rows = new Map((await sealsOf(space.source)).map((row) => [row.day, published(row)]));
  const keys = new Set([keptKeyId(keep)]);
  const breaks: string[] = [];
  for (const name of names.toSorted()) {
    const [day, file] = [name.slice(0, 10), readSeal(join(folder, name))];
    const row = rows.get(day);
    if (row === undefined) breaks.push(`the seal of ${day} was published and is gone`);
    else if (!isDeepStrictEqual(row, file)) breaks.push(`the seal of ${day} is not as it was published`);
    else keys.add(row.keyId);
    rows.delete(day);
  }
  keys.delete(null);
  const foreign = [...rows.values()].filter(({ keyId }) => keys.size > 0 && !keys.has(keyId));
  breaks.push(
    ...foreign.map(({ day }) => `the seal of ${day} was not published here, and a key signed it that is not known`),
  );
  return { count: names.length, breaks };
}

function readSeal(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return null;
  }
}
