// Reads of referrals: one statement for any number of members.
import DataLoader from 'dataloader';
import { In, type DataSource } from 'typeorm';
import { columnsOf } from '../../shared/database.ts';
import { decodeId, encodeId } from '../../shared/id.ts';
import { connection, type Connection, type PageArguments } from '../../shared/page.ts';
import { Refused } from '../../shared/refusal.ts';
import { ReferralRow } from './referral.entity.ts';

export function referralsById(source: DataSource): DataLoader<string, ReferralRow | null> {
  return new DataLoader(async (ids) => {
    const rows = await source.getRepository(ReferralRow).findBy({ id: In([...ids]) });
    const byId = new Map(rows.map((row) => [row.id, row]));
    return ids.map((id) => byId.get(id) ?? null);
  });
}

export interface SummaryRow {
  attributed: number;
  qualified: number;
  rewarded: number;
  pointsEarned: number;
}

const NOTHING: SummaryRow = { attributed: 0, qualified: 0, rewarded: 0, pointsEarned: 0 };

export function summariesByMemberId(source: DataSource): DataLoader<string, SummaryRow> {
  return new DataLoader(async (ids) => {
    const rows = await source.query<(SummaryRow & { memberId: string })[]>(
      `select referrer_id "memberId",
         count(*) filter (where state <> 'REJECTED') attributed,
         count(*) filter (where state in ('QUALIFIED', 'PAYING', 'REWARDED', 'REVERSING')) qualified,
         count(*) filter (where state in ('REWARDED', 'REVERSING')) rewarded,
         coalesce(sum(referrer_points) filter (where state in ('REWARDED', 'REVERSING')), 0)::bigint "pointsEarned"
       from referral where referrer_id = any($1) group by referrer_id`,
      [ids],
    );
    const byId = new Map(rows.map(({ memberId, ...summary }) => [memberId, summary]));
    return ids.map((id) => byId.get(id) ?? NOTHING);
  });
}

export interface ReferralPage {
  referrerId: string;
  page: PageArguments;
}

const pageOf = ({ page }: ReferralPage) => JSON.stringify([page.first, page.after]);

function afterId({ after }: PageArguments): string | null {
  if (after === null) return null;
  const id = decodeId('ref', after[0] ?? '');
  if (id !== null) return id;
  throw new Refused('CURSOR_INVALID', '`after` is no cursor of this list: send an endCursor that it gave.');
}

/** Whom members brought, newest first; alike pages of many members are one statement. */
export function referralPages(source: DataSource): DataLoader<ReferralPage, Connection<ReferralRow>, string> {
  async function load(pages: ReferralPage[]): Promise<Map<string, ReferralRow[]>> {
    const { page } = pages[0]!;
    const rows = await source.query<ReferralRow[]>(
      `select ${columnsOf(source, ReferralRow, 'r')} from unnest($1::uuid[]) owner (id)
       cross join lateral (
         select * from referral where referrer_id = owner.id and ($2::uuid is null or id < $2) order by id desc limit $3
       ) r order by r.id desc`,
      [[...new Set(pages.map(({ referrerId }) => referrerId))], afterId(page), page.first + 1],
    );
    return Map.groupBy(rows, (row) => row.referrerId!);
  }

  return new DataLoader<ReferralPage, Connection<ReferralRow>, string>(
    async (pages) => {
      const loaded = new Map<string, Map<string, ReferralRow[]>>();
      for (const [name, group] of Map.groupBy(pages, pageOf)) loaded.set(name, await load(group));
      return pages.map((asked) =>
        connection(loaded.get(pageOf(asked))!.get(asked.referrerId) ?? [], asked.page, (row) => [
          encodeId('ref', row.id),
        ]),
      );
    },
    { cacheKeyFn: (asked) => `${asked.referrerId} ${pageOf(asked)}` },
  );
}
