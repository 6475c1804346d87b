// What one purchase, event or reached tier gives under a rule book: a pure function of what is kept of it, its pinned facts
// and what limits left. Every point is in a step; a grant's amount is the sum of its steps, and of its parts.
import type { BookRule, RuleBook } from './book.rules.ts';
import { combined, type Given, type Held, type Passed, type TierMultiplier } from './combine.rules.ts';
import type { Condition, Happening } from './condition.rules.ts';
import type { Evaluation, Grant, GrantPart, Occasion, Rooms, Step } from './facts.rules.ts';
import { limited, takenOf, type LimitStep, type Portion } from './limit.rules.ts';
import { cutsOf } from './price.rules.ts';
import { Sums } from './sum.rules.ts';

/** Told of what gave nothing, and why; does not listen unless an evaluation is traced. */
type Listener = Passed[] | null;

function failed<Asked>(rule: BookRule, { reason, required, actual }: Condition<Asked>, asked: Asked): Passed {
  const there = actual?.(asked);
  return {
    code: rule.rule.code,
    reason,
    ...(required === undefined ? {} : { required }),
    ...(there === undefined ? {} : { actual: there }),
  };
}

/** A rule with the lines that count for it; null: one of its conditions does not hold. */
function heldOf(rule: BookRule, happening: Happening, sums: Sums, listener: Listener): Held | null {
  const not = rule.happening.find(({ holds }) => !holds(happening));
  if (not !== undefined) {
    listener?.push(failed(rule, not, happening));
    return null;
  }
  const asked = { ...happening, sums, of: rule.counts === null ? sums.all : sums.select(rule.counts) };
  const missing = rule.ofLines.find(({ holds }) => !holds(asked));
  if (missing === undefined) return { rule, asked };
  listener?.push(failed(rule, missing, asked));
  return null;
}

/** Multipliers of the member's tier, of points that purchases give. */
function tierMultipliers({ programme }: RuleBook, { facts, member }: Happening, currency: string): TierMultiplier[] {
  if (facts.event !== null) return [];
  const level = programme.tiers.levels.find(({ code }) => code === member.tier);
  return (level?.benefits ?? []).flatMap(({ multiplier }) =>
    multiplier?.currency === currency ? [{ code: `${member.tier}-multiplier`, factor: multiplier.factor }] : [],
  );
}

/** What rules and tiers give, in the order in which it is counted. */
function portionsOf(book: RuleBook, happening: Happening, held: Held[], passed: Passed[]): Portion[] {
  return [...Map.groupBy(held, ({ rule }) => rule.set)].flatMap(([set, own]) =>
    book.programme.currencies.flatMap((currency) => {
      const rules = own.filter(({ rule }) => rule.rule.currency === currency.code);
      const tiers = tierMultipliers(book, happening, currency.code);
      // A tier's place in the file's order is behind its set.
      const end = own.at(-1)!.rule.at + 0.5;
      return combined(set, rules, rules.length === 0 ? [] : tiers, passed).map((given) => ({
        given,
        currency,
        at: given.rule?.at ?? end,
        amount: given.amount,
      }));
    }),
  );
}

const stepOf = ({ code, step, amount }: Given): Step => ({
  rule: code,
  applied: true,
  ...step,
  amount: Number(amount),
});

const partOf = ({ given, amount }: Portion): GrantPart => ({
  rule: given.code,
  campaign: given.rule?.rule.campaign ?? null,
  amount: Number(amount),
});

/** `counted`: in the order of counting; `portions`: in the file's order, as limits left them. */
function grantOf(code: string, counted: Portion[], portions: Portion[], limits: LimitStep[]): Grant {
  const parts = portions.filter(({ currency, amount }) => currency.code === code && amount > 0n).map(partOf);
  const given = counted.filter(({ currency }) => currency.code === code).map((one) => stepOf(one.given));
  return {
    currency: code,
    amount: parts.reduce((sum, { amount }) => sum + amount, 0),
    parts,
    steps: [...given, ...limits.filter(({ currency }) => currency === code).map(({ step }) => step)],
  };
}

/** In the file's order; a tier's multipliers come last. */
function othersOf(rules: BookRule[], passed: Passed[]): Step[] {
  const kinds = new Map(rules.map(({ rule, kind, at }) => [rule.code, { kind, at }]));
  const place = ({ code }: Passed): number => kinds.get(code)?.at ?? Infinity;
  return passed
    .toSorted((one, other) => place(one) - place(other) || 0)
    .map(({ code, ...why }) => ({ rule: code, applied: false, kind: kinds.get(code)?.kind ?? 'tier', ...why }));
}

const nothing = (others: Step[]): Evaluation => ({ grants: [], cuts: [], taken: {}, others });

/** `trace`: also tells of each rule that gave nothing, and asks all of them for it. */
export function evaluate(book: RuleBook, occasion: Occasion, rooms: Rooms, trace = false): Evaluation {
  const { facts, paid, kept } = occasion;
  const { member } = facts;
  const on = book.on.get(facts.event?.type);
  if (on === undefined) return nothing([]);
  const { rules, index } = on;
  if (member === null) {
    const others = rules.map(({ rule }): Passed => ({ code: rule.code, reason: 'anonymous' }));
    return nothing(trace ? othersOf(rules, others) : []);
  }
  // Where nothing is kept of what it cost, no line counts.
  const counting = paid.gt(0) && kept.lte(0) ? { ...occasion, lines: [] } : occasion;
  const sums = new Sums(counting, book.base.decimals);
  const passed: Passed[] = [];
  const asked = trace ? rules : index.candidates(counting, member);
  const held = asked.flatMap((rule) => heldOf(rule, { facts, member }, sums, trace ? passed : null) ?? []);
  const cuts = cutsOf(counting, held, passed);
  const counted = portionsOf(book, { facts, member }, held, passed);
  const portions = counted.toSorted((one, other) => one.at - other.at);
  const setting = { day: facts.day, base: book.base };
  const limits = limited(portions, rooms, setting);
  const given = book.programme.currencies.filter((known) => counted.some(({ currency }) => currency === known));
  return {
    grants: given.map(({ code }) => grantOf(code, counted, portions, limits)),
    cuts,
    taken: takenOf(portions, rooms, setting),
    others: trace ? othersOf(rules, passed) : [],
  };
}
