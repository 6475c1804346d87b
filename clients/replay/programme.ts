// What of the graph's own programme a recount can foresee. What is sent here has no category and no brand, and its members have no
// profile: of the rules that can still hold a currency is counted anew when one plain rule gives it, tiers when spend alone makes them.
import { parse } from 'yaml';
import { z } from 'zod';
import type { Api } from './api.ts';
import { PROGRAMME, PROGRAMMES } from './documents.ts';

/** Points for money, and nothing beside that adds to them or takes from them. */
export interface PlainRule {
  currency: string;
  points: number;
  each: string;
  whole: boolean;
  rounding: 'floor' | 'half-up' | 'half-even';
}

export interface Programme {
  baseCurrency: string;
  /** Null: more than one plain rule decides, or there are several currencies. */
  rule: PlainRule | null;
  /** Tiers by spend, highest first; null: more than spend decides. */
  ladder: { code: string; spend: string }[] | null;
  /** What one unit of a currency is worth in the base currency, from a day on; the latest first. */
  rates: { currency: string; from: string; rate: string }[];
}

const texts = z.array(z.string()).optional();
const where = { partners: texts, channels: texts, locations: texts };
const rule = z.object({
  on: z.string().optional(),
  currency: z.string().optional(),
  campaign: z.string().optional(),
  caps: z.array(z.unknown()).optional(),
  give: z.looseObject({
    perAmount: z.object({ points: z.number(), each: z.string(), whole: z.boolean().default(false) }).optional(),
  }),
  when: z
    .looseObject({ ...where, items: z.record(z.string(), z.unknown()), except: z.record(z.string(), z.unknown()) })
    .partial()
    .default({}),
});
const level = z.looseObject({
  code: z.string(),
  from: z.looseObject({ spend: z.string().optional() }).default({}),
  benefits: z.array(z.looseObject({ multiplier: z.unknown().optional() })).default([]),
});
const channel = z.looseObject({ code: z.string(), locations: z.array(z.object({ code: z.string() })).default([]) });
const document = z.object({
  programme: z.object({ baseCurrency: z.string() }),
  points: z.object({
    currencies: z.array(z.object({ code: z.string(), caps: z.array(z.unknown()).default([]) })),
    exchangeRates: z.array(z.object({ currency: z.string(), from: z.string(), rate: z.string() })).default([]),
    earning: z.array(
      z.object({
        rounding: z.enum(['floor', 'half-up', 'half-even']),
        roundAt: z.string().optional(),
        rules: z.array(rule),
      }),
    ),
    tiers: z.object({
      window: z.unknown(),
      keep: z.unknown().default('window'),
      downgrade: z.string().default('earned'),
      returns: z.string().default('undo'),
      levels: z.array(level),
    }),
  }),
  partners: z.array(z.object({ code: z.string(), channels: z.array(channel).default([]) })),
});
type Document = z.infer<typeof document>;
type When = z.infer<typeof rule>['when'];

/** Where the tills stand. */
interface Place {
  partners: string[];
  channels: string[];
  locations: string[];
}

/** The one in force. */
export async function readProgramme(api: Api, key: string, locations: string[]): Promise<Programme> {
  type Versions = { programmes: { nodes: { version: string; state: string }[] } };
  const { programmes } = await api.ask<Versions>(key, PROGRAMMES, {});
  const version = programmes.nodes.find(({ state }) => state === 'IN_FORCE')?.version;
  if (version === undefined) throw new Error('Of the last 20 versions of the programme none is in force.');
  const { programmeDocument } = await api.ask<{ programmeDocument: string }>(key, PROGRAMME, { version });
  return programmeOf(programmeDocument, locations);
}

/** The programme of a file in YAML, for tills at these locations. */
export function programmeOf(text: string, locations: string[]): Programme {
  const read = document.parse(parse(text));
  const place = placeOf(read, locations);
  return {
    baseCurrency: read.programme.baseCurrency,
    rule: plainRule(read, place),
    ladder: ladderOf(read),
    rates: read.points.exchangeRates.toSorted((a, b) => b.from.localeCompare(a.from)),
  };
}

/** Null: the programme does not know the currency on that day. */
export const rateOn = ({ baseCurrency, rates }: Programme, currency: string, day: string): string | null =>
  currency === baseCurrency
    ? '1'
    : (rates.find((each) => each.currency === currency && each.from <= day)?.rate ?? null);

function placeOf({ partners }: Document, locations: string[]): Place {
  const at = partners.flatMap(({ code, channels }) =>
    channels.flatMap((each) => each.locations.map((location) => ({ partner: code, channel: each.code, ...location }))),
  );
  const here = at.filter(({ code }) => locations.includes(code));
  return { partners: here.map((each) => each.partner), channels: here.map((each) => each.channel), locations };
}

const NEVER_MET = ['birthday', 'anniversary', 'segments', 'payments'];
const unreachable = (items: Record<string, unknown> | undefined) =>
  items !== undefined && ('categories' in items || 'brands' in items);

function canHold(when: When, place: Place): boolean {
  const elsewhere = (Object.keys(where) as (keyof Place)[]).some(
    (name) => when[name] !== undefined && !when[name].some((code) => place[name].includes(code)),
  );
  return !elsewhere && !unreachable(when.items) && !NEVER_MET.some((name) => name in when);
}

/** It holds at each of the tills, whatever is bought. */
function alwaysHolds(when: When, place: Place): boolean {
  return Object.entries(when).every(([name, asked]) => {
    if (name === 'except') return unreachable(when.except);
    return name in where && place[name as keyof Place].every((code) => (asked as string[]).includes(code));
  });
}

function plainRule({ points }: Document, place: Place): PlainRule | null {
  const [currency, other] = points.currencies;
  if (currency === undefined || currency.caps.length > 0 || other !== undefined) return null;
  const multiplied = points.tiers.levels.some(({ benefits }) =>
    benefits.some(({ multiplier }) => multiplier !== undefined),
  );
  const candidates = points.earning.flatMap(({ rules, ...set }) =>
    rules
      .filter(({ on = 'tier', currency: given, when }) => on === 'tier' && given !== undefined && canHold(when, place))
      .map((each) => ({ ...set, ...each })),
  );
  const [only, second] = candidates;
  if (only?.give.perAmount === undefined || second !== undefined || multiplied) return null;
  const limited = [only.on, only.campaign, only.caps].some((each) => each !== undefined) || only.roundAt === 'line';
  if (limited || !alwaysHolds(only.when, place)) return null;
  return { currency: currency.code, rounding: only.rounding, ...only.give.perAmount };
}

function ladderOf({ points: { tiers } }: Document): Programme['ladder'] {
  const { window, keep, downgrade, returns, levels } = tiers;
  const settled = window === 'lifetime' && keep === 'window' && downgrade === 'earned' && returns === 'undo';
  const bySpend = levels.every(({ from }) => Object.keys(from).every((metric) => metric === 'spend'));
  if (!settled || !bySpend) return null;
  return levels.map(({ code, from }) => ({ code, spend: from.spend ?? '0' })).toReversed();
}
