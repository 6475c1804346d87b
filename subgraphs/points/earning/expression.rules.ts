// Conditions in CEL (programmes/README.md). They are checked when a programme is applied: their types, and that none costs
// more than a few walks over the lines. What cannot be answered, such as an attribute that is not there, does not hold.
import { Environment, type ASTNode, type ParseResult } from '@marcbachmann/cel-js';
import type { EventType } from '../programme/earning.rules.ts';
import type { Facts } from './facts.rules.ts';
import type { Counted } from './line.rules.ts';
import type { Sums } from './sum.rules.ts';

type Attributes = EventType['attributes'];

/** So many lines, payments and segments an expression sees. */
const SEEN = 200;

/** What expressions know, each kind of thing with what is said where it is not known. */
class Purchase {
  amount = 0;
  quantity = 0;
  currency = '';
  partner = '';
  channel = '';
  location = '';
  weekday = 0n;
  hour = 0n;
  month = 0n;
  payments: string[] = [];
}

class Member {
  tier = '';
  segments: string[] = [];
  purchases = 0n;
}

class PurchaseLine {
  sku = '';
  category = '';
  brand = '';
  quantity = 0;
  amount = 0;
}

class EventOf {
  type = '';
}

const typeOf = (value: unknown): string => {
  if (Array.isArray(value)) return 'list<string>';
  if (typeof value === 'bigint') return 'int';
  return typeof value === 'string' ? 'string' : 'double';
};
const fieldsOf = (thing: object): Record<string, string> =>
  Object.fromEntries(Object.entries(thing).map(([name, value]) => [name, typeOf(value)]));

const ofPurchases = new Environment({ limits: { maxAstNodes: 250, maxDepth: 30 } })
  .registerType('Purchase', { ctor: Purchase, fields: fieldsOf(new Purchase()) })
  .registerType('Member', { ctor: Member, fields: fieldsOf(new Member()) })
  .registerType('Line', { ctor: PurchaseLine, fields: fieldsOf(new PurchaseLine()) })
  .registerVariable('purchase', 'Purchase')
  .registerVariable('member', 'Member')
  .registerVariable('lines', 'list<Line>')
  // So that `purchase.amount == 6` is right, as `>= 6` is.
  .registerOperator('double == int', (double: number, int: bigint) => double === Number(int));

const ATTRIBUTES = { text: 'string', date: 'string', number: 'double', boolean: 'bool' };

const environment = (attributes: Attributes | undefined): Environment => {
  if (attributes === undefined) return ofPurchases;
  const own = Object.fromEntries(attributes.map(({ name, type }) => [name, ATTRIBUTES[type]]));
  return ofPurchases
    .clone()
    .registerType('Event', { ctor: EventOf, fields: { ...own, ...fieldsOf(new EventOf()) } })
    .registerVariable('event', 'Event');
};

const LOOPS = new Set(['all', 'exists', 'exists_one', 'map', 'filter']);
/** A regular expression may take for ever; the others make texts that double. */
const REFUSED = new Set(['matches', 'join', 'bind']);

function nodesIn(args: unknown): ASTNode[] {
  if (Array.isArray(args)) return args.flatMap(nodesIn);
  return typeof args === 'object' && args !== null && 'op' in args ? [args as ASTNode] : [];
}

const told = (start: number, what: string): string => `character ${start + 1}: ${what}`;

/** What could cost too much, and where. */
function costly(node: ASTNode, looping: boolean): string | null {
  if (node.op === 'id' && node.args === 'lines' && looping) return told(node.start, '`lines` inside a loop');
  if (node.op !== 'rcall') return firstOf(nodesIn(node.args), looping);
  const [name, receiver, args] = node.args;
  if (REFUSED.has(name)) return told(node.start, `\`${name}\` is not available`);
  const loops = LOOPS.has(name);
  if (loops && looping) return told(node.start, 'a loop in a loop');
  return costly(receiver, looping) ?? firstOf(args, looping || loops);
}

function firstOf(nodes: ASTNode[], looping: boolean): string | null {
  for (const node of nodes) {
    const found = costly(node, looping);
    if (found !== null) return found;
  }
  return null;
}

/** Whole numbers and doubles are compared, but not mixed otherwise. */
const mixes = (summary: string): boolean => /no such overload: .*(double.*int|int.*double)/.test(summary);

/** What is wrong with an expression, and where; `attributes`: of the event that it is about; left out: a purchase. */
export function expressionFault(text: string, attributes?: Attributes): string | null {
  const known = environment(attributes);
  const { valid, type, error } = known.check(text);
  if (!valid) {
    const summary = error?.summary ?? 'is not CEL';
    return told(
      error?.range?.start ?? 0,
      mixes(summary) ? `${summary}; write 6.0 beside a double, 6 beside an int` : summary,
    );
  }
  if (type !== 'bool') return `is ${type}, no condition`;
  return costly(known.parse(text).ast, false);
}

function purchaseOf({ facts, sums, of }: Counted): Purchase {
  const { currency, partner, channel, location, payments } = facts;
  return {
    amount: sums.inBase(of),
    quantity: sums.count(of),
    currency: currency ?? '',
    partner: partner ?? '',
    channel: channel ?? '',
    location: location ?? '',
    weekday: BigInt(facts.weekday),
    hour: BigInt(Math.floor(facts.minute / 60)),
    month: BigInt(facts.day.slice(5, 7)),
    payments: payments.slice(0, SEEN),
  };
}

function lineOf(sums: Sums, place: number): PurchaseLine {
  const { sku, category, brand } = sums.line(place);
  const alone = sums.alone(place);
  return {
    sku,
    category: category ?? '',
    brand: brand ?? '',
    quantity: sums.count(alone),
    amount: sums.inBase(alone),
  };
}

function eventOf({ event }: Facts, attributes: Attributes): EventOf {
  const texts = attributes.filter(({ type }) => type === 'text' || type === 'date').map(({ name }) => [name, '']);
  return { ...Object.fromEntries(texts), ...event?.attributes, type: event?.type ?? '' };
}

/** Only what the expression names is made. */
class Context {
  readonly #asked: Counted;
  readonly #attributes: Attributes;

  constructor(asked: Counted, attributes: Attributes) {
    this.#asked = asked;
    this.#attributes = attributes;
  }

  get purchase() {
    return Object.assign(new Purchase(), purchaseOf(this.#asked));
  }

  get member() {
    const { tier, segments, purchasesBefore } = this.#asked.member;
    return Object.assign(new Member(), { tier, segments: segments.slice(0, SEEN), purchases: BigInt(purchasesBefore) });
  }

  get lines() {
    const { sums } = this.#asked;
    return sums.all.places.slice(0, SEEN).map((place) => Object.assign(new PurchaseLine(), lineOf(sums, place)));
  }

  get event() {
    return Object.assign(new EventOf(), eventOf(this.#asked.facts, this.#attributes));
  }
}

function answer(parsed: ParseResult, asked: Counted, attributes: Attributes): boolean {
  try {
    return parsed(new Context(asked, attributes)) === true;
  } catch {
    // Also what is no error of CEL, such as a time zone that there is not: no till waits for a rule to be mended.
    return false;
  }
}

/** An expression that was checked. */
export function expressionOf(text: string, attributes: Attributes | undefined): (asked: Counted) => boolean {
  const parsed = environment(attributes).parse(text);
  return (asked) => answer(parsed, asked, attributes ?? []);
}
