// What a wallet must be by its entries, and its entries by their hashes and by seals. Every break is located: after one
// the check goes on from what is stored.
import { breakOf, canonical, POCKETS, standAfter, START, type Balances, type ChainEntry } from './chain.rules.ts';
import type { ChainLot, ChainMove, Stand } from './chain.rules.ts';
import { holdBreaks, lotBreaks, type Located } from './counter.rules.ts';
import type { Sha256 } from './merkle.rules.ts';

export type StoredEntry = Omit<ChainEntry, 'moves' | 'lots'> & { hash: Buffer };
export type StoredMove = ChainMove & { seq: number };

export interface StoredLot extends ChainLot {
  seq: number;
  expiresAt: number | null;
  pending: number;
  remaining: number;
  held: number;
  gone: number;
  reversed: number;
  open: boolean;
}

export interface StoredHold {
  id: string;
  /** Of its HOLD entry. */
  seq: number;
  amount: number;
  captured: number;
  released: number;
  restored: number;
  state: 'HELD' | 'CAPTURED' | 'RELEASED';
  lapsesAt: number | null;
  lapseGrace: number | null;
  taker: string | null;
}

export interface StoredWallet extends Balances {
  seq: number;
  headHash: Buffer;
  lastAt: number | null;
  nextEventAt: number | null;
  idleUntil: number | null;
  readAt: number;
}

/** The head of a wallet under a seal. */
export interface SealedHead {
  day: string;
  seq: number;
  head: Buffer;
}

/** Everything that is stored of one wallet, in order. */
export interface History {
  /** Null: it is gone. */
  wallet: StoredWallet | null;
  entries: StoredEntry[];
  moves: StoredMove[];
  lots: StoredLot[];
  holds: StoredHold[];
  sealed: SealedHead[];
}

export interface Break {
  /** UUID; null when the entry itself is gone. */
  entryId: string | null;
  reason: string;
}

/** Every break of one wallet, the earliest entry's first. */
export function historyBreaks(history: History, sha256: Sha256): Break[] {
  const { wallet, entries, lots, moves } = history;
  const { found, stand, head } = chainBreaks(history, sha256);
  const idBySeq = new Map(entries.map(({ seq, id }) => [seq, id]));
  const at = (seq: number | undefined, reason: string): Break => ({ entryId: idBySeq.get(seq ?? -1) ?? null, reason });
  const last = entries.at(-1)?.seq;
  const stray = [...moves, ...lots].find(({ seq }) => !idBySeq.has(seq));
  if (stray !== undefined) found.push(at(stray.seq, `entry ${stray.seq} is missing; its moves or lots are there`));
  if (wallet !== null) found.push(...walletBreaks(wallet, history, stand, head).map((reason) => at(last, reason)));
  found.push(...holdBreaks(history).map(({ seq, reason }) => at(seq, reason)));
  found.push(...lotBreaks(history).map(({ seq, reason }) => at(seq, reason)));
  if (wallet !== null) found.push(...dueBreaks(wallet, history).map((reason) => at(last, reason)));
  return [...found, ...sealBreaks(history).map(({ seq, reason }) => at(seq, reason))];
}

function chainBreaks(
  { entries, moves, lots, holds }: History,
  sha256: Sha256,
): { found: Break[]; stand: Stand; head: Buffer } {
  const movesOf = Map.groupBy(moves, ({ seq }) => seq);
  const lotsOf = Map.groupBy(lots, ({ seq }) => seq);
  const holdsOf = new Map(holds.map((hold) => [hold.seq, hold]));
  const found: Break[] = [];
  let stand = START;
  let head: Buffer = Buffer.alloc(0);
  for (const stored of entries) {
    const { seq } = stored;
    const made = { moves: movesOf.get(seq) ?? [], lots: lotsOf.get(seq) ?? [], hold: holdsOf.get(seq) };
    const entry: ChainEntry = { ...stored, ...made };
    const wrong = breakOf(entry, stand);
    if (wrong !== null) found.push({ entryId: stored.id, reason: wrong });
    else if (!sha256(head, Buffer.from(canonical(entry))).equals(stored.hash)) {
      found.push({ entryId: stored.id, reason: `entry ${entry.seq} does not match its hash` });
    }
    head = stored.hash;
    stand = standAfter(entry, stand);
  }
  return { found, stand, head };
}

