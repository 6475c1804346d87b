// Pages of the lists of many owners in one statement, whatever the number of owners.
import DataLoader from 'dataloader';
import type { Sql } from '../shared/database.ts';
import { connection, type Connection, type PageArguments } from '../shared/page.ts';

export interface OwnedPage {
  ownerId: string;
  page: PageArguments;
}

export type PageLoader<Row> = DataLoader<OwnedPage, Connection<Row>, string>;

const argumentsOf = ({ page }: OwnedPage) => JSON.stringify([page.first, page.after]);

/** `statement` takes owners' UUIDs, the cursor's one part or null, and a limit; its rows carry their `ownerId`. */
export function pagesByOwnerId<Row extends object>(
  sql: Sql,
  statement: string,
  key: (row: Row) => string,
): PageLoader<Row> {
  async function load(pages: readonly OwnedPage[]): Promise<Map<string, Row[]>> {
    const { page } = pages[0]!;
    const rows = await sql.query<(Row & { ownerId: string })[]>(statement, [
      pages.map(({ ownerId }) => ownerId),
      page.after?.[0] ?? null,
      page.first + 1,
    ]);
    return Map.groupBy(rows, (row) => row.ownerId);
  }

  return new DataLoader<OwnedPage, Connection<Row>, string>(
    async (pages) => {
      const alike = Map.groupBy(pages, argumentsOf);
      const loaded = new Map<string, Map<string, Row[]>>();
      for (const [name, group] of alike) loaded.set(name, await load(group));
      return pages.map((asked) =>
        connection(loaded.get(argumentsOf(asked))?.get(asked.ownerId) ?? [], asked.page, (row) => [key(row)]),
      );
    },
    { cacheKeyFn: (asked) => `${asked.ownerId} ${argumentsOf(asked)}` },
  );
}
