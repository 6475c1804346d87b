import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { apply, emptyWorld, type World } from './command.ts';
import { settle } from './due.ts';
import { commandOf, histories, walletsOf, type Step } from './history.ts';
import { copyOf, type Wallet } from './model.ts';

interface Moment {
  world: World;
  day: number;
  /** What came of each command: `debit INSUFFICIENT_POINTS`. */
  outcomes: string[];
}

/** What a history comes to in the model alone. */
function imagined(steps: Step[]): Moment {
  const wallets = walletsOf(2);
  const moment: Moment = { world: emptyWorld(), day: 0, outcomes: [] };
  for (const step of steps) {
    if (step.do === 'wait') moment.day += step.days;
    if (!('draws' in step)) continue;
    for (const command of step.draws.map((drawn) => commandOf(drawn, moment.world, moment.day, wallets))) {
      const { world, answer } = apply(moment.world, command, moment.day);
      moment.world = world;
      moment.outcomes.push(`${command.op} ${answer.refusal ?? (answer.replayed ? 'replayed' : 'done')}`);
    }
  }
  return moment;
}

const sum = (numbers: number[]): number => numbers.reduce((total, number) => total + number, 0);
const expectAlways = (holds: (wallet: Wallet, day: number) => void) =>
  fc.assert(
    fc.property(histories, (steps) => {
      const { world, day } = imagined(steps);
      for (const wallet of Object.values(world.wallets)) holds(wallet, day);
    }),
    { numRuns: 50 },
  );

describe('the model', () => {
  test('has in its lots what it says, and as much as its entries have changed', () => {
    expectAlways(({ pending, available, held, deficit, lots, entries }) => {
      expect([pending, available, held]).toEqual([
        sum(lots.map((lot) => lot.pending)),
        sum(lots.map((lot) => lot.remaining)),
        sum(lots.map((lot) => lot.held)),
      ]);
      expect(pending + available + held - deficit).toBe(sum(entries.map((entry) => entry.amount)));
    });
  });

  test('never has less than nothing, nor more of a lot than was given', () => {
    expectAlways(({ deficit, available, lots }) => {
      expect(deficit === 0 || (deficit > 0 && available === 0)).toBe(true);
      for (const { amount, pending, remaining, held, reversed } of lots) {
        expect(Math.min(pending, remaining, held, reversed)).toBeGreaterThanOrEqual(0);
        expect(Math.max(pending + remaining + held, reversed)).toBeLessThanOrEqual(amount);
      }
    });
  });

  test('ends alike whether time is settled day by day or at once', () => {
    expectAlways((wallet, day) => {
      const [daily, once] = [copyOf(wallet), copyOf(wallet)];
      for (let later = day; later <= day + 20; later += 1) settle(daily, later);

      expect(daily).toEqual(settle(once, day + 20));
    });
  });
});

test('histories meet every operation, done and refused', () => {
  const seen = new Set<string>();
  const moves = new Set<string>();
  for (const steps of fc.sample(histories, { numRuns: 200, seed: 1 })) {
    const { world, outcomes } = imagined(steps);
    for (const outcome of outcomes) seen.add(outcome);
    for (const { entries } of Object.values(world.wallets)) {
      for (const entry of entries) {
        for (const { source, target } of entry.moves) moves.add(`${entry.kind} ${source} ${target}`);
      }
    }
  }

  expect([...seen]).toEqual(
    expect.arrayContaining([
      'credit done',
      'credit replayed',
      'credit IDEMPOTENCY_KEY_REUSED',
      'debit done',
      'debit replayed',
      'debit INSUFFICIENT_POINTS',
      'debit IDEMPOTENCY_KEY_REUSED',
      'hold done',
      'hold INSUFFICIENT_POINTS',
      'hold HOLD_NOT_OPEN',
      'hold IDEMPOTENCY_KEY_REUSED',
      'capture done',
      'capture HOLD_NOT_OPEN',
      'capture HOLD_EXCEEDED',
      'release done',
      'release HOLD_EXCEEDED',
      'restore done',
      'restore HOLD_NOT_OPEN',
      'restore HOLD_EXCEEDED',
      'reverse done',
      'reverse replayed',
      'reverse ENTRY_NOT_REVERSIBLE',
      'reverse DEFICIT_EXCEEDED',
      'confirm done',
      'confirm replayed',
      'confirm ENTRY_NOT_PENDING',
      'transfer done',
      'transfer replayed',
      'transfer INSUFFICIENT_POINTS',
    ]),
  );
  expect([...moves]).toEqual(
    expect.arrayContaining([
      'EARN AVAILABLE DEFICIT',
      'ACTIVATE AVAILABLE DEFICIT',
      'RELEASE AVAILABLE DEFICIT',
      'TRANSFER AVAILABLE DEFICIT',
      'REVERSE PENDING REVERSED',
      'REVERSE AVAILABLE REVERSED',
      'REVERSE DEFICIT REVERSED',
      'REVERSE LOST REVERSED',
      'REVERSE SPENT AVAILABLE',
      'REVERSE ADJUSTED AVAILABLE',
      'CONVERT CONVERTED AVAILABLE',
      'TRANSFER AVAILABLE SPENT',
      'TRANSFER TRANSFERRED AVAILABLE',
      'EXPIRE AVAILABLE EXPIRED',
    ]),
  );
});
