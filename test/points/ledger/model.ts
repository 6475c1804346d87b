// The ledger of one wallet as the rules of the product say it, in memory, written apart from the SQL: the oracle.
// Time is counted in days: the clock stands at whole days, and whatever falls due does so at some day and a half.

export type Pocket =
  'PENDING' | 'AVAILABLE' | 'HELD' | 'DEFICIT' | 'ISSUED' | 'SPENT' | 'EXPIRED' | 'REVERSED' | 'ADJUSTED';

export interface ModelLot {
  seq: number;
  amount: number;
  pending: number;
  remaining: number;
  held: number;
  reversed: number;
  activates: number | null;
  expires: number | null;
}

export interface Move {
  lot: number;
  source: Pocket;
  target: Pocket;
  amount: number;
}

export interface ModelEntry {
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
  /** What is still held of each lot, first taken first. */
  parts: { lot: number; amount: number }[];
}

export interface Model {
  pending: number;
  available: number;
  held: number;
  deficit: number;
  lots: ModelLot[];
  entries: ModelEntry[];
  holds: Record<string, Hold>;
  /** Entries that were undone. */
  undone: number[];
}

export const emptyModel = (): Model => ({
  pending: 0,
  available: 0,
  held: 0,
  deficit: 0,
  lots: [],
  entries: [],
  holds: {},
  undone: [],
});

const lotOf = (model: Model, seq: number): ModelLot => model.lots.find((lot) => lot.seq === seq)!;

/** What a debit takes from first: earliest expiry, none last, then the oldest. */
export const bySpending = (lots: ModelLot[]): ModelLot[] =>
  lots.toSorted((a, b) => (a.expires ?? Infinity) - (b.expires ?? Infinity) || a.seq - b.seq || 0);

const open = (lots: ModelLot[]): ModelLot[] => lots.filter((lot) => lot.remaining > 0);

const COUNTERS = { PENDING: 'pending', AVAILABLE: 'remaining', HELD: 'held' } as const;
const BALANCES = { PENDING: 'pending', AVAILABLE: 'available', HELD: 'held' } as const;

/** Appends an entry with its moves; its amount is what they change of pending + available + held - deficit. */
export function append(model: Model, kind: string, moves: Move[]): void {
  const net = () => model.pending + model.available + model.held - model.deficit;
  const before = net();
  for (const { lot, source, target, amount } of moves) {
    for (const [pocket, change] of [[source, -amount] as const, [target, amount] as const]) {
      if (pocket === 'DEFICIT') model.deficit -= change;
      else if (pocket in COUNTERS) {
        lotOf(model, lot)[COUNTERS[pocket as keyof typeof COUNTERS]] += change;
        model[BALANCES[pocket as keyof typeof BALANCES]] += change;
      }
    }
  }
  const { pending, available, held, deficit } = model;
  const moved = moves.reduce((sum, move) => sum + move.amount, 0);
  model.entries.push({ kind, amount: net() - before, moved, pending, available, held, deficit, moves });
}

/** Into AVAILABLE, and from there first to what is owed. */
export function pay(owed: { left: number }, lot: number, source: Pocket, amount: number): Move[] {
  const absorbed = Math.min(owed.left, amount);
  owed.left -= absorbed;
  const paid: Move = { lot, source, target: 'AVAILABLE', amount };
  return absorbed === 0 ? [paid] : [paid, { lot, source: 'AVAILABLE', target: 'DEFICIT', amount: absorbed }];
}

/** Out of AVAILABLE, in the order of spending. */
export function take(lots: ModelLot[], amount: number, target: Pocket): Move[] {
  const moves: Move[] = [];
  let left = amount;
  for (const lot of bySpending(open(lots))) {
    const taken = Math.min(left, lot.remaining);
    if (taken > 0) moves.push({ lot: lot.seq, source: 'AVAILABLE', target, amount: taken });
    left -= taken;
  }
  return moves;
}

/** Writes down what has fallen due until a moment, in the order in which it did. */
export function settle(model: Model, now: number): Model {
  for (;;) {
    const due = model.lots.flatMap((lot) => [
      ...(lot.pending > 0 && lot.activates! <= now ? [{ at: lot.activates!, kind: 'ACTIVATE', lot }] : []),
      ...(lot.remaining > 0 && lot.expires !== null && lot.expires <= now
        ? [{ at: lot.expires, kind: 'EXPIRE', lot }]
        : []),
    ]);
    const [first] = due.toSorted((a, b) => a.at - b.at || (a.kind < b.kind ? -1 : 1));
    if (first === undefined) return model;
    const owed = { left: model.deficit };
    const together = due.filter(({ at, kind }) => at === first.at && kind === first.kind);
    const moves = together.flatMap(({ lot: { seq, pending, remaining } }): Move[] =>
      first.kind === 'ACTIVATE'
        ? pay(owed, seq, 'PENDING', pending)
        : [{ lot: seq, source: 'AVAILABLE', target: 'EXPIRED', amount: remaining }],
    );
    append(model, first.kind, moves);
  }
}
