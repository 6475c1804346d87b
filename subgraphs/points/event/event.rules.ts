// What an event says, against its type's declaration, and whether it may give points: cooldown and `most`. Both look
// before it and after it, since events come late; so the events that gave keep the rule in whatever order they came.
import { Big } from 'big.js';
import { DateTime } from 'luxon';
import { Refused } from '../../shared/refusal.ts';
import type { Facts, Occasion, Step } from '../earning/facts.rules.ts';
import { capPeriod } from '../ledger/cap.rules.ts';
import { dayAhead, dayEnd, daysLater, dayStart } from '../ledger/calendar.rules.ts';
import type { EventType } from '../programme/earning.rules.ts';

export type AttributeValue = string | number | boolean;
type Attribute = EventType['attributes'][number];

const TEXT_MAX = 200;

/** 15 digits: a double has each of them. */
const NUMBER = /^-?\d{1,9}(\.\d{1,6})?$/;

/** Null: it is none. */
const READ: Record<Attribute['type'], (text: string) => AttributeValue | null> = {
  text: (text) => (text !== '' && text.length <= TEXT_MAX && !/[\p{Cc}\p{Cs}]/u.test(text) ? text : null),
  number: (text) => (NUMBER.test(text) ? Number(text) : null),
  boolean: (text) => (text === 'true' || text === 'false' ? text === 'true' : null),
  date: (text) => (/^\d{4}-\d\d-\d\d$/.test(text) && DateTime.fromISO(text).isValid ? text : null),
};

const HELP: Record<Attribute['type'], string> = {
  text: `a text of 1 to ${TEXT_MAX} characters that can be printed`,
  number: 'a number with at most 9 digits before the point and 6 after it',
  boolean: '`true` or `false`',
  date: 'a day, YYYY-MM-DD',
};

const refuse = (message: string, ...field: string[]) =>
  new Refused('ATTRIBUTE_INVALID', message, { field: ['attributes', ...field] });

function readValue({ name, type, values }: Attribute, text: string, index: number): AttributeValue {
  const value = READ[type](text);
  if (value === null) throw refuse(`${name} is ${HELP[type]}.`, String(index), 'value');
  if (values === undefined || values.includes(text)) return value;
  throw refuse(`${name} is one of ${values.join(', ')}.`, String(index), 'value');
}

/** The attributes by name; throws the first that is unknown, there twice, of another type, or missing. */
export function readAttributes(
  { code, attributes }: EventType,
  given: { name: string; value: string }[],
): Record<string, AttributeValue> {
  const read = new Map<string, AttributeValue>();
  given.forEach(({ name, value }, index) => {
    const declared = attributes.find((attribute) => attribute.name === name);
    if (declared === undefined) throw refuse(`${code} has no attribute ${name}.`, String(index), 'name');
    if (read.has(name)) throw refuse(`${name} is there twice.`, String(index), 'name');
    read.set(name, readValue(declared, value, index));
  });
  const missing = attributes.find(({ name, required }) => required && !read.has(name));
  if (missing !== undefined) throw refuse(`${missing.name} is missing.`);
  return Object.fromEntries(read);
}

/** A span of time, its end not in it; null: no bound. */
export interface Span {
  from: string | null;
  until: string | null;
}

/** For each of `most`: the span of the programme's calendar that an instant is in. */
export const spansOf = ({ most = [] }: EventType, at: string, timeZone: string): Span[] =>
  most.map(({ per }) => {
    if (per === 'lifetime') return { from: null, until: null };
    const first = capPeriod(per, at, timeZone);
    return { from: dayStart(first, timeZone), until: dayEnd(dayAhead(first, {}, per), timeZone) };
  });

/** The member's events of the type that gave points. */
export interface GaveBefore {
  /** The nearest of them, on both sides of the instant. */
  before: string | null;
  after: string | null;
  /** How many there are in each span. */
  counts: number[];
}

/** When the cooldown that began at an instant is over: `days` at the same time of the programme's day. */
function cooled({ hours, days }: NonNullable<EventType['cooldown']>, from: string, timeZone: string): string {
  if (days !== undefined) return daysLater(from, days, timeZone);
  const until = new Date(Date.parse(`${from.slice(0, 19)}Z`) + hours! * 3_600_000);
  return until.toISOString().slice(0, 19) + from.slice(19);
}

/** The step that says why an event gives nothing, whatever the rules; null: it may give. */
export function withheld(type: EventType, at: string, timeZone: string, gave: GaveBefore): Step | null {
  const { code, cooldown, most = [] } = type;
  const step = (reason: 'cooldown' | 'most', required: string, actual: string): Step => ({
    rule: code,
    applied: false,
    required,
    actual,
    reason,
  });
  if (cooldown !== undefined) {
    const required = cooldown.days === undefined ? `PT${cooldown.hours}H` : `P${cooldown.days}D`;
    const { before, after } = gave;
    if (before !== null && cooled(cooldown, before, timeZone) > at) return step('cooldown', required, before);
    if (after !== null && cooled(cooldown, at, timeZone) > after) return step('cooldown', required, after);
  }
  const full = most.findIndex(({ events }, index) => gave.counts[index]! >= events);
  if (full === -1) return null;
  return step('most', `${most[full]!.events}/${most[full]!.per}`, String(gave.counts[full]));
}

/** An event as rules are asked about it: nothing was bought. */
export const occasionOfEvent = (facts: Facts): Occasion => ({ facts, lines: [], paid: Big(0), kept: Big(0) });
