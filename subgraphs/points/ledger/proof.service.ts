// Proves that an entry is under a seal: by the entries up to its wallet's head, and by the way from there to the root.
import type { Sql } from '../../shared/database.ts';
import { encodeId } from '../../shared/id.ts';
import { Refused } from '../../shared/refusal.ts';
import { canonical } from './chain.rules.ts';
import type { EntryRow } from './entry.entity.ts';
import { EVERYBODY, stretchOf, type Of } from './history.service.ts';
import type { ProofStep } from './merkle.rules.ts';
import { sealOf, tree, type SealRow } from './seal.service.ts';

/** Entries in a proof. */
const CHAIN_MAX = 1_000;

export interface Proof {
  /** Canonical content of the entry, and of each one up to the wallet's head. */
  chain: string[];
  walletHead: Buffer;
  path: ProofStep[];
  root: string;
}

type Wallet = Pick<EntryRow, 'memberId' | 'currency'>;

/** Under the seal of a day, or the latest; null when there is no such seal, or it does not cover the entry. */
export async function proofOf(sql: Sql, entry: EntryRow, day: string | null): Promise<Proof | null> {
  const seal = await sealOf(sql, day);
  if (seal === null) return null;
  const [sealed] = await sql.query<{ seq: number; head: Buffer }[]>(
    `select seq, head from sealed_head where member_id = $1 and currency = $2 and seal_id <= $3 order by seal_id desc limit 1`,
    [entry.memberId, entry.currency, seal.id],
  );
  if (sealed === undefined || sealed.seq < entry.seq) return null;
  if (sealed.seq - entry.seq >= CHAIN_MAX) throw await tooFar(sql, entry, seal, sealed.seq);
  const chain = await stretchOf(sql, entry, entry.seq, sealed.seq);
  const path = await pathOf(sql, entry, seal);
  return { chain: chain.map(canonical), walletHead: sealed.head, path, root: seal.root };
}

/** From the wallet's leaf to the root of its block, and from there over the blocks. */
async function pathOf(sql: Sql, wallet: Wallet, seal: SealRow): Promise<ProofStep[]> {
  const blocks = await sql.query<(Of & { hash: Buffer; here: boolean })[]>(
    `select member_id "memberId", currency, hash, (member_id, currency) >= ($2, $3) as here from seal_block where seal_id = $1 order by n`,
    [seal.id, wallet.memberId, wallet.currency],
  );
  const n = blocks.findIndex(({ here }) => here);
  const own = blocks[n];
  const before = blocks[n - 1] ?? { memberId: EVERYBODY.above, currency: '' };
  const leaves = await sql.query<{ head: Buffer; own: boolean }[]>(
    `select h.head, (w.member_id, w.currency) = ($2, $3) as own
     from wallet w cross join lateral (
       select head from sealed_head h
       where h.member_id = w.member_id and h.currency = w.currency and h.seal_id <= $1 order by seal_id desc limit 1
     ) h
     where (w.member_id, w.currency) > ($4, $5) and (w.member_id, w.currency) <= ($6, $7)
     order by w.member_id, w.currency`,
    [seal.id, wallet.memberId, wallet.currency, before.memberId, before.currency, own?.memberId, own?.currency],
  );
  const hashes = leaves.map(({ head }) => tree.leaf(head));
  return [
    ...tree.pathOf(
      hashes,
      leaves.findIndex((leaf) => leaf.own),
    ),
    ...tree.pathOf(
      blocks.map(({ hash }) => hash),
      n,
    ),
  ];
}

async function tooFar(sql: Sql, { memberId, currency, seq }: EntryRow, seal: SealRow, head: number): Promise<Refused> {
  const [first] = await sql.query<{ day: string; seq: number }[]>(
    `select s.day, h.seq from sealed_head h join seal s on s.id = h.seal_id
     where h.member_id = $1 and h.currency = $2 and h.seq >= $3 order by h.seal_id limit 1`,
    [memberId, currency, seq],
  );
  const reachable = first !== undefined && first.seq - seq < CHAIN_MAX;
  return new Refused(
    'PROOF_TOO_LONG',
    `Under the seal of ${seal.day} ${head - seq} entries follow this one; a proof has at most ${CHAIN_MAX} entries. ${
      reachable
        ? `Ask with \`day: "${first.day}"\`: the first seal that covers it.`
        : `No seal is nearer: \`npm run ledger -- verify --member ${encodeId('mbr', memberId)}\` checks its wallet instead.`
    }`,
  );
}
