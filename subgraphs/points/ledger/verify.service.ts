// Checks history: recomputes each wallet's hash chain and recounts balances and lots from the moves. Reads one snapshot.
import { createHash } from 'node:crypto';
import type { DataSource, EntityManager } from 'typeorm';
import {
  breakOf,
  canonical,
  holdBreak,
  ZERO,
  type ChainEntry,
  type ChainHold,
  type ChainLot,
  type ChainMove,
} from './chain.rules.ts';

/** Entries read at once, between which others are served; a wallet with more is read alone. */
const ENTRIES = 4_000;

export interface Break {
  /** UUID; null when the entry itself is gone. */
  entryId: string | null;
  reason: string;
}

export interface Verification {
  walletCount: number;
  entryCount: number;
  firstBreak: Break | null;
}

interface Wallet {
  memberId: string;
  currency: string;
  seq: number;
  pending: number;
  available: number;
  held: number;
  deficit: number;
  headHash: Buffer;
  lastAt: number | null;
  nextEventAt: number | null;
}

type Keyed = { memberId: string; currency: string; seq: number };

const walletKey = ({ memberId, currency }: { memberId: string; currency: string }) => `${memberId} ${currency}`;

type StoredEntry = Omit<ChainEntry, 'moves' | 'lots'> & { hash: Buffer };
interface StoredLot extends ChainLot {
  pending: number;
  remaining: number;
  held: number;
  gone: number;
  reversed: number;
  open: boolean;
}

/** One member's wallets (UUID), or all. */
export async function verify(source: DataSource, memberId: string | null): Promise<Verification> {
  return source.transaction('REPEATABLE READ', async (tx) => {
    const total: Verification = { walletCount: 0, entryCount: 0, firstBreak: await orphans(tx, memberId) };
    const wallets = await tx.query<Wallet[]>(
      `select member_id "memberId", currency, seq, pending, available, held, deficit, head_hash "headHash",
         micros(nullif(last_at, '-infinity')) "lastAt", micros(next_event_at) "nextEventAt"
       from wallet where $1::uuid is null or member_id = $1 order by member_id, currency`,
      [memberId],
    );
    for (const group of groups(wallets)) {
      const { entryCount, firstBreak } = await verifyGroup(tx, group);
      total.walletCount += group.length;
      total.entryCount += entryCount;
      total.firstBreak ??= firstBreak;
    }
    return total;
  });
}

/** Entries, lots and moves without a wallet: somebody took the wallet away. */
async function orphans(tx: EntityManager, memberId: string | null): Promise<Break | null> {
  const [found] = await tx.query<{ entryId: string | null; memberId: string }[]>(
    `select (select id from entry e where (e.member_id, e.currency) = (o.member_id, o.currency) order by seq limit 1) "entryId",
       o.member_id "memberId"
     from (select member_id, currency from entry union select member_id, currency from lot
           union select member_id, currency from move) o
     where ($1::uuid is null or o.member_id = $1)
       and not exists (select from wallet w where (w.member_id, w.currency) = (o.member_id, o.currency)) limit 1`,
    [memberId],
  );
  return found === undefined
    ? null
    : { entryId: found.entryId, reason: `member ${found.memberId} has entries and no wallet` };
}

function groups(wallets: Wallet[]): Wallet[][] {
  const found: Wallet[][] = [];
  let size = 0;
  for (const wallet of wallets) {
    if (found.length === 0 || size + wallet.seq > ENTRIES) {
      found.push([]);
      size = 0;
    }
    found.at(-1)!.push(wallet);
    size += wallet.seq;
  }
  return found;
}

