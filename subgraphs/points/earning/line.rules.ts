// What must hold of an occasion's lines for a rule: which of them count, what they cost, and its expression.
import type { Conditions, EventType, Items, Rule } from '../programme/earning.rules.ts';
import { listed, type Condition, type Happening } from './condition.rules.ts';
import { expressionOf } from './expression.rules.ts';
import type { Line } from './facts.rules.ts';
import { decimal, decimalText, less, tenTo, type Fraction } from './fraction.rules.ts';
import type { Selection, Sums } from './sum.rules.ts';

/** What happened, and the lines of it that count for a rule. */
export interface Counted extends Happening {
  sums: Sums;
  of: Selection;
}

const setOf = (list: string[] | undefined) => list && new Set<string | null>(list);

function isOf(items: Items): (line: Line) => boolean {
  const [skus, categories, brands] = [setOf(items.skus), setOf(items.categories), setOf(items.brands)];
  return ({ sku, category, brand }) =>
    (skus?.has(sku) ?? true) && (categories?.has(category) ?? true) && (brands?.has(brand) ?? true);
}

/** Whether a line counts; null: all lines do. */
export function countsOf({ items, except }: Conditions): ((line: Line) => boolean) | null {
  if (items === undefined && except === undefined) return null;
  const within = items === undefined ? () => true : isOf(items);
  const without = except === undefined ? () => false : isOf(except);
  return (line) => within(line) && !without(line);
}

const itemsText = ({ skus = [], categories = [], brands = [] }: Items): string =>
  listed([...skus, ...categories, ...brands]);

/** The base currency's code and its decimals. */
export interface Base {
  code: string;
  decimals: number;
}

function ofMoney({ minimum, maximum }: Conditions, base: Base): Condition<Counted>[] {
  const sum = ({ sums, of }: Counted): Fraction => ({ n: sums.money(of), d: tenTo(base.decimals) });
  const condition = (reason: 'minimum' | 'maximum', limit: string, holds: Condition<Counted>['holds']) => ({
    reason,
    holds,
    required: `${limit} ${base.code}`,
    actual: (asked: Counted) => `${decimalText(sum(asked), base.decimals)} ${base.code}`,
  });
  const [least, most] = [decimal(minimum ?? '0'), decimal(maximum ?? '0')];
  return [
    ...(minimum === undefined ? [] : [condition('minimum', minimum, (asked) => !less(sum(asked), least))]),
    ...(maximum === undefined ? [] : [condition('maximum', maximum, (asked) => !less(most, sum(asked)))]),
  ];
}

/** `event`: what the rule is on; undefined: purchases, of which at least one line must count. */
export function lineConditions(rule: Rule, base: Base, event: EventType | undefined): Condition<Counted>[] {
  const asked: Conditions = rule.when ?? {};
  const conditions = ofMoney(asked, base);
  if (rule.on === undefined) {
    const required = asked.items === undefined ? {} : { required: itemsText(asked.items) };
    conditions.unshift({ reason: 'items', holds: ({ of }) => of.places.length > 0, ...required });
  }
  if (asked.expression !== undefined) {
    const holds = expressionOf(asked.expression, rule.on === undefined ? undefined : (event?.attributes ?? []));
    conditions.push({ reason: 'expression', holds, required: asked.expression });
  }
  return conditions;
}
