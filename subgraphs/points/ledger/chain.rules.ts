// The canonical form that an entry's hash covers, and what its moves must have done: written apart from the SQL that
// appends, so that one checks the other.

export type Pocket =
  'ISSUED' | 'PENDING' | 'AVAILABLE' | 'HELD' | 'SPENT' | 'EXPIRED' | 'REVERSED' | 'ADJUSTED' | 'DEFICIT';

export interface ChainMove {
  n: number;
  lotSeq: number;
  lotN: number;
  source: Pocket;
  target: Pocket;
  amount: number;
}

/** Instants are microseconds since 1970. */
export interface ChainLot {
  n: number;
  amount: number;
  earnedAt: number;
  activatesAt: number | null;
  expiresAt: number | null;
  funder: string | null;
}

export interface ChainEntry {
  memberId: string;
  currency: string;
  seq: number;
  id: string;
  kind: string;
  amount: number;
  moved: number;
  pending: number;
  available: number;
  held: number;
  deficit: number;
  origin: string | null;
  reverses: string | null;
  recordedAt: number;
  effectiveAt: number;
  ruleVersion: string | null;
  /** As PostgreSQL prints it. */
  explanation: string | null;
  reason: string | null;
  actorKind: string;
  actorId: string | null;
  moves: ChainMove[];
  lots: ChainLot[];
}

/** An array as PostgreSQL's json_build_array writes it. */
const jsonArray = (values: (string | number | null)[]): string =>
  `[${values.map((value) => JSON.stringify(value)).join(', ')}]`;

/** What is hashed behind the hash of the entry before. */
export function canonical(entry: ChainEntry): string {
  const head = jsonArray([
    'v1',
    entry.memberId,
    entry.currency,
    entry.seq,
    entry.id,
    entry.kind,
    entry.amount,
    entry.moved,
    entry.pending,
    entry.available,
    entry.held,
    entry.deficit,
    entry.origin,
    entry.reverses,
    entry.recordedAt,
    entry.effectiveAt,
    entry.ruleVersion,
    entry.explanation,
    entry.reason,
    entry.actorKind,
    entry.actorId,
  ]);
  const lots = entry.lots.map((lot) =>
    jsonArray([lot.n, lot.amount, lot.earnedAt, lot.activatesAt, lot.expiresAt, lot.funder]),
  );
  const moves = entry.moves.map(
    ({ n, lotSeq, lotN, source, target, amount }) => `[${n},${lotSeq},${lotN},"${source}","${target}",${amount}]`,
  );
  return head + lots.join('') + moves.join('');
}

export interface Balances {
  pending: number;
  available: number;
  held: number;
  deficit: number;
}

export const ZERO: Balances = { pending: 0, available: 0, held: 0, deficit: 0 };

/** Balances after moves: what is owed grows by what leaves DEFICIT and shrinks by what comes to it. */
export function afterMoves(before: Balances, moves: ChainMove[]): Balances {
  const after = { ...before };
  for (const { source, target, amount } of moves) {
    for (const [pocket, change] of [
      [source, -amount],
      [target, amount],
    ] as const) {
      if (pocket === 'PENDING') after.pending += change;
      if (pocket === 'AVAILABLE') after.available += change;
      if (pocket === 'HELD') after.held += change;
      if (pocket === 'DEFICIT') after.deficit -= change;
    }
  }
  return after;
}

export const netOf = ({ pending, available, held, deficit }: Balances): number => pending + available + held - deficit;

/** Why an entry does not follow from the one before; null when it does. The hash is compared by the caller. */
export function breakOf(
  entry: ChainEntry,
  before: { seq: number; recordedAt: number; balances: Balances },
): string | null {
  if (entry.seq !== before.seq + 1) return `entry ${before.seq + 1} is missing before entry ${entry.seq}`;
  if (entry.recordedAt <= before.recordedAt) return `entry ${entry.seq} was not recorded after the one before`;
  const after = afterMoves(before.balances, entry.moves);
  for (const pocket of ['pending', 'available', 'held', 'deficit'] as const) {
    if (after[pocket] !== entry[pocket]) {
      return `entry ${entry.seq} says ${pocket} ${entry[pocket]}, its moves make it ${after[pocket]}`;
    }
    if (entry[pocket] < 0) return `entry ${entry.seq} has ${pocket} ${entry[pocket]}`;
  }
  if (netOf(after) - netOf(before.balances) !== entry.amount)
    return `entry ${entry.seq} has an amount that its moves do not make`;
  if (entry.moves.reduce((sum, move) => sum + move.amount, 0) !== entry.moved)
    return `entry ${entry.seq} moved another sum`;
  return null;
}

export interface ChainHold {
  id: string;
  /** Of its HOLD entry. */
  seq: number;
  amount: number;
  captured: number;
  released: number;
  restored: number;
  state: 'HELD' | 'CAPTURED' | 'RELEASED';
}

/** Why the holds of a wallet are not what its entries say; each HOLD has its row, which says how it ended. */
export function holdBreak(
  holds: ChainHold[],
  entries: Pick<ChainEntry, 'seq' | 'id' | 'kind' | 'amount' | 'moved' | 'origin' | 'reverses'>[],
): { seq: number; reason: string } | null {
  const bySeq = new Map(holds.map((hold) => [hold.seq, hold]));
  const spent = new Map(entries.filter(({ kind }) => kind === 'CAPTURE').map((entry) => [entry.origin, -entry.amount]));
  const captures = new Map(entries.filter(({ kind }) => kind === 'CAPTURE').map((entry) => [entry.id, entry.origin]));
  const back = new Map<string | null, number>();
  for (const { amount, reverses } of entries) {
    const origin = reverses === null ? undefined : captures.get(reverses);
    if (origin !== undefined) back.set(origin, (back.get(origin) ?? 0) + amount);
  }
  for (const { seq, origin, moved } of entries.filter(({ kind }) => kind === 'HOLD')) {
    const hold = bySeq.get(seq);
    if (hold === undefined || hold.id !== origin || hold.amount !== moved) {
      return { seq, reason: `the hold of entry ${seq} is gone or another` };
    }
    const { amount, captured, released, restored, state } = hold;
    const ended = state === 'HELD' ? captured + released < amount : captured + released === amount;
    if (
      !ended ||
      captured !== (spent.get(origin) ?? 0) ||
      restored !== (back.get(origin) ?? 0) ||
      (state === 'CAPTURED') !== captured > 0
    ) {
      return { seq, reason: `the hold of entry ${seq} did not end as it says` };
    }
    bySeq.delete(seq);
  }
  const [stray] = bySeq.keys();
  return stray === undefined ? null : { seq: stray, reason: `there is a hold without an entry ${stray}` };
}
