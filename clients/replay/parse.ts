// Reads a sales file as it comes: UTF-8, UTF-16 or Windows-1252, any order of columns, dirty rows. It judges row by row and drops none in silence.
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { Big } from 'big.js';
import { parse as csv } from 'csv-parse';
import { wallReader } from './calendar.ts';
import type { Invoice, Line, RefusedRow, RowProblem, Sales } from './invoice.ts';

export const COLUMNS = [
  'InvoiceNo',
  'StockCode',
  'Description',
  'Quantity',
  'InvoiceDate',
  'UnitPrice',
  'CustomerID',
] as const;
type Column = (typeof COLUMNS)[number];
type Row = Record<Column, string>;

export interface ParseOptions {
  /** `InvoiceNo=Receipt,Quantity=Qty`: our name, then the file's. */
  columns: string | null;
  /** Luxon's format; null: ISO and `M/D/YYYY H:mm`. */
  dateFormat: string | null;
  encoding: string;
  /** Zone of dates that carry an offset of their own. */
  zone: string;
}

/** Invoices of a file and its refused rows. Throws when it has not the columns. */
export async function parseFile(path: string, options: ParseOptions): Promise<Omit<Sales, 'hash'>> {
  const { encoding } = options;
  const names = columnNames(options.columns);
  const book = new Book(options);
  const text = Readable.toWeb(createReadStream(path)).pipeThrough(new TextDecoderStream(encoding));
  const rows = Readable.fromWeb(text).pipe(
    csv({
      bom: true,
      columns: (header: string[]) => header.map((name) => name.trim()),
      delimiter: await delimiterOf(path, encoding),
      relax_column_count: true,
      relax_quotes: true,
      skip_empty_lines: true,
    }),
  );
  let first = true;
  for await (const record of rows as AsyncIterable<Record<string, string | undefined>>) {
    if (first) requireColumns(names, record);
    first = false;
    const row = Object.fromEntries(COLUMNS.map((column) => [column, (record[names[column]] ?? '').trim()]));
    book.add(row as Row);
  }
  return book.close();
}

/** Rows → invoices. One receipt has one member: rows of a second customer are refused. */
class Book {
  readonly #invoices = new Map<string, Invoice>();
  readonly #refused: RefusedRow[] = [];
  readonly #readWall: (text: string) => number | null;
  #rows = 0;

  constructor(options: ParseOptions) {
    this.#readWall = wallReader(options.zone, options.dateFormat);
  }

  add(row: Row): void {
    this.#rows += 1;
    const problem = this.#accept(row);
    if (problem !== null) this.#refused.push({ row: this.#rows, reason: problem });
  }

  close(): Omit<Sales, 'hash'> {
    const invoices = [...this.#invoices.values()].toSorted((a, b) => a.wall - b.wall);
    return { rows: this.#rows, invoices, refused: this.#refused };
  }

  #accept(row: Row): RowProblem | null {
    if (row.InvoiceNo === '') return 'INVOICE_MISSING';
    const kind = /^c/i.test(row.InvoiceNo) ? 'RETURN' : 'PURCHASE';
    const line = readLine(row, kind);
    if (typeof line === 'string') return line;
    const wall = this.#readWall(row.InvoiceDate);
    if (wall === null) return 'DATE_INVALID';
    const customer = row.CustomerID.replace(/\.0$/, '') || null;
    const invoice = this.#invoices.get(row.InvoiceNo);
    if (invoice === undefined) {
      this.#invoices.set(row.InvoiceNo, { number: row.InvoiceNo, kind, customer, wall, lines: [line] });
      return null;
    }
    if (customer !== null && invoice.customer !== null && customer !== invoice.customer) return 'CUSTOMER_CONFLICT';
    invoice.customer ??= customer;
    invoice.lines.push(line);
    return null;
  }
}

function readLine(row: Row, kind: Invoice['kind']): Line | RowProblem {
  if (row.StockCode === '') return 'ITEM_MISSING';
  const quantity = number(row.Quantity);
  if (quantity === null) return 'QUANTITY_INVALID';
  const unitPrice = number(row.UnitPrice);
  if (unitPrice === null) return 'PRICE_INVALID';
  if (unitPrice.lt(0)) return 'NEGATIVE_PRICE';
  if (kind === 'PURCHASE' && quantity.lte(0)) return 'NEGATIVE_QUANTITY';
  if (kind === 'RETURN' && quantity.gte(0)) return 'QUANTITY_INVALID';
  return {
    sku: row.StockCode,
    name: row.Description || null,
    quantity: quantity.abs().toFixed(),
    unitPrice: unitPrice.toFixed(),
  };
}

const number = (text: string): Big | null =>
  /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d{1,2})?$/i.test(text) ? Big(text.replace('+', '')) : null;

function columnNames(mapping: string | null): Record<Column, string> {
  const names = Object.fromEntries(COLUMNS.map((column) => [column, column])) as Record<Column, string>;
  for (const pair of mapping?.split(',') ?? []) {
    const [ours = '', theirs = ''] = pair.split('=').map((part) => part.trim());
    if (!COLUMNS.includes(ours as Column) || theirs === '') {
      throw new Error(`--columns: "${pair}" is not one of ${COLUMNS.join(', ')}, then =, then the file's name for it.`);
    }
    names[ours as Column] = theirs;
  }
  return names;
}

function requireColumns(names: Record<Column, string>, record: object): void {
  const missing = COLUMNS.map((column) => names[column]).filter((name) => !(name in record));
  if (missing.length > 0) {
    const found = Object.keys(record).join(', ');
    throw new Error(`The file has no column ${missing.join(', ')}; it has ${found}. Map them with --columns.`);
  }
}

/** What a file is known by, and how its text is written. */
export async function inspect(path: string): Promise<{ hash: string; encoding: string }> {
  const hash = createHash('sha256');
  const decoder = new TextDecoder('utf-8', { fatal: true });
  let utf8 = true;
  let start: Buffer | null = null;
  for await (const chunk of createReadStream(path) as AsyncIterable<Buffer>) {
    hash.update(chunk);
    start ??= chunk.subarray(0, 2);
    utf8 &&= decodes(decoder, chunk);
  }
  utf8 &&= decodes(decoder);
  const utf16 = start?.toString('hex') === 'fffe' ? 'utf-16le' : start?.toString('hex') === 'feff' ? 'utf-16be' : null;
  return { hash: hash.digest('hex'), encoding: utf16 ?? (utf8 ? 'utf-8' : 'windows-1252') };
}

function decodes(decoder: InstanceType<typeof TextDecoder>, chunk?: Buffer): boolean {
  try {
    decoder.decode(chunk, { stream: chunk !== undefined });
    return true;
  } catch {
    return false;
  }
}

/** Whichever of comma, semicolon and tab the header line has most of. */
async function delimiterOf(path: string, encoding: string): Promise<string> {
  const file = await open(path);
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(4096), 0, 4096, 0);
    const [header = ''] = new TextDecoder(encoding).decode(buffer.subarray(0, bytesRead)).split(/\r?\n/);
    const count = (delimiter: string) => header.split(delimiter).length;
    return [',', ';', '\t'].toSorted((a, b) => count(b) - count(a))[0]!;
  } finally {
    await file.close();
  }
}
