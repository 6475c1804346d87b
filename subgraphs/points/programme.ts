// The points room's sections of the programme's file. Applying the same sections twice changes nothing; other ones
// become the next version, and purchases keep the version under which they were recorded.
import { isDeepStrictEqual } from 'node:util';
import type { Space, Sql } from '../shared/database.ts';
import { readDocument } from '../shared/document.ts';
import { sections, type Programme } from './programme.rules.ts';

export type { Programme };

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
