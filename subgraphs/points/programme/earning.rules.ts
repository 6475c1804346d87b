// Rules that give points and discounts, as they stand in the programme's file: sets, conditions, campaigns, events.
// What they mean is decided in ../earning; programmes/README.md says it for those who write them.
import { z } from 'zod';
import { cap, override } from './currency.rules.ts';
import { code, day, decimal, money, name, oneOf, percent, points, positive, rounding, yearly } from './value.rules.ts';

const texts = z.array(z.string().min(1).max(200)).min(1).max(1_000);
const codes = z.array(code).min(1).max(100);

const items = z
  .strictObject({
    skus: texts.optional().meta({ description: 'Of items.' }),
    categories: texts.optional().meta({ description: 'Of items, as tills send them.' }),
    brands: texts.optional().meta({ description: 'Of items, as tills send them.' }),
  })
  .refine(
    (lists) => Object.values(lists).some((list) => list !== undefined),
    'at least one of skus, categories, brands',
  )
  .meta({ description: 'Lines whose sku, category and brand are each in the list that is given for it.' });
export type Items = z.infer<typeof items>;

const part = z.enum(['day', 'week', 'month']);
export type CalendarPart = z.infer<typeof part>;

export const WEEKDAYS = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const;

const time = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$|^24:00$/, 'a time of day, HH:MM');

const conditions = z.strictObject({
  items: items.optional().meta({ description: 'Only lines of these count; at least one must be there.' }),
  except: items.optional().meta({ description: 'Lines of these do not count: those that meet every list given.' }),
  partners: codes.optional().meta({ description: 'Codes of partners.' }),
  channels: codes.optional().meta({ description: 'Codes of channels.' }),
  locations: codes.optional().meta({ description: 'Codes of locations.' }),
  weekdays: z.array(z.enum(WEEKDAYS)).min(1).optional().meta({ description: 'Days of the week when it happened.' }),
  hours: z
    .strictObject({
      from: time.meta({ description: 'First minute, HH:MM.' }),
      until: time.meta({ description: 'The minute after the last, HH:MM; 24:00 is the end of the day.' }),
    })
    .refine(({ from, until }) => from !== until, 'from and until differ')
    .optional()
    .meta({ description: 'From this time of day on, before that one; past midnight where `until` is earlier.' }),
  from: day.optional().meta({ description: 'First day.' }),
  until: day.optional().meta({ description: 'Last day.' }),
  minimum: decimal
    .optional()
    .meta({ description: 'What the lines that count cost at least, after discounts, tax included, base currency.' }),
  maximum: decimal.optional().meta({ description: 'What the lines that count cost at most, likewise.' }),
  tiers: codes.optional().meta({ description: 'Tier of the member when it happened.' }),
  segments: z.array(z.string().min(1).max(50)).min(1).optional().meta({ description: 'One of these segments.' }),
  firstPurchase: z.literal(true).optional().meta({ description: 'The member has no purchase before it that is kept.' }),
  nthPurchase: oneOf({
    number: points.optional().meta({ description: 'That one alone.' }),
    every: points.optional().meta({ description: 'Each that is a multiple of it.' }),
  })
    .optional()
    .meta({ description: 'Counting the member’s purchases that are kept, this one included: the nth, or each nth.' }),
  birthday: part.optional().meta({ description: 'Of the member: that day, its week (Monday to Sunday), its month.' }),
  anniversary: part.optional().meta({ description: 'Of the enrolment, from the first year on; as birthday.' }),
  currencies: z.array(money).min(1).optional().meta({ description: 'Money that the purchase was made in.' }),
  payments: texts.optional().meta({ description: 'One of the purchase’s `paymentMethods`.' }),
  expression: z
    .string()
    .min(1)
    .max(1_000)
    .optional()
    .meta({ description: 'A condition in CEL; see programmes/README.md.' }),
});
export type Conditions = z.infer<typeof conditions>;

const perAmount = z.strictObject({
  points,
  each: positive.meta({ description: 'Money in the base currency that `points` are given for.' }),
  whole: z.boolean().default(false).meta({ description: 'Whether only whole multiples of `each` count.' }),
  amount: z
    .enum(['after-discount', 'before-discount'])
    .default('after-discount')
    .meta({ description: 'Whether discounts of lines count.' }),
  tax: z.enum(['included', 'excluded']).default('included').meta({ description: 'Whether tax counts.' }),
});
export type PerAmount = z.infer<typeof perAmount>;

