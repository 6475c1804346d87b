// What rules are asked about: an occasion (a purchase or an event) and the facts it happened under. Facts are pinned with
// the purchase: whatever a return asks later is answered by them. None of them is personal.
import type { Big } from 'big.js';
import type { CalendarPart } from '../programme/earning.rules.ts';

/** A line, or what is kept of it. Money is in the purchase's currency. */
export interface Line {
  number: number;
  sku: string;
  category: string | null;
  brand: string | null;
  quantity: Big;
  /** Quantity × unit price, rounded to the currency's smallest unit. */
  gross: Big;
  /** Gross less the line's discount, tax included. */
  amount: Big;
  /** Tax in the price, in per cent. */
  taxRate: Big | null;
}

export interface MemberFacts {
  /** Code of the tier when it happened. */
  tier: string;
  segments: string[];
  /** Purchases that were kept when this one was recorded. */
  purchasesBefore: number;
  /** Whether the member has bought at the location earlier that day. */
  visited: boolean;
  /** Of day, week and month, those that some rule asks for: in which the birthday falls. */
  birthday: CalendarPart[];
  /** Likewise the anniversary of the enrolment. */
  anniversary: CalendarPart[];
  /** By code of a surprise rule: a number from 0, below 1, with 9 decimals. */
  draws: Record<string, string>;
}

export interface Facts {
  occurredAt: string;
  /** In the programme's time zone: 'YYYY-MM-DD', minutes since midnight by the clock on the wall, 1 (Monday) to 7. */
  day: string;
  minute: number;
  weekday: number;
  /** Codes; null: not known. */
  partner: string | null;
  channel: string | null;
  location: string | null;
  /** Money of the purchase; null for an event. */
  currency: string | null;
  /** Base currency per unit of the purchase's currency. */
  rate: string;
  payments: string[];
  /** Null: an anonymous purchase, which gives no points. */
  member: MemberFacts | null;
  /** Null: a purchase. `type` 'tier': the tier that was reached is `member.tier`. */
  event: { type: string; attributes: Record<string, string | number | boolean> } | null;
}

/**
 * What caps and budgets leave, by key, as decimals: `cap:<code>` in points' smallest unit; `budget:<account>` in
 * points' smallest unit, `money:<account>` in the base currency, with `<account>` as `accountOf` names it. A key that is
 * absent limits nothing. They are pinned as well: what is kept after a return never gives more than they left.
 */
export type Rooms = Record<string, string>;

/** One purchase or event, as far as it is kept. */
export interface Occasion {
  facts: Facts;
  /** Empty for an event. */
  lines: Line[];
  /** What was paid for all lines at first, and what of that is kept: less than the lines' sum after an amount was given back. */
  paid: Big;
  kept: Big;
}

/** One step of an explanation: what a rule gave, what a limit took, or why a rule gave nothing. */
export interface Step {
  /** Code of a rule, a cap, a campaign (its budget) or a tier (its multiplier). */
  rule: string;
  applied: boolean;
  /** What kind of step it is: it chooses the words. Absent in explanations of before there were kinds. */
  kind?: StepKind;
  /** What it asks for, and what there was: without a language, `1 GBP`, `gold, silver`, `2026-12-01`. */
  required?: string;
  actual?: string;
  /** Points, in the currency's smallest unit; below 0 taken. */
  amount?: number;
  /** Why it gave nothing: the condition that failed first, or that another rule came before. */
  reason?: Reason;
}

/**
 * The `give` of a rule; of limits: which; `given-before`: what the purchase had given before a return; of that `cancelled`: what
 * nobody had confirmed in time, and `lost`: what the programme lost.
 */
export type StepKind =
  | 'perAmount'
  | 'perItem'
  | 'perVisit'
  | 'fixed'
  | 'perAttribute'
  | 'multiply'
  | 'surprise'
  | 'tier'
  | 'discountPercent'
  | 'discountAmount'
  | 'price'
  | 'rule-cap'
  | 'budget'
  | 'cap'
  | 'given-before'
  | 'cancelled'
  | 'lost';

/** Names of conditions as the programme's file has them, of a campaign's, and how rules combine. */
export type Reason =
  | 'items'
  | 'partners'
  | 'channels'
  | 'locations'
  | 'weekdays'
  | 'hours'
  | 'from'
  | 'until'
  | 'minimum'
  | 'maximum'
  | 'tiers'
  | 'segments'
  | 'firstPurchase'
  | 'nthPurchase'
  | 'birthday'
  | 'anniversary'
  | 'currencies'
  | 'payments'
  | 'expression'
  | 'visited'
  | 'not-drawn'
  | 'campaign-window'
  | 'campaign-target'
  | 'anonymous'
  | 'group'
  | 'best'
  | 'first'
  | 'nothing-to-multiply'
  | 'nothing-to-discount'
  /** Of an event, whose type is the step's rule: it gave points too short a time ago, or as often as it may. */
  | 'cooldown'
  | 'most'
  /** Of a purchase as a whole, whose step's rule is `purchase`, or of an event: the member's earning is blocked. */
  | 'blocked'
  /** Of a purchase as a whole: it came later than the programme takes without a look, and waits for a person. */
  | 'late';

/** What one rule gives, limits taken off. */
export interface GrantPart {
  rule: string;
  campaign: string | null;
  amount: number;
}

/** What an occasion gives in one currency: `amount` is the sum of its parts and of its steps. */
export interface Grant {
  currency: string;
  amount: number;
  parts: GrantPart[];
  /** Applied ones only, in the order in which they were counted. */
  steps: Step[];
}

/** What a price rule takes off a purchase, in the purchase's currency. */
export interface PriceCut {
  rule: string;
  campaign: string | null;
  amount: Big;
  lines: { number: number; amount: Big }[];
}

export interface Evaluation {
  /** In the order of the programme's currencies; one for each currency of which a rule held or a limit took something. */
  grants: Grant[];
  cuts: PriceCut[];
  /** What was taken of rooms, by key, as decimals. */
  taken: Rooms;
  /** When traced: every rule that gave nothing, and why; in the file's order. */
  others: Step[];
}
