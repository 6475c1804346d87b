// Whether a document can be applied: every room reads its own sections, and nothing that members have may go.
import type { Sql } from '../../shared/database.ts';
import { DocumentRefused, type Fault } from '../../shared/document.ts';
import { faultsOf } from '../../shared/programme.ts';
import { answer, Refused, userError, type UserErrorRow } from '../../shared/refusal.ts';
import type { RoomRequest } from '../../shared/room.ts';
import { askFaults, OTHERS } from './ask.service.ts';
import { documentOf, programmeFile, sections, type ProgrammeDocument, type Sections } from './programme.rules.ts';
import { upgraded, type FormerDocument } from './upgrade.rules.ts';

const FAULTS_MAX = 100;

interface Ground {
  what: string;
  path: string[];
  codesOf: (document: ProgrammeDocument) => string[];
  /** Whether somebody has what is called `code`, SQL. */
  used: string;
}

/** What the ledger stands on: currencies of wallets, tiers that are held, the base currency of purchases. */
const GROUNDS: Ground[] = [
  {
    what: 'points currency',
    path: ['points', 'currencies'],
    codesOf: ({ currencies }) => currencies.map(({ code }) => code),
    used: 'select from wallet where currency = code',
  },
  {
    what: 'tier',
    path: ['points', 'tiers', 'levels'],
    codesOf: ({ tiers }) => tiers.levels.map(({ code }) => code),
    used: 'select from standing where tier = code',
  },
  {
    what: 'base currency',
    path: ['programme', 'baseCurrency'],
    codesOf: ({ baseCurrency }) => [baseCurrency],
    used: 'select from purchase',
  },
];

/**
 * What versions that are in force, or may come to be, have and the document has not, though members have it. What will be
 * gone at a later time may come into use until then, so that it cannot go either (`later`).
 */
export async function losses(sql: Sql, read: Sections, later = false): Promise<Fault[]> {
  const rows = await sql.query<{ document: ProgrammeDocument | FormerDocument }[]>(
    `select document from programme where version >= (select max(version) from programme where awaits = '{}')`,
  );
  const before = rows.map(({ document }) => upgraded(document));
  const have = later ? 'may have by then' : 'have';
  const lost: Fault[] = [];
  for (const { what, path, codesOf, used } of GROUNDS) {
    const kept = codesOf(documentOf(read));
    const gone = [...new Set(before.flatMap(codesOf))].filter((code) => !kept.includes(code));
    if (gone.length === 0) continue;
    const missed = await sql.query<{ code: string }[]>(
      `select code from unnest($1::text[]) code where $2 or exists (${used})`,
      [gone, later],
    );
    lost.push(...missed.map(({ code }) => ({ path, message: `the ${what} ${code} is gone, which members ${have}` })));
  }
  return lost;
}

/** What may go: what nobody has; nothing at all, of a later version; or anything, of a draft. */
type Losses = 'unused' | 'none' | 'all';

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

const invalid = (fault: string): UserErrorRow =>
  userError(new Refused('PROGRAMME_INVALID', fault, { field: ['document'] }));

/** As `answer`; a document that cannot be used is refused once for each fault. */
export async function answerDocument<T extends object>(refused: T, work: () => Promise<T>) {
  try {
    return await answer(refused, work);
  } catch (error) {
    if (error instanceof DocumentRefused) return { ...refused, userErrors: error.faults.map(invalid) };
    throw error;
  }
}
