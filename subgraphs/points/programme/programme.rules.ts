// What may stand in the points room's sections of the programme's file. Versions are stored as they were read: what a
// later release adds is optional and means nothing when it is absent, so that earlier versions stay what they were.
import { IANAZone } from 'luxon';
import { z } from 'zod';
import { brokenBy, EVEN_IF_BROKEN } from '../../shared/broken.ts';
import { conversion, currency, transfer } from './currency.rules.ts';
import { campaign, earning, eventType } from './earning.rules.ts';
import { faults } from './fault.rules.ts';
import { sectionOf } from './part.rules.ts';
import { tierScheme } from './tier.rules.ts';
import { money, name, positive, span } from './value.rules.ts';

export const sections = z
  .object({
    programme: z
      .strictObject({
        code: z.string().optional().meta({ description: 'Its name in the API.' }),
        name: name.optional(),
        timeZone: z
          .string()
          .refine(IANAZone.isValidZone, 'an IANA time zone')
          .meta({ description: 'Days, months and midnights are this zone’s, IANA.' }),
        baseCurrency: money.meta({ description: 'Sums of money are counted in it, ISO 4217.' }),
      })
      .meta({ description: 'The frame of all sections.' }),
    points: z
      .strictObject({
        currencies: z
          .array(currency)
          .min(1)
          .max(50)
          .meta({ description: 'Of points: spendable ones, and those that count for status only.' }),
        exchangeRates: z
          .array(
            z.strictObject({
              currency: money,
              from: z.iso.date().meta({ description: 'From this day on.' }),
              rate: positive.meta({ description: 'What one unit of it is worth in the base currency.' }),
            }),
          )
          .default([])
          .meta({ description: 'Money that tills may send besides the base currency.' }),
        goodwillPerDay: z
          .int()
          .min(0)
          .max(1_000_000)
          .default(0)
          .meta({ description: 'Points that one member of staff may give out of kindness in a day.' }),
        transfer: transfer.optional().meta({ description: 'Between members; left out: off.' }),
        conversions: z.array(conversion).optional().meta({ description: 'Between currencies of one member.' }),
        lateDays: span.optional().meta({
          description: 'Purchases that are older when they are recorded wait for a review; left out: none does.',
        }),
        earning: earning.meta({ description: 'Sets of rules. What sets give adds up.' }),
        campaigns: z
          .array(campaign)
          .max(1_000)
          .default([])
          .meta({ description: 'Windows, targets and budgets that rules share.' }),
        events: z.array(eventType).max(200).default([]).meta({ description: 'What happens besides purchases.' }),
        tiers: tierScheme.meta({ description: 'The ladder: how it is climbed, kept and lost.' }),
      })
      .meta({ description: 'Points: currencies, what gives them, tiers.' }),
  })
  .superRefine((document, context) => {
    for (const { path, message } of faults(sectionOf(document, brokenBy(context.issues)))) {
      context.addIssue({ code: 'custom', path: ['points', ...path], message });
    }
  }, EVEN_IF_BROKEN);

export type Sections = z.infer<typeof sections>;
export type PointsSection = Sections['points'];

const section = z.unknown().optional();

/** What a programme's file consists of; each room reads its own section. */
export const programmeFile = z.strictObject({
  programme: section,
  members: section,
  points: section,
  referrals: section,
  rewards: section,
  partners: section,
});

/** One version of the programme, as the points room knows it. */
export interface Programme extends PointsSection {
  version: number;
  timeZone: string;
  baseCurrency: string;
}

/** A version as it is stored. */
export type ProgrammeDocument = Omit<Programme, 'version'>;

export const documentOf = ({ programme: { timeZone, baseCurrency }, points }: Sections): ProgrammeDocument => ({
  timeZone,
  baseCurrency,
  ...points,
});
