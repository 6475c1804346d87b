// The points room's sections of the programme's file. Applying the same sections twice changes nothing; other ones
// become the next version, and purchases keep the version under which they were recorded.
import { DateTime, IANAZone } from 'luxon';
import { z } from 'zod';
import type { Space, Sql } from '../shared/database.ts';
import { readDocument } from '../shared/document.ts';
import { isDeepStrictEqual } from 'node:util';

const decimal = z.string().regex(/^\d+(\.\d+)?$/, 'a decimal number in quotes');
const code = z.string().regex(/^[a-z][a-z0-9-]{0,39}$/, 'lower case letters, digits and -');
const money = z.string().regex(/^[A-Z]{3}$/, 'an ISO 4217 code');
const span = z.int().min(1).max(1200);

const expiry = z.strictObject({
  /** Each lot expires so long after it was earned, at the end of its day, month, quarter or year. */
  rolling: z
    .strictObject({
      days: span.optional(),
      months: span.optional(),
      roundTo: z.enum(['day', 'month', 'quarter', 'year']).default('day'),
    })
    .refine((policy) => (policy.days === undefined) !== (policy.months === undefined), 'either days or months'),
});
export type Expiry = z.infer<typeof expiry>;

const currency = z.strictObject({
  code,
  name: z.string().min(1),
  decimals: z.int().min(0).max(6),
  spendable: z.boolean(),
  expiry: expiry.optional(),
});

const tier = z.strictObject({ code, name: z.string().min(1), spend: decimal, discountPercent: decimal.optional() });
export type TierLevel = z.infer<typeof tier>;

const sections = z
  .object({
    programme: z.object({
      timeZone: z.string().refine(IANAZone.isValidZone, 'an IANA time zone'),
      baseCurrency: money,
    }),
    points: z.strictObject({
      currencies: z.array(currency).min(1),
      earning: z.strictObject({ rule: code, currency: code, pointsPerUnit: z.int().min(1).max(1_000) }),
      exchangeRates: z.array(z.strictObject({ currency: money, from: z.iso.date(), rate: decimal })).default([]),
      /** Points that one member of staff may give out of kindness in a day. */
      goodwillPerDay: z.int().min(0).max(1_000_000).default(0),
      /** The ladder, lowest first; the first level is everyone's. */
      tiers: z.array(tier).min(1),
    }),
  })
  .superRefine(({ points }, context) => {
    const wrong = (path: (string | number)[], message: string) =>
      context.addIssue({ code: 'custom', path: ['points', ...path], message });
    if (!points.currencies.some((known) => known.code === points.earning.currency)) {
      wrong(['earning', 'currency'], 'is none of the currencies');
    }
    points.tiers.forEach((level, index) => {
      const below = points.tiers[index - 1];
      if (below !== undefined && Number(level.spend) <= Number(below.spend)) {
        wrong(['tiers', index, 'spend'], 'must be more than the level before');
      }
    });
    if (Number(points.tiers[0]?.spend) !== 0) wrong(['tiers', 0, 'spend'], 'the first level begins at 0');
  });

type Sections = z.infer<typeof sections>;

/** One version of the programme, as the points room knows it. */
export interface Programme {
  version: number;
  timeZone: string;
  baseCurrency: string;
  currencies: Sections['points']['currencies'];
  earning: Sections['points']['earning'];
  exchangeRates: Sections['points']['exchangeRates'];
  goodwillPerDay: number;
  tiers: TierLevel[];
}

interface ProgrammeRecord {
  version: number;
  document: Omit<Programme, 'version'>;
}

const programme = (record: ProgrammeRecord | undefined): Programme | null =>
  record === undefined ? null : { version: record.version, ...record.document };

/** The version in force; every space has one from its start. */
export async function programmeInForce(sql: Sql): Promise<Programme> {
  const [record] = await sql.query<ProgrammeRecord[]>(
    'select version, document from programme order by version desc limit 1',
  );
  const found = programme(record);
  if (found === null) throw new Error('no programme has been applied');
  return found;
}

export async function programmesByVersion(sql: Sql, versions: number[]): Promise<Map<number, Programme>> {
  const records = await sql.query<ProgrammeRecord[]>(
    'select version, document from programme where version = any($1)',
    [versions],
  );
  return new Map(records.map((record) => [record.version, programme(record)!]));
}

export async function applyProgramme(space: Space, file: string): Promise<void> {
  const { programme: frame, points } = readDocument(file, sections);
  const document: Omit<Programme, 'version'> = {
    timeZone: frame.timeZone,
    baseCurrency: frame.baseCurrency,
    ...points,
  };
  await space.source.transaction(async (tx) => {
    await tx.query(`select pg_advisory_xact_lock(hashtext('programme'), hashtext(current_schema()))`);
    const [last] = await tx.query<ProgrammeRecord[]>(
      'select version, document from programme order by version desc limit 1',
    );
    if (last !== undefined && isDeepStrictEqual(last.document, JSON.parse(JSON.stringify(document)))) return;
    if (last !== undefined) await refuseLosses(tx, last.document, document, file);
    await tx.query('insert into programme (version, document) values ($1, $2)', [
      (last?.version ?? 0) + 1,
      JSON.stringify(document),
    ]);
  });
}

/** What the ledger stands on cannot go: currencies of wallets, the base currency of purchases, tiers that are held. */
async function refuseLosses(
  tx: Sql,
  before: Omit<Programme, 'version'>,
  after: Omit<Programme, 'version'>,
  file: string,
): Promise<void> {
  const lost = {
    currency: before.currencies
      .map(({ code: known }) => known)
      .filter((known) => !after.currencies.some((kept) => kept.code === known)),
    tier: before.tiers
      .map(({ code: known }) => known)
      .filter((known) => !after.tiers.some((kept) => kept.code === known)),
    base: before.baseCurrency === after.baseCurrency ? [] : [before.baseCurrency],
  };
  const used = await tx.query<{ what: string }[]>(
    `select 'the points currency ' || c as what from unnest($1::text[]) c where exists (select from wallet where currency = c)
     union all
     select 'the tier ' || t from unnest($2::text[]) t where exists (select from standing where tier = t)
     union all
     select 'the base currency ' || b from unnest($3::text[]) b where exists (select from purchase)`,
    [lost.currency, lost.tier, lost.base],
  );
  if (used.length === 0) return;
  throw new Error(
    `${file} cannot be used: it drops ${used.map(({ what }) => what).join(' and ')}, which members have.`,
  );
}

/** The day of an instant in the programme's time zone. */
export const dayOf = (at: string, timeZone: string): string => DateTime.fromISO(at, { zone: timeZone }).toISODate()!;
