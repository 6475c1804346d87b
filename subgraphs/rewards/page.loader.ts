// Pages of the lists of many owners in one statement, whatever the number of owners.
import DataLoader from 'dataloader';
import { connection, type Connection, type PageArguments } from '../shared/page.ts';

export interface OwnedPage {
  ownerId: string;
  page: PageArguments;
}

export type PageLoader<Row, Asked extends OwnedPage = OwnedPage> = DataLoader<Asked, Connection<Row>, string>;

/** `load` gives rows with their `ownerId` for owners that ask alike; `key` is a row's one part of the cursor. */
export function pagesByOwnerId<Row extends { ownerId: string }, Asked extends OwnedPage = OwnedPage>(
  load: (asked: readonly Asked[], cursor: string | null, limit: number) => Promise<Row[]>,
  key: (row: Row) => string,
): PageLoader<Row, Asked> {
  const alike = (asked: Asked) => JSON.stringify({ ...asked, ownerId: '' });
  return new DataLoader<Asked, Connection<Row>, string>(
    async (pages) => {
      const loaded = new Map<string, Map<string, Row[]>>();
      for (const [name, group] of Map.groupBy(pages, alike)) {
        const { page } = group[0]!;
        const rows = await load(group, page.after?.[0] ?? null, page.first + 1);
        loaded.set(
          name,
          Map.groupBy(rows, (row) => row.ownerId),
        );
      }
      return pages.map((asked) =>
        connection(loaded.get(alike(asked))?.get(asked.ownerId) ?? [], asked.page, (row) => [key(row)]),
      );
    },
    { cacheKeyFn: (asked) => `${asked.ownerId} ${alike(asked)}` },
  );
}
