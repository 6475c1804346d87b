// A ledger as a file: NDJSON in UTF-8. The first line is the header; then comes a line for each row, `{"<table>":{…}}`, in
// the order of the tables below and of their keys; the last line is the end, which nothing may follow.
import { z } from 'zod';

/** Rows that are read, and written, at once. */
export const ROWS = 1_000;

/** What belongs to a ledger, and the key that its rows are ordered by. */
export const TABLES = {
  programme: 'version',
  wallet: 'member_id, currency',
  entry: 'member_id, currency, seq',
  lot: 'member_id, currency, seq, n',
  move: 'member_id, currency, seq, n',
  hold: 'id',
  request: 'owner, mutation, key',
  cap_use: 'member_id, currency, cap, period',
  transfer_use: 'member_id, currency, day',
  goodwill: 'owner, day',
  budget: 'account',
  budget_move: 'account, seq',
  seal: 'id',
  sealed_head: 'member_id, currency, seal_id',
  seal_block: 'seal_id, n',
} as const;

export type Table = keyof typeof TABLES;

/** What is signed for the space that it is of, by name; in another it would not hold. */
export const isSeal = (table: string): boolean => ['seal', 'sealed_head', 'seal_block'].includes(table);

export const isTable = (name: string): name is Table => Object.hasOwn(TABLES, name);

/** A transaction's id means nothing in another database: there a row has that of its import. */
export const isCarried = (column: string): boolean => column !== 'xid';

export const header = z.strictObject({
  format: z.literal('loyalty-ledger'),
  /** Raised when what reads this form could not read the next; a new table or column does not. */
  version: z.literal(1),
  /** Where it is from. */
  space: z.string(),
  /** By the clock there. */
  takenAt: z.string(),
  tables: z.record(z.string(), z.strictObject({ columns: z.array(z.string()).min(1), rows: z.int().min(0) })),
});
export type Header = z.infer<typeof header>;

export interface End {
  end: {
    /** Lines before this one. */
    lines: number;
    /** Over those lines, each with its `\n`; hexadecimal. */
    sha256: string;
  };
}
