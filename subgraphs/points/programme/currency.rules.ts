// Currencies of points and their policies, as they stand in the programme's file.
import { z } from 'zod';
import { code, life, name, oneOf, oneSpan, percent, positive, rounding, span, yearly } from './value.rules.ts';

const roundTo = z
  .enum(['day', 'month', 'quarter', 'year'])
  .default('day')
  .meta({ description: 'At the end of the last day, or of the month, quarter or year that it is in.' });

const rolling = z
  .strictObject({ ...life, roundTo })
  .refine(...oneSpan)
  .meta({ description: 'Each lot expires so long after its activation.' });

const fixed = z
  .strictObject({
    on: z.array(yearly).min(1).meta({ description: 'Days of each year.' }),
    minimum: z
      .strictObject(life)
      .refine(...oneSpan)
      .optional()
      .meta({ description: 'How long a lot lives at least.' }),
  })
  .meta({ description: 'Each lot expires at the end of the next of these days on which it has lived long enough.' });

const ACTIVITIES = ['EARN', 'SPEND', 'TRANSFER', 'CONVERT', 'ADJUST'] as const;
export type Activity = (typeof ACTIVITIES)[number];

const inactivity = z
  .strictObject({
    ...life,
    roundTo,
    activities: z
      .array(z.enum(ACTIVITIES))
      .min(1)
      .default(['EARN', 'SPEND'])
      .meta({ description: 'What counts; a capture is a SPEND, a reversal is none.' }),
  })
  .refine(...oneSpan)
  .meta({ description: 'All that is available expires so long after the last activity.' });

const lotExpiry = oneOf({ rolling: rolling.optional(), fixed: fixed.optional() });
export type LotExpiry = z.infer<typeof lotExpiry>;

const expiry = oneOf({ rolling: rolling.optional(), fixed: fixed.optional(), inactivity: inactivity.optional() });
export type Expiry = z.infer<typeof expiry>;

const pending = oneOf({
  days: span.optional().meta({ description: 'So many days, to the same time of day.' }),
  until: z
    .union([z.iso.date(), yearly], 'a day, YYYY-MM-DD, or one of each year, MM-DD')
    .optional()
    .meta({ description: 'Until that day begins: YYYY-MM-DD, or MM-DD of each year.' }),
  confirmation: z
    .strictObject({ days: span.meta({ description: 'What is not confirmed in so many days is cancelled.' }) })
    .optional()
    .meta({ description: 'Until it is confirmed.' }),
});
export type Pending = z.infer<typeof pending>;

const grace = z.strictObject({ days: span.meta({ description: 'So many days.' }) });
export type Grace = z.infer<typeof grace>;

const DEFICIT_WORDS = new Map<unknown, unknown>([
  ['refuse', { limit: 0, beyond: 'refuse' }],
  ['clamp', { limit: 0, beyond: 'clamp' }],
]);
const limited = z.strictObject({
  limit: z.int().min(0).meta({ description: 'The most that a member may owe, in the smallest unit.' }),
  beyond: z
    .enum(['refuse', 'clamp'])
    .default('refuse')
    .meta({ description: 'Whether a return that would take more is refused, or the programme bears the rest.' }),
});
/** How much a member may owe after a return, and what happens beyond. A word stands for a limit of 0. */
const deficit = z
  .preprocess((given) => DEFICIT_WORDS.get(given) ?? given, limited)
  .meta({ words: [...DEFICIT_WORDS.keys()] });
export type Deficit = z.infer<typeof limited>;

/** What EARN gives one member in the currency, in its smallest unit, per purchase or in a period of the calendar. */
export const cap = z.strictObject({
  code,
  per: z
    .enum(['purchase', 'day', 'week', 'month', 'year'])
    .meta({ description: 'Of one purchase, or in a period of the calendar.' }),
  max: z.int().min(1).meta({ description: 'In the currency’s smallest unit.' }),
});
export type Cap = z.infer<typeof cap>;

export const currency = z.strictObject({
  code,
  name,
  decimals: z
    .int()
    .min(0)
    .max(6)
    .meta({ description: 'Digits after the point of a whole one; points are counted in the smallest unit.' }),
  spendable: z.boolean().meta({ description: 'Whether rewards can be had for it; else it is for status.' }),
  value: positive
    .optional()
    .meta({ description: 'What one whole point costs the programme, in the base currency; budgets in money need it.' }),
  expiry: expiry.optional().meta({ description: 'When lots expire; left out: never.' }),
  grace: grace.optional().meta({
    description: 'How long points that come back after their expiry last again; left out: they expire at once.',
  }),
  pending: pending.optional().meta({ description: 'When points become usable; left out: at once.' }),
  deficit: deficit
    .optional()
    .meta({ description: 'How much a member may owe after a return; left out: without limit.' }),
  caps: z
    .array(cap)
    .optional()
    .meta({ description: 'The most that purchases and events give one member; caps reduce, in this order.' }),
});
export type Currency = z.infer<typeof currency>;

const orNone = <T extends z.ZodType>(policy: T) =>
  z
    .preprocess((given) => (given === 'none' ? null : given), policy.nullable())
    .meta({ words: ['none'] })
    .optional();

/** What a rule says instead of the currency's own policies: null is none. Inactivity is the wallet's, never a lot's. */
export const override = {
  expiry: orNone(lotExpiry).meta({
    description: 'Instead of the currency’s: when these points expire, or none: never.',
  }),
  pending: orNone(pending).meta({
    description: 'Instead of the currency’s: when these points become usable, or none: at once.',
  }),
};

/** What the sender pays besides: a fixed part, and a part of the amount. In the currency's smallest unit. */
const fee = z.strictObject({
  points: z.int().min(0).default(0).meta({ description: 'A fixed part.' }),
  percent: percent.default('0').meta({ description: 'A part of what is sent.' }),
  rounding: rounding.default('half-up'),
});
export type Fee = z.infer<typeof fee>;

export const transfer = z.strictObject({
  currencies: z.array(code).min(1).meta({ description: 'Those that can be sent.' }),
  perDay: z
    .int()
    .min(1)
    .meta({ description: 'What one member may send in a day, without fees, in the currency’s smallest unit.' }),
  fee: fee.optional().meta({ description: 'What the sender pays besides; left out: nothing.' }),
});

export const conversion = z.strictObject({
  from: code.meta({ description: 'The currency that is given.' }),
  to: code.meta({ description: 'The currency that is got.' }),
  rates: z
    .array(
      z.strictObject({
        from: z.iso.date().meta({ description: 'From this day on.' }),
        rate: positive.meta({ description: 'What one whole of `from` is worth in whole ones of `to`.' }),
      }),
    )
    .min(1)
    .meta({ description: 'Earliest first.' }),
  rounding,
});
