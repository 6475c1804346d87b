// What is wrong with one rule though each of its parts is well formed.
import { expressionFault } from '../earning/expression.rules.ts';
import type { Rule } from './earning.rules.ts';
import type { Parts, Path, Section, SetParts } from './part.rules.ts';

/** Tells of a fault at a path; of a rule's inside the rule. */
export type Tell = (message: string, ...path: Path) => void;

type Names = Pick<Parts<unknown>, 'has'>;

export function known(tell: Tell, names: Names, code: string | undefined, what: string, ...path: Path): void {
  if (code !== undefined && !names.has(code)) tell(`is none of the ${what}`, ...path);
}

/** What is called so and is well formed. */
const named = <T extends { code: string }>({ whole }: Parts<T>, code: string | undefined): T | undefined =>
  whole.find(({ is }) => is.code === code)?.is;

/** What gives no points but a discount. */
export const isDiscount = ({ give }: Pick<Rule, 'give'>): boolean =>
  give.discountPercent !== undefined || give.discountAmount !== undefined || give.price !== undefined;

function nameFaults({ currencies, campaigns, events, levels }: Section, rule: Rule, at: Tell): void {
  known(at, currencies, rule.currency, 'currencies', 'currency');
  known(at, campaigns, rule.campaign, 'campaigns', 'campaign');
  rule.when?.tiers?.forEach((code, index) => known(at, levels, code, 'tiers', 'when', 'tiers', index));
  if (rule.on !== 'tier') known(at, events, rule.on, 'events, nor `tier`', 'on');
}

const OF_POINTS = ['currency', 'caps', 'expiry', 'pending'] as const;

function discountFaults({ campaigns }: Section, rule: Rule, at: Tell): void {
  for (const name of OF_POINTS) if (rule[name] !== undefined) at('a discount gives no points', name);
  if (rule.on !== undefined) at('a discount is for purchases', 'on');
  // What a till really takes off is not known to the budget.
  if (named(campaigns, rule.campaign)?.budget !== undefined) at('a discount takes from no budget', 'campaign');
}

const GIVEN_BY_PURCHASES = ['perAmount', 'perItem', 'perVisit', 'multiply'] as const;
const ASKED_OF_PURCHASES = [
  'items',
  'except',
  'minimum',
  'maximum',
  'currencies',
  'payments',
  'firstPurchase',
  'nthPurchase',
] as const;

function eventFaults({ on, give, when = {} }: Rule, at: Tell): void {
  if (on === undefined) return;
  for (const kind of GIVEN_BY_PURCHASES) if (give[kind] !== undefined) at('is for purchases', 'give', kind);
  for (const name of ASKED_OF_PURCHASES) if (when[name] !== undefined) at('is for purchases', 'when', name);
  if (on === 'tier' && give.fixed === undefined) at('a reached tier gives `fixed`', 'give');
}

function attributeFaults({ events }: Section, { on, give, when = {} }: Rule, at: Tell): void {
  const event = named(events, on);
  if (on !== undefined && on !== 'tier' && event === undefined) return;
  const attributes = on === undefined ? undefined : (event?.attributes ?? []);
  if (give.perAttribute !== undefined) {
    const attribute = attributes?.find(({ name }) => name === give.perAttribute!.name);
    if (attribute?.type !== 'number') at('is no number of the event', 'give', 'perAttribute', 'name');
  }
  const fault = when.expression === undefined ? null : expressionFault(when.expression, attributes);
  if (fault !== null) at(fault, 'when', 'expression');
}

function orderFaults({ when = {} }: Rule, at: Tell): void {
  const { from, until, minimum, maximum } = when;
  if (from !== undefined && until !== undefined && until < from) at('is before from', 'when', 'until');
  if (minimum !== undefined && maximum !== undefined && Number(maximum) < Number(minimum)) {
    at('is below minimum', 'when', 'maximum');
  }
}

function multiplierFaults({ rules }: SetParts, { give, currency }: Rule, at: Tell): void {
  give.multiply?.of?.forEach((code, index) => {
    const other = named(rules, code);
    if (other === undefined && rules.has(code)) return;
    const path = ['give', 'multiply', 'of', index];
    if (other === undefined || other.give.multiply !== undefined || other.on !== undefined || isDiscount(other)) {
      at('is no rule of this set that gives points by itself', ...path);
    } else if (other.currency !== currency) at('gives another currency', ...path);
  });
}

export function ruleFaults(section: Section, set: SetParts, rule: Rule, at: Tell): void {
  if (rule.on !== undefined && rule.pending?.confirmation !== undefined) at('only a purchase is confirmed', 'pending');
  nameFaults(section, rule, at);
  if (isDiscount(rule)) discountFaults(section, rule, at);
  else if (rule.currency === undefined) at('is missing: which points it gives');
  eventFaults(rule, at);
  attributeFaults(section, rule, at);
  orderFaults(rule, at);
  multiplierFaults(set, rule, at);
}