async function verifyGroup(
  tx: EntityManager,
  wallets: Wallet[],
): Promise<{ entryCount: number; firstBreak: Break | null }> {
  const keys = [wallets.map((wallet) => wallet.memberId), wallets.map((wallet) => wallet.currency)];
  const read = <Row extends Keyed>(table: string, columns: string, order: string) =>
    tx.query<Row[]>(
      `select t.member_id "memberId", t.currency, t.seq, ${columns}
       from unnest($1::uuid[], $2::text[]) k(member_id, currency) join ${table} t using (member_id, currency)
       order by ${order}`,
      keys,
    );
  const entries = await read<StoredEntry & Keyed>(
    'entry',
    `t.id, t.kind, t.amount, t.moved, t.pending, t.available, t.held, t.deficit, t.origin, t.reverses, t.hash,
     micros(t.recorded_at) "recordedAt", micros(t.effective_at) "effectiveAt", t.rule_version "ruleVersion",
     t.explanation::text explanation, t.reason, t.actor_kind "actorKind", t.actor_id "actorId"`,
    't.seq',
  );
  const moves = await read<ChainMove & Keyed>(
    'move',
    `t.n, t.lot_seq "lotSeq", t.lot_n "lotN", t.source, t.target, t.amount`,
    't.seq, t.n',
  );
  const lots = await read<StoredLot & Keyed>(
    'lot',
    `t.n, t.amount, t.pending, t.remaining, t.held, t.gone, t.reversed, t.open, t.funder, micros(t.earned_at) "earnedAt",
     micros(t.activates_at) "activatesAt", micros(t.expires_at) "expiresAt"`,
    't.seq, t.n',
  );
  const holds = await read<ChainHold & Keyed>(
    'hold',
    't.id, t.amount, t.captured, t.released, t.restored, t.state',
    't.seq',
  );
  const of = <Row extends { memberId: string; currency: string }>(rows: Row[]) => {
    const byWallet = Map.groupBy(rows, walletKey);
    return (wallet: Wallet) => byWallet.get(walletKey(wallet)) ?? [];
  };
  const [entriesOf, movesOf, lotsOf, holdsOf] = [of(entries), of(moves), of(lots), of(holds)];
  for (const wallet of wallets) {
    const found = verifyWallet(wallet, entriesOf(wallet), movesOf(wallet), lotsOf(wallet), holdsOf(wallet));
    if (found !== null) return { entryCount: entries.length, firstBreak: found };
  }
  return { entryCount: entries.length, firstBreak: null };
}

function verifyWallet(
  wallet: Wallet,
  entries: StoredEntry[],
  moves: (ChainMove & Keyed)[],
  lots: (StoredLot & Keyed)[],
  holds: ChainHold[],
): Break | null {
  const movesOf = Map.groupBy(moves, (move) => move.seq);
  const lotsOf = Map.groupBy(lots, (lot) => lot.seq);
  let before = { seq: 0, recordedAt: -Infinity, balances: { ...ZERO } };
  let head: Buffer = Buffer.alloc(0);
  for (const stored of entries) {
    const entry: ChainEntry = { ...stored, moves: movesOf.get(stored.seq) ?? [], lots: lotsOf.get(stored.seq) ?? [] };
    const found = breakOf(entry, before);
    if (found !== null) return { entryId: stored.id, reason: found };
    head = createHash('sha256').update(head).update(canonical(entry)).digest();
    if (!head.equals(stored.hash)) return { entryId: stored.id, reason: `entry ${entry.seq} does not match its hash` };
    const { pending, available, held, deficit } = entry;
    before = { seq: entry.seq, recordedAt: entry.recordedAt, balances: { pending, available, held, deficit } };
    movesOf.delete(entry.seq);
    lotsOf.delete(entry.seq);
  }
  const last = entries.at(-1)?.id ?? null;
  const stray = [...movesOf.keys(), ...lotsOf.keys()][0];
  if (stray !== undefined) return { entryId: null, reason: `entry ${stray} is missing; its moves or lots are there` };
  if (wallet.seq !== before.seq || !wallet.headHash.equals(head)) {
    return { entryId: last, reason: `the wallet ends with entry ${wallet.seq}, its history with entry ${before.seq}` };
  }
  for (const pocket of ['pending', 'available', 'held', 'deficit'] as const) {
    if (wallet[pocket] !== before.balances[pocket]) {
      return {
        entryId: last,
        reason: `the wallet says ${pocket} ${wallet[pocket]}, its last entry ${before.balances[pocket]}`,
      };
    }
  }
  const open = holds
    .filter(({ state }) => state === 'HELD')
    .reduce((sum, { amount, captured, released }) => sum + amount - captured - released, 0);
  if (open !== wallet.held) return { entryId: last, reason: `the wallet holds ${wallet.held}, its open holds ${open}` };
  const hold = holdBreak(holds, entries);
  if (hold !== null) return { entryId: entries[hold.seq - 1]?.id ?? null, reason: hold.reason };
  if (wallet.lastAt !== (entries.at(-1)?.recordedAt ?? null)) {
    return { entryId: last, reason: 'the wallet says another moment of its last entry' };
  }
  return lotBreak(lots, moves, entries) ?? dueBreak(wallet, lots, last);
}

