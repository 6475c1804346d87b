// What may stand in the points room's sections of the programme's file. Versions are stored as they were read: what a
// later release adds is optional and means nothing when it is absent, so that earlier versions stay what they were.
import { DateTime, IANAZone } from 'luxon';
import { z } from 'zod';

const decimal = z.string().regex(/^\d+(\.\d+)?$/, 'a decimal number in quotes');
const code = z.string().regex(/^[a-z][a-z0-9-]{0,39}$/, 'lower case letters, digits and -');
const money = z.string().regex(/^[A-Z]{3}$/, 'an ISO 4217 code');
const span = z.int().min(1).max(1200);
const rounding = z.enum(['floor', 'half-up', 'half-even']);
export type Rounding = z.infer<typeof rounding>;

/** 'MM-DD'; 29 February is the last day of February. */
const yearly = z
  .string()
  .refine((text) => /^\d\d-\d\d$/.test(text) && DateTime.fromISO(`2000-${text}`).isValid, 'a day of the year, MM-DD');

/** A policy that is exactly one of several, each under its name. */
function oneOf<T extends z.ZodRawShape>(policies: T) {
  const names = Object.keys(policies);
  return z
    .strictObject(policies)
    .refine(
      (given: Record<string, unknown>) => names.filter((name) => given[name] !== undefined).length === 1,
      `exactly one of ${names.join(', ')}`,
    );
}

const life = { days: span.optional(), months: span.optional() };
const roundTo = z.enum(['day', 'month', 'quarter', 'year']).default('day');
const oneSpan = [
  ({ days, months }: { days?: number | undefined; months?: number | undefined }) =>
    (days === undefined) !== (months === undefined),
  'either days or months',
] as const;

/** Each lot expires so long after its activation, at the end of its last day, month, quarter or year. */
const rolling = z.strictObject({ ...life, roundTo }).refine(...oneSpan);

/** Each lot expires at the end of the next of these days on which it has lived long enough. */
const fixed = z.strictObject({
  on: z.array(yearly).min(1),
  minimum: z
    .strictObject(life)
    .refine(...oneSpan)
    .optional(),
});

const ACTIVITIES = ['EARN', 'SPEND', 'TRANSFER', 'CONVERT', 'ADJUST'] as const;
export type Activity = (typeof ACTIVITIES)[number];

/** All that is available expires so long after the last activity; a capture is a SPEND, a reversal is none. */
const inactivity = z
  .strictObject({ ...life, roundTo, activities: z.array(z.enum(ACTIVITIES)).min(1).default(['EARN', 'SPEND']) })
  .refine(...oneSpan);

const lotExpiry = oneOf({ rolling: rolling.optional(), fixed: fixed.optional() });
export type LotExpiry = z.infer<typeof lotExpiry>;

const expiry = oneOf({ rolling: rolling.optional(), fixed: fixed.optional(), inactivity: inactivity.optional() });
export type Expiry = z.infer<typeof expiry>;

const pending = oneOf({
  /** So many times 24 hours, but for changes of the clocks: at the same time of day. */
  days: span.optional(),
  /** Until a day begins, once or each year. */
  until: z.union([z.iso.date(), yearly], 'a day, YYYY-MM-DD, or one of each year, MM-DD').optional(),
  /** Until it is confirmed; what is not confirmed in so many days is cancelled. */
  confirmation: z.strictObject({ days: span }).optional(),
});
export type Pending = z.infer<typeof pending>;

const grace = z.strictObject({ days: span });
export type Grace = z.infer<typeof grace>;

const DEFICIT_WORDS = new Map<unknown, unknown>([
  ['refuse', { limit: 0, beyond: 'refuse' }],
  ['clamp', { limit: 0, beyond: 'clamp' }],
]);
/** How much a member may owe after a return, and what happens beyond. A word stands for a limit of 0. */
const deficit = z.preprocess(
  (given) => DEFICIT_WORDS.get(given) ?? given,
  z.strictObject({ limit: z.int().min(0), beyond: z.enum(['refuse', 'clamp']).default('refuse') }),
);
export type Deficit = z.infer<typeof deficit>;

/** What EARN gives one member in the currency, in its smallest unit, per purchase or in a period of the calendar. */
const cap = z.strictObject({ code, per: z.enum(['purchase', 'day', 'week', 'month', 'year']), max: z.int().min(1) });
export type Cap = z.infer<typeof cap>;

const currency = z.strictObject({
  code,
  name: z.string().min(1),
  decimals: z.int().min(0).max(6),
  spendable: z.boolean(),
  /** Absent: never. */
  expiry: expiry.optional(),
  /** How long points that come back after their expiry last again. Absent: they expire at once. */
  grace: grace.optional(),
  /** Absent: available at once. */
  pending: pending.optional(),
  /** Absent: without limit. */
  deficit: deficit.optional(),
  caps: z.array(cap).optional(),
});
export type Currency = z.infer<typeof currency>;

