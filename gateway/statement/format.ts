// A statement's lines: CSV for spreadsheets (RFC 4180), NDJSON for programs. Both have the same fields in the same order.
import { stringify } from 'csv-stringify/sync';

/** An entry of a statement as the graph answers it. */
export interface Entry {
  id: string;
  kind: string;
  amount: number;
  moved: number;
  currency: { code: string };
  occurredAt: string;
  postedAt: string;
  runningBalance: number;
  reason: string | null;
  reverses: { id: string } | null;
  explanation: { summary: string } | null;
  hash: string;
}

const row = ({ id, kind, amount, moved, currency, occurredAt, postedAt, runningBalance, ...entry }: Entry) => ({
  id,
  kind,
  amount,
  moved,
  currency: currency.code,
  occurredAt,
  postedAt,
  runningBalance,
  reason: entry.reason,
  reverses: entry.reverses?.id ?? null,
  explanation: entry.explanation?.summary ?? null,
  hash: entry.hash,
});

const COLUMNS: (keyof ReturnType<typeof row>)[] = [
  'id',
  'kind',
  'amount',
  'moved',
  'currency',
  'occurredAt',
  'postedAt',
  'runningBalance',
  'reason',
  'reverses',
  'explanation',
  'hash',
];

/** Written by people, or out of what they have written. */
const TEXTS = ['reason', 'explanation'];

export interface Format {
  contentType: string;
  /** The lines of one page. */
  lines(entries: Entry[], isFirst: boolean): string;
}

export const FORMATS: Record<'csv' | 'ndjson', Format> = {
  csv: {
    contentType: 'text/csv; charset=utf-8; header=present',
    lines: (entries, isFirst) =>
      stringify(entries.map(row), {
        columns: COLUMNS,
        header: isFirst,
        record_delimiter: 'windows',
        cast: {
          // A spreadsheet runs a text that begins with =, +, - or @ as a formula, so a text gets an apostrophe before it.
          // A negative amount begins so by right, and is left a number.
          string: (value, { column }) => (TEXTS.includes(String(column)) ? { value, escape_formulas: true } : value),
        },
      }),
  },
  ndjson: {
    contentType: 'application/x-ndjson; charset=utf-8',
    lines: (entries) => entries.map((entry) => `${JSON.stringify(row(entry))}\n`).join(''),
  },
};
