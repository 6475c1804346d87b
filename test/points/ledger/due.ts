// What time does to a wallet of the model.
import { append, giveBack, pay, type Hold, type Move, type Wallet } from './model.ts';

/** At one moment things happen in this order. */
const ORDER = ['ACTIVATE', 'CANCEL', 'LAPSE', 'EXPIRE'] as const;

interface Due {
  at: number;
  what: (typeof ORDER)[number];
}

const isOpen = ({ state }: Hold) => state === 'HELD';

/** What falls due next; nothing falls due before what was written already. */
function nextDue({ lots, holds, idle }: Wallet, since: number): Due | undefined {
  const due = (what: Due['what'], at: number | null): Due[] => (at === null ? [] : [{ at: Math.max(at, since), what }]);
  return [
    ...lots.flatMap(({ pending, remaining, activates, cancels, expires }) => [
      ...(pending > 0 ? [...due('ACTIVATE', activates), ...due('CANCEL', cancels)] : []),
      ...(remaining > 0 ? due('EXPIRE', expires) : []),
    ]),
    ...Object.values(holds)
      .filter(isOpen)
      .flatMap(({ lapses }) => due('LAPSE', lapses)),
    ...due('EXPIRE', idle),
  ].toSorted((a, b) => a.at - b.at || ORDER.indexOf(a.what) - ORDER.indexOf(b.what))[0];
}

/** Writes down what has fallen due until a moment, in the order in which it did. */
export function settle(wallet: Wallet, now: number): Wallet {
  let since = -Infinity;
  for (;;) {
    const due = nextDue(wallet, since);
    if (due === undefined || due.at > now) return wallet;
    since = due.at;
    WRITE[due.what](wallet, due.at);
  }
}

const places = ({ lots }: Wallet, fits: (lot: Wallet['lots'][number]) => boolean): number[] =>
  lots.flatMap((lot, place) => (fits(lot) ? [place] : []));
const reached = (at: number | null, now: number) => at !== null && at <= now;

const WRITE: Record<Due['what'], (wallet: Wallet, at: number) => void> = {
  ACTIVATE(wallet, at) {
    const owed = { left: wallet.deficit };
    const due = places(wallet, ({ pending, activates }) => pending > 0 && reached(activates, at));
    append(
      wallet,
      'ACTIVATE',
      due.flatMap((lot) => pay(owed, lot, 'PENDING', wallet.lots[lot]!.pending)),
    );
  },
  /** Of one entry; the next one follows. */
  CANCEL(wallet, at) {
    const all = places(wallet, ({ pending, cancels }) => pending > 0 && reached(cancels, at));
    const { seq } = wallet.lots[all[0]!]!;
    const due = all.filter((lot) => wallet.lots[lot]!.seq === seq);
    const moves = due.map((lot): Move => ({
      lot,
      source: 'PENDING',
      target: 'REVERSED',
      amount: wallet.lots[lot]!.pending,
    }));
    for (const { lot, amount } of moves) {
      wallet.lots[lot]!.reversed += amount;
      wallet.lots[lot]!.cancelled = true;
    }
    append(wallet, 'REVERSE', moves);
  },
  /** The oldest; the next one follows. */
  LAPSE(wallet, at) {
    const [hold] = Object.values(wallet.holds)
      .filter((held) => isOpen(held) && reached(held.lapses, at))
      .toSorted((a, b) => a.seq - b.seq);
    const { parts, grace } = hold!;
    giveBack(
      wallet,
      'RELEASE',
      parts.toReversed().map((part) => ({ ...part, source: 'HELD' })),
      at,
      grace,
    );
    Object.assign(hold!, { state: 'RELEASED', parts: [] });
  },
  EXPIRE(wallet, at) {
    const idle = reached(wallet.idle, at);
    const due = places(wallet, ({ remaining, expires }) => remaining > 0 && (idle || reached(expires, at)));
    if (idle) wallet.idle = null;
    if (due.length === 0) return;
    append(
      wallet,
      'EXPIRE',
      due.map((lot) => ({ lot, source: 'AVAILABLE', target: 'EXPIRED', amount: wallet.lots[lot]!.remaining })),
    );
  },
};
