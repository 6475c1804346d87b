// What is wrong with one rule though each of its parts is well formed.
import { expressionFault } from '../earning/expression.rules.ts';
import type { Rule, RuleSet } from './earning.rules.ts';
import type { PointsSection } from './programme.rules.ts';

/** Tells of a fault at a path inside the rule. */
type TellAt = (message: string, ...path: (string | number)[]) => void;

/** What gives no points but a discount. */
export const isDiscount = ({ give }: Pick<Rule, 'give'>): boolean =>
  give.discountPercent !== undefined || give.discountAmount !== undefined || give.price !== undefined;

function nameFaults({ currencies, campaigns, events, tiers }: PointsSection, rule: Rule, at: TellAt): void {
  const known = (list: { code: string }[], code: string | undefined, what: string, ...path: (string | number)[]) => {
    if (code !== undefined && !list.some((one) => one.code === code)) at(`is none of the ${what}`, ...path);
  };
  known(currencies, rule.currency, 'currencies', 'currency');
  known(campaigns, rule.campaign, 'campaigns', 'campaign');
  rule.when?.tiers?.forEach((code, index) => known(tiers.levels, code, 'tiers', 'when', 'tiers', index));
  if (rule.on !== 'tier') known(events, rule.on, 'events, nor `tier`', 'on');
}

const OF_POINTS = ['currency', 'caps', 'expiry', 'pending'] as const;

function discountFaults({ campaigns }: PointsSection, rule: Rule, at: TellAt): void {
  for (const name of OF_POINTS) if (rule[name] !== undefined) at('a discount gives no points', name);
  if (rule.on !== undefined) at('a discount is for purchases', 'on');
  // What a till really takes off is not known to the budget.
  const campaign = campaigns.find(({ code }) => code === rule.campaign);
  if (campaign?.budget !== undefined) at('a discount takes from no budget', 'campaign');
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

function eventFaults({ on, give, when = {} }: Rule, at: TellAt): void {
  if (on === undefined) return;
  for (const kind of GIVEN_BY_PURCHASES) if (give[kind] !== undefined) at('is for purchases', 'give', kind);
  for (const name of ASKED_OF_PURCHASES) if (when[name] !== undefined) at('is for purchases', 'when', name);
  if (on === 'tier' && give.fixed === undefined) at('a reached tier gives `fixed`', 'give');
}

function attributeFaults({ events }: PointsSection, { on, give, when = {} }: Rule, at: TellAt): void {
  const attributes = on === undefined ? undefined : (events.find(({ code }) => code === on)?.attributes ?? []);
  if (give.perAttribute !== undefined) {
    const attribute = attributes?.find(({ name }) => name === give.perAttribute!.name);
    if (attribute?.type !== 'number') at('is no number of the event', 'give', 'perAttribute', 'name');
  }
  const fault = when.expression === undefined ? null : expressionFault(when.expression, attributes);
  if (fault !== null) at(fault, 'when', 'expression');
}

function orderFaults({ when = {} }: Rule, at: TellAt): void {
  const { from, until, minimum, maximum } = when;
  if (from !== undefined && until !== undefined && until < from) at('is before from', 'when', 'until');
  if (minimum !== undefined && maximum !== undefined && Number(maximum) < Number(minimum)) {
    at('is below minimum', 'when', 'maximum');
  }
}

function multiplierFaults({ rules }: RuleSet, { give, currency }: Rule, at: TellAt): void {
  give.multiply?.of?.forEach((code, index) => {
    const other = rules.find((one) => one.code === code);
    const path = ['give', 'multiply', 'of', index];
    if (other === undefined || other.give.multiply !== undefined || other.on !== undefined || isDiscount(other)) {
      at('is no rule of this set that gives points by itself', ...path);
    } else if (other.currency !== currency) at('gives another currency', ...path);
  });
}

export function ruleFaults(points: PointsSection, set: RuleSet, rule: Rule, at: TellAt): void {
  nameFaults(points, rule, at);
  if (isDiscount(rule)) discountFaults(points, rule, at);
  else if (rule.currency === undefined) at('is missing: which points it gives');
  eventFaults(rule, at);
  attributeFaults(points, rule, at);
  orderFaults(rule, at);
  multiplierFaults(set, rule, at);
}
