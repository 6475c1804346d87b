// A ledger from its file into an empty space, in one transaction: all of it, or nothing and the line that is wrong.
import { createHash, type Hash } from 'node:crypto';
import { z } from 'zod';
import type { Space, Transaction } from '../../shared/database.ts';
import { header as headerForm, isSeal, isTable, ROWS, TABLES, type End, type Header } from './export.rules.ts';
import { columnsOf, quoted } from './export.service.ts';

/** A file that cannot be taken, and where. */
export class FileRefused extends Error {
  constructor(line: number, problem: string) {
    super(`Line ${line} ${problem}`);
  }
}

interface Line {
  number: number;
  text: string;
}

/** Rows of one table. */
interface Batch {
  table: string;
  lines: Line[];
}

/** A line ends with `\n` and nothing else: a reason may contain what ends lines elsewhere. */
async function* linesOf(input: AsyncIterable<Uint8Array>): AsyncGenerator<Line> {
  const decoder = new TextDecoder();
  let number = 0;
  let rest = '';
  for await (const bytes of input) {
    const lines = (rest + decoder.decode(bytes, { stream: true })).split('\n');
    rest = lines.pop()!;
    for (const text of lines) yield { number: (number += 1), text };
  }
  if (rest !== '') yield { number: number + 1, text: rest };
}

function parsed({ number, text }: Line): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new FileRefused(number, 'is not JSON: the file was cut off, or something was written into it.');
  }
}

async function headerOf(tx: Transaction, line: Line): Promise<Header> {
  if (!line.text.startsWith('{')) {
    throw new FileRefused(1, 'is no header of a ledger. What `npm run` prints first is left out by --silent.');
  }
  const { data: found, error } = headerForm.safeParse(parsed(line));
  if (error !== undefined) throw new FileRefused(1, `is no header of a ledger:\n${z.prettifyError(error)}`);
  for (const [table, { columns }] of Object.entries(found.tables)) {
    const known = isTable(table) ? await columnsOf(tx, table) : [];
    const unknown = columns.find((column) => !known.includes(column));
    if (unknown !== undefined) throw new FileRefused(1, `has ${table}.${unknown}, which this release does not know.`);
  }
  return found;
}

/** Postings wait until the import has ended. The programme that a start applied gives way to the versions of the file. */
async function prepare(tx: Transaction, space: string, { takenAt, tables }: Header): Promise<void> {
  await tx.query('set local idle_in_transaction_session_timeout = 0');
  await tx.query('lock table wallet in share row exclusive mode');
  for (const table of [...Object.keys(TABLES), 'purchase', 'purchase_return']) {
    // Other rooms know a version that was applied to them by its number.
    const applied = table === 'programme' ? `where origin <> 'FILE'` : '';
    const [row] = await tx.query<object[]>(`select from ${table} ${applied} limit 1`);
    if (row !== undefined) throw new Error(`${space} is not empty, it has rows in ${table}: take a new space.`);
  }
  const [clock] = await tx.query<{ at: string }[]>('select clock() at');
  if (clock!.at < takenAt) {
    throw new FileRefused(1, `is of ${takenAt}; in ${space} it is ${clock!.at}, and must be later than in the file.`);
  }
  if ((tables['programme']?.rows ?? 0) > 0) await tx.query('delete from programme');
}

/** Takes the file apart; throws where it is not as its header and its end say. */
async function* batchesOf(lines: AsyncGenerator<Line>, { tables }: Header, hash: Hash): AsyncGenerator<Batch> {
  const order = Object.keys(tables);
  const counts = new Map<string, number>();
  let batch: Batch = { table: order[0] ?? '', lines: [] };
  let last = 1;
  for await (const line of lines) {
    const { number } = line;
    const [[name, content] = ['', null], ...others] = Object.entries(parsed(line) ?? {});
    if (name === 'end') {
      yield batch;
      checkEnd(line, content as End['end'], hash.digest('hex'));
      const wrong = order.find((table) => tables[table]!.rows !== (counts.get(table) ?? 0));
      if (wrong !== undefined) {
        throw new FileRefused(1, `says ${tables[wrong]!.rows} rows of ${wrong}; there are ${counts.get(wrong) ?? 0}.`);
      }
      if ((await lines.next()).done !== true) throw new FileRefused(number + 1, 'comes after the end.');
      return;
    }
    const columns = tables[name]?.columns;
    if (columns === undefined || others.length > 0)
      throw new FileRefused(number, 'is no row of a table of the header.');
    if (order.indexOf(name) < order.indexOf(batch.table)) {
      throw new FileRefused(number, `is a row of ${name}, after those of ${batch.table}.`);
    }
    if (Object.keys(content ?? {}).join() !== columns.join()) {
      throw new FileRefused(number, `has other columns of ${name} than the header.`);
    }
    if (name !== batch.table || batch.lines.length === ROWS) {
      yield batch;
      batch = { table: name, lines: [] };
    }
    batch.lines.push(line);
    hash.update(`${line.text}\n`);
    counts.set(name, (counts.get(name) ?? 0) + 1);
    last = number;
  }
  throw new FileRefused(last + 1, 'is missing: the file has no end.');
}

function checkEnd({ number }: Line, end: End['end'] | null, sha256: string): void {
  if (end?.lines !== number - 1)
    throw new FileRefused(number, `is the end of ${end?.lines} lines, and not of ${number - 1}.`);
  if (end.sha256 !== sha256) {
    throw new FileRefused(
      number,
      'has another SHA-256 than the lines before it: they are not those that were exported.',
    );
  }
}

async function insert(tx: Transaction, { table, lines }: Batch, columns: string[]): Promise<void> {
  const write = (some: Line[]) =>
    tx.transaction((savepoint) =>
      savepoint.query(
        `insert into ${table} (${quoted(columns)}) select ${quoted(columns)} from unnest($1::text[]) line
         cross join lateral json_populate_record(null::${table}, line::json -> '${table}')`,
        [some.map(({ text }) => text)],
      ),
    );
  try {
    await write(lines);
  } catch {
    // One by one, to say which.
    for (const line of lines) {
      await write([line]).catch(({ message, detail = '' }: { message: string; detail?: string }) => {
        throw new FileRefused(line.number, `is refused: ${message}. ${detail}`.trimEnd());
      });
    }
  }
}

/** The rows that were written, by table. Hashes and heads come as they are: that they hold is for `verify` to say. */
export async function importLedger(
  space: Space,
  input: AsyncIterable<Uint8Array>,
): Promise<ReadonlyMap<string, number>> {
  return space.source.transaction(async (tx) => {
    const lines = linesOf(input);
    const first = await lines.next();
    if (first.done === true) throw new FileRefused(1, 'is missing: there is nothing in the file.');
    const header = await headerOf(tx, first.value);
    await prepare(tx, space.name, header);
    const hash = createHash('sha256').update(`${first.value.text}\n`);
    const written = new Map<string, number>();
    for await (const batch of batchesOf(lines, header, hash)) {
      const { table } = batch;
      if (batch.lines.length === 0 || (isSeal(table) && header.space !== space.name)) continue;
      await insert(tx, batch, header.tables[table]!.columns);
      written.set(table, (written.get(table) ?? 0) + batch.lines.length);
    }
    return written;
  });
}
