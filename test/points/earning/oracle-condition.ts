// When a rule holds, and what of a purchase it looks at: programmes/README.md read aloud, one sentence after the other.
import type { Line, Occasion } from '../../../subgraphs/points/earning/facts.rules.ts';
import type { Campaign, Conditions, Items, Rule } from '../../../subgraphs/points/programme/earning.rules.ts';
import type { Programme } from '../../../subgraphs/points/programme/programme.rules.ts';
import { atLeast, fraction, numberOf, over, plus, roundTo, times, total, whole, type Fraction } from './fraction.ts';

export interface Scene {
  programme: Programme;
  occasion: Occasion;
}

const DAYS = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'];
export const moneyUnits = (currency: string): number => ({ JPY: 0, KWD: 3 })[currency] ?? 2;

function isOf({ skus, categories, brands }: Items, { sku, category, brand }: Line): boolean {
  if (skus !== undefined && !skus.includes(sku)) return false;
  if (categories !== undefined && (category === null || !categories.includes(category))) return false;
  return brands === undefined || (brand !== null && brands.includes(brand));
}

/** Lines that count for a rule. */
export const countingOf = ({ when = {} }: Pick<Rule, 'when'>, lines: Line[]): Line[] =>
  lines.filter(
    (line) =>
      (when.items === undefined || isOf(when.items, line)) && (when.except === undefined || !isOf(when.except, line)),
  );

/** What lines cost, in the base currency. */
export function sumOf(
  { programme, occasion: { facts, lines, kept } }: Scene,
  counting: Line[],
  amount: 'after-discount' | 'before-discount' = 'after-discount',
  tax: 'included' | 'excluded' = 'included',
): Fraction {
  const all = total(lines.map((line) => fraction(line.amount)));
  const part = all.top === 0n ? whole(1) : over(fraction(kept), all);
  const paid = counting.map((line) => {
    const money = fraction(amount === 'after-discount' ? line.amount : line.gross);
    const rate = fraction(line.taxRate ?? 0);
    return tax === 'included' ? money : over(times(money, whole(100)), plus(whole(100), rate));
  });
  const converted = times(times(total(paid), part), fraction(facts.rate));
  return roundTo(converted, moneyUnits(programme.baseCurrency));
}

/** A day of the year in that year. */
function dayOf(year: number, day: string): string {
  const isLeap = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
  return `${year}-${day === '02-29' && !isLeap ? '02-28' : day}`;
}

/** The year in which the season began that the day is in; null: it is in none. */
export function seasonOf({ from, until }: { from: string; until: string }, day: string): number | null {
  const year = Number(day.slice(0, 4));
  for (const began of [year, year - 1]) {
    const end = until < from ? began + 1 : began;
    if (dayOf(began, from) <= day && day <= dayOf(end, until)) return began;
  }
  return null;
}

/** The account of a campaign's budget on a day on which it runs. */
export const accountOf = ({ code, yearly }: Campaign, day: string): string =>
  yearly === undefined ? code : `${code}/${seasonOf(yearly, day)}`;

const within = (day: string, from: string | undefined, until: string | undefined): boolean =>
  (from === undefined || from <= day) && (until === undefined || day <= until);
/** Whether a list is not given, or has it. */
const has = (list: string[] | undefined, one: string | null): boolean =>
  list === undefined || (one !== null && list.includes(one));
const hasAny = (list: string[] | undefined, some: string[]): boolean =>
  list === undefined || some.some((one) => list.includes(one));

function campaignHolds({ from, until, yearly, target = {} }: Campaign, { occasion: { facts } }: Scene): boolean {
  const { tier, segments } = facts.member!;
  return (
    within(facts.day, from, until) &&
    (yearly === undefined || seasonOf(yearly, facts.day) !== null) &&
    hasAny(target.segments, segments) &&
    has(target.tiers, tier) &&
    has(target.partners, facts.partner)
  );
}

function isAt({ from, until }: { from: string; until: string }, minute: number): boolean {
  const [first, end] = [from, until].map((text) => Number(text.slice(0, 2)) * 60 + Number(text.slice(3))) as [
    number,
    number,
  ];
  return first < end ? first <= minute && minute < end : first <= minute || minute < end;
}

function memberHolds(when: Conditions, { occasion: { facts } }: Scene): boolean {
  const { tier, segments, purchasesBefore, birthday, anniversary } = facts.member!;
  const { number, every } = when.nthPurchase ?? {};
  return (
    has(when.tiers, tier) &&
    hasAny(when.segments, segments) &&
    (when.firstPurchase === undefined || purchasesBefore === 0) &&
    (number === undefined || purchasesBefore + 1 === number) &&
    (every === undefined || (purchasesBefore + 1) % every === 0) &&
    (when.birthday === undefined || birthday.includes(when.birthday)) &&
    (when.anniversary === undefined || anniversary.includes(when.anniversary))
  );
}

