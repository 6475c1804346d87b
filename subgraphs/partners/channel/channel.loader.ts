import DataLoader from 'dataloader';
import { Any, type DataSource } from 'typeorm';
import { pagesByOwnerId } from '../page.loader.ts';
import { ChannelRow } from './channel.entity.ts';
import { LocationRow } from './location.entity.ts';
import { TerminalRow } from './terminal.entity.ts';

export function channelsById(source: DataSource) {
  return new DataLoader<string, ChannelRow | null>(async (ids) => {
    const rows = await source.getRepository(ChannelRow).findBy({ id: Any([...ids]) });
    const byId = new Map(rows.map((row) => [row.id, row]));
    return ids.map((id) => byId.get(id) ?? null);
  });
}

export function channelsByPartnerId(source: DataSource) {
  return new DataLoader<string, ChannelRow[]>(async (partnerIds) => {
    const rows = await source
      .getRepository(ChannelRow)
      .find({ where: { partnerId: Any([...partnerIds]) }, order: { code: 'asc' } });
    const byPartner = Map.groupBy(rows, (row) => row.partnerId);
    return partnerIds.map((id) => byPartner.get(id) ?? []);
  });
}

export function locationsById(source: DataSource) {
  return new DataLoader<string, LocationRow | null>(async (ids) => {
    const rows = await source.getRepository(LocationRow).findBy({ id: Any([...ids]) });
    const byId = new Map(rows.map((row) => [row.id, row]));
    return ids.map((id) => byId.get(id) ?? null);
  });
}

export interface LocationFactsRow {
  id: string;
  code: string;
  partnerId: string;
  partnerCode: string;
  channelId: string;
  channelCode: string;
}

export function locationFactsByCode(source: DataSource) {
  return new DataLoader<string, LocationFactsRow | null>(async (codes) => {
    const rows = await source.query<LocationFactsRow[]>(
      `select l.id, l.code, p.id "partnerId", p.code "partnerCode", c.id "channelId", c.code "channelCode"
       from location l join channel c on c.id = l.channel_id join partner p on p.id = c.partner_id where l.code = any($1)`,
      // PostgreSQL has no text with a NUL, so no location either.
      [codes.filter((code) => !code.includes('\0'))],
    );
    const byCode = new Map(rows.map((row) => [row.code, row]));
    return codes.map((code) => byCode.get(code) ?? null);
  });
}

export const locationPages = (source: DataSource) =>
  pagesByOwnerId<LocationRow>(
    source,
    `select l.id, l.channel_id "channelId", l.code, l.name, l.sequence, owner.id "ownerId"
     from unnest($1::uuid[]) owner(id) cross join lateral (
       select * from location where channel_id = owner.id and ($2::text is null or code > $2) order by code limit $3
     ) l order by l.code`,
    (row) => row.code,
  );

export function terminalsById(source: DataSource) {
  return new DataLoader<string, TerminalRow | null>(async (ids) => {
    const rows = await source.getRepository(TerminalRow).findBy({ id: Any([...ids]) });
    const byId = new Map(rows.map((row) => [row.id, row]));
    return ids.map((id) => byId.get(id) ?? null);
  });
}

export function terminalsByLocationId(source: DataSource) {
  return new DataLoader<string, TerminalRow[]>(async (locationIds) => {
    const rows = await source
      .getRepository(TerminalRow)
      .find({ where: { locationId: Any([...locationIds]) }, order: { code: 'asc' } });
    const byLocation = Map.groupBy(rows, (row) => row.locationId);
    return locationIds.map((id) => byLocation.get(id) ?? []);
  });
}