const give = oneOf({
  perAmount: perAmount.optional().meta({ description: 'Points for money.' }),
  perItem: z.strictObject({ points }).optional().meta({ description: 'Points for each unit of quantity.' }),
  perVisit: z
    .strictObject({ points })
    .optional()
    .meta({ description: 'Points for the member’s first purchase of a day at a location.' }),
  fixed: z.strictObject({ points }).optional().meta({ description: 'Points for the purchase or event.' }),
  perAttribute: z
    .strictObject({
      name: z.string().meta({ description: 'Of the attribute, a number.' }),
      points,
      each: positive.meta({ description: 'So much of it gives `points`.' }),
    })
    .optional()
    .meta({ description: 'Points for so much of an event’s number, `distance`.' }),
  multiply: z
    .strictObject({
      factor: positive.refine((text) => Number(text) > 1, 'above 1').meta({ description: '2 gives as many again.' }),
      of: codes.optional().meta({
        description:
          'Rules of the set whose points are multiplied; when left out, those for money and pieces (perAmount, perItem).',
      }),
    })
    .optional()
    .meta({ description: 'As many points again as (factor − 1) times what other rules give.' }),
  surprise: z
    .strictObject({
      odds: positive
        .refine((text) => Number(text) <= 1, 'at most 1')
        .meta({ description: '0.05: of a hundred purchases five, on average.' }),
      points,
    })
    .optional()
    .meta({ description: 'Points at random: in this part of purchases, by the programme’s stored seed.' }),
  discountPercent: percent.optional().meta({ description: 'Off the lines that count.' }),
  discountAmount: positive
    .optional()
    .meta({ description: 'Off the purchase’s lines that count together, base currency.' }),
  price: decimal.optional().meta({ description: 'Price of one unit of the lines that count, base currency.' }),
});
export type Give = z.infer<typeof give>;

const rule = z.strictObject({
  code,
  name: name.optional(),
  on: code.optional().meta({ description: 'A type of event, or `tier`: a tier was reached. Left out: a purchase.' }),
  currency: code.optional().meta({ description: 'Points that it gives; none for a discount.' }),
  give,
  when: conditions.optional().meta({ description: 'What must hold, all of it.' }),
  campaign: code.optional().meta({ description: 'Its window, target and budget hold for the rule as well.' }),
  group: code.optional().meta({ description: 'Of the rules of a group only the one that gives most counts.' }),
  caps: z.array(cap).optional().meta({ description: 'The most that this rule gives one member; reduces.' }),
  ...override,
});
export type Rule = z.infer<typeof rule>;

const ruleSet = z.strictObject({
  code,
  name: name.optional(),
  combine: z
    .enum(['sum', 'best', 'first', 'multiply'])
    .meta({ description: 'How rules that give the same currency combine; discounts of a set likewise.' }),
  rounding,
  roundAt: z
    .enum(['line', 'purchase'])
    .default('purchase')
    .meta({ description: 'Whether each line is rounded by itself, or a rule’s amount once.' }),
  rules: z.array(rule).max(2_000).meta({ description: 'In the order in which `first` looks at them and caps reduce.' }),
});
export type RuleSet = z.infer<typeof ruleSet>;

export const earning = z.array(ruleSet).min(1).max(50);

export const campaign = z.strictObject({
  code,
  name: name.optional(),
  from: day.optional().meta({ description: 'First day.' }),
  until: day.optional().meta({ description: 'Last day.' }),
  yearly: z.strictObject({ from: yearly, until: yearly }).optional().meta({
    description: 'Repeats each year between these days, both included; past New Year where `until` is earlier.',
  }),
  target: z
    .strictObject({
      segments: conditions.shape.segments,
      tiers: codes.optional().meta({ description: 'Tier of the member when it happened.' }),
      partners: codes.optional().meta({ description: 'Codes of partners.' }),
    })
    .optional()
    .meta({ description: 'Whom it is for: all of what is given must hold.' }),
  budget: z
    .strictObject({
      points: z.int().min(1).optional().meta({ description: 'In the currency’s smallest unit.' }),
      money: positive
        .optional()
        .meta({ description: 'What the points may cost by their currency’s `value`, base currency.' }),
    })
    .refine(({ points: most, money: cost }) => most !== undefined || cost !== undefined, 'points, money or both')
    .optional()
    .meta({ description: 'The most that its rules give, in points and in money (base currency); anew each season.' }),
});
export type Campaign = z.infer<typeof campaign>;

const attribute = z.strictObject({
  name: z
    .string()
    .regex(/^[a-z][A-Za-z0-9]{0,49}$/, 'a camelCase word of at most 50 letters and digits')
    .meta({ description: 'Its name in the API and in expressions.' }),
  type: z.enum(['text', 'number', 'boolean', 'date']).meta({ description: 'What its values are.' }),
  required: z.boolean().default(false).meta({ description: 'Whether an event without it is refused.' }),
  values: z.array(z.string().min(1)).min(1).optional().meta({ description: 'The only texts that are taken.' }),
});

export const eventType = z.strictObject({
  code,
  name: name.optional(),
  attributes: z.array(attribute).max(50).default([]).meta({ description: 'What it says; others are refused.' }),
  cooldown: oneOf({
    hours: points.optional().meta({ description: 'So many hours.' }),
    days: points.optional().meta({ description: 'So many days.' }),
  })
    .optional()
    .meta({ description: 'A member’s next event of this type gives points only so long after the last that did.' }),
  most: z
    .array(
      z.strictObject({
        per: z
          .enum(['day', 'week', 'month', 'year', 'lifetime'])
          .meta({ description: 'In a period of the calendar, or ever.' }),
        events: points.meta({ description: 'So many.' }),
      }),
    )
    .optional()
    .meta({ description: 'How many events of this type give one member points.' }),
});
export type EventType = z.infer<typeof eventType>;
