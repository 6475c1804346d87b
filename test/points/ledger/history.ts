// Random histories: a step is a handful of numbers that become commands against the world they meet, so that a failing
// history can be shortened and still makes sense.
import fc from 'fast-check';
import { settled, walletOf, type Command, type WalletKey, type World } from './command.ts';
import type { Currency, Entry, Hold, Lot, LotTerms, Wallet } from './model.ts';

const CURRENCIES: Currency[] = ['points', 'miles'];
/** What is available of a currency expires when nothing happens for so many days. */
const IDLE_DAYS: Record<Currency, number | null> = { points: null, miles: 5 };

/** What a lapse brings back too late lives for so many days. */
const GRACE_DAYS: Record<Currency, number | null> = { points: null, miles: 1 };

export const walletsOf = (members: number): WalletKey[] =>
  CURRENCIES.flatMap((currency) => Array.from({ length: members }, (_, member): WalletKey => `${member} ${currency}`));

export const currencyOf = (wallet: WalletKey): Currency => wallet.split(' ')[1] as Currency;

const OPS = ['credit', 'debit', 'hold', 'capture', 'release', 'restore', 'reverse', 'confirm', 'transfer'] as const;

const lotDraw = fc.record({
  size: fc.integer({ min: 1, max: 40 }),
  /** Days until it activates, or is cancelled, and, from then, expires. */
  waits: fc.integer({ min: 0, max: 11 }),
  lasts: fc.integer({ min: 0, max: 7 }),
  funder: fc.nat(2),
});
type LotDraw = typeof lotDraw extends fc.Arbitrary<infer Drawn> ? Drawn : never;

const draw = fc.record({
  op: fc.oneof(
    { weight: 5, arbitrary: fc.constant('credit' as const) },
    { weight: 4, arbitrary: fc.constantFrom('debit' as const, 'hold' as const, 'reverse' as const) },
    { weight: 12, arbitrary: fc.constantFrom(...OPS) },
  ),
  wallet: fc.nat(100),
  /** Of a transfer. */
  other: fc.nat(100),
  size: fc.integer({ min: 1, max: 40 }),
  part: fc.boolean(),
  /** Which hold or entry. */
  pick: fc.nat(1000),
  lots: fc.array(lotDraw, { minLength: 1, maxLength: 3 }),
  /** Days of grace, until a hold lapses, until what is confirmed expires. */
  days: fc.integer({ min: 0, max: 6 }),
  deficitMax: fc.constantFrom(null, null, 0, 15),
  clamp: fc.boolean(),
  /** Under which key; what succeeded under it is sent again, or something else. */
  key: fc.integer({ min: 0, max: 31 }),
});
export type Draw = typeof draw extends fc.Arbitrary<infer Drawn> ? Drawn : never;

/** Of one lot. */
const credit = draw.map((drawn): Draw => ({ ...drawn, op: 'credit', lots: drawn.lots.slice(0, 1) }));

export type Step =
  | { do: 'wait'; days: number }
  /** The job that writes down what has fallen due. */
  | { do: 'sweep' }
  /** Posted together, in one transaction. */
  | { do: 'post'; draws: Draw[] }
  /** Credits of one lot each, as many as a batch has. */
  | { do: 'give'; draws: Draw[] };

const days = fc.integer({ min: 1, max: 3 });

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ do: fc.constant('wait' as const), days }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('sweep' as const) }) },
  {
    weight: 16,
    arbitrary: fc.record({ do: fc.constant('post' as const), draws: fc.array(draw, { minLength: 1, maxLength: 3 }) }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ do: fc.constant('give' as const), draws: fc.array(credit, { minLength: 1, maxLength: 6 }) }),
  },
);

export const histories = fc.array(step, { minLength: 1, maxLength: 40, size: 'max' });

/** Days go by, and then transactions run at once. */
export interface Phase {
  days: number;
  batches: Draw[][];
  /** How often the job runs meanwhile. */
  sweeps: number;
}

export const crowds: fc.Arbitrary<Phase[]> = fc.array(
  fc.record({
    days: fc.nat(3),
    batches: fc.array(fc.array(draw, { minLength: 1, maxLength: 4 }), { minLength: 8, maxLength: 40, size: 'max' }),
    sweeps: fc.nat(2),
  }),
  { minLength: 1, maxLength: 6, size: 'max' },
);

const nth = <T>(list: T[], pick: number): T | undefined => list[pick % Math.max(1, list.length)];

/** Half wait for nothing, some for a confirmation; one in eight never expires, some have expired before they were recorded. */
function lotOf({ size, waits, lasts, funder }: LotDraw, now: number, kind: string): LotTerms {
  const waitsFor = waits - 6;
  const confirmed = waitsFor >= 4 && kind === 'EARN';
  const cancels = confirmed ? now + waitsFor - 3 + 0.5 : null;
  const activates = waitsFor >= -1 && !confirmed ? now + waitsFor + 0.5 : null;
  const begins = cancels ?? activates ?? now - 1.5;
  const expires = lasts === 0 ? null : begins + lasts;
  return { amount: size, earned: now, activates, cancels, expires, funder: funder === 0 ? null : funder };
}

const some = (wallet: Wallet, state: Hold['state']) => Object.values(wallet.holds).some((hold) => hold.state === state);
const isWaiting = ({ pending, cancels }: Lot) => pending > 0 && cancels !== null;
const isReversible = ({ kind }: Entry) => ['EARN', 'ADJUST', 'SPEND'].includes(kind);
const canSpend = ({ available }: Wallet) => available > 0;

