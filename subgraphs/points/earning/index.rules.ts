// Which rules an occasion can touch: each rule stands under the values of that condition of its own which is rarest among
// all rules, or under none. What is found still has to be asked; what is not found cannot hold.
import { LRUCache } from 'lru-cache';
import type { BookRule } from './book.rules.ts';
import type { Line, MemberFacts, Occasion } from './facts.rules.ts';
import { runsOn } from './season.rules.ts';

type Axis =
  'sku' | 'category' | 'brand' | 'partner' | 'channel' | 'location' | 'tier' | 'segment' | 'money' | 'payment';

/** What a rule asks for: one of these values, on each of the axes. */
function askedOf({ rule: { when = {} }, campaign }: BookRule): [Axis, string[]][] {
  const asked: [Axis, string[] | undefined][] = [
    ['sku', when.items?.skus],
    ['category', when.items?.categories],
    ['brand', when.items?.brands],
    ['partner', when.partners],
    ['partner', campaign?.target?.partners],
    ['channel', when.channels],
    ['location', when.locations],
    ['tier', when.tiers],
    ['tier', campaign?.target?.tiers],
    ['segment', when.segments],
    ['segment', campaign?.target?.segments],
    ['money', when.currencies],
    ['payment', when.payments],
  ];
  return asked.filter((one): one is [Axis, string[]] => one[1] !== undefined);
}

type Value = string | null;

const distinct = (lines: Line[], value: (line: Line) => Value): Value[] => [...new Set(lines.map(value))];

/** Null: any. */
const found: Record<Axis, (occasion: Occasion, member: MemberFacts | null) => Value[] | null> = {
  sku: ({ lines }) => distinct(lines, ({ sku }) => sku),
  category: ({ lines }) => distinct(lines, ({ category }) => category),
  brand: ({ lines }) => distinct(lines, ({ brand }) => brand),
  partner: ({ facts }) => [facts.partner],
  channel: ({ facts }) => [facts.channel],
  location: ({ facts }) => [facts.location],
  tier: (_, member) => (member === null ? null : [member.tier]),
  segment: (_, member) => (member === null ? null : member.segments),
  money: ({ facts }) => [facts.currency],
  payment: ({ facts }) => facts.payments,
};

/** How many rules ask for each value. */
function counted(rules: BookRule[]): (axis: Axis, values: string[]) => number {
  const counts = new Map<string, number>();
  for (const [axis, values] of rules.flatMap(askedOf)) {
    for (const value of values) counts.set(`${axis} ${value}`, (counts.get(`${axis} ${value}`) ?? 0) + 1);
  }
  return (axis, values) => Math.max(...values.map((value) => counts.get(`${axis} ${value}`)!));
}

export class RuleIndex {
  readonly #rules: BookRule[];
  readonly #everywhere: BookRule[] = [];
  readonly #under = new Map<Axis, Map<Value, BookRule[]>>();
  /** By day: for each rule by its place whether it, or its campaign, runs on that day. */
  readonly #running = new LRUCache<string, Uint8Array>({ max: 400 });

  constructor(rules: BookRule[]) {
    this.#rules = rules;
    const rarity = counted(rules);
    for (const rule of rules) {
      const [rarest] = askedOf(rule)
        .map(([axis, values]) => ({ axis, values, rules: rarity(axis, values) }))
        .toSorted((one, other) => one.rules - other.rules);
      if (rarest === undefined) this.#everywhere.push(rule);
      else for (const value of new Set(rarest.values)) this.#put(rarest.axis, value, rule);
    }
  }

  #put(axis: Axis, value: string, rule: BookRule): void {
    const values = this.#under.get(axis) ?? new Map<Value, BookRule[]>();
    this.#under.set(axis, values);
    const rules = values.get(value);
    if (rules === undefined) values.set(value, [rule]);
    else rules.push(rule);
  }

  /** In the file's order; without a member, those of any. */
  candidates(occasion: Occasion, member: MemberFacts | null): BookRule[] {
    const running = this.#runningOn(occasion.facts.day);
    const rules = new Set(this.#everywhere.filter(({ at }) => running[at] === 1));
    for (const [axis, under] of this.#under) {
      for (const value of found[axis](occasion, member) ?? under.keys()) {
        for (const rule of under.get(value) ?? []) if (running[rule.at] === 1) rules.add(rule);
      }
    }
    return [...rules].toSorted((one, other) => one.at - other.at);
  }

  #runningOn(day: string): Uint8Array {
    const known = this.#running.get(day);
    if (known !== undefined) return known;
    const running = new Uint8Array((this.#rules.at(-1)?.at ?? -1) + 1);
    for (const { at, rule, campaign } of this.#rules) {
      running[at] = runsOn(rule.when ?? {}, day) && runsOn(campaign ?? {}, day) ? 1 : 0;
    }
    this.#running.set(day, running);
    return running;
  }
}
