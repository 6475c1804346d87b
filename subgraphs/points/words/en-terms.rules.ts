// What terms say in English. The other languages have the same keys. Phrases begin small: who joins them makes sentences.
import type { Activity, Deficit } from '../programme/currency.rules.ts';
import type { PerAmount, RuleSet } from '../programme/earning.rules.ts';
import type { TierScheme } from '../programme/tier.rules.ts';
import type { Rounding } from '../programme/value.rules.ts';
import { put, type Forms } from './speech.rules.ts';

type RoundTo = 'day' | 'month' | 'quarter' | 'year';

export interface TermWords {
  headings: Record<
    'programme' | 'counting' | 'rules' | 'campaigns' | 'events' | 'tiers' | 'returns' | 'exchange',
    string
  >;
  version(number: string): string;
  calendar(zone: string): string;
  base(currency: string): string;
  rate(day: string, one: string, worth: string): string;
  kindness(points: string): string;
  counting: string[];
  returns: string[];
  late(span: string): string;

  decimals(count: string): string;
  spendable: Record<'true' | 'false', string>;
  value(money: string): string;
  usable: string;
  expiry: string;
  atOnce: string;
  never: string;
  afterDays(span: string): string;
  onDay(day: string): string;
  confirmed(span: string): string;
  rolling(span: string, round: RoundTo): string;
  fixed(days: string, minimum: string): string;
  idle(span: string, round: RoundTo, activities: string): string;
  activities: Record<Activity, string>;
  grace(span: string): string;
  unlimitedDebt: string;
  debt(limit: string): string;
  noDebt: Record<Deficit['beyond'], string>;
  beyond: Record<Deficit['beyond'], string>;
  cap(points: string, per: string): string;

  combine: Record<RuleSet['combine'], string>;
  /** Of discounts that do not exclude each other. */
  inTurn: string;
  rounding: Record<Rounding, string>;
  roundAt: Record<RuleSet['roundAt'], string>;
  perAmount(points: string, each: string, give: PerAmount): string;
  perItem(points: string): string;
  perVisit(points: string): string;
  perAttribute(points: string, each: string, name: string): string;
  multiply(factor: string, rules: string, currency: string): string;
  surprise(points: string, odds: string): string;
  discount(worth: string): string;
  price(money: string): string;
  onEvent(name: string): string;
  onTier: string;
  ofCampaign(name: string): string;
  group(rules: string): string;

  from(day: string): string;
  until(day: string): string;
  yearly(from: string, until: string): string;
  budget(most: string): string;
  cost(money: string): string;
  eachSeason: string;

  attribute: Record<'text' | 'number' | 'boolean' | 'date', string>;
  required: Record<'true' | 'false', string>;
  attributes(list: string): string;
  cooldown(span: string): string;
  events: Forms;
  most(events: string, per: string): string;

  window: Record<Exclude<TierScheme['window'], object>, string>;
  rollingWindow(span: string): string;
  balance: string;
  keep: Record<Exclude<TierScheme['keep'], object>, string>;
  keepFor(span: string): string;
  downgrade: Record<TierScheme['downgrade'], string>;
  tierGrace(span: string): string;
  tierReturns: Record<TierScheme['returns'], string>;
  everyone: string;
  spend(money: string): string;
  earned(points: string): string;
  status(points: string): string;
  purchases: Forms;
  threshold(list: string): string;
  multiplier(factor: string, currency: string): string;

  transfer(amounts: string): string;
  fee(points: string, percent: string): string;
  conversion(from: string, to: string): string;
  worth(day: string, rate: string): string;
}

const END: Record<RoundTo, string> = { day: 'day', month: 'month', quarter: 'quarter', year: 'year' };

