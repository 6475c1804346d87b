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

const code = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/, 'a code has 1 to 64 letters, digits, . _ and -');
const texts = (max: number) => {
  const text = z.string().trim().min(1).max(max);
  return z.strictObject({ en: text, pl: text.optional(), lv: text.optional() });
};
const instant = z.string().transform((text, context) => {
  const read = readInstant(text);
  if (read !== null) return read;
  context.addIssue('an instant is RFC 3339, 2026-08-14T12:00:00Z');
  return z.NEVER;
});
const span = z
  .strictObject({ from: instant.optional(), until: instant.optional() })
  .refine(({ from, until }) => from === undefined || until === undefined || from < until, 'it ends before it begins');
const money = z
  .strictObject({
    amount: z.string().regex(/^\d{1,12}(\.\d{1,4})?$/, 'an amount is a decimal'),
    currencyCode: z.string(),
  })
  .refine(({ currencyCode }) => Intl.supportedValuesOf('currency').includes(currencyCode), 'not an ISO 4217 currency')
  .refine(
    ({ amount, currencyCode }) =>
      !Intl.supportedValuesOf('currency').includes(currencyCode) ||
      (amount.split('.')[1]?.length ?? 0) <= moneyDecimals(currencyCode),
    'the amount is too fine for its currency',
  );

export const rewardDocument = z.strictObject({
  code,
  kind: z.enum(REWARD_KINDS),
  name: texts(200),
  description: texts(2_000).optional(),
  terms: texts(10_000).optional(),
  pictureUrl: z
    .url({ protocol: /^https$/ })
    .max(2_000)
    .optional(),
  partner: code.optional(),
  price: z.strictObject({ currency: code, points: z.number().int().min(1).max(POINTS_MAX), money: money.optional() }),
  value: money.optional(),
  visible: span.optional(),
  available: span.optional(),
  tiers: z.array(code).min(1).optional(),
  voucherDays: z.number().int().min(1).max(VOUCHER_DAYS_MAX).optional(),
  refundable: z.boolean().default(false),
});
export type RewardDocument = z.infer<typeof rewardDocument>;

/** A reward with what there is of it at first. */
export const rewardEntry = rewardDocument.extend({ stock: z.number().int().min(0).max(POINTS_MAX).optional() });
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
