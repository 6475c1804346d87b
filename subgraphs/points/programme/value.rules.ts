// Words that the sections of a programme's file share.
import { DateTime } from 'luxon';
import { z } from 'zod';

export const decimal = z.string().regex(/^\d{1,15}(\.\d{1,9})?$/, 'a decimal number in quotes');
export const positive = decimal.refine((text) => Number(text) > 0, 'above 0');
export const code = z
  .string()
  .regex(/^[a-z][a-z0-9-]{0,39}$/, 'lower case letters, digits and -')
  .meta({ description: 'Its name in the API.' });
export const money = z
  .string()
  .regex(/^[A-Z]{3}$/, 'an ISO 4217 code')
  .meta({ description: 'ISO 4217.' });
export const span = z.int().min(1).max(1200);
export const points = z.int().min(1).max(1_000_000_000).meta({ description: 'In the currency’s smallest unit.' });
export const percent = decimal.refine((text) => Number(text) <= 100, 'at most 100');

export const rounding = z
  .enum(['floor', 'half-up', 'half-even'])
  .meta({ description: 'Down, to the nearest with halves up, or with halves to the even one.' });
export type Rounding = z.infer<typeof rounding>;

const phrase = z.string().min(1).max(100);

/** A name for people: one for all languages, or by language, English at least. */
export const name = z
  .union([
    phrase,
    z.strictObject({
      en: phrase.meta({ description: 'English; for other languages too, where they are left out.' }),
      pl: phrase.optional().meta({ description: 'Polish.' }),
      lv: phrase.optional().meta({ description: 'Latvian.' }),
    }),
  ])
  .meta({ description: 'One name for all languages, or by language: en, and pl and lv.' });
export type Name = z.infer<typeof name>;

export const day = z.iso.date().meta({ description: 'A day of the programme’s time zone, YYYY-MM-DD.' });

/** 'MM-DD'; 29 February is the last day of February. */
export const yearly = z
  .string()
  .refine((text) => /^\d\d-\d\d$/.test(text) && DateTime.fromISO(`2000-${text}`).isValid, 'a day of the year, MM-DD')
  .meta({ description: 'A day of the year, MM-DD; 02-29 is the last day of February.' });

/** A policy that is exactly one of several, each under its name. */
export function oneOf<T extends z.ZodRawShape>(policies: T) {
  const names = Object.keys(policies);
  return z
    .strictObject(policies)
    .refine(
      (given: Record<string, unknown>) => names.filter((one) => given[one] !== undefined).length === 1,
      `exactly one of ${names.join(', ')}`,
    )
    .meta({ description: `Exactly one of ${names.join(', ')}.`, minProperties: 1, maxProperties: 1 });
}

export const life = {
  days: span.optional().meta({ description: 'So many days.' }),
  months: span.optional().meta({ description: 'So many months; of a shorter one its last day.' }),
};

export const oneSpan = [
  ({ days, months }: { days?: number | undefined; months?: number | undefined }) =>
    (days === undefined) !== (months === undefined),
  'either days or months',
] as const;
