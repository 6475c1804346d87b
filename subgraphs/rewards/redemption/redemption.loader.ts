// Redemptions by id and by member.
import DataLoader from 'dataloader';
import { Any, type DataSource } from 'typeorm';
import { columnsOf } from '../../shared/database.ts';
import { pagesByOwnerId } from '../page.loader.ts';
import { RedemptionRow } from './redemption.entity.ts';

export const redemptionsById = (source: DataSource) =>
  new DataLoader<string, RedemptionRow | null>(async (ids) => {
    const rows = await source.getRepository(RedemptionRow).findBy({ id: Any([...ids]) });
    const byId = new Map(rows.map((row) => [row.id, row]));
    return ids.map((id) => byId.get(id) ?? null);
  });

/** Newest first; of one partner only those taken there or of its rewards. */
export const redemptionPages = (source: DataSource, partnerId: string | null) =>
  pagesByOwnerId<RedemptionRow & { ownerId: string }>(
    (asked, cursor, limit) =>
      source.query(
        `select d.*, owner.id "ownerId" from unnest($1::uuid[]) owner(id) cross join lateral (
           select ${columnsOf(source, RedemptionRow, 'd')} from redemption d left join reward r on r.id = d.reward_id
           where d.member_id = owner.id and ($2::text is null or d.id::text collate "C" < $2)
             and ($4::uuid is null or d.taken_by = $4 or r.partner_id = $4)
           order by d.id desc limit $3
         ) d order by d.id desc`,
        [asked.map(({ ownerId }) => ownerId), cursor, limit, partnerId],
      ),
    (row) => row.id,
  );
