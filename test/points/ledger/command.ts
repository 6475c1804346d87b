// What can be asked of the model's wallets, and what comes of it.
import { settle } from './due.ts';
import * as model from './model.ts';
import type { Currency, Hold, LotTerms, Wallet } from './model.ts';
import { capture, hold, release, restore } from './holding.ts';
import { transfer } from './passing.ts';
import { reverse } from './undoing.ts';

/** Whose wallet, of which currency. */
export type WalletKey = `${number} ${Currency}`;

/** An entry by its place; 0: there is no such entry. */
export interface Ref {
  wallet: WalletKey;
  seq: number;
}

export type Action =
  | { op: 'credit'; kind: 'EARN' | 'ADJUST'; lots: LotTerms[]; idle: number | null }
  | { op: 'debit'; kind: 'SPEND' | 'ADJUST'; amount: number; idle: number | null }
  | { op: 'hold'; asker: string; amount: number; lapses: number | null; grace: number | null }
  | { op: 'capture'; asker: string; amount: number | null; idle: number | null }
  | { op: 'release'; asker: string; amount: number | null; grace: number | null }
  /** Gives a part of what a hold spent back. */
  | { op: 'restore'; asker: string; amount: number; grace: number | null }
  /** Undoes what an entry did; a credit in part when an amount is given. */
  | {
      op: 'reverse';
      seq: number;
      /** The EARN is named by what caused it. */
      byOrigin: boolean;
      amount: number | null;
      /** Until how much may be owed; null: without limit. */
      deficitMax: number | null;
      /** What may not be owed is lost, else all is refused. */
      clamp: boolean;
      grace: number | null;
    }
  /** What an entry gave until confirmed is good from now on; without an expiry it keeps its own. */
  | { op: 'confirm'; seq: number; byOrigin: boolean; expires: number | null; idle: number | null }
  | { op: 'transfer'; to: WalletKey; amount: number; toAmount: number; fee: number };

export type Command = Action & { wallet: WalletKey; key: string | null };
export type Of<Op extends Action['op']> = Extract<Action, { op: Op }> & { wallet: WalletKey };

export interface World {
  wallets: Record<string, Wallet>;
  /** What succeeded under a key. */
  requests: Record<string, { command: Command; entries: Ref[] }>;
}

export const emptyWorld = (): World => ({ wallets: {}, requests: {} });

export const walletOf = (world: World, key: WalletKey): Wallet => world.wallets[key] ?? model.emptyWallet();

/** A wallet as it stands at a moment. */
export const settled = (world: World, key: WalletKey, now: number): Wallet =>
  settle(model.copyOf(walletOf(world, key)), now);

export interface Answer {
  refusal: string | null;
  replayed: boolean;
  /** Of the hold that was asked about. */
  state: Hold['state'] | null;
  /** What it wrote: both entries of a transfer; of holds this is not said. */
  entries: Ref[];
}

/** The wallets that a step may change, settled, and the entries that it wrote; or why it did nothing. */
type Step<Op extends Action['op']> = (books: Books, action: Of<Op>, now: number) => string | Ref[];
export interface Books {
  own: Wallet;
  /** Of the receiver. */
  other: Wallet;
  /** What the asker's hold is, in whatever wallet. */
  known: { hold: Hold; here: boolean } | null;
}

function knownHold(world: World, own: Wallet, { wallet, asker }: { wallet: WalletKey; asker: string }): Books['known'] {
  if (own.holds[asker] !== undefined) return { hold: own.holds[asker], here: true };
  const found = Object.entries(world.wallets).find(([key, { holds }]) => key !== wallet && asker in holds);
  return found === undefined ? null : { hold: found[1].holds[asker]!, here: false };
}

const sameInput = (a: Command, b: Command) => JSON.stringify(a) === JSON.stringify(b);

/** The wallets that a command is about. */
export const touched = (command: Command): WalletKey[] =>
  command.op === 'transfer' ? [command.wallet, command.to] : [command.wallet];

/** Does what is asked and says why not: on a refusal, nothing has changed. The world before stays as it was. */
export function apply(world: World, command: Command, now: number): { world: World; answer: Answer } {
  const no = (refusal: string) => ({ world, answer: { refusal, replayed: false, state: null, entries: [] } });
  const before = command.key === null ? undefined : world.requests[command.key];
  if (before !== undefined) {
    if (!sameInput(before.command, command)) return no('IDEMPOTENCY_KEY_REUSED');
    return { world, answer: { refusal: null, replayed: true, state: null, entries: before.entries } };
  }
  const [own, other] = [command.wallet, command.op === 'transfer' ? command.to : command.wallet].map((key) =>
    settled(world, key, now),
  ) as [Wallet, Wallet];
  const known = 'asker' in command ? knownHold(world, own, command) : null;
  const done = STEPS[command.op]({ own, other, known }, command as never, now);
  if (typeof done === 'string') return no(done);
  const wallets = { ...world.wallets, [command.wallet]: settle(own, now) };
  if (command.op === 'transfer') wallets[command.to] = settle(other, now);
  const state = 'asker' in command ? (own.holds[command.asker] ?? known!.hold).state : null;
  return {
    world: {
      wallets,
      requests:
        command.key === null ? world.requests : { ...world.requests, [command.key]: { command, entries: done } },
    },
    answer: { refusal: null, replayed: false, state, entries: done },
  };
}

const STEPS: { [Op in Action['op']]: Step<Op> } = {
  credit({ own }, { wallet, kind, lots, idle }, now) {
    const owed = { left: own.deficit };
    const source = kind === 'EARN' ? 'ISSUED' : 'ADJUSTED';
    const made = model.makeLots(own, lots);
    const seq = model.append(
      own,
      kind,
      made.flatMap((lot) => {
        const { amount, activates, cancels } = own.lots[lot]!;
        return cancels !== null || (activates !== null && activates > now)
          ? [{ lot, source, target: 'PENDING' as const, amount }]
          : model.pay(owed, lot, source, amount);
      }),
    );
    own.idle = model.movedOn(own.idle, idle);
    return [{ wallet, seq }];
  },
  debit({ own }, { wallet, kind, amount, idle }) {
    if (own.available < amount) return 'INSUFFICIENT_POINTS';
    const target = kind === 'SPEND' ? 'SPENT' : 'ADJUSTED';
    const seq = model.append(own, kind, model.take(own, model.bySpending(own), amount, target));
    own.idle = model.movedOn(own.idle, idle);
    return [{ wallet, seq }];
  },
  confirm({ own }, { wallet, seq, expires, idle }) {
    const waiting = own.lots.flatMap((lot, place) =>
      lot.seq === seq && lot.pending > 0 && lot.cancels !== null ? [place] : [],
    );
    if (waiting.length === 0) return 'ENTRY_NOT_PENDING';
    const owed = { left: own.deficit };
    const moves = waiting.flatMap((lot) => model.pay(owed, lot, 'PENDING', own.lots[lot]!.pending));
    for (const lot of waiting) own.lots[lot]!.expires = expires ?? own.lots[lot]!.expires;
    own.idle = model.movedOn(own.idle, idle);
    return [{ wallet, seq: model.append(own, 'ACTIVATE', moves) }];
  },
  hold,
  capture,
  release,
  restore,
  reverse,
  transfer,
};