export const en: TermWords = {
  headings: {
    programme: 'The programme',
    counting: 'How points are counted',
    rules: 'Rules',
    campaigns: 'Campaigns',
    events: 'Events',
    tiers: 'Tiers',
    returns: 'Returns and late purchases',
    exchange: 'Transfers and conversions',
  },
  version: (number) => `version ${number} of the rules`,
  calendar: (zone) => `days and months begin at midnight in the time zone ${zone}`,
  base: (currency) => `money is counted in ${currency}`,
  rate: (day, one, worth) => `from ${day} on, ${one} counts as ${worth}`,
  kindness: (points) => `out of kindness, one person of the staff may give in a day: ${points}`,
  counting: [
    'a rule gives what it says when all that is said of it holds; each part of the rules, and each kind of points in it, counts by itself, and what they give adds up; of rules that give the same the first counts',
    'multipliers come after the other rules of their part, the multiplier of a tier last, and combine among themselves as the others do; they multiply what is given for money and for pieces, and other points only of rules that they name',
    'limits of a rule, then the budget of its campaign, then limits of the points reduce what is given; the explanation of each entry says what they took',
    'surprises are drawn by a number that the programme keeps, so that each draw can be checked',
    'whoever was born or enrolled on 29 February has that day on the last day of February',
  ],
  returns: [
    'after a return you keep exactly what the rules of the purchase’s own day give for what you kept; the difference is taken back or given',
    'a purchase that is recorded late counts by the rules and the tier of its own day',
  ],
  late: (span) => `a purchase that is recorded more than ${span} late waits for a review`,

  decimals: (count) => (count === '0' ? 'counted in whole points' : `decimal places: ${count}`),
  spendable: { true: 'can be spent', false: 'cannot be spent: they count for your status' },
  value: (money) => `each point costs the programme ${money}`,
  usable: 'usable',
  expiry: 'expiry',
  atOnce: 'at once',
  never: 'never',
  afterDays: (span) => `${span} after they were earned`,
  onDay: (day) => `from ${day} on`,
  confirmed: (span) => `when confirmed; cancelled when there is no confirmation for ${span}`,
  rolling: (span, round) => `${span} after they became usable, at the end of that ${END[round]}`,
  fixed: (days, minimum) => `at the end of the next ${days}${put(' on which they are at least ', minimum, ' old')}`,
  idle: (span, round, activities) =>
    `all of them ${span} after the last activity (${activities}), at the end of that ${END[round]}`,
  activities: {
    EARN: 'earning',
    SPEND: 'spending',
    TRANSFER: 'transfer',
    CONVERT: 'conversion',
    ADJUST: 'correction',
  },
  grace: (span) => `points that come back after their expiry are usable for another ${span}`,
  unlimitedDebt: 'points that you have spent already and a return takes back are owed, without limit',
  debt: (limit) => `points that you have spent already and a return takes back are owed, at most ${limit}`,
  noDebt: {
    refuse: 'a return that would take back points that you have spent already is refused',
    clamp: 'points that you have spent already and a return would take back are waived',
  },
  beyond: { refuse: 'a return that would take more is refused', clamp: 'what is above that is waived' },
  cap: (points, per) => `at most ${points} ${per}`,

  combine: {
    sum: 'what the rules give adds up',
    best: 'only the rule that gives most counts',
    first: 'only the first rule that holds counts',
    multiply: 'what the rules give adds up, and multipliers multiply each other',
  },
  inTurn: 'discounts are taken one after another, each of what is left to pay',
  rounding: { floor: 'rounded down', 'half-up': 'rounded, halves up', 'half-even': 'rounded, halves to even' },
  roundAt: { line: 'for each line of the receipt', purchase: 'once for the purchase' },
  perAmount: (points, each, { whole, amount, tax }) =>
    `${points} for each ${whole ? 'whole ' : ''}${each} ` +
    `${amount === 'after-discount' ? 'after' : 'before'} discounts, ${tax === 'included' ? 'with' : 'without'} tax`,
  perItem: (points) => `${points} for each piece`,
  perVisit: (points) => `${points} for the first purchase of the day at a location`,
  perAttribute: (points, each, name) => `${points} for each ${each} of ${name}`,
  multiply: (factor, rules, currency) => `${currency}${put(' of ', rules)} count ×${factor}`,
  surprise: (points, odds) => `${points} by chance, with odds of ${odds}`,
  discount: (worth) => `a discount of ${worth}`,
  price: (money) => `a price of ${money} for each`,
  onEvent: (name) => `for the event ${name}`,
  onTier: 'when a tier is reached',
  ofCampaign: (name) => `campaign ${name}`,
  group: (rules) => `of ${rules} only the one that gives most counts`,

  from: (day) => `from ${day}`,
  until: (day) => `to ${day}`,
  yearly: (from, until) => `each year from ${from} to ${until}`,
  budget: (most) => `gives all members together at most ${most}`,
  cost: (money) => `costs the programme at most ${money}`,
  eachSeason: 'anew each season',

  attribute: { text: 'text', number: 'number', boolean: 'yes or no', date: 'day' },
  required: { true: 'required', false: 'optional' },
  attributes: (list) => `it says ${list}`,
  cooldown: (span) => `the next one gives points after ${span} at the earliest`,
  events: { one: 'event', other: 'events' },
  most: (events, per) => `points for at most ${events} ${per}`,

  window: {
    lifetime: 'what you buy and earn counts for all of your membership',
    'calendar-year': 'what you buy and earn counts in periods of a calendar year',
    anniversary: 'what you buy and earn counts in periods of a year of your membership',
  },
  rollingWindow: (span) => `what you buy and earn counts for ${span}`,
  balance: 'a balance counts as it is at the end of a day',
  keep: {
    window: 'a tier lasts as long as what counts is enough for it',
    'next-period': 'a tier lasts to the end of the period after the one that gave it',
  },
  keepFor: (span) => `a tier lasts ${span} after it was last earned`,
  downgrade: {
    none: 'no tier is ever lost',
    one: 'after that you go down by one tier',
    earned: 'after that you have the tier that you have earned',
  },
  tierGrace: (span) => `and ${span} more`,
  tierReturns: {
    undo: 'a return takes a tier away when what you kept is not enough for it',
    keep: 'a return takes no tier away',
  },
  everyone: 'for everyone',
  spend: (money) => `purchases of ${money}`,
  earned: (points) => `${points} earned`,
  status: (points) => `a balance of ${points}`,
  purchases: { one: 'purchase', other: 'purchases' },
  threshold: (list) => `for ${list}`,
  multiplier: (factor, currency) => `${currency} for purchases count ×${factor}`,

  transfer: (amounts) => `you may send other members, a day: ${amounts}`,
  fee: (points, percent) => `it costs you ${points} and ${percent} of the amount`,
  conversion: (from, to) => `${from} can become ${to}`,
  worth: (day, rate) => `from ${day} on one is worth ${rate}`,
};
