// Whether a document can be applied: every room reads its own sections, and nothing that members have may go.
import type { Sql } from '../../shared/database.ts';
import { DocumentRefused, type Fault } from '../../shared/document.ts';
import { faultsOf } from '../../shared/programme.ts';
import type { RoomRequest } from '../../shared/room.ts';
import { askFaults, OTHERS } from './ask.service.ts';
import { documentOf, programmeFile, sections, type ProgrammeDocument, type Sections } from './programme.rules.ts';
import { upgraded, type FormerDocument } from './upgrade.rules.ts';

const FAULTS_MAX = 100;

/** What versions that are in force, or may come to be, have and the document has not. */
async function lost(
  sql: Sql,
  document: ProgrammeDocument,
): Promise<{ currencies: string[]; tiers: string[]; base: string[] }> {
  const rows = await sql.query<{ document: ProgrammeDocument | FormerDocument }[]>(
    `select document from programme where version >= (select max(version) from programme where awaits = '{}')`,
  );
  const before = rows.map((row) => upgraded(row.document));
  const without = (had: string[], has: string[]) => [...new Set(had)].filter((code) => !has.includes(code));
  const currenciesOf = ({ currencies }: ProgrammeDocument) => currencies.map(({ code }) => code);
  const levelsOf = ({ tiers }: ProgrammeDocument) => tiers.levels.map(({ code }) => code);
  return {
    currencies: without(before.flatMap(currenciesOf), currenciesOf(document)),
    tiers: without(before.flatMap(levelsOf), levelsOf(document)),
    base: without(
      before.map(({ baseCurrency }) => baseCurrency),
      [document.baseCurrency],
    ),
  };
}

/**
 * What the ledger stands on cannot go: currencies of wallets, tiers that are held, the base currency of purchases. What
 * will be gone at a later time may come into use until then, so that it cannot go either (`later`).
 */
export async function losses(sql: Sql, read: Sections, later = false): Promise<Fault[]> {
  const { currencies, tiers, base } = await lost(sql, documentOf(read));
  const used = await sql.query<{ what: string; path: string[] }[]>(
    `select 'the points currency ' || c as what, '["points", "currencies"]'::jsonb path from unnest($1::text[]) c
       where $4 or exists (select from wallet where currency = c)
     union all
     select 'the tier ' || t, '["points", "tiers", "levels"]' from unnest($2::text[]) t
       where $4 or exists (select from standing where tier = t)
     union all
     select 'the base currency ' || b, '["programme", "baseCurrency"]' from unnest($3::text[]) b
       where $4 or exists (select from purchase)`,
    [currencies, tiers, base, later],
  );
  return used.map(({ what, path }) => ({
    path,
    message: `${what} is gone, which members ${later ? 'may have by then' : 'have'}`,
  }));
}

/** What may go: what nobody has; nothing at all, of a later version; or anything, of a draft. */
export type Losses = 'unused' | 'none' | 'all';

/** Throws `DocumentRefused` with every fault that any room finds, in the order of lines. */
export async function checkDocument(request: RoomRequest, text: string, allowed: Losses): Promise<void> {
  const check = (sql: Sql, read: Sections) => losses(sql, read, allowed === 'none');
  const own = allowed === 'all' ? { sections } : { sections, check };
  const { source } = request.space;
  const found = await Promise.all([
    faultsOf({ sections: programmeFile }, source, text),
    faultsOf(own, source, text),
    ...OTHERS.map((room) => askFaults(request, room, text)),
  ]);
  // Each says that it is no YAML.
  const faults = [...new Set(found.flat())].toSorted((a, b) => a.localeCompare(b, 'en', { numeric: true }));
  if (faults.length > 0) throw new DocumentRefused(faults.slice(0, FAULTS_MAX));
}
