// The room's copies of partners and locations: the newest sequence wins, in whatever order the events come.
import type { EventOf } from '../../../schema/events.ts';
import type { Sql } from '../../shared/database.ts';
import { decodeId } from '../../shared/id.ts';
import type { RoomRequest } from '../../shared/room.ts';

const newest = <E extends { aggregate: string; sequence: number }>(events: E[]): E[] => [
  ...events
    .toSorted((a, b) => a.sequence - b.sequence)
    .reduce((map, event) => map.set(event.aggregate, event), new Map<string, E>())
    .values(),
];

export async function keepPartners(tx: Sql, events: EventOf<'partner.changed'>[]): Promise<void> {
  const rows = newest(events).map(({ payload, sequence }) => ({
    partner_id: payload.partnerId,
    code: payload.code,
    name: payload.name,
    sequence,
  }));
  await tx.query(
    `insert into partner_copy select * from jsonb_populate_recordset(null::partner_copy, $1) order by partner_id
     on conflict (partner_id) do update set code = excluded.code, name = excluded.name, sequence = excluded.sequence
     where partner_copy.sequence < excluded.sequence`,
    [JSON.stringify(rows)],
  );
  await nameRewards(tx);
}

/** Rewards whose partner was only a code until now. */
export async function nameRewards(tx: Sql): Promise<void> {
  await tx.query(
    `update reward r set partner_id = p.partner_id from partner_copy p
     where r.partner_id is null and r.partner_code = p.code`,
  );
}

export async function keepLocations(tx: Sql, events: EventOf<'location.changed'>[]): Promise<void> {
  const rows = newest(events).map(({ payload, sequence }) => ({
    location_id: payload.locationId,
    code: payload.code,
    partner_id: payload.partnerId,
    sequence,
  }));
  await tx.query(
    `insert into location_copy select * from jsonb_populate_recordset(null::location_copy, $1) order by location_id
     on conflict (location_id) do update set code = excluded.code, partner_id = excluded.partner_id,
       sequence = excluded.sequence
     where location_copy.sequence < excluded.sequence`,
    [JSON.stringify(rows)],
  );
}

export interface Place {
  locationId: string;
  partnerId: string;
}

/** A location by its code; asked from partners while its event is on its way. Call outside of transactions. */
export async function placeOf(request: RoomRequest, code: string): Promise<Place | null> {
  if (code.includes('\0')) return null;
  const [known] = await request.space.source.query<Place[]>(
    'select location_id "locationId", partner_id "partnerId" from location_copy where code = $1',
    [code],
  );
  if (known !== undefined) return known;
  const { locationsByCode } = await request.ask<{ locationsByCode: ({ id: string; partnerId: string } | null)[] }>(
    'partners',
    'query ($codes: [String!]!) { locationsByCode(codes: $codes) { id partnerId } }',
    { codes: [code] },
  );
  const found = locationsByCode[0];
  if (found === null || found === undefined) return null;
  return { locationId: decodeId('loc', found.id)!, partnerId: decodeId('ptn', found.partnerId)! };
}
