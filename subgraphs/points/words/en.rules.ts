// What explanations say in English. The other languages have the same keys.
import type { Reason, StepKind } from '../earning/facts.rules.ts';
import type { CalendarPart, Conditions, Items } from '../programme/earning.rules.ts';
import { put, type Forms } from './speech.rules.ts';

export type Feast = 'birthday' | 'anniversary';

/** Parts of a step, in the language already; empty where it has none. */
export interface Told {
  amount: string;
  name: string;
  required: string;
  actual: string;
}

export interface Words {
  quoted(name: string): string;
  points: Forms;
  /** Of a limit, behind its amount. */
  per: Record<'purchase' | 'day' | 'week' | 'month' | 'year' | 'lifetime', string>;
  steps: Record<StepKind, (told: Told) => string>;
  /** Conditions, each before what it asks for. */
  conditions: Record<keyof Conditions, string>;
  /** Conditions on a feast, each by the part of the calendar that it asks for. */
  feasts: Record<Feast, Record<CalendarPart, string>>;
  /** Why else a rule gives nothing. */
  reasons: Record<Exclude<Reason, keyof Conditions>, string>;
  /** Before what there was. */
  actual: string;
  /** Before what a rule would have given. */
  own: string;
  /** Of lists of items. */
  lists: Record<keyof Items, string>;
  nothing: string;
  /** Before why a whole purchase gives none. */
  none: string;
}

export const en: Words = {
  quoted: (name) => `“${name}”`,
  points: { one: 'point', other: 'points' },
  per: {
    purchase: 'per purchase',
    day: 'a day',
    week: 'a week',
    month: 'a month',
    year: 'a year',
    lifetime: 'in all',
  },
  steps: {
    perAmount: ({ amount, name, actual }) => `${amount}${put(' for ', actual)} (${name})`,
    perItem: ({ amount, name, actual }) => `${amount}${put(' for a quantity of ', actual)} (${name})`,
    perVisit: ({ amount, name }) => `${amount} for a visit (${name})`,
    fixed: ({ amount, name }) => `${amount} for “${name}”`,
    perAttribute: ({ amount, name, actual }) => `${amount}${put(' for ', actual)} of “${name}”`,
    multiply: ({ amount, name, required, actual }) => `${amount} as ×${required}${put(' of ', actual)} (${name})`,
    surprise: ({ amount, name }) => `${amount} by surprise (${name})`,
    tier: ({ amount, name, required, actual }) => `${amount} as ×${required}${put(' of ', actual)} (tier ${name})`,
    discountPercent: ({ name, actual }) => `${actual} off (${name})`,
    discountAmount: ({ name, actual }) => `${actual} off (${name})`,
    price: ({ name, actual }) => `${actual} off (${name})`,
    'rule-cap': ({ amount, name, required, actual }) =>
      `${amount} by a rule’s limit of ${required}${put(', ', actual, ' given before')} (${name})`,
    budget: ({ amount, name, required, actual }) =>
      `${amount} by the budget of ${required}${put(', ', actual, ' given before')} (campaign ${name})`,
    cap: ({ amount, required, actual }) => `${amount} by the limit of ${required}${put(', ', actual, ' given before')}`,
    'given-before': ({ amount }) => `${amount} that were given before`,
    cancelled: ({ amount }) => `${amount} that were cancelled before, as nobody confirmed them`,
    lost: ({ amount }) => `${amount} that are not taken back, at the programme’s loss`,
  },
  conditions: {
    items: 'only for items',
    except: 'not for items',
    partners: 'only at partner',
    channels: 'only in channel',
    locations: 'only at location',
    weekdays: 'only on',
    hours: 'only at',
    from: 'not before',
    until: 'not after',
    minimum: 'only for an amount of at least',
    maximum: 'only for an amount of at most',
    tiers: 'only with tier',
    segments: 'only for members in segment',
    firstPurchase: 'only for the first purchase',
    nthPurchase: 'only for purchase no.',
    birthday: 'only for the birthday',
    anniversary: 'only for the anniversary of enrolment',
    currencies: 'only for purchases in',
    payments: 'only when paid by',
    expression: 'only if it holds that',
  },
  feasts: {
    birthday: {
      day: 'only on the birthday',
      week: 'only in the week of the birthday',
      month: 'only in the month of the birthday',
    },
    anniversary: {
      day: 'only on the anniversary of enrolment',
      week: 'only in the week of the anniversary of enrolment',
      month: 'only in the month of the anniversary of enrolment',
    },
  },
  reasons: {
    visited: 'only for the first visit of the day',
    'not-drawn': 'not drawn',
    'campaign-window': 'not in the time of its campaign',
    'campaign-target': 'its campaign is for others',
    anonymous: 'only for members',
    late: 'the purchase was recorded late and waits for a review',
    blocked: 'the member’s earning is blocked',
    cooldown: 'too soon after the last event of its kind',
    most: 'the number of events that give points is reached',
    group: 'another rule of its group gave more',
    best: 'another rule gave more',
    first: 'a rule before it came first',
    'nothing-to-multiply': 'nothing to multiply',
    'nothing-to-discount': 'nothing to take off',
  },
  actual: 'it was',
  own: 'this rule',
  lists: { skus: 'with code', categories: 'of category', brands: 'of brand' },
  nothing: 'no rule applied',
  none: 'no points',
};
