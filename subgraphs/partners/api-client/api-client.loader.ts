import DataLoader from 'dataloader';
import { Any, type DataSource } from 'typeorm';
import { pagesByOwnerId } from '../page.loader.ts';
import { ApiClientRow } from './api-client.entity.ts';

export function apiClientsById(source: DataSource) {
  return new DataLoader<string, ApiClientRow | null>(async (ids) => {
    const rows = await source.getRepository(ApiClientRow).findBy({ id: Any([...ids]) });
    const byId = new Map(rows.map((row) => [row.id, row]));
    return ids.map((id) => byId.get(id) ?? null);
  });
}

/** By partner, newest first. */
export const apiClientPages = (source: DataSource) =>
  pagesByOwnerId<ApiClientRow>(
    source,
    `select c.id, c.kind, c.name, c.partner_id "partnerId", c.channel_id "channelId", c.scopes, c.key_prefix "keyPrefix",
       c.created_at "createdAt", c.expires_at "expiresAt", c.revoked_at "revokedAt", owner.id "ownerId"
     from unnest($1::uuid[]) owner(id) cross join lateral (
       select * from api_client
       where partner_id = owner.id and ($2::text is null or id::text collate "C" < $2)
       order by id desc limit $3
     ) c order by c.id desc`,
    (row) => row.id,
  );
