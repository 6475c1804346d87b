// Random histories: a step is a handful of numbers that become commands against the state they meet, so that a failing
// history can be shortened and still makes sense.
import fc from 'fast-check';
import type { Command } from './command.ts';
import { settle, type Model } from './model.ts';

export type Step =
  | { do: 'wait'; days: number }
  /** The job that writes down what has fallen due. */
  | { do: 'sweep' }
  /** Posted together, in one transaction. */
  | { do: 'post'; draws: Draw[] };

interface Draw {
  op: 'credit' | 'debit' | 'hold' | 'capture' | 'release' | 'restore' | 'reverse';
  /** Its size, and whether it is a whole or a part. */
  size: number;
  part: boolean;
  /** Which hold or entry. */
  pick: number;
  /** Days until it activates and, from then, expires. */
  waits: number;
  lasts: number;
}

const draw: fc.Arbitrary<Draw> = fc.record({
  op: fc.oneof(
    { weight: 5, arbitrary: fc.constant('credit' as const) },
    { weight: 3, arbitrary: fc.constantFrom('debit' as const, 'hold' as const) },
    {
      weight: 6,
      arbitrary: fc.constantFrom('capture' as const, 'release' as const, 'restore' as const, 'reverse' as const),
    },
  ),
  size: fc.integer({ min: 1, max: 40 }),
  part: fc.boolean(),
  pick: fc.nat(1000),
  waits: fc.integer({ min: -4, max: 3 }),
  lasts: fc.integer({ min: -1, max: 6 }),
});

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 3, arbitrary: fc.record({ do: fc.constant('wait' as const), days: fc.integer({ min: 1, max: 3 }) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('sweep' as const) }) },
  {
    weight: 14,
    arbitrary: fc.record({ do: fc.constant('post' as const), draws: fc.array(draw, { minLength: 1, maxLength: 3 }) }),
  },
);

export const histories = fc.array(step, { minLength: 1, maxLength: 50, size: 'max' });

const nth = <T>(list: T[], pick: number): T | undefined => list[pick % Math.max(1, list.length)];

export function commandOf({ op, size, part, pick, waits, lasts }: Draw, model: Model, now: number): Command {
  const entry = nth(model.entries, pick);
  const made = model.lots.find(({ seq }) => seq === (pick % Math.max(1, model.entries.length)) + 1);
  switch (op) {
    case 'credit': {
      // Half wait for something; one in eight never expires, one in eight has expired before it was recorded.
      const activates = waits >= 0 ? now + waits + 0.5 : null;
      const begins = activates ?? now - 0.5;
      const expires = lasts === 0 ? null : Math.max(begins + lasts, activates === null ? -Infinity : begins + 1);
      return { op, kind: part ? 'EARN' : 'ADJUST', amount: size, activates, expires };
    }
    case 'debit':
    case 'hold': {
      // Mostly what can be afforded.
      const { available } = settle(structuredClone(model), now);
      const amount = available > 0 && pick % 5 > 0 ? (size % available) + 1 : size;
      const asker = part ? `hold-${pick % 12}` : `hold-of-${pick % 100}`;
      return op === 'hold' ? { op, asker, amount } : { op, kind: part ? 'SPEND' : 'ADJUST', amount };
    }
    case 'capture':
    case 'release': {
      const open = Object.keys(model.holds).filter((asker) => model.holds[asker]!.state === 'HELD');
      const asker = pick % 6 > 0 ? nth(open, pick) : `hold-${pick % 12}`;
      if (asker === undefined) return { op: 'hold', asker: `hold-of-${pick}`, amount: size };
      return { op, asker, amount: part ? (size % 12) + 1 : null };
    }
    case 'restore': {
      const spent = Object.keys(model.holds).filter((asker) => model.holds[asker]!.state === 'CAPTURED');
      const asker = pick % 6 > 0 ? nth(spent, pick) : `hold-${pick % 12}`;
      return { op, asker: asker ?? `hold-of-${pick}`, amount: part ? (size % 12) + 1 : size };
    }
    case 'reverse': {
      if (entry === undefined) return { op: 'debit', kind: 'SPEND', amount: size };
      const seq = (pick % model.entries.length) + 1;
      const some = part && made !== undefined && entry.kind === 'EARN';
      return { op, seq, amount: some ? (size % made.amount) + 1 : null };
    }
  }
}