const orNone = <T extends z.ZodType>(policy: T) =>
  z.preprocess((given) => (given === 'none' ? null : given), policy.nullable()).optional();

/** What a rule says instead of the currency's own policies: null is none. Inactivity is the wallet's, never a lot's. */
const override = { expiry: orNone(lotExpiry), pending: orNone(pending) };

const percent = decimal.refine((text) => Number(text) <= 100, 'at most 100');

/** What the sender pays besides: a fixed part, and a part of the amount. In the currency's smallest unit. */
const fee = z.strictObject({
  points: z.int().min(0).default(0),
  percent: percent.default('0'),
  rounding: rounding.default('half-up'),
});
export type Fee = z.infer<typeof fee>;

const transfer = z.strictObject({
  currencies: z.array(code).min(1),
  /** What one member may send in a day, without fees, in the currency's smallest unit. */
  perDay: z.int().min(1),
  fee: fee.optional(),
});

const conversion = z.strictObject({
  from: code,
  to: code,
  /** What one whole `from` is worth in whole `to`, from that day on; earliest first. */
  rates: z.array(z.strictObject({ from: z.iso.date(), rate: decimal })).min(1),
  rounding,
});
export type Conversion = z.infer<typeof conversion>;

const tier = z.strictObject({ code, name: z.string().min(1), spend: decimal, discountPercent: decimal.optional() });

export const sections = z
  .object({
    programme: z.object({
      timeZone: z.string().refine(IANAZone.isValidZone, 'an IANA time zone'),
      baseCurrency: money,
    }),
    points: z.strictObject({
      currencies: z.array(currency).min(1),
      earning: z.strictObject({ rule: code, currency: code, pointsPerUnit: z.int().min(1).max(1_000), ...override }),
      exchangeRates: z.array(z.strictObject({ currency: money, from: z.iso.date(), rate: decimal })).default([]),
      /** Points that one member of staff may give out of kindness in a day. */
      goodwillPerDay: z.int().min(0).max(1_000_000).default(0),
      /** The ladder, lowest first; the first level is everyone's. */
      tiers: z.array(tier).min(1),
      /** Between members. Absent: off. */
      transfer: transfer.optional(),
      /** Between currencies of one member. */
      conversions: z.array(conversion).optional(),
    }),
  })
  .superRefine(({ points }, context) => {
    const wrong = (message: string, ...path: (string | number)[]) =>
      context.addIssue({ code: 'custom', path: ['points', ...path], message });
    const known = (name: string, ...path: (string | number)[]) => {
      if (!points.currencies.some((own) => own.code === name)) wrong('is none of the currencies', ...path);
    };
    known(points.earning.currency, 'earning', 'currency');
    points.currencies.forEach(({ code: own, caps = [] }, index) => {
      if (points.currencies.findIndex((other) => other.code === own) < index)
        wrong('is there twice', 'currencies', index);
      caps.forEach((one, n) => {
        if (caps.findIndex((other) => other.code === one.code) < n)
          wrong('is there twice', 'currencies', index, 'caps', n);
      });
    });
    points.tiers.forEach((level, index) => {
      const below = points.tiers[index - 1];
      if (below !== undefined && Number(level.spend) <= Number(below.spend)) {
        wrong('must be more than the level before', 'tiers', index, 'spend');
      }
    });
    if (Number(points.tiers[0]?.spend) !== 0) wrong('the first level begins at 0', 'tiers', 0, 'spend');
    points.transfer?.currencies.forEach((name, index) => known(name, 'transfer', 'currencies', index));
    points.conversions?.forEach(({ from, to, rates }, index, all) => {
      known(from, 'conversions', index, 'from');
      known(to, 'conversions', index, 'to');
      if (from === to) wrong('is the same currency', 'conversions', index, 'to');
      if (all.findIndex((other) => other.from === from && other.to === to) < index) {
        wrong('is there twice', 'conversions', index);
      }
      rates.forEach((rate, n) => {
        if (Number(rate.rate) === 0) wrong('must be above 0', 'conversions', index, 'rates', n, 'rate');
        const before = rates[n - 1];
        if (before !== undefined && rate.from <= before.from) {
          wrong('must be later than the one before', 'conversions', index, 'rates', n, 'from');
        }
      });
    });
  });

type PointsSection = z.infer<typeof sections>['points'];

/** One version of the programme, as the points room knows it. */
export interface Programme extends PointsSection {
  version: number;
  timeZone: string;
  baseCurrency: string;
}
