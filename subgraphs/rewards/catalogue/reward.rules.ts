// What a reward's document must be, wherever it comes from: the programme's file or a mutation.
import { z } from 'zod';
import { moneyDecimals, readInstant } from '../../shared/scalars.ts';

export const REWARD_KINDS = [
  'PERCENT_DISCOUNT',
  'AMOUNT_DISCOUNT',
  'FREE_PRODUCT',
  'SERVICE',
  'EXPERIENCE',
  'GIFT_CARD',
  'IN_KIND',
] as const;
export type RewardKind = (typeof REWARD_KINDS)[number];

const POINTS_MAX = 1_000_000_000_000;
const VOUCHER_DAYS_MAX = 3_650;

const code = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/, 'a code has 1 to 64 letters, digits, . _ and -')
  .meta({ description: 'Its name in the API.' });
const texts = (max: number) => {
  const text = z.string().trim().min(1).max(max);
  return z.strictObject({
    en: text.meta({ description: 'English; for other languages too, where they are left out.' }),
    pl: text.optional().meta({ description: 'Polish.' }),
    lv: text.optional().meta({ description: 'Latvian.' }),
  });
};
const instant = z.string().transform((text, context) => {
  const read = readInstant(text);
  if (read !== null) return read;
  context.addIssue('an instant is RFC 3339, 2026-08-14T12:00:00Z');
  return z.NEVER;
});
const span = z
  .strictObject({
    from: instant.optional().meta({ description: 'RFC 3339.' }),
    until: instant.optional().meta({ description: 'RFC 3339.' }),
  })
  .refine(({ from, until }) => from === undefined || until === undefined || from < until, 'it ends before it begins');
const money = z
  .strictObject({
    amount: z
      .string()
      .regex(/^\d{1,12}(\.\d{1,4})?$/, 'an amount is a decimal')
      .meta({ description: 'A decimal in quotes.' }),
    currencyCode: z.string().meta({ description: 'ISO 4217.' }),
  })
  .refine(({ currencyCode }) => Intl.supportedValuesOf('currency').includes(currencyCode), 'not an ISO 4217 currency')
  .refine(
    ({ amount, currencyCode }) =>
      !Intl.supportedValuesOf('currency').includes(currencyCode) ||
      (amount.split('.')[1]?.length ?? 0) <= moneyDecimals(currencyCode),
    'the amount is too fine for its currency',
  );

const fields = z.strictObject({
  code,
  kind: z.enum(REWARD_KINDS).meta({ description: 'What it is.' }),
  name: texts(200).meta({ description: 'For people, by language.' }),
  description: texts(2_000).optional().meta({ description: 'By language.' }),
  terms: texts(10_000).optional().meta({ description: 'What it is bound to, by language.' }),
  pictureUrl: z
    .url({ protocol: /^https$/ })
    .max(2_000)
    .optional()
    .meta({ description: 'Of a picture, https.' }),
  partner: code.optional().meta({ description: 'Code of the partner that hands it out; left out: any.' }),
  price: z
    .strictObject({
      currency: code.meta({ description: 'Code of the points currency.' }),
      points: z.number().int().min(1).max(POINTS_MAX).meta({ description: 'In the currency’s smallest unit.' }),
      money: money.optional().meta({ description: 'What is paid besides.' }),
    })
    .meta({ description: 'What it costs.' }),
  value: money.optional().meta({ description: 'What its voucher takes off a purchase, or holds.' }),
  percent: z
    .string()
    .regex(/^\d{1,3}(\.\d{1,4})?$/, 'a percentage is a decimal')
    .refine((text) => Number(text) > 0 && Number(text) <= 100, 'above 0, at most 100')
    .optional()
    .meta({ description: 'Of a PERCENT_DISCOUNT: what its voucher takes off a purchase.' }),
  sku: z.string().min(1).max(200).optional().meta({ description: 'Of a FREE_PRODUCT: the item that costs nothing.' }),
  visible: span.optional().meta({ description: 'When members see it; left out: always.' }),
  available: span.optional().meta({ description: 'When it can be had; left out: always.' }),
  tiers: z.array(code).min(1).optional().meta({ description: 'Codes of tiers that may have it; left out: all.' }),
  voucherDays: z
    .number()
    .int()
    .min(1)
    .max(VOUCHER_DAYS_MAX)
    .optional()
    .meta({ description: 'How long its voucher is good for; left out: for ever.' }),
  refundable: z
    .boolean()
    .default(false)
    .meta({ description: 'Whether it can be given back while its voucher is unused.' }),
});

/** What a voucher takes off a purchase is said once, and by the kind that takes it. */
const worthOnce = [
  ({ kind, value, percent, sku }: z.infer<typeof fields>) =>
    [value, percent, sku].filter((worth) => worth !== undefined).length <= 1 &&
    (percent === undefined || kind === 'PERCENT_DISCOUNT') &&
    (sku === undefined || kind === 'FREE_PRODUCT'),
  'at most one of value, percent (of a PERCENT_DISCOUNT) and sku (of a FREE_PRODUCT)',
] as const;

export const rewardDocument = fields.refine(...worthOnce);
export type RewardDocument = z.infer<typeof rewardDocument>;

/** A reward with what there is of it at first. */
export const rewardEntry = fields
  .extend({
    stock: z
      .number()
      .int()
      .min(0)
      .max(POINTS_MAX)
      .optional()
      .meta({ description: 'How many there are at first; left out: as many as are asked for.' }),
  })
  .refine(...worthOnce);
export type RewardEntry = z.infer<typeof rewardEntry>;

export interface PointsCodes {
  currencies: string[];
  tiers: string[];
}

/** What it names of points that is not there; null when all is. */
export function unknownCode({ price, tiers = [] }: RewardDocument, known: PointsCodes): 'currency' | 'tier' | null {
  if (!known.currencies.includes(price.currency)) return 'currency';
  return tiers.every((tier) => known.tiers.includes(tier)) ? null : 'tier';
}
