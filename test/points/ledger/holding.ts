// Points set aside in a wallet of the model, spent, put back, and given back.
import type { Books, Of, Ref } from './command.ts';
import { settle } from './due.ts';
import { append, bySpending, giveBack, movedOn, take, type Hold, type Pocket } from './model.ts';

const left = ({ parts }: Hold) => parts.reduce((sum, part) => sum + part.amount, 0);

export function hold({ own, known }: Books, { wallet, asker, amount, lapses, grace }: Of<'hold'>): string | Ref[] {
  if (known?.hold.amount === 0) return 'HOLD_NOT_OPEN';
  if (known !== null) return known.here && known.hold.amount === amount ? [] : 'IDEMPOTENCY_KEY_REUSED';
  if (own.available < amount) return 'INSUFFICIENT_POINTS';
  const moves = take(own, bySpending(own), amount, 'HELD');
  const parts = moves.map((move) => ({ lot: move.lot, amount: move.amount }));
  const seq = append(own, 'HOLD', moves);
  own.holds[asker] = { state: 'HELD', amount, seq, parts, lapses, grace };
  return [{ wallet, seq }];
}

/** Of a part: first what is not wanted goes back. */
export function capture({ own, known }: Books, { amount, idle }: Of<'capture'>, now: number): string | Ref[] {
  if (known === null) return 'HOLD_NOT_OPEN';
  const { hold: held } = known;
  if (held.state !== 'HELD') return [];
  if (amount !== null && amount > left(held)) return 'HOLD_EXCEEDED';
  const rest = cut(held, left(held) - (amount ?? left(held)), 'HELD');
  if (rest.length > 0) giveBack(own, 'RELEASE', rest, now, null);
  settle(own, now);
  append(
    own,
    'CAPTURE',
    held.parts.map((part) => ({ ...part, source: 'HELD', target: 'SPENT' })),
  );
  held.state = 'CAPTURED';
  own.idle = movedOn(own.idle, idle);
  return [];
}

/** One that comes before its hold is remembered and refuses it. */
export function release({ own, known }: Books, { asker, amount, grace }: Of<'release'>, now: number): string | Ref[] {
  const held = known?.hold;
  if (held === undefined) {
    own.holds[asker] = { state: 'RELEASED', amount: 0, seq: 0, parts: [], lapses: null, grace: null };
    return [];
  }
  if (held.state !== 'HELD') return [];
  if (amount !== null && amount > left(held)) return 'HOLD_EXCEEDED';
  giveBack(own, 'RELEASE', cut(held, amount ?? left(held), 'HELD'), now, grace);
  if (held.parts.length === 0) held.state = 'RELEASED';
  return [];
}

export function restore({ own, known }: Books, { wallet, amount, grace }: Of<'restore'>, now: number): string | Ref[] {
  if (known?.hold.state !== 'CAPTURED') return 'HOLD_NOT_OPEN';
  if (amount > left(known.hold)) return 'HOLD_EXCEEDED';
  return [{ wallet, seq: giveBack(own, 'REVERSE', cut(known.hold, amount, 'SPENT'), now, grace) }];
}

/** Takes an amount off a hold, latest part first. */
function cut({ parts }: Hold, amount: number, source: Pocket) {
  const off: { lot: number; amount: number; source: Pocket }[] = [];
  let wanted = amount;
  while (wanted > 0) {
    const last = parts.pop()!;
    const size = Math.min(wanted, last.amount);
    if (size < last.amount) parts.push({ lot: last.lot, amount: last.amount - size });
    off.push({ lot: last.lot, amount: size, source });
    wanted -= size;
  }
  return off;
}
