// A second evaluator, small and slow, written from product.md and programmes/README.md without a look at the engine: each
// set, rule by rule, each time anew. Where it and the engine differ, README.md says who is wrong.
import type {
  Evaluation,
  Grant,
  Line,
  Occasion,
  Rooms,
  Step,
  StepKind,
} from '../../../subgraphs/points/earning/facts.rules.ts';
import type { Rule, RuleSet } from '../../../subgraphs/points/programme/earning.rules.ts';
import type { Programme } from '../../../subgraphs/points/programme/programme.rules.ts';
import { fraction, minus, over, round, times, total, whole, type Fraction } from './fraction.ts';
import { combined } from './oracle-combine.ts';
import { countingOf, holds, sumOf, type Scene } from './oracle-condition.ts';
import { limited, type Part } from './oracle-limit.ts';
import { cutsOf } from './oracle-price.ts';

/** Some lines, and whether what is of no line is meant as well. */
interface Portion {
  lines: Line[];
  loose: boolean;
}

type Giver = Pick<Rule, 'code' | 'give' | 'when' | 'campaign' | 'group' | 'caps'>;

interface Given extends Part {
  /** In its set. */
  place: number;
  kind: StepKind;
}

/** What a rule that is no multiplier gives for a portion, unrounded. */
function givenBy(rule: Giver, { lines, loose }: Portion, scene: Scene): Fraction {
  const { perAmount, perItem, perAttribute, ...others } = rule.give;
  const counting = countingOf(rule, lines);
  if (perAmount !== undefined) {
    const sum = counting.length === 0 ? whole(0) : sumOf(scene, counting, perAmount.amount, perAmount.tax);
    const parts = over(sum, fraction(perAmount.each));
    return times(whole(perAmount.points), perAmount.whole ? whole(round(parts, 'floor')) : parts);
  }
  if (perItem !== undefined) {
    return times(whole(perItem.points), total(counting.map(({ quantity }) => fraction(quantity))));
  }
  if (!loose) return whole(0);
  if (perAttribute === undefined) return whole((others.fixed ?? others.perVisit ?? others.surprise)!.points);
  const number = fraction(Math.max(0, Number(scene.occasion.facts.event!.attributes[perAttribute.name] ?? 0)));
  return times(whole(perAttribute.points), over(number, fraction(perAttribute.each)));
}

/** One set's rules of one currency, on one occasion. */
class Combination {
  private readonly kept: Giver[];
  private readonly multipliers: Giver[];

  constructor(
    private readonly set: RuleSet,
    private readonly currency: string,
    private readonly scene: Scene,
  ) {
    const rules = set.rules.filter((rule) => rule.currency === currency && holds(rule, scene));
    const worth = (rule: Giver) => this.amountOf(rule);
    const isMultiplier = ({ give }: Giver) => give.multiply !== undefined;
    this.kept = combined(
      set,
      rules.filter((rule) => !isMultiplier(rule)),
      worth,
    );
    const candidates = [...rules.filter(isMultiplier), ...this.ofTier()].filter(
      (rule) => total(this.portions().map((portion) => this.worthOf(rule, [], portion))).top > 0n,
    );
    this.multipliers = combined(set, candidates, worth);
  }

  parts(): Given[] {
    const places = this.set.rules.map(({ code }) => code);
    const chained = this.set.combine === 'multiply';
    return [
      ...this.kept.map((rule) => ({ rule, amount: this.amountOf(rule) })),
      ...this.multipliers.map((rule, index) => ({
        rule,
        amount: this.amountOf(rule, chained ? this.multipliers.slice(0, index) : []),
      })),
    ].map(({ rule, amount }) => ({
      place: places.includes(rule.code) ? places.indexOf(rule.code) : places.length,
      currency: this.currency,
      rule: rule.code,
      kind: places.includes(rule.code) ? (Object.keys(rule.give)[0] as StepKind) : 'tier',
      campaign: rule.campaign ?? null,
      caps: rule.caps ?? [],
      amount,
    }));
  }

  private ofTier(): Giver[] {
    const { member, event } = this.scene.occasion.facts;
    const level = this.scene.programme.tiers.levels.find(({ code }) => code === member?.tier);
    const own = level?.benefits.filter(({ multiplier }) => multiplier?.currency === this.currency) ?? [];
    return event !== null
      ? []
      : own.map(({ multiplier }) => ({
          code: `${level!.code}-multiplier`,
          give: { multiply: { factor: multiplier!.factor } },
        }));
  }

  private portions(): Portion[] {
    const { lines } = this.scene.occasion;
    if (this.set.roundAt === 'purchase') return [{ lines, loose: true }];
    return [...lines.map((line) => ({ lines: [line], loose: false })), { lines: [], loose: true }];
  }

  private amountOf(rule: Giver, before: Giver[] = []): bigint {
    return this.portions()
      .map((portion) => round(this.worthOf(rule, before, portion), this.set.rounding))
      .reduce((sum, points) => sum + points, 0n);
  }

  /** Unrounded; of what some of the kept rules give, where it multiplies. */
  private worthOf(rule: Giver, before: Giver[], { lines, loose }: Portion, some = this.kept): Fraction {
    const { multiply } = rule.give;
    if (multiply === undefined) return givenBy(rule, { lines, loose }, this.scene);
    const isOfLines = rule.when?.items !== undefined || rule.when?.except !== undefined;
    const portion = { lines: countingOf(rule, lines), loose: loose && !isOfLines && multiply.of !== undefined };
    const multiplied = some.filter(({ code }) => multiply.of?.includes(code) ?? true);
    const base = [
      ...multiplied.map((one) => this.worthOf(one, [], portion)),
      ...before.map((one, index) => this.worthOf(one, before.slice(0, index), portion, multiplied)),
    ];
    return times(minus(fraction(multiply.factor), whole(1)), total(base));
  }
}

export function oracle(programme: Programme, occasion: Occasion, rooms: Rooms): Evaluation {
  const scene = { programme, occasion };
  const given = programme.earning.flatMap((set) =>
    programme.currencies
      .flatMap(({ code }) => new Combination(set, code, scene).parts())
      .toSorted((one, other) => one.place - other.place),
  );
  const { parts, takings, taken } = limited(given, scene, rooms);
  const grants = programme.currencies.flatMap(({ code }): Grant[] => {
    const own = <T extends { currency: string }>(some: T[]) => some.filter(({ currency }) => currency === code);
    if (own(given).length === 0) return [];
    const steps = [...own(given), ...own(takings)].map(({ rule, kind, amount }): Step => ({
      rule,
      kind,
      applied: true,
      amount: Number(amount),
    }));
    const left = own(parts).map(({ rule, campaign, amount }) => ({ rule, campaign, amount: Number(amount) }));
    return [{ currency: code, amount: left.reduce((sum, { amount }) => sum + amount, 0), parts: left, steps }];
  });
  return { grants, cuts: cutsOf(scene), taken, others: [] };
}
