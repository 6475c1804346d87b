// What time does to a wallet of the model.
import { append, giveBack, pay, type Hold, type Lot, type Move, type Wallet } from './model.ts';

const isOpen = ({ state }: Hold) => state === 'HELD';

/** When something falls due next; never: Infinity. */
function nextDue({ available, lots, holds, idle }: Wallet): number {
  const moments = [
    ...lots.flatMap(({ pending, remaining, activates, cancels, expires }) => [
      ...(pending > 0 ? [activates, cancels] : []),
      ...(remaining > 0 ? [expires] : []),
    ]),
    ...Object.values(holds)
      .filter(isOpen)
      .map(({ lapses }) => lapses),
    available > 0 ? idle : null,
  ];
  return Math.min(...moments.map((moment) => moment ?? Infinity), Infinity);
}

/** Writes down what has fallen due until a moment, in the order in which it did. */
export function settle(wallet: Wallet, now: number): Wallet {
  // Inactivity is over once it has come: what becomes available later lives until an activity says how long.
  const endIdle = (isOver: (idle: number) => boolean) => {
    if (wallet.idle !== null && isOver(wallet.idle)) wallet.idle = null;
  };
  for (let at = nextDue(wallet); at <= now; at = nextDue(wallet)) {
    endIdle((idle) => idle < at);
    activate(wallet, at);
    cancel(wallet, at);
    expire(wallet, at);
    lapse(wallet, at);
    // What a lapse has brought back too late.
    expire(wallet, at);
  }
  endIdle((idle) => idle <= now);
  return wallet;
}

const places = ({ lots }: Wallet, fits: (lot: Lot) => boolean): number[] =>
  lots.flatMap((lot, place) => (fits(lot) ? [place] : []));
const reached = (at: number | null, now: number) => at !== null && at <= now;

function activate(wallet: Wallet, at: number): void {
  const owed = { left: wallet.deficit };
  const due = places(wallet, ({ pending, activates }) => pending > 0 && reached(activates, at));
  if (due.length === 0) return;
  append(
    wallet,
    'ACTIVATE',
    due.flatMap((lot) => pay(owed, lot, 'PENDING', wallet.lots[lot]!.pending)),
  );
}

/** One entry for each that nobody confirmed. */
function cancel(wallet: Wallet, at: number): void {
  const due = places(wallet, ({ pending, cancels }) => pending > 0 && reached(cancels, at));
  for (const lots of Map.groupBy(due, (lot) => wallet.lots[lot]!.seq).values()) {
    const moves = lots.map((lot): Move => {
      const { pending: amount } = wallet.lots[lot]!;
      return { lot, source: 'PENDING', target: 'REVERSED', amount };
    });
    for (const { lot, amount } of moves) {
      wallet.lots[lot]!.reversed += amount;
      wallet.lots[lot]!.cancelled = true;
    }
    append(wallet, 'REVERSE', moves);
  }
}

/** The oldest first. */
function lapse(wallet: Wallet, at: number): void {
  const due = Object.values(wallet.holds)
    .filter((hold) => isOpen(hold) && reached(hold.lapses, at))
    .toSorted((a, b) => a.seq - b.seq);
  for (const hold of due) {
    const parts = hold.parts.toReversed().map((part) => ({ ...part, source: 'HELD' as const }));
    giveBack(wallet, 'RELEASE', parts, at, hold.grace);
    Object.assign(hold, { state: 'RELEASED', parts: [] });
  }
}

function expire(wallet: Wallet, at: number): void {
  const isIdle = reached(wallet.idle, at);
  const due = places(wallet, ({ remaining, expires }) => remaining > 0 && (isIdle || reached(expires, at)));
  if (due.length === 0) return;
  append(
    wallet,
    'EXPIRE',
    due.map((lot) => ({ lot, source: 'AVAILABLE', target: 'EXPIRED', amount: wallet.lots[lot]!.remaining })),
  );
}
