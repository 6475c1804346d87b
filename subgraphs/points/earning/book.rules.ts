// A programme's rules, compiled once: conditions as closures, and an index of what a rule must find in an occasion to hold.
import { moneyDecimals } from '../../shared/scalars.ts';
import type { CalendarPart, Campaign, Rule, RuleSet } from '../programme/earning.rules.ts';
import type { Programme } from '../programme/programme.rules.ts';
import { isDiscount } from '../programme/rule-fault.rules.ts';
import { happeningConditions, type Condition, type Happening } from './condition.rules.ts';
import type { Line } from './facts.rules.ts';
import { giveKind, givingOf, type GiveKind, type Giving } from './give.rules.ts';
import { RuleIndex } from './index.rules.ts';
import { countsOf, lineConditions, type Base, type Counted } from './line.rules.ts';

export interface BookRule {
  /** Place among all rules, in the file's order. */
  at: number;
  rule: Rule;
  set: RuleSet;
  campaign: Campaign | undefined;
  kind: GiveKind;
  discounts: boolean;
  /** Null: all lines count. */
  counts: ((line: Line) => boolean) | null;
  happening: Condition<Happening>[];
  ofLines: Condition<Counted>[];
  /** Null: a multiplier or a discount. */
  giving: Giving | null;
}

/** What the facts of an occasion must have, because some rule asks for it. */
export interface Needs {
  /** Parts of the calendar that are asked for. */
  birthday: CalendarPart[];
  anniversary: CalendarPart[];
  visits: boolean;
  /** Codes of rules that are drawn. */
  draws: string[];
}

export interface RuleBook {
  programme: Programme;
  base: Base;
  needs: Needs;
  /** By what they are on; undefined: purchases. */
  on: Map<string | undefined, { rules: BookRule[]; index: RuleIndex }>;
}

function bookRules(programme: Programme, base: Base): BookRule[] {
  const campaigns = new Map(programme.campaigns.map((campaign) => [campaign.code, campaign]));
  const events = new Map(programme.events.map((event) => [event.code, event]));
  const all = programme.earning.flatMap((set) => set.rules.map((rule) => ({ set, rule })));
  return all.map(({ set, rule }, at) => {
    const campaign = campaigns.get(rule.campaign ?? '');
    return {
      at,
      rule,
      set,
      campaign,
      kind: giveKind(rule.give),
      discounts: isDiscount(rule),
      counts: countsOf(rule.when ?? {}),
      happening: happeningConditions(rule, campaign),
      ofLines: lineConditions(rule, base, events.get(rule.on ?? '')),
      giving: givingOf(rule, base),
    };
  });
}

function needsIn(rules: Rule[]): Needs {
  return {
    birthday: [...new Set(rules.flatMap(({ when }) => when?.birthday ?? []))],
    anniversary: [...new Set(rules.flatMap(({ when }) => when?.anniversary ?? []))],
    visits: rules.some(({ give }) => give.perVisit !== undefined),
    draws: rules.filter(({ give }) => give.surprise !== undefined).map(({ code }) => code),
  };
}

export function compile(programme: Programme): RuleBook {
  const base = { code: programme.baseCurrency, decimals: moneyDecimals(programme.baseCurrency) };
  const byOn = Map.groupBy(bookRules(programme, base), ({ rule }) => rule.on);
  const on = new Map([...byOn].map(([name, rules]) => [name, { rules, index: new RuleIndex(rules) }]));
  return { programme, base, on, needs: needsIn(programme.earning.flatMap(({ rules }) => rules)) };
}

const books = new WeakMap<Programme, RuleBook>();

/** The rule book of a version, compiled when it is first asked for. */
export function ruleBookOf(programme: Programme): RuleBook {
  const book = books.get(programme) ?? compile(programme);
  books.set(programme, book);
  return book;
}

export const needsOf = ({ needs }: RuleBook): Needs => needs;
