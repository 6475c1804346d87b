// The ledger as the rules of the product say it, in memory, written apart from the SQL: the oracle. Here is what a wallet is
// and how points move in it. Time is counted in days: the clock stands at whole days, and whatever falls due does so at
// some day and a half.

export type Currency = 'points' | 'miles';

export type Pocket =
  | 'PENDING'
  | 'AVAILABLE'
  | 'HELD'
  | 'DEFICIT'
  | 'ISSUED'
  | 'SPENT'
  | 'EXPIRED'
  | 'REVERSED'
  | 'ADJUSTED'
  | 'TRANSFERRED'
  | 'CONVERTED'
  | 'LOST';

export interface LotTerms {
  amount: number;
  earned: number;
  activates: number | null;
  /** Waits for a confirmation until then. */
  cancels: number | null;
  expires: number | null;
  funder: number | null;
}

export interface Lot extends LotTerms {
  /** Of the entry that made it. */
  seq: number;
  pending: number;
  remaining: number;
  held: number;
  reversed: number;
  /** No confirmation came in time. */
  cancelled: boolean;
}

/** `lot` is its place among the wallet's lots, which stand in the order in which they were made. */
export interface Move {
  lot: number;
  source: Pocket;
  target: Pocket;
  amount: number;
}

export interface Entry {
  kind: string;
  amount: number;
  moved: number;
  pending: number;
  available: number;
  held: number;
  deficit: number;
  moves: Move[];
}

export interface Hold {
  state: 'HELD' | 'CAPTURED' | 'RELEASED';
  amount: number;
  /** Of its entry. */
  seq: number;
  /** What can still be captured, or once captured still be given back, of each lot, first taken first. */
  parts: { lot: number; amount: number }[];
  lapses: number | null;
  /** Until when points live that its lapse brings back too late. */
  grace: number | null;
}

export interface Wallet {
  pending: number;
  available: number;
  held: number;
  deficit: number;
  /** When all that is available expires, unless an activity comes before. */
  idle: number | null;
  lots: Lot[];
  entries: Entry[];
  holds: Record<string, Hold>;
  /** Debits that were undone. */
  undone: number[];
}

export const emptyWallet = (): Wallet => ({
  pending: 0,
  available: 0,
  held: 0,
  deficit: 0,
  idle: null,
  lots: [],
  entries: [],
  holds: {},
  undone: [],
});

/** An activity moves it on, never back. */
export const movedOn = (idle: number | null, until: number | null): number | null =>
  until === null ? idle : Math.max(idle ?? until, until);

/** A wallet to change while the one it was stays as it is. */
export const copyOf = (wallet: Wallet): Wallet => ({
  ...wallet,
  lots: wallet.lots.map((lot) => ({ ...lot })),
  entries: [...wallet.entries],
  holds: Object.fromEntries(
    Object.entries(wallet.holds).map(([asker, hold]) => [asker, { ...hold, parts: [...hold.parts] }]),
  ),
  undone: [...wallet.undone],
});

const COUNTERS = { PENDING: 'pending', AVAILABLE: 'remaining', HELD: 'held' } as const;
const BALANCES = { PENDING: 'pending', AVAILABLE: 'available', HELD: 'held' } as const;

const netOf = ({ pending, available, held, deficit }: Wallet) => pending + available + held - deficit;

/** Appends an entry with its moves, and answers its seq; its amount is what they change of pending + available + held - deficit. */
export function append(wallet: Wallet, kind: string, all: Move[]): number {
  const moves = all.filter((move) => move.amount > 0);
  const before = netOf(wallet);
  for (const { lot, source, target, amount } of moves) {
    for (const [pocket, change] of [[source, -amount] as const, [target, amount] as const]) {
      if (pocket === 'DEFICIT') wallet.deficit -= change;
      else if (pocket in COUNTERS) {
        wallet.lots[lot]![COUNTERS[pocket as keyof typeof COUNTERS]] += change;
        wallet[BALANCES[pocket as keyof typeof BALANCES]] += change;
      }
    }
  }
  const { pending, available, held, deficit } = wallet;
  const moved = moves.reduce((sum, move) => sum + move.amount, 0);
  return wallet.entries.push({ kind, amount: netOf(wallet) - before, moved, pending, available, held, deficit, moves });
}

/** Makes the lots of the entry that comes next, empty; answers their places. */
export function makeLots(wallet: Wallet, lots: LotTerms[]): number[] {
  const seq = wallet.entries.length + 1;
  return lots.map(
    (lot) => wallet.lots.push({ ...lot, seq, pending: 0, remaining: 0, held: 0, reversed: 0, cancelled: false }) - 1,
  );
}

/** Into AVAILABLE, and from there first to what is owed. */
export function pay(owed: { left: number }, lot: number, source: Pocket, amount: number): Move[] {
  const absorbed = Math.min(owed.left, amount);
  owed.left -= absorbed;
  return [
    { lot, source, target: 'AVAILABLE', amount },
    { lot, source: 'AVAILABLE', target: 'DEFICIT', amount: absorbed },
  ];
}

/** Places of lots as a debit takes them: earliest expiry first, none last, then the oldest. */
export const bySpending = ({ lots }: Wallet): number[] =>
  lots
    .map((_, lot) => lot)
    .toSorted((a, b) => (lots[a]!.expires ?? Infinity) - (lots[b]!.expires ?? Infinity) || a - b || 0);

/** Out of AVAILABLE, from these lots as far as they go. */
export function take(wallet: Wallet, order: number[], amount: number, target: Pocket): Move[] {
  let left = amount;
  return order.flatMap((lot) => {
    const taken = Math.min(left, wallet.lots[lot]!.remaining);
    left -= taken;
    return taken === 0 ? [] : [{ lot, source: 'AVAILABLE', target, amount: taken }];
  });
}

/** Back to the very lots; one whose expiry has passed lives on until the grace, or expires at once. */
export function giveBack(
  wallet: Wallet,
  kind: string,
  parts: { lot: number; amount: number; source: Pocket }[],
  now: number,
  grace: number | null,
): number {
  const owed = { left: wallet.deficit };
  const seq = append(
    wallet,
    kind,
    parts.flatMap(({ lot, source, amount }) => pay(owed, lot, source, amount)),
  );
  for (const { lot } of parts) {
    const { expires } = wallet.lots[lot]!;
    if (grace !== null && grace > now && expires !== null && expires <= now) wallet.lots[lot]!.expires = grace;
  }
  return seq;
}
