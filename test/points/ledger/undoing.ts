// What an entry of the model did is undone by another one.
import type { Books, Of, Ref } from './command.ts';
import { append, bySpending, giveBack, take, type Move, type Wallet } from './model.ts';

/** Kinds whose points come back whole. */
const DEBITS = ['SPEND', 'ADJUST'];
const CREDITS = ['EARN', 'ADJUST'];

export function reverse({ own }: Books, action: Of<'reverse'>, now: number): string | Ref[] {
  const { wallet, seq, grace } = action;
  const entry = own.entries[seq - 1];
  const made = own.lots.flatMap((lot, place) => (lot.seq === seq ? [place] : []));
  if (made.length > 0) {
    const undone = CREDITS.includes(entry!.kind) ? undoCredit(own, made, action) : 'ENTRY_NOT_REVERSIBLE';
    return typeof undone === 'number' ? [{ wallet, seq: undone }] : undone;
  }
  if (entry === undefined || !DEBITS.includes(entry.kind) || own.undone.includes(seq)) return 'ENTRY_NOT_REVERSIBLE';
  own.undone.push(seq);
  const parts = entry.moves.map(({ lot, target, amount }) => ({ lot, source: target, amount }));
  return [{ wallet, seq: giveBack(own, 'REVERSE', parts, now, grace) }];
}

/**
 * From its own lots, pending first; then from what else is there, as a debit would; then it is owed, as far as that may be;
 * the rest is a loss or refused.
 */
function undoCredit(own: Wallet, made: number[], action: Of<'reverse'>): string | number | [] {
  const { amount, byOrigin, deficitMax, clamp } = action;
  const lots = made.map((place) => own.lots[place]!);
  const whole = lots.reduce((sum, lot) => sum + lot.amount - lot.reversed, 0);
  // What was never confirmed is gone already: whoever undoes its cause need not know.
  const isGone = byOrigin && lots.some((lot) => lot.cancelled);
  const wanted = isGone ? Math.min(amount ?? whole, whole) : (amount ?? whole);
  if (wanted === 0 && isGone && amount !== null) return [];
  if (wanted === 0 || wanted > whole) return 'ENTRY_NOT_REVERSIBLE';
  let left = wanted;
  const upTo = (size: number) => {
    const taken = Math.min(left, Math.max(0, size));
    left -= taken;
    return taken;
  };
  const pending = made.map((lot): Move => ({
    lot,
    source: 'PENDING',
    target: 'REVERSED',
    amount: upTo(own.lots[lot]!.pending),
  }));
  const order = bySpending(own);
  const first = [...order.filter((lot) => made.includes(lot)), ...order.filter((lot) => !made.includes(lot))];
  const available = take(own, first, upTo(own.available), 'REVERSED');
  const [lot] = made as [number];
  const owed = upTo(deficitMax === null ? Infinity : deficitMax - own.deficit);
  if (left > 0 && !clamp) return 'DEFICIT_EXCEEDED';
  const rest: Move[] = [
    { lot, source: 'DEFICIT', target: 'REVERSED', amount: owed },
    { lot, source: 'LOST', target: 'REVERSED', amount: left },
  ];
  spread(lots, wanted);
  return append(own, 'REVERSE', [...pending, ...available, ...rest]);
}

/** How much of each lot is reversed counts together for the entry that made them. */
function spread(lots: Wallet['lots'], amount: number): void {
  let left = amount;
  for (const lot of lots) {
    const size = Math.min(left, lot.amount - lot.reversed);
    lot.reversed += size;
    left -= size;
  }
}