function placeHolds(when: Conditions, { occasion: { facts } }: Scene): boolean {
  return (
    has(when.partners, facts.partner) &&
    has(when.channels, facts.channel) &&
    has(when.locations, facts.location) &&
    has(when.weekdays, DAYS[facts.weekday - 1]!) &&
    (when.hours === undefined || isAt(when.hours, facts.minute)) &&
    within(facts.day, when.from, when.until) &&
    has(when.currencies, facts.currency) &&
    hasAny(when.payments, facts.payments)
  );
}

type Asked = Scene & { counting: Line[] };

/** What random expressions are made of: in CEL, and what it says. */
export const ATOMS: Record<'purchase' | 'member' | 'event', Record<string, (asked: Asked) => boolean>> = {
  purchase: {
    'purchase.amount >= 50.0': (asked) => numberOf(sumOf(asked, asked.counting)) >= 50,
    'purchase.amount < 19.99': (asked) => numberOf(sumOf(asked, asked.counting)) < 19.99,
    'purchase.quantity > 2.0': ({ counting }) => numberOf(total(counting.map((line) => fraction(line.quantity)))) > 2,
    'purchase.currency == "GBP"': ({ occasion: { facts } }) => facts.currency === 'GBP',
    'purchase.partner == ""': ({ occasion: { facts } }) => facts.partner === null,
    'purchase.channel != "north-shops"': ({ occasion: { facts } }) => facts.channel !== 'north-shops',
    'purchase.location == "north"': ({ occasion: { facts } }) => facts.location === 'north',
    'purchase.weekday >= 6.0': ({ occasion: { facts } }) => facts.weekday >= 6,
    'purchase.hour < 18.0': ({ occasion: { facts } }) => facts.minute < 18 * 60,
    'purchase.month == 2.0': ({ occasion: { facts } }) => facts.day.slice(5, 7) === '02',
    '"card" in purchase.payments': ({ occasion: { facts } }) => facts.payments.includes('card'),
    'lines.exists(l, l.sku == "a")': ({ occasion }) => occasion.lines.some(({ sku }) => sku === 'a'),
    'lines.all(l, l.category != "x")': ({ occasion }) => occasion.lines.every(({ category }) => category !== 'x'),
    'lines.exists(l, l.brand == "")': ({ occasion }) => occasion.lines.some(({ brand }) => brand === null),
    'lines.exists(l, l.amount >= 20.0)': (asked) =>
      asked.occasion.lines.some((line) => numberOf(sumOf(asked, [line])) >= 20),
    'lines.exists(l, l.quantity >= 2.0)': ({ occasion }) => occasion.lines.some(({ quantity }) => quantity.gte(2)),
  },
  member: {
    'member.tier == "gold"': ({ occasion: { facts } }) => facts.member!.tier === 'gold',
    'member.purchases >= 2.0': ({ occasion: { facts } }) => facts.member!.purchasesBefore >= 2,
    '!("new" in member.segments)': ({ occasion: { facts } }) => !facts.member!.segments.includes('new'),
  },
  event: {
    'event.type == "run"': ({ occasion: { facts } }) => facts.event!.type === 'run',
    'event.distance >= 5.0': ({ occasion: { facts } }) => Number(facts.event!.attributes['distance'] ?? 0) >= 5,
  },
};
const MEANING = Object.assign({}, ...Object.values(ATOMS)) as Record<string, (asked: Asked) => boolean>;

/** Atoms with `&&` between them, and `||` between those. */
const isTrue = (expression: string, asked: Asked): boolean =>
  expression.split(' || ').some((all) => all.split(' && ').every((atom) => MEANING[atom]!(asked)));

function giveHolds({ code, give }: Rule, { occasion: { facts } }: Scene): boolean {
  if (give.perVisit !== undefined) return facts.location !== null && !facts.member!.visited;
  if (give.surprise === undefined) return true;
  const drawn = facts.member!.draws[code];
  return drawn !== undefined && !atLeast(fraction(drawn), fraction(give.surprise.odds));
}

export function holds(rule: Rule, scene: Scene): boolean {
  const { facts, lines, paid, kept } = scene.occasion;
  if (facts.member === null || rule.on !== facts.event?.type) return false;
  const counting = countingOf(rule, lines);
  if (facts.event === null && (counting.length === 0 || (paid.gt(0) && kept.eq(0)))) return false;
  const { when = {} } = rule;
  const { minimum, maximum, expression } = when;
  const campaign = scene.programme.campaigns.find(({ code }) => code === rule.campaign);
  return (
    (campaign === undefined || campaignHolds(campaign, scene)) &&
    memberHolds(when, scene) &&
    placeHolds(when, scene) &&
    (minimum === undefined || atLeast(sumOf(scene, counting), fraction(minimum))) &&
    (maximum === undefined || atLeast(fraction(maximum), sumOf(scene, counting))) &&
    (expression === undefined || isTrue(expression, { ...scene, counting })) &&
    giveHolds(rule, scene)
  );
}
