// The catalogue by id, by page, and by partner.
import DataLoader from 'dataloader';
import { Any, type DataSource } from 'typeorm';
import { columnsOf } from '../../shared/database.ts';
import { connection, type Connection, type PageArguments } from '../../shared/page.ts';
import { pagesByOwnerId } from '../page.loader.ts';
import { RewardRow } from './reward.entity.ts';

export const rewardsById = (source: DataSource) =>
  new DataLoader<string, RewardRow | null>(async (ids) => {
    const rows = await source.getRepository(RewardRow).findBy({ id: Any([...ids]) });
    const byId = new Map(rows.map((row) => [row.id, row]));
    return ids.map((id) => byId.get(id) ?? null);
  });

/** What a viewer may see: everything, or what is visible and one partner's own. */
export interface Horizon {
  all: boolean;
  ownPartnerId: string | null;
}

export interface CatalogueFilter {
  kinds: string[] | null;
  partnerId: string | null;
  pointsMax: number | null;
}

const WITHIN = '($1::boolean or r.visible or r.partner_id = $2::uuid)';
const MATCHES = `($3::text[] is null or r.kind = any($3)) and ($4::uuid is null or r.partner_id = $4)
  and ($5::bigint is null or r.points <= $5)`;

const values = ({ all, ownPartnerId }: Horizon, { kinds, partnerId, pointsMax }: CatalogueFilter) => [
  all,
  ownPartnerId,
  kinds,
  partnerId,
  pointsMax,
];

/** By code. */
export async function cataloguePage(
  source: DataSource,
  horizon: Horizon,
  filter: CatalogueFilter,
  page: PageArguments,
): Promise<Connection<RewardRow>> {
  const rows = await source.query<RewardRow[]>(
    `select ${columnsOf(source, RewardRow, 'r')} from reward_now r
     where ${WITHIN} and ${MATCHES} and ($6::text is null or r.code > $6) order by r.code limit $7`,
    [...values(horizon, filter), page.after?.[0] ?? null, page.first + 1],
  );
  return connection(rows, page, (row) => [row.code]);
}

export async function catalogueCount(source: DataSource, horizon: Horizon, filter: CatalogueFilter): Promise<number> {
  const [row] = await source.query<{ count: number }[]>(
    `select count(*) from reward_now r where ${WITHIN} and ${MATCHES}`,
    values(horizon, filter),
  );
  return row!.count;
}

export const rewardPagesByPartner = (source: DataSource, { all, ownPartnerId }: Horizon) =>
  pagesByOwnerId<RewardRow & { ownerId: string }>(
    (asked, cursor, limit) =>
      source.query(
        `select r.*, owner.id "ownerId" from unnest($3::uuid[]) owner(id) cross join lateral (
           select ${columnsOf(source, RewardRow, 'r')} from reward_now r
           where r.partner_id = owner.id and ${WITHIN} and ($4::text is null or r.code > $4) order by r.code limit $5
         ) r order by r.code`,
        [all, ownPartnerId, asked.map(({ ownerId }) => ownerId), cursor, limit],
      ),
    (row) => row.code,
  );

export const rewardCountsByPartner = (source: DataSource, { all, ownPartnerId }: Horizon) =>
  new DataLoader<string, number>(async (partnerIds) => {
    const rows = await source.query<{ id: string; count: number }[]>(
      `select r.partner_id id, count(*) from reward_now r where r.partner_id = any($3::uuid[]) and ${WITHIN} group by 1`,
      [all, ownPartnerId, partnerIds],
    );
    const counts = new Map(rows.map(({ id, count }) => [id, count]));
    return partnerIds.map((id) => counts.get(id) ?? 0);
  });
