// What caps and budgets take of what rules give: caps of a rule, its campaign's budget, then caps of the currency. They
// reduce and never refuse; a room that is not told limits nothing.
import type { Cap, Currency } from '../programme/currency.rules.ts';
import type { Campaign } from '../programme/earning.rules.ts';
import type { RuleBook } from './book.rules.ts';
import type { Given } from './combine.rules.ts';
import { OF_MEMBER } from './condition.rules.ts';
import type { Occasion, Rooms, Step } from './facts.rules.ts';
import {
  decimal,
  decimalText,
  floor,
  minus,
  ONE,
  over,
  plus,
  tenTo,
  times,
  whole,
  ZERO,
  type Fraction,
} from './fraction.rules.ts';
import type { Base } from './line.rules.ts';
import { seasonOf } from './season.rules.ts';

export interface Limits {
  caps: (Cap & { currency: string })[];
  budgets: { account: string; campaign: string; points: number | null; money: string | null }[];
}

/** The account of a campaign's budget on a day on which it runs: a yearly one has one for each season. */
export function accountOf({ code, yearly }: Campaign, day: string): string {
  return yearly === undefined ? code : `${code}/${seasonOf(yearly, day) ?? day.slice(0, 4)}`;
}

const byCode = <T extends { code: string }>(all: T[]): T[] => [...new Map(all.map((one) => [one.code, one])).values()];

/** Whose rooms `evaluate` may ask for, whoever the member is: they are read before that is known. */
export function limitsOf({ programme, on }: RuleBook, occasion: Occasion): Limits {
  const { facts } = occasion;
  const happened = { facts, member: facts.member! };
  const rules = (on.get(facts.event?.type)?.index.candidates(occasion, null) ?? []).filter(
    ({ happening, discounts }) =>
      !discounts && happening.every(({ reason, holds }) => OF_MEMBER.has(reason) || holds(happened)),
  );
  const given = new Set(rules.map(({ rule }) => rule.currency));
  const caps = [
    ...rules.flatMap(({ rule }) => (rule.caps ?? []).map((cap) => ({ ...cap, currency: rule.currency! }))),
    ...programme.currencies.flatMap(({ code, caps: own = [] }) =>
      given.has(code) ? own.map((cap) => ({ ...cap, currency: code })) : [],
    ),
  ];
  const budgets = byCode(rules.flatMap(({ campaign }) => campaign ?? [])).flatMap((campaign) => {
    if (campaign.budget === undefined) return [];
    const { points = null, money = null } = campaign.budget;
    return [{ account: accountOf(campaign, facts.day), campaign: campaign.code, points, money }];
  });
  return { caps: caps.filter(({ per }) => per !== 'purchase'), budgets };
}

/** What a rule or a tier gives in a currency. Limits make it less. */
export interface Portion {
  given: Given;
  /** Place in the file's order. */
  at: number;
  currency: Currency;
  amount: bigint;
}

/** When it happened, and how money is written. */
interface Setting {
  day: string;
  base: Base;
}

/** An account that a portion is paid from, in points or in money. */
interface Payer {
  campaign: string;
  /** Of the room. */
  key: string;
  budget: Fraction;
  /** Of one smallest unit of the points. */
  cost: Fraction;
  written: (amount: Fraction) => string;
}

function payersOf({ given, currency }: Portion, { day, base }: Setting): Payer[] {
  const campaign = given.rule?.campaign;
  if (campaign?.budget === undefined) return [];
  const { points, money } = campaign.budget;
  const account = accountOf(campaign, day);
  const payers: Payer[] = [];
  if (points !== undefined) {
    const written = (amount: Fraction) => decimalText(amount, 0);
    payers.push({
      campaign: campaign.code,
      key: `budget:${account}`,
      budget: whole(BigInt(points)),
      cost: ONE,
      written,
    });
  }
  if (money !== undefined && currency.value !== undefined) {
    const cost = over(decimal(currency.value), whole(tenTo(currency.decimals)));
    const written = (amount: Fraction) => `${decimalText(amount, base.decimals, 15)} ${base.code}`;
    payers.push({ campaign: campaign.code, key: `money:${account}`, budget: decimal(money), cost, written });
  }
  return payers;
}

/** `left` is what budgets have left; what the portion costs is taken of it. */
function paid(portion: Portion, left: Map<string, Fraction>, setting: Setting): Step[] {
  const payers = payersOf(portion, setting).filter(({ key }) => left.has(key));
  const steps = payers.flatMap(({ campaign, key, budget, cost, written }): Step[] => {
    const room = left.get(key)!;
    const affordable = floor(over(room, cost));
    if (portion.amount <= affordable) return [];
    const amount = -Number(portion.amount - affordable);
    portion.amount = affordable;
    const used = written(minus(budget, room));
    return [{ rule: campaign, kind: 'budget', applied: true, required: written(budget), actual: used, amount }];
  });
  for (const { key, cost } of payers) left.set(key, minus(left.get(key)!, times(whole(portion.amount), cost)));
  return steps;
}

/** Takes from the last portions first. */
function capped(portions: Portion[], { code, per, max }: Cap, kind: 'rule-cap' | 'cap', rooms: Rooms): Step[] {
  const room = per === 'purchase' ? max : rooms[`cap:${code}`];
  if (room === undefined) return [];
  let excess = portions.reduce((sum, { amount }) => sum + amount, 0n) - BigInt(room);
  if (excess <= 0n) return [];
  const step = { rule: code, kind, applied: true, required: String(max), actual: String(max - Number(room)) };
  const amount = -Number(excess);
  for (const portion of portions.toReversed()) {
    const taken = portion.amount < excess ? portion.amount : excess;
    portion.amount -= taken;
    excess -= taken;
  }
  return [{ ...step, amount }];
}

export interface LimitStep {
  currency: string;
  step: Step;
}

/** One for each limit that takes something of a currency's portions; those are in the file's order. */
export function limited(portions: Portion[], rooms: Rooms, setting: Setting): LimitStep[] {
  const left = new Map(Object.entries(rooms).map(([key, room]) => [key, decimal(room)]));
  const steps = portions.flatMap((portion) => {
    const caps = portion.given.rule?.rule.caps ?? [];
    const own = [...caps.flatMap((cap) => capped([portion], cap, 'rule-cap', rooms)), ...paid(portion, left, setting)];
    return own.map((step) => ({ currency: portion.currency.code, step }));
  });
  for (const currency of new Set(portions.map((portion) => portion.currency))) {
    const own = portions.filter((portion) => portion.currency === currency);
    for (const cap of currency.caps ?? []) {
      steps.push(...capped(own, cap, 'cap', rooms).map((step) => ({ currency: currency.code, step })));
    }
  }
  return steps;
}

/** What is taken of rooms in the end, by key. */
export function takenOf(portions: Portion[], rooms: Rooms, setting: Setting): Rooms {
  const taken = new Map<string, Fraction>();
  const take = (key: string, amount: Fraction) => {
    if (key in rooms && amount.n > 0n) taken.set(key, plus(taken.get(key) ?? ZERO, amount));
  };
  for (const portion of portions) {
    const amount = whole(portion.amount);
    const caps = [...(portion.given.rule?.rule.caps ?? []), ...(portion.currency.caps ?? [])];
    for (const { code, per } of caps) if (per !== 'purchase') take(`cap:${code}`, amount);
    for (const { key, cost } of payersOf(portion, setting)) take(key, times(amount, cost));
  }
  return Object.fromEntries([...taken].map(([key, amount]) => [key, decimalText(amount, 0, 15)]));
}
