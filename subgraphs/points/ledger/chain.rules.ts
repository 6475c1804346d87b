// The canonical form that an entry's hash covers, and what its moves must have done: written apart from the SQL that
// appends, so that one checks the other.

/** Inside a wallet are PENDING, AVAILABLE, HELD and DEFICIT; every other one is where points come from or go to. */
export type Pocket =
  | 'ISSUED'
  | 'PENDING'
  | 'AVAILABLE'
  | 'HELD'
  | 'SPENT'
  | 'EXPIRED'
  | 'REVERSED'
  | 'ADJUSTED'
  | 'DEFICIT'
  | 'TRANSFERRED'
  | 'CONVERTED'
  | 'LOST';

export interface ChainMove {
  n: number;
  lotSeq: number;
  lotN: number;
  source: Pocket;
  target: Pocket;
  amount: number;
  /** The expiry that it gives its lot. Of the move that makes it null is never, of others: as it was. */
  until: number | null;
}

/** As it was made. Instants are microseconds since 1970. */
export interface ChainLot {
  n: number;
  amount: number;
  earnedAt: number;
  activatesAt: number | null;
  cancelsAt: number | null;
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
  /** Until when the wallet lasts without another activity; null when this entry does not move it on. */
  idleUntil: number | null;
  moves: ChainMove[];
  lots: ChainLot[];
  /** Of a HOLD: how it ends by itself, and who may capture it. */
  hold?: ChainHold | undefined;
}

export interface ChainHold {
  lapsesAt: number | null;
  lapseGrace: number | null;
  taker: string | null;
}

/** An array as PostgreSQL's json_build_array writes it. */
const jsonArray = (values: (string | number | null)[]): string =>
  `[${values.map((value) => (typeof value === 'number' ? value : JSON.stringify(value))).join(', ')}]`;

/** What came later to the form is not written where it is null, so that older hashes hold. */
const later = (value: number | null): number[] => (value === null ? [] : [value]);

const MAKERS: ReadonlySet<Pocket> = new Set(['ISSUED', 'ADJUSTED', 'TRANSFERRED', 'CONVERTED']);

/** Whether a move of an entry makes its lot. */
const makes = (seq: number, { lotSeq, source }: ChainMove): boolean => lotSeq === seq && MAKERS.has(source);

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
    ...later(entry.idleUntil),
  ]);
  const lots = entry.lots.map(({ n, amount, earnedAt, activatesAt, cancelsAt, funder }) => {
    const made = entry.moves.find((move) => move.lotN === n && makes(entry.seq, move));
    return jsonArray([n, amount, earnedAt, activatesAt, made?.until ?? null, funder, ...later(cancelsAt)]);
  });
  const { lapsesAt = null, lapseGrace = null, taker = null } = entry.hold ?? {};
  const terms = [lapsesAt, lapseGrace, taker];
  const hold = terms.every((term) => term === null) ? '' : jsonArray(terms);
  const moves = entry.moves.map((move) => {
    const { n, lotSeq, lotN, source, target, amount, until } = move;
    const changed = makes(entry.seq, move) ? [] : later(until);
    return `[${[n, lotSeq, lotN, `"${source}"`, `"${target}"`, amount, ...changed].join(',')}]`;
  });
  return head + lots.join('') + hold + moves.join('');
}

export interface Balances {
  pending: number;
  available: number;
  held: number;
  deficit: number;
}

export const POCKETS = ['pending', 'available', 'held', 'deficit'] as const;

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

/** How a wallet stands after an entry. */
export interface Stand {
  seq: number;
  recordedAt: number;
  idleUntil: number | null;
  balances: Balances;
}

export const START: Stand = {
  seq: 0,
  recordedAt: -Infinity,
  idleUntil: null,
  balances: { pending: 0, available: 0, held: 0, deficit: 0 },
};

export const standAfter = (entry: ChainEntry, before: Stand): Stand => ({
  seq: entry.seq,
  recordedAt: entry.recordedAt,
  idleUntil: entry.idleUntil ?? before.idleUntil,
  balances: { pending: entry.pending, available: entry.available, held: entry.held, deficit: entry.deficit },
});

/** Why an entry does not follow from the one before; null when it does. The hash is compared by the caller. */
export function breakOf(entry: ChainEntry, before: Stand): string | null {
  const { seq, moves, idleUntil } = entry;
  if (seq !== before.seq + 1) return `entry ${before.seq + 1} is missing before entry ${seq}`;
  if (entry.recordedAt <= before.recordedAt) return `entry ${seq} was not recorded after the one before`;
  const after = afterMoves(before.balances, moves);
  for (const pocket of POCKETS) {
    if (after[pocket] !== entry[pocket]) {
      return `entry ${seq} says ${pocket} ${entry[pocket]}, its moves make it ${after[pocket]}`;
    }
    if (entry[pocket] < 0) return `entry ${seq} has ${pocket} ${entry[pocket]}`;
  }
  if (netOf(after) - netOf(before.balances) !== entry.amount) {
    return `entry ${seq} has an amount that its moves do not make`;
  }
  if (moves.reduce((sum, move) => sum + move.amount, 0) !== entry.moved) return `entry ${seq} moved another sum`;
  if (idleUntil !== null && before.idleUntil !== null && idleUntil <= before.idleUntil) {
    return `entry ${seq} moves the wallet’s inactivity expiry back`;
  }
  return null;
}