/** Where an operation has something to do, and what is done first where nowhere is. */
const FITS: Record<Draw['op'], [fits: (wallet: Wallet) => boolean, instead: Draw['op']]> = {
  credit: [() => true, 'credit'],
  debit: [canSpend, 'credit'],
  hold: [canSpend, 'credit'],
  transfer: [canSpend, 'credit'],
  capture: [(wallet) => some(wallet, 'HELD'), 'hold'],
  release: [(wallet) => some(wallet, 'HELD'), 'hold'],
  restore: [(wallet) => some(wallet, 'CAPTURED'), 'capture'],
  reverse: [({ entries }) => entries.some(isReversible), 'debit'],
  confirm: [({ lots }) => lots.some(isWaiting), 'credit'],
};

/** What a draw means in the world; it may repeat what was done under a key. */
export function commandOf(drawn: Draw, world: World, now: number, wallets: WalletKey[]): Command {
  const key = drawn.key < 8 ? `key-${drawn.key % 4}` : null;
  const before = key === null ? undefined : world.requests[key];
  // One in four says something else under a key that was used.
  if (before !== undefined && drawn.pick % 4 > 0) return before.command;
  const command = fresh(drawn, world, now, wallets);
  return { ...command, key: 'asker' in command ? null : key };
}

function fresh(drawn: Draw, world: World, now: number, wallets: WalletKey[]): Command {
  const { op, size, part, pick, clamp, deficitMax } = drawn;
  // Mostly where there is something to do.
  const [fits, instead] = FITS[op];
  const fit = pick % 8 === 0 ? wallets : wallets.filter((other) => fits(settled(world, other, now)));
  const wallet = nth(fit, drawn.wallet);
  if (wallet === undefined) return fresh({ ...drawn, op: instead }, world, now, wallets);
  const own = walletOf(world, wallet);
  const afford = () => {
    // Mostly what can be afforded, often all of it.
    const { available } = settled(world, wallet, now);
    if (available === 0 || pick % 5 === 0) return size;
    return pick % 3 === 0 ? available : (size % available) + 1;
  };
  const later = (from: number) => (drawn.days < from ? null : now + drawn.days - from + 0.5);
  const idleDays = IDLE_DAYS[currencyOf(wallet)];
  const common = { wallet, key: null };
  const idle = idleDays === null || pick % 4 === 0 ? null : now + idleDays + 0.5;
  const askers = (state: string) => Object.keys(own.holds).filter((asker) => own.holds[asker]!.state === state);
  const asker = (state: string) =>
    (pick % 6 > 0 ? nth(askers(state), pick) : undefined) ?? `hold-${pick % 12} of ${wallet}`;
  switch (op) {
    case 'credit': {
      const kind = part ? 'EARN' : 'ADJUST';
      return { ...common, op, kind, lots: drawn.lots.map((lot) => lotOf(lot, now, kind)), idle };
    }
    case 'debit':
      return { ...common, op, kind: part ? 'SPEND' : 'ADJUST', amount: afford(), idle };
    case 'hold': {
      // Some askers ask for the same of whatever wallet.
      const isShared = pick % 7 === 0;
      const of = isShared ? `hold-${pick % 5}` : `hold-${pick % (part ? 12 : 1000)} of ${wallet}`;
      const lapses = later(2);
      const graceDays = GRACE_DAYS[currencyOf(wallet)];
      const grace = lapses === null || graceDays === null ? null : lapses + graceDays;
      return { ...common, op, asker: of, amount: isShared ? 2 : afford(), lapses, grace };
    }
    case 'capture':
      return { ...common, op, asker: asker('HELD'), amount: part ? (size % 12) + 1 : null, idle };
    case 'release':
      return { ...common, op, asker: asker('HELD'), amount: part ? (size % 12) + 1 : null, grace: later(3) };
    case 'restore':
      return { ...common, op, asker: asker('CAPTURED'), amount: part ? (size % 12) + 1 : size, grace: later(3) };
    case 'reverse': {
      const undoable = own.entries.flatMap((entry, index) =>
        size % 8 === 0 || isReversible(entry) ? [index + 1] : [],
      );
      // Some ask for what was undone already.
      const seq = nth(size % 6 === 0 && own.undone.length > 0 ? own.undone : undoable, pick) ?? 0;
      const lots = own.lots.filter((lot) => lot.seq === seq);
      const given = lots.reduce((sum, lot) => sum + lot.amount, 0);
      const amount = part && given > 0 ? (size % given) + 1 : null;
      const byOrigin = own.entries[seq - 1]?.kind === 'EARN' && pick % 2 === 0;
      return { ...common, op, seq, byOrigin, amount, deficitMax, clamp, grace: later(3) };
    }
    case 'confirm': {
      const waiting = own.lots.filter(isWaiting).map((lot) => lot.seq);
      const seq =
        nth(waiting, pick) ??
        nth(
          own.entries.map((_, index) => index + 1),
          pick,
        ) ??
        0;
      const byOrigin = own.entries[seq - 1]?.kind === 'EARN' && size % 2 === 0;
      return { ...common, op, seq, byOrigin, expires: drawn.days === 0 ? null : now + drawn.days - 1.5, idle };
    }
    case 'transfer': {
      const to = nth(
        wallets.filter((other) => other !== wallet),
        drawn.other,
      )!;
      const amount = afford();
      const rate = currencyOf(to) === currencyOf(wallet) ? 1 : nth([1, 0.5, 3, 0.3], pick)!;
      return { ...common, op, to, amount, toAmount: Math.max(1, Math.floor(amount * rate)), fee: part ? size % 4 : 0 };
    }
  }
}
