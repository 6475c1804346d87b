// The whole ledger of a space as lines, in one snapshot: what is posted meanwhile is not in it, and waits for nothing.
import { createHash } from 'node:crypto';
import type { Space, Sql } from '../../shared/database.ts';
import { isCarried, ROWS, TABLES, type End, type Header } from './export.rules.ts';
import { streamed } from './history.service.ts';

/** The columns of a table that a row of it is made of; none when there is no such table. */
export async function columnsOf(sql: Sql, table: string): Promise<string[]> {
  const columns = await sql.query<{ name: string }[]>(
    `select column_name as name from information_schema.columns
     where table_schema = current_schema() and table_name = $1 and is_generated = 'NEVER' order by ordinal_position`,
    [table],
  );
  return columns.map(({ name }) => name).filter(isCarried);
}

export const quoted = (columns: string[]): string => columns.map((column) => `"${column}"`).join(', ');

async function headerOf(sql: Sql, space: string): Promise<Header> {
  const [clock] = await sql.query<{ at: string }[]>('select clock() at');
  const tables: Header['tables'] = {};
  for (const table of Object.keys(TABLES)) {
    const [count] = await sql.query<{ rows: number }[]>(`select count(*) "rows" from ${table}`);
    tables[table] = { columns: await columnsOf(sql, table), rows: count!.rows };
  }
  return { format: 'loyalty-ledger', version: 1, space, takenAt: clock!.at, tables };
}

/** Rows as PostgreSQL writes them: not a digit of what hashes cover goes through another's hands. */
async function* rowsOf(sql: Sql, { tables }: Header): AsyncGenerator<string[]> {
  for (const [table, key] of Object.entries(TABLES)) {
    const text = `select '{"${table}":' || row_to_json(r) || '}' line
      from (select ${quoted(tables[table]!.columns)} from ${table}) r order by ${key}`;
    for await (const rows of streamed<{ line: string }>(sql, text, [], ROWS)) yield rows.map(({ line }) => line);
  }
}

/** Pieces of the file, of `ROWS` lines at the most. The snapshot ends with the last, or when nobody asks on. */
export async function* exportLedger({ name, source }: Space): AsyncGenerator<string> {
  const runner = source.createQueryRunner();
  const hash = createHash('sha256');
  let count = 0;
  const piece = (lines: string[]): string => {
    const text = lines.map((line) => `${line}\n`).join('');
    hash.update(text);
    count += lines.length;
    return text;
  };
  try {
    await runner.startTransaction('REPEATABLE READ');
    // However slowly the file is taken.
    await runner.query('set local idle_in_transaction_session_timeout = 0');
    const header = await headerOf(runner, name);
    yield piece([JSON.stringify(header)]);
    for await (const lines of rowsOf(runner, header)) yield piece(lines);
    const end: End = { end: { lines: count, sha256: hash.digest('hex') } };
    yield `${JSON.stringify(end)}\n`;
  } finally {
    if (runner.isTransactionActive) await runner.rollbackTransaction();
    await runner.release();
  }
}
