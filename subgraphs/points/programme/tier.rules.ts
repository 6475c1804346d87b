// The ladder of tiers, as it stands in the programme's file.
import { z } from 'zod';
import { code, decimal, life, name, oneOf, oneSpan, percent, positive, span } from './value.rules.ts';

const benefit = oneOf({
  multiplier: z
    .strictObject({
      factor: positive.refine((text) => Number(text) > 1, 'above 1').meta({ description: '2 gives as many again.' }),
      currency: code.meta({ description: 'Whose points are multiplied.' }),
    })
    .optional()
    .meta({ description: 'Takes part in each set that gives the currency to purchases, as its last multiplier.' }),
  discountPercent: percent.optional().meta({ description: 'Off each purchase, given by the till.' }),
  entitlement: z
    .strictObject({ code, name: name.optional() })
    .optional()
    .meta({ description: 'Such as free delivery.' }),
});
export type Benefit = z.infer<typeof benefit>;

const thresholds = z.strictObject({
  spend: decimal.optional().meta({ description: 'Purchases in the window, base currency.' }),
  points: z
    .int()
    .min(0)
    .optional()
    .meta({ description: 'Points of `currency` earned in the window; pending ones not yet.' }),
  status: z.int().min(0).optional().meta({ description: 'Balance of `currency`, whatever the window.' }),
  purchases: z.int().min(0).optional().meta({ description: 'Purchases in the window that are kept.' }),
});
export type Thresholds = z.infer<typeof thresholds>;

const level = z.strictObject({
  code,
  name,
  from: thresholds
    .optional()
    .meta({ description: 'What it takes; left out for the first level, which is everyone’s.' }),
  benefits: z.array(benefit).default([]).meta({ description: 'What the level gives.' }),
});
export type Level = z.infer<typeof level>;

const window = z
  .union([
    z.enum(['lifetime', 'calendar-year', 'anniversary']),
    z.strictObject({
      rolling: z
        .strictObject(life)
        .refine(...oneSpan)
        .meta({ description: 'The time before now, so long.' }),
    }),
  ])
  .meta({ description: '`anniversary`: years of the membership, from the day of enrolment.' });

export const tierScheme = z
  .strictObject({
    window,
    match: z.enum(['all', 'any']).default('all').meta({ description: 'Where a level asks for several things.' }),
    currency: code.optional().meta({ description: 'Whose points are counted by `points` and `status`.' }),
    keep: z
      .union([z.enum(['window', 'next-period']), z.strictObject(life).refine(...oneSpan)])
      .default('window')
      .meta({
        description:
          'How long a level lasts: while the window gives it; to the end of the period after the one that gave it (calendar-year, anniversary); or so long after the last day on which something was counted and the window gave it.',
      }),
    downgrade: z.enum(['none', 'one', 'earned']).default('earned').meta({
      description:
        'When a level ends: never down; down one level at a time, a period each; or down to what is earned at once.',
    }),
    graceDays: span.optional().meta({ description: 'How long a level lasts beyond its end.' }),
    returns: z
      .enum(['undo', 'keep'])
      .default('undo')
      .meta({ description: 'Whether a return takes back what it had earned, on the day of the purchase.' }),
    levels: z.array(level).min(1).max(50).meta({ description: 'Lowest first.' }),
  })
  .refine(
    ({ downgrade, window: over, keep }) => downgrade !== 'one' || over !== 'lifetime' || typeof keep === 'object',
    {
      path: ['downgrade'],
      message: 'one level at a time needs periods: another window than lifetime, or a span to keep a level',
    },
  );
export type TierScheme = z.infer<typeof tierScheme>;
