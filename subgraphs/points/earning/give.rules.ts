// What rules give by themselves, unrounded, as pieces: of the whole, or of each line where their set rounds at the line.
import { Big } from 'big.js';
import type { Give, Rule, RuleSet } from '../programme/earning.rules.ts';
import type { BookRule } from './book.rules.ts';
import type { Facts, Step, StepKind } from './facts.rules.ts';
import {
  decimal,
  decimalText,
  floor,
  over,
  plus,
  rounded,
  tenTo,
  times,
  whole,
  ZERO,
  type Fraction,
} from './fraction.rules.ts';
import type { Base, Counted } from './line.rules.ts';

/** By the line's place; what is of no line at `WHOLE`. */
export type Pieces = Map<number, Fraction>;

export const WHOLE = -1;

export type GiveKind = Exclude<StepKind, 'tier' | 'rule-cap' | 'budget' | 'cap' | 'given-before'>;

/** The only part of a rule's `give` that is there. */
export const giveKind = (give: Give): GiveKind =>
  Object.entries(give).find(([, value]) => value !== undefined)![0] as GiveKind;

/** One way to give points: how much, unrounded, and what the explanation says of it. */
export interface Giving {
  /** Whether it is of the lines; else of the purchase or event. */
  ofLines: boolean;
  measure: (asked: Counted) => Fraction;
  told: (asked: Counted) => Pick<Step, 'required' | 'actual'>;
}

const points = (count: number): Fraction => whole(BigInt(count));

const quietly = (): Pick<Step, 'required' | 'actual'> => ({});

const flat = (count: number, told: Giving['told'] = quietly): Giving => ({
  ofLines: false,
  measure: () => points(count),
  told,
});

function perAmount(give: NonNullable<Give['perAmount']>, base: Base): Giving {
  const [count, each] = [points(give.points), decimal(give.each)];
  const sum = ({ sums, of }: Counted): Fraction => ({ n: sums.money(of, give), d: tenTo(base.decimals) });
  return {
    ofLines: true,
    measure: (asked) => {
      const multiples = over(sum(asked), each);
      return times(count, give.whole ? whole(floor(multiples)) : multiples);
    },
    told: (asked) => ({
      required: `${give.each} ${base.code}`,
      actual: `${decimalText(sum(asked), base.decimals)} ${base.code}`,
    }),
  };
}

function perItem({ points: count }: NonNullable<Give['perItem']>): Giving {
  return {
    ofLines: true,
    measure: ({ sums, of }) => times(points(count), sums.quantity(of)),
    told: ({ sums, of }) => ({ required: '1', actual: decimalText(sums.quantity(of), 0, 9) }),
  };
}

/** A number of an event, as far as it is above 0. */
const attributeOf = ({ event }: Facts, name: string): Fraction => {
  const value = event?.attributes[name];
  return typeof value === 'number' && value > 0 ? decimal(Big(value).toFixed()) : ZERO;
};

function perAttribute({ name, points: count, each }: NonNullable<Give['perAttribute']>): Giving {
  return {
    ofLines: false,
    measure: ({ facts }) => over(times(points(count), attributeOf(facts, name)), decimal(each)),
    told: ({ facts }) => ({ required: each, actual: decimalText(attributeOf(facts, name), 0, 9) }),
  };
}

/** Null: a multiplier or a discount, which gives nothing by itself. */
export function givingOf({ code, give }: Rule, base: Base): Giving | null {
  if (give.perAmount !== undefined) return perAmount(give.perAmount, base);
  if (give.perItem !== undefined) return perItem(give.perItem);
  if (give.perAttribute !== undefined) return perAttribute(give.perAttribute);
  const { surprise, fixed = give.perVisit } = give;
  if (surprise === undefined) return fixed === undefined ? null : flat(fixed.points);
  return flat(surprise.points, ({ member }) => ({ required: surprise.odds, actual: member.draws[code]! }));
}

export function piecesOf({ giving, set }: BookRule, asked: Counted): Pieces {
  if (giving === null) return new Map();
  if (set.roundAt === 'purchase' || !giving.ofLines) return new Map([[WHOLE, giving.measure(asked)]]);
  const { sums, of } = asked;
  return new Map(of.places.map((place) => [place, giving.measure({ ...asked, of: sums.alone(place) })]));
}

/** Adds pieces, `factor` times each. */
export function addPieces(to: Pieces, pieces: Pieces, factor: Fraction): void {
  for (const [place, piece] of pieces) to.set(place, plus(to.get(place) ?? ZERO, times(piece, factor)));
}

/** Rounded as the set says: once, or piece by piece and then added. */
export function amountOf(pieces: Pieces, { rounding }: RuleSet): bigint {
  let amount = 0n;
  for (const piece of pieces.values()) amount += rounded(piece, rounding);
  return amount;
}
