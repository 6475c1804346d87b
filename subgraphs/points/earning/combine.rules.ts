// How rules of a set combine that give the same: groups first, then what the set says; multipliers on what is left.
import type { RuleSet } from '../programme/earning.rules.ts';
import type { BookRule } from './book.rules.ts';
import type { Reason, Step } from './facts.rules.ts';
import { decimal, decimalText, minus, ONE, plus, times, ZERO, type Fraction } from './fraction.rules.ts';
import { addPieces, amountOf, piecesOf, type Pieces } from './give.rules.ts';
import type { Counted } from './line.rules.ts';
import type { Selection } from './sum.rules.ts';

/** What may be left out for another. */
export interface Rival {
  code: string;
  group: string | undefined;
  amount: bigint;
  /** What it gives as explanations write it, when that is no bare number of points. */
  written?: string;
}

/** What was left out, and why. */
export interface Passed {
  code: string;
  reason: Reason;
  required?: string;
  actual?: string;
}

const most = <T extends Rival>(rivals: T[]): T =>
  rivals.reduce((best, rival) => (rival.amount > best.amount ? rival : best));

/** Those that stay, in their order. `passed` is told of the others. */
export function chosen<T extends Rival>(rivals: T[], combine: RuleSet['combine'], passed: Passed[]): T[] {
  const stay = (left: T[], winner: T, reason: Reason): T[] =>
    left.filter((rival) => {
      if (rival === winner) return true;
      passed.push({ code: rival.code, reason, required: winner.code, actual: rival.written ?? String(rival.amount) });
      return false;
    });
  let left = rivals;
  for (const group of new Set(rivals.map((rival) => rival.group))) {
    if (group === undefined) continue;
    const own = rivals.filter((rival) => rival.group === group);
    const kept = new Set(stay(own, most(own), 'group'));
    left = left.filter((rival) => rival.group !== group || kept.has(rival));
  }
  if (left.length < 2 || combine === 'sum' || combine === 'multiply') return left;
  return combine === 'best' ? stay(left, most(left), 'best') : stay(left, left[0]!, 'first');
}

/** A rule of which its conditions hold. */
export interface Held {
  rule: BookRule;
  asked: Counted;
}

/** What a rule or a tier gives, before limits. */
export interface Given extends Rival {
  /** Null: a tier. */
  rule: BookRule | null;
  step: Pick<Step, 'kind' | 'required' | 'actual'>;
}

/** What a multiplier finds: so many times what a rule gives over some lines. */
interface Layer {
  of: Selection;
  factor: Fraction;
}

interface Source extends Given, Held {
  rule: BookRule;
  layers: Layer[];
}

export interface TierMultiplier {
  code: string;
  factor: string;
}

interface Multiplier {
  code: string;
  group: string | undefined;
  /** Null: a tier's. */
  held: Held | null;
  factor: string;
  of: Set<string> | null;
  /** The lines that count for it; null: all. */
  only: Selection | null;
}

const multiplierOf = (held: Held): Multiplier => {
  const { factor, of } = held.rule.rule.give.multiply!;
  return {
    code: held.rule.rule.code,
    group: held.rule.rule.group,
    held,
    factor,
    of: of === undefined ? null : new Set(of),
    only: held.rule.counts === null ? null : held.asked.of,
  };
};

function sourceOf(held: Held): Source {
  const { rule, asked } = held;
  const step = { kind: rule.kind, ...rule.giving!.told(asked) };
  const amount = amountOf(piecesOf(rule, asked), rule.set);
  const layers = [{ of: asked.of, factor: ONE }];
  return { ...held, code: rule.rule.code, group: rule.rule.group, amount, step, layers };
}

/** Those of a source's layers that a multiplier takes; what is of no line only where it is named. */
function taken({ only, of }: Multiplier, { rule, asked, layers }: Source): Layer[] {
  const named = of?.has(rule.rule.code);
  if (named === false) return [];
  if (!rule.giving!.ofLines) return named === true && only === null ? layers : [];
  if (only === null) return layers;
  return layers.flatMap(({ of: lines, factor }) => {
    const both = asked.sums.common(lines, only);
    return both === null ? [] : [{ of: both, factor }];
  });
}

interface Multiplied extends Given {
  multiplier: Multiplier;
  base: Fraction;
  layers: Map<Source, Layer[]>;
}

const moreThanOnce = (factor: string): Fraction => minus(decimal(factor), ONE);

function multiplied(multiplier: Multiplier, sources: Source[], set: RuleSet): Multiplied {
  const layers = new Map(sources.map((source) => [source, taken(multiplier, source)]));
  const base: Pieces = new Map();
  for (const [{ rule, asked }, own] of layers) {
    for (const { of, factor } of own) addPieces(base, piecesOf(rule, { ...asked, of }), factor);
  }
  const pieces: Pieces = new Map();
  addPieces(pieces, base, moreThanOnce(multiplier.factor));
  const total = [...base.values()].reduce(plus, ZERO);
  const { code, group, held, factor } = multiplier;
  const kind = held === null ? 'tier' : 'multiply';
  const step: Given['step'] = { kind, required: factor, actual: decimalText(total, 0, 2) };
  return {
    code,
    group,
    rule: held?.rule ?? null,
    amount: amountOf(pieces, set),
    step,
    multiplier,
    base: total,
    layers,
  };
}

const sameLines = (one: Selection, other: Selection): boolean =>
  one === other || (one.places.length === other.places.length && one.places.every((at, n) => at === other.places[n]));

/** With what a multiplier gave, as a base of those that come after it. */
function grown(source: Source, { multiplier, layers }: Multiplied): Source {
  const all = [...source.layers];
  const more = moreThanOnce(multiplier.factor);
  for (const { of, factor } of layers.get(source) ?? []) {
    const at = all.findIndex((layer) => sameLines(layer.of, of));
    const sum = plus(all[at]?.factor ?? ZERO, times(factor, more));
    if (at === -1) all.push({ of, factor: sum });
    else all[at] = { of, factor: sum };
  }
  return { ...source, layers: all };
}

function inTurn(multipliers: Multiplier[], sources: Source[], set: RuleSet): Multiplied[] {
  let bases = sources;
  return multipliers.map((multiplier) => {
    const result = multiplied(multiplier, bases, set);
    bases = bases.map((source) => grown(source, result));
    return result;
  });
}

/** What rules of one set give in one currency, by themselves first, then multiplied; each in the file's order. */
export function combined(set: RuleSet, held: Held[], tier: TierMultiplier[], passed: Passed[]): Given[] {
  const sources = held.filter(({ rule }) => rule.giving !== null).map(sourceOf);
  const kept = chosen(sources, set.combine, passed);
  const tiers = tier.map((own) => ({ ...own, group: undefined, held: null, of: null, only: null }));
  const multipliers = [...held.filter(({ rule }) => rule.giving === null).map(multiplierOf), ...tiers];
  const worth = multipliers.flatMap((multiplier) => {
    const alone = multiplied(multiplier, kept, set);
    if (alone.base.n > 0n) return [alone];
    passed.push({ code: multiplier.code, reason: 'nothing-to-multiply' });
    return [];
  });
  const left = chosen(worth, set.combine, passed);
  if (set.combine !== 'multiply' || left.length < 2) return [...kept, ...left];
  const chain = left.map(({ multiplier }) => multiplier);
  return [...kept, ...inTurn(chain, kept, set)];
}
