// What the engine's own tests share: a programme of the rules that a test names, and a purchase of which nothing is special.
import { Big } from 'big.js';
import { compile } from '../../../subgraphs/points/earning/book.rules.ts';
import { evaluate } from '../../../subgraphs/points/earning/evaluate.rules.ts';
import type {
  Evaluation,
  Facts,
  Line,
  MemberFacts,
  Occasion,
  Rooms,
} from '../../../subgraphs/points/earning/facts.rules.ts';
import { sections, type Programme } from '../../../subgraphs/points/programme/programme.rules.ts';

/** A rule as the file has it; `currency` is points unless it is a discount, `code` its place: a, b, c. */
export type RuleInFile = { give: object; code?: string } & Record<string, unknown>;

export interface InFile {
  set?: object;
  baseCurrency?: string;
  points?: object;
  [section: string]: unknown;
}

const DISCOUNTS = ['discountPercent', 'discountAmount', 'price'];

const named = (rules: RuleInFile[], prefix = '') =>
  rules.map((rule, index) => ({
    code: `${prefix}${'abcdefgh'[index]}`,
    ...(DISCOUNTS.some((name) => name in rule.give) ? {} : { currency: 'points' }),
    ...rule,
  }));

const document = (sets: object[], { points = {}, baseCurrency = 'GBP', ...others }: InFile) => ({
  programme: { timeZone: 'Europe/London', baseCurrency },
  points: {
    currencies: [
      { code: 'points', name: 'Points', decimals: 0, spendable: true, ...points },
      { code: 'miles', name: 'Miles', decimals: 2, spendable: true },
    ],
    earning: sets,
    tiers: {
      window: 'lifetime',
      levels: [
        { code: 'member', name: 'Member' },
        {
          code: 'gold',
          name: 'Gold',
          from: { spend: '100' },
          benefits: [{ multiplier: { factor: '1.5', currency: 'points' } }],
        },
      ],
    },
    ...others,
  },
});

function read(given: object): Programme {
  const { programme, points } = sections.parse(given);
  return { version: 1, timeZone: programme.timeZone, baseCurrency: programme.baseCurrency, ...points };
}

/** One set, `sum` and half-up unless `set` says otherwise. */
export function programmeOf(rules: RuleInFile[], { set, ...others }: InFile = {}): Programme {
  return read(document([{ code: 'all', combine: 'sum', rounding: 'half-up', rules: named(rules), ...set }], others));
}

/** Several sets; rules are called one-a, two-a … */
export const programmeOfSets = (sets: Record<string, RuleInFile[]>, combine: Record<string, string> = {}): Programme =>
  read(
    document(
      Object.entries(sets).map(([code, rules]) => ({
        code,
        combine: combine[code] ?? 'sum',
        rounding: 'half-up',
        rules: named(rules, `${code}-`),
      })),
      {},
    ),
  );

/** What is wrong with a programme of these rules, each fault with its place in the section. */
export function faultsOf(rules: RuleInFile[], { set, ...others }: InFile = {}): string[] {
  const given = document([{ code: 'all', combine: 'sum', rounding: 'half-up', rules: named(rules), ...set }], others);
  const issues = sections.safeParse(given).error?.issues ?? [];
  return issues.map(({ path, message }) => `${path.slice(1).join('.').replace('earning.0.rules.', '')}: ${message}`);
}

export type LineInTest = Partial<Record<'quantity' | 'gross' | 'amount' | 'taxRate', string>> &
  Partial<Pick<Line, 'sku' | 'category' | 'brand'>>;

const lineOf = (line: LineInTest, index: number): Line => ({
  number: index + 1,
  sku: line.sku ?? 'tea',
  category: line.category ?? null,
  brand: line.brand ?? null,
  quantity: Big(line.quantity ?? '1'),
  gross: Big(line.gross ?? line.amount ?? '10'),
  amount: Big(line.amount ?? '10'),
  taxRate: line.taxRate === undefined ? null : Big(line.taxRate),
});

export interface InTest {
  lines?: LineInTest[];
  member?: Partial<MemberFacts> | null;
  /** What is kept of what the lines cost; all. */
  kept?: string;
  facts?: Partial<Facts>;
}

const MEMBER: MemberFacts = {
  tier: 'member',
  segments: [],
  purchasesBefore: 3,
  visited: false,
  birthday: [],
  anniversary: [],
  draws: {},
};

/** On Wednesday 2 September 2026 at half past two, one line of 10 GBP. */
export function purchaseOf({ lines: given = [{}], member = {}, kept, facts = {} }: InTest = {}): Occasion {
  const lines = given.map(lineOf);
  const paid = lines.reduce((sum, { amount }) => sum.plus(amount), Big(0));
  return {
    lines,
    paid,
    kept: kept === undefined ? paid : Big(kept),
    facts: {
      occurredAt: '2026-09-02T13:30:00.000000Z',
      day: '2026-09-02',
      minute: 870,
      weekday: 3,
      partner: 'northside',
      channel: 'shops',
      location: 'leeds',
      currency: 'GBP',
      rate: '1',
      payments: ['card'],
      event: null,
      ...facts,
      member: member === null ? null : { ...MEMBER, ...member },
    },
  };
}

export const eventOf = (type: string, attributes: Record<string, string | number | boolean> = {}, more: InTest = {}) =>
  purchaseOf({
    ...more,
    lines: [],
    facts: { currency: null, payments: [], ...more.facts, event: { type, attributes } },
  });

export const given = (programme: Programme, occasion: Occasion, rooms: Rooms = {}): Evaluation =>
  evaluate(compile(programme), occasion, rooms, true);

/** Points that are given, and by which rules: `{ points: 12, a: 10, b: 2 }`. */
export function pointsBy(programme: Programme, occasion: Occasion, rooms: Rooms = {}): Record<string, number> {
  const grants = given(programme, occasion, rooms).grants;
  const parts = grants.flatMap((grant) => grant.parts.map(({ rule, amount }): [string, number] => [rule, amount]));
  return {
    ...Object.fromEntries(grants.map(({ currency, amount }) => [currency, amount])),
    ...Object.fromEntries(parts),
  };
}

/** What all rules give, whatever the currency. */
export const amountOf = (programme: Programme, occasion: Occasion, rooms: Rooms = {}): number =>
  given(programme, occasion, rooms).grants.reduce((sum, { amount }) => sum + amount, 0);
