// Pages of a connection by keyset: a cursor is the key of its row, so a page costs the same wherever it lies.
import { Refused } from './refusal.ts';

const FIRST_MAX = 100;

export interface PageArguments {
  first: number;
  /** The key after which the page begins; null: at the beginning. */
  after: string[] | null;
}

export interface Connection<Row> {
  edges: { cursor: string; node: Row }[];
  nodes: Row[];
  pageInfo: { hasNextPage: boolean; hasPreviousPage: boolean; startCursor: string | null; endCursor: string | null };
}

export const encodeCursor = (key: (string | number)[]): string =>
  Buffer.from(JSON.stringify(key.map(String))).toString('base64url');

function decodeCursor(cursor: string, length: number): string[] {
  try {
    const key: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString());
    // PostgreSQL has no text with a NUL.
    const isPart = (part: unknown) => typeof part === 'string' && !part.includes('\0');
    if (Array.isArray(key) && key.length === length && key.every(isPart)) return key;
  } catch {
    // Told below, like every other text that is no cursor.
  }
  throw new Refused('CURSOR_INVALID', '`after` is no cursor of this list: send an endCursor that it gave.');
}

/** `first` 1 to 100; `keyLength` is the number of parts in the list's key. Throws a bad request. */
export function pageArguments(first: number, after: string | null | undefined, keyLength: number): PageArguments {
  if (!Number.isInteger(first) || first < 1 || first > FIRST_MAX) {
    throw new Refused('FIRST_INVALID', `\`first\` is ${first}; it must be 1 to ${FIRST_MAX}.`);
  }
  return { first, after: after === null || after === undefined ? null : decodeCursor(after, keyLength) };
}

/** A page from `first + 1` rows: the last one only says that there is more. */
export function connection<Row>(
  rows: Row[],
  page: PageArguments,
  key: (row: Row) => (string | number)[],
): Connection<Row> {
  const nodes = rows.slice(0, page.first);
  const edges = nodes.map((node) => ({ cursor: encodeCursor(key(node)), node }));
  return {
    edges,
    nodes,
    pageInfo: {
      hasNextPage: rows.length > page.first,
      hasPreviousPage: page.after !== null,
      startCursor: edges[0]?.cursor ?? null,
      endCursor: edges.at(-1)?.cursor ?? null,
    },
  };
}