/** What falls due must not be missed: the wallet's reminder may be early, never late. */
function dueBreak({ nextEventAt }: Wallet, lots: (StoredLot & Keyed)[], entryId: string | null): Break | null {
  for (const { seq, n, pending, remaining, activatesAt, expiresAt } of lots) {
    const due = pending > 0 ? activatesAt : remaining > 0 ? expiresAt : null;
    if (due !== null && (nextEventAt === null || nextEventAt > due)) {
      return { entryId, reason: `the wallet would miss what falls due of lot ${seq}.${n}` };
    }
  }
  return null;
}

/** Lots must be where their moves have put them, and as far reversed as entries say. */
function lotBreak(lots: (StoredLot & Keyed)[], moves: (ChainMove & Keyed)[], entries: StoredEntry[]): Break | null {
  const counted = new Map(lots.map((lot) => [`${lot.seq}.${lot.n}`, { PENDING: 0, AVAILABLE: 0, HELD: 0 }]));
  for (const { lotSeq, lotN, source, target, amount } of moves) {
    const lot = counted.get(`${lotSeq}.${lotN}`);
    if (lot === undefined) return { entryId: null, reason: `lot ${lotSeq}.${lotN} is missing` };
    if (source === 'PENDING' || source === 'AVAILABLE' || source === 'HELD') lot[source] -= amount;
    if (target === 'PENDING' || target === 'AVAILABLE' || target === 'HELD') lot[target] += amount;
  }
  const idBySeq = new Map(entries.map((entry) => [entry.seq, entry.id]));
  const reversed = new Map<string, number>();
  for (const { reverses, amount } of entries) {
    if (reverses !== null) reversed.set(reverses, (reversed.get(reverses) ?? 0) - amount);
  }
  for (const [seq, made] of Map.groupBy(lots, (lot) => lot.seq)) {
    const entryId = idBySeq.get(seq) ?? null;
    const undone = entryId === null ? 0 : (reversed.get(entryId) ?? 0);
    if (made.reduce((sum, lot) => sum + lot.reversed, 0) !== undone) {
      return { entryId, reason: `lot ${seq}.${made[0]!.n} was not reversed by what it says` };
    }
  }
  for (const lot of lots) {
    const { PENDING, AVAILABLE, HELD } = counted.get(`${lot.seq}.${lot.n}`)!;
    const gone = lot.amount - PENDING - AVAILABLE - HELD;
    const counters = lot.pending === PENDING && lot.remaining === AVAILABLE && lot.held === HELD && lot.gone === gone;
    if (!counters || lot.open !== PENDING + AVAILABLE > 0) {
      const entryId = idBySeq.get(lot.seq) ?? null;
      return { entryId, reason: `lot ${lot.seq}.${lot.n} does not have what its moves left it` };
    }
  }
  return null;
}
