// What must hold for a rule, each with the reason that it gives when it does not. Compiled once for each rule. These are
// answered by the facts alone; those of the lines are in line.rules.ts.
import { WEEKDAYS, type Campaign, type Conditions, type Rule } from '../programme/earning.rules.ts';
import type { Facts, MemberFacts, Reason } from './facts.rules.ts';
import { decimal, less } from './fraction.rules.ts';
import { runsOn, windowText } from './season.rules.ts';

/** What happened, to whom. */
export interface Happening {
  facts: Facts;
  member: MemberFacts;
}

export interface Condition<Asked> {
  reason: Reason;
  holds: (asked: Asked) => boolean;
  /** What it asks for, without a language. */
  required?: string;
  /** What there was; undefined: nothing, or not known. */
  actual?: (asked: Asked) => string | undefined;
}

/** Conditions that look at the member. */
export const OF_MEMBER: ReadonlySet<Reason> = new Set<Reason>([
  'campaign-target',
  'tiers',
  'segments',
  'firstPurchase',
  'nthPurchase',
  'birthday',
  'anniversary',
  'visited',
  'not-drawn',
]);

const LISTED = 10;

export const listed = (texts: readonly string[]): string =>
  texts.length > LISTED ? `${texts.slice(0, LISTED).join(', ')}…` : texts.join(', ');

const orNothing = (text: string): string | undefined => (text === '' ? undefined : text);

type Told<T> = (asked: Happening) => T;

function isOneOf(reason: Reason, codes: string[] | undefined, told: Told<string | null>): Condition<Happening>[] {
  if (codes === undefined) return [];
  const known = new Set<string | null>(codes);
  const holds = (asked: Happening) => known.has(told(asked));
  return [{ reason, holds, required: listed(codes), actual: (asked) => told(asked) ?? undefined }];
}

function hasOneOf(reason: Reason, codes: string[] | undefined, told: Told<string[]>): Condition<Happening>[] {
  if (codes === undefined) return [];
  const known = new Set(codes);
  const holds = (asked: Happening) => told(asked).some((code) => known.has(code));
  return [{ reason, holds, required: listed(codes), actual: (asked) => orNothing(listed(told(asked))) }];
}

function when<T>(
  reason: Reason,
  asked: T | undefined,
  condition: (asked: T) => Omit<Condition<Happening>, 'reason'>,
): Condition<Happening>[] {
  return asked === undefined ? [] : [{ reason, ...condition(asked) }];
}

const day = ({ facts }: Happening): string => facts.day;
const tier = ({ member }: Happening): string => member.tier;
const segments = ({ member }: Happening): string[] => member.segments;
const partner = ({ facts }: Happening): string | null => facts.partner;
const nth = ({ member }: Happening): number => member.purchasesBefore + 1;

const minuteOf = (time: string): number => Number(time.slice(0, 2)) * 60 + Number(time.slice(3));
const two = (number: number): string => String(number).padStart(2, '0');

function hours({ from, until }: NonNullable<Conditions['hours']>): Omit<Condition<Happening>, 'reason'> {
  const [first, end] = [minuteOf(from), minuteOf(until)];
  return {
    holds: ({ facts: { minute } }) => (first < end ? minute >= first && minute < end : minute >= first || minute < end),
    required: `${from}/${until}`,
    actual: ({ facts: { minute } }) => `${two(Math.floor(minute / 60))}:${two(minute % 60)}`,
  };
}

function nthPurchase({
  number,
  every = 1,
}: NonNullable<Conditions['nthPurchase']>): Omit<Condition<Happening>, 'reason'> {
  return {
    holds: (asked) => (number === undefined ? nth(asked) % every === 0 : nth(asked) === number),
    required: number === undefined ? `${every}, ${2 * every}, ${3 * every}…` : String(number),
    actual: (asked) => String(nth(asked)),
  };
}

function ofCampaign(campaign: Campaign): Condition<Happening>[] {
  const { target } = campaign;
  return [
    {
      reason: 'campaign-window',
      holds: ({ facts }) => runsOn(campaign, facts.day),
      required: windowText(campaign),
      actual: day,
    },
    ...hasOneOf('campaign-target', target?.segments, segments),
    ...isOneOf('campaign-target', target?.tiers, tier),
    ...isOneOf('campaign-target', target?.partners, partner),
  ];
}

/** What a surprise or a visit asks for besides. */
function ofGive({ code, give }: Rule): Condition<Happening>[] {
  const { surprise, perVisit } = give;
  return [
    ...when('locations', perVisit, () => ({ holds: ({ facts }) => facts.location !== null })),
    ...when('visited', perVisit, () => ({ holds: ({ member }) => !member.visited })),
    ...when('not-drawn', surprise, ({ odds }) => ({
      holds: ({ member: { draws } }) => draws[code] !== undefined && less(decimal(draws[code]), decimal(odds)),
      required: odds,
      actual: ({ member }) => member.draws[code],
    })),
  ];
}

/** Those of what happened, in the order in which they are asked. */
export function happeningConditions(rule: Rule, campaign: Campaign | undefined): Condition<Happening>[] {
  const asked: Conditions = rule.when ?? {};
  return [
    ...(campaign === undefined ? [] : ofCampaign(campaign)),
    ...isOneOf('partners', asked.partners, partner),
    ...isOneOf('channels', asked.channels, ({ facts }) => facts.channel),
    ...isOneOf('locations', asked.locations, ({ facts }) => facts.location),
    ...isOneOf('weekdays', asked.weekdays, ({ facts }) => WEEKDAYS[facts.weekday - 1]!),
    ...when('hours', asked.hours, hours),
    ...when('from', asked.from, (from) => ({ holds: ({ facts }) => facts.day >= from, required: from, actual: day })),
    ...when('until', asked.until, (until) => ({
      holds: ({ facts }) => facts.day <= until,
      required: until,
      actual: day,
    })),
    ...isOneOf('tiers', asked.tiers, tier),
    ...hasOneOf('segments', asked.segments, segments),
    ...when('firstPurchase', asked.firstPurchase, () => nthPurchase({ number: 1 })),
    ...when('nthPurchase', asked.nthPurchase, nthPurchase),
    ...when('birthday', asked.birthday, (part) => ({
      holds: ({ member }) => member.birthday.includes(part),
      required: part,
    })),
    ...when('anniversary', asked.anniversary, (part) => ({
      holds: ({ member }) => member.anniversary.includes(part),
      required: part,
    })),
    ...isOneOf('currencies', asked.currencies, ({ facts }) => facts.currency),
    ...hasOneOf('payments', asked.payments, ({ facts }) => facts.payments),
    ...ofGive(rule),
  ];
}