function walletBreaks(wallet: StoredWallet, { holds, entries }: History, stand: Stand, head: Buffer): string[] {
  const found: string[] = [];
  if (wallet.seq !== stand.seq || !wallet.headHash.equals(head)) {
    found.push(`the wallet ends with entry ${wallet.seq}, its history with entry ${stand.seq}`);
  }
  for (const pocket of POCKETS) {
    if (wallet[pocket] !== stand.balances[pocket]) {
      found.push(`the wallet says ${pocket} ${wallet[pocket]}, its last entry ${stand.balances[pocket]}`);
    }
  }
  const open = holds
    .filter(({ state }) => state === 'HELD')
    .reduce((sum, { amount, captured, released }) => sum + amount - captured - released, 0);
  if (open !== wallet.held) found.push(`the wallet holds ${wallet.held}, its open holds ${open}`);
  if (wallet.lastAt !== (entries.at(-1)?.recordedAt ?? null)) {
    found.push('the wallet says another moment of its last entry');
  }
  const over = wallet.idleUntil === null && stand.idleUntil !== null && stand.idleUntil <= wallet.readAt;
  if (wallet.idleUntil !== stand.idleUntil && !over) {
    found.push('the wallet says another inactivity expiry than its entries');
  }
  return found;
}

/** What falls due must not be missed: the wallet's reminder may be early, never late. */
function dueBreaks({ nextEventAt, idleUntil, available }: StoredWallet, { lots, holds }: History): string[] {
  const dues: [at: number | null, what: string][] = [
    ...lots.flatMap(({ seq, n, pending, remaining, activatesAt, cancelsAt, expiresAt }) => {
      const dates = pending > 0 ? [activatesAt, cancelsAt] : remaining > 0 ? [expiresAt] : [];
      return dates.map((at): [number | null, string] => [at, `what falls due of lot ${seq}.${n}`]);
    }),
    ...holds
      .filter(({ state }) => state === 'HELD')
      .map(({ seq, lapsesAt }): [number | null, string] => [lapsesAt, `the lapse of the hold of entry ${seq}`]),
    [available > 0 ? idleUntil : null, 'its inactivity expiry'],
  ];
  return dues
    .filter(([at]) => at !== null && (nextEventAt === null || nextEventAt > at))
    .map(([, what]) => `the wallet would miss ${what}`);
}

/** Where all hashes were made anew, a seal tells between which entries. */
function sealBreaks({ sealed, entries }: History): Located[] {
  const hashes = new Map(entries.map(({ seq, hash }) => [seq, hash]));
  let from = 1;
  for (const { day, seq, head } of sealed) {
    if (hashes.get(seq)?.equals(head) !== true) {
      const which = from === seq ? `entry ${seq} is` : `entries ${from} to ${seq} are`;
      return [{ seq, reason: `${which} not what was sealed on ${day}` }];
    }
    from = seq + 1;
  }
  return [];
}

/** An entry of a transfer or a conversion, with what its moves gave away and got. */
export interface Side {
  kind: string;
  currency: string;
  given: number;
  got: number;
}

/** Why the entries of one origin are not two sides of a transfer; the fee is spent, not given. */
export function sidesBreak(sides: Side[]): string | null {
  const giver = sides.find(({ given, got }) => given > 0 && got === 0);
  const getter = sides.find(({ given, got }) => got > 0 && given === 0);
  if (sides.length !== 2 || giver === undefined || getter === undefined || giver.kind !== getter.kind) {
    return 'a transfer does not have two sides';
  }
  return giver.currency === getter.currency && giver.given !== getter.got
    ? `a transfer gives ${giver.given}, and ${getter.got} come`
    : null;
}
