// A page of history for each of many members in one statement: newest first, one row more than the page.
import DataLoader from 'dataloader';
import type { Sql } from '../shared/database.ts';
import type { PageArguments } from '../shared/page.ts';
import { Refused } from '../shared/refusal.ts';

export interface HistoryPage {
  memberId: string;
  page: PageArguments;
}

function position({ after }: PageArguments): number | null {
  if (after === null) return null;
  if (!/^\d{1,15}$/.test(after[0] ?? '')) {
    throw new Refused('CURSOR_INVALID', '`after` is no cursor of this list: send an endCursor that it gave.');
  }
  return Number(after[0]);
}

/** `columns` names each column of `table` that the row has, spelled as the row spells it. */
export const historyByMemberId = <Row extends { memberId: string }>(sql: Sql, table: string, columns: string) =>
  new DataLoader<HistoryPage, Row[], string>(
    async (asked) => {
      const rows = await sql.query<(Row & { place: number })[]>(
        `select place::int, ${columns}
         from unnest($1::uuid[], $2::bigint[], $3::int[]) with ordinality asked (asked_id, after, size, place)
         cross join lateral (
           select * from ${table} where member_id = asked_id and (after is null or position < after)
           order by position desc limit size
         ) newest order by place, position desc`,
        [
          asked.map(({ memberId }) => memberId),
          asked.map(({ page }) => position(page)),
          asked.map(({ page }) => page.first + 1),
        ],
      );
      const byPlace = Map.groupBy(rows, (row) => row.place);
      return asked.map((_, index) => byPlace.get(index + 1) ?? []);
    },
    { cacheKeyFn: ({ memberId, page }) => JSON.stringify([memberId, page.first, page.after]) },
  );
