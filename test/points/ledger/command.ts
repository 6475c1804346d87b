// What can be asked of the model's wallet, and what comes of it.
import {
  append,
  pay,
  settle,
  take,
  type Hold,
  type Model,
  type ModelEntry,
  type ModelLot,
  type Move,
  type Pocket,
} from './model.ts';

export type Command =
  | { op: 'credit'; kind: 'EARN' | 'ADJUST'; amount: number; activates: number | null; expires: number | null }
  | { op: 'debit'; kind: 'SPEND' | 'ADJUST'; amount: number }
  | { op: 'hold'; asker: string; amount: number }
  | { op: 'capture' | 'release'; asker: string; amount: number | null }
  /** Gives a part of what a hold spent back. */
  | { op: 'restore'; asker: string; amount: number }
  /** Undoes what an entry did; a credit in part when an amount is given. */
  | { op: 'reverse'; seq: number; amount: number | null };

/** Does what is asked and says why not: on a refusal, nothing has changed. What is settled stays as it was. */
export function apply(before: Model, command: Command, now: number): { model: Model; refusal: string | null } {
  const model = settle(structuredClone(before), now);
  const refusal = STEPS[command.op](model, command as never, now);
  return refusal === null ? { model: settle(model, now), refusal } : { model: before, refusal };
}

const STEPS: {
  [Op in Command['op']]: (model: Model, command: Extract<Command, { op: Op }>, now: number) => string | null;
} = {
  credit(model, { kind, amount, activates, expires }, now) {
    const seq = model.entries.length + 1;
    model.lots.push({ seq, amount, pending: 0, remaining: 0, held: 0, reversed: 0, activates, expires });
    const waits = activates !== null && activates > now;
    append(
      model,
      kind,
      waits
        ? [{ lot: seq, source: 'ISSUED', target: 'PENDING', amount }]
        : pay({ left: model.deficit }, seq, 'ISSUED', amount),
    );
    return null;
  },
  debit(model, { kind, amount }) {
    if (model.available < amount) return 'INSUFFICIENT_POINTS';
    append(model, kind, take(model.lots, amount, kind === 'SPEND' ? 'SPENT' : 'ADJUSTED'));
    return null;
  },
  hold(model, { asker, amount }) {
    const known = model.holds[asker];
    if (known?.amount === 0) return 'HOLD_NOT_OPEN';
    if (known !== undefined) return known.amount === amount ? null : 'IDEMPOTENCY_KEY_REUSED';
    if (model.available < amount) return 'INSUFFICIENT_POINTS';
    const moves = take(model.lots, amount, 'HELD');
    append(model, 'HOLD', moves);
    model.holds[asker] = {
      state: 'HELD',
      amount,
      parts: moves.map((move) => ({ lot: move.lot, amount: move.amount })),
    };
    return null;
  },
  capture(model, { asker, amount }, now) {
    const hold = model.holds[asker];
    if (hold === undefined) return 'HOLD_NOT_OPEN';
    if (hold.state !== 'HELD') return null;
    const held = hold.parts.reduce((sum, part) => sum + part.amount, 0);
    if (amount !== null && amount > held) return 'HOLD_EXCEEDED';
    const released = cut(hold, held - (amount ?? held));
    giveBack(model, released);
    settle(model, now);
    append(
      model,
      'CAPTURE',
      hold.parts.map((part): Move => ({ ...part, source: 'HELD', target: 'SPENT' })),
    );
    // What is left of them is what can come back.
    hold.state = 'CAPTURED';
    return null;
  },
  restore(model, { asker, amount }) {
    const hold = model.holds[asker];
    if (hold?.state !== 'CAPTURED') return 'HOLD_NOT_OPEN';
    if (amount > hold.parts.reduce((sum, part) => sum + part.amount, 0)) return 'HOLD_EXCEEDED';
    giveBack(model, cut(hold, amount), 'REVERSE', 'SPENT');
    return null;
  },
  release(model, { asker, amount }) {
    // A release that comes before its hold is remembered and refuses it.
    const hold = (model.holds[asker] ??= { state: 'RELEASED', amount: 0, parts: [] });
    if (hold.state !== 'HELD') return null;
    const held = hold.parts.reduce((sum, part) => sum + part.amount, 0);
    if (amount !== null && amount > held) return 'HOLD_EXCEEDED';
    giveBack(model, cut(hold, amount ?? held));
    if (hold.parts.length === 0) hold.state = 'RELEASED';
    return null;
  },
  reverse(model, { seq, amount }) {
    const entry = model.entries[seq - 1]!;
    const lot = model.lots.find((made) => made.seq === seq);
    return lot === undefined
      ? undoDebit(model, seq, entry)
      : undoCredit(model, lot, amount ?? lot.amount - lot.reversed);
  },
};

/** Takes an amount off a hold, latest part first. */
function cut(hold: Hold, amount: number): Hold['parts'] {
  const off: Hold['parts'] = [];
  let left = amount;
  while (left > 0) {
    const last = hold.parts.pop()!;
    const size = Math.min(left, last.amount);
    if (size < last.amount) hold.parts.push({ lot: last.lot, amount: last.amount - size });
    off.push({ lot: last.lot, amount: size });
    left -= size;
  }
  return off;
}

function giveBack(model: Model, parts: Hold['parts'], kind = 'RELEASE', source: Pocket = 'HELD'): void {
  const owed = { left: model.deficit };
  if (parts.length > 0)
    append(
      model,
      kind,
      parts.flatMap(({ lot, amount }) => pay(owed, lot, source, amount)),
    );
}

/** From its own lot, pending first; then from what else is there, as a debit would; the rest is owed. */
function undoCredit(model: Model, lot: ModelLot, amount: number): string | null {
  if (amount === 0 || amount > lot.amount - lot.reversed) return 'ENTRY_NOT_REVERSIBLE';
  const pending = Math.min(amount, lot.pending);
  const own = Math.min(amount - pending, lot.remaining);
  const others = Math.min(amount - pending - own, model.available - own);
  const moves: Move[] = [
    { lot: lot.seq, source: 'PENDING', target: 'REVERSED', amount: pending },
    { lot: lot.seq, source: 'AVAILABLE', target: 'REVERSED', amount: own },
    ...take(
      model.lots.filter((other) => other !== lot),
      others,
      'REVERSED',
    ),
    { lot: lot.seq, source: 'DEFICIT', target: 'REVERSED', amount: amount - pending - own - others },
  ];
  lot.reversed += amount;
  append(
    model,
    'REVERSE',
    moves.filter((move) => move.amount > 0),
  );
  return null;
}

/** Puts back the very points that were taken, with their own expiry; what a hold spent comes back by `restore`. */
function undoDebit(model: Model, seq: number, entry: ModelEntry): string | null {
  const spent = entry.moves.filter(({ target }) => target === 'SPENT' || target === 'ADJUSTED');
  if (spent.length === 0 || entry.kind === 'CAPTURE' || model.undone.includes(seq)) return 'ENTRY_NOT_REVERSIBLE';
  const owed = { left: model.deficit };
  model.undone.push(seq);
  append(
    model,
    'REVERSE',
    spent.flatMap(({ lot, target, amount }) => pay(owed, lot, target, amount)),
  );
  return null;
}
