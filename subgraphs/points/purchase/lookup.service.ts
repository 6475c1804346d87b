// What points must know of other rooms to record a purchase: who the member is, whose the location is, who may earn.
// Copies from events answer at every turn; what they do not know yet is asked from its owner, once for a whole batch.
import type { EventOf } from '../../../schema/events.ts';
import type { Sql } from '../../shared/database.ts';
import { decodeId, encodeId } from '../../shared/id.ts';
import type { RoomRequest } from '../../shared/room.ts';

export interface IdentifierInput {
  kind: string;
  value: string;
}

export interface Location {
  locationId: string;
  code: string;
  partnerId: string;
  partnerCode: string;
  channelId: string;
  channelCode: string;
}

/** UUIDs of members, in order; null where there is none. The members become known to the partner. */
export async function memberIds(
  request: RoomRequest,
  identifiers: IdentifierInput[],
  partnerId: string | null,
): Promise<(string | null)[]> {
  if (identifiers.length === 0) return [];
  const { memberIdsByIdentifier } = await request.ask<{ memberIdsByIdentifier: (string | null)[] }>(
    'members',
    `query ($identifiers: [MemberIdentifierInput!]!, $partnerId: ID) {
       memberIdsByIdentifier(identifiers: $identifiers, partnerId: $partnerId)
     }`,
    { identifiers, partnerId: partnerId === null ? null : encodeId('ptn', partnerId) },
  );
  return memberIdsByIdentifier.map((id) => (id === null ? null : decodeId('mbr', id)));
}

/** Locations by their code; a code that is nowhere is absent. */
export async function locationsByCode(request: RoomRequest, codes: string[]): Promise<Map<string, Location>> {
  const wanted = [...new Set(codes)];
  const known = await request.space.source.query<Location[]>(
    `select location_id "locationId", code, partner_id "partnerId", partner_code "partnerCode", channel_id "channelId", channel_code "channelCode"
     from location_copy where code = any($1) and partner_code is not null`,
    [wanted],
  );
  const found = new Map(known.map((location) => [location.code, location]));
  const missing = wanted.filter((code) => !found.has(code));
  if (missing.length === 0) return found;
  type Facts = Omit<Location, 'locationId'> & { id: string };
  const { locationsByCode: asked } = await request.ask<{ locationsByCode: (Facts | null)[] }>(
    'partners',
    'query ($codes: [String!]!) { locationsByCode(codes: $codes) { id code partnerId partnerCode channelId channelCode } }',
    { codes: missing },
  );
  for (const facts of asked) {
    if (facts === null) continue;
    found.set(facts.code, {
      locationId: decodeId('loc', facts.id)!,
      code: facts.code,
      partnerId: decodeId('ptn', facts.partnerId)!,
      partnerCode: facts.partnerCode,
      channelId: decodeId('chn', facts.channelId)!,
      channelCode: facts.channelCode,
    });
  }
  return found;
}

export interface MemberCopy {
  memberId: string;
  status: 'ACTIVE' | 'SUSPENDED' | 'CLOSED' | 'ERASED';
  earningBlocked: boolean;
  spendingBlocked: boolean;
  segments: string[];
}

/** A member that has told nothing yet was enrolled just now: it is active. */
export async function membersById(sql: Sql, ids: string[]): Promise<Map<string, MemberCopy>> {
  if (ids.length === 0) return new Map();
  const copies = await sql.query<MemberCopy[]>(
    `select member_id "memberId", status, earning_blocked "earningBlocked", spending_blocked "spendingBlocked", segments
     from member_copy where member_id = any($1)`,
    [ids],
  );
  const known = new Map(copies.map((copy) => [copy.memberId, copy]));
  return new Map(
    ids.map((memberId) => [
      memberId,
      known.get(memberId) ?? {
        memberId,
        status: 'ACTIVE',
        earningBlocked: false,
        spendingBlocked: false,
        segments: [],
      },
    ]),
  );
}

/** The newest of each aggregate is all that counts, whenever it comes. */
const newest = <E extends { aggregate: string; sequence: number }>(events: E[]): E[] => [
  ...events
    .toSorted((a, b) => a.sequence - b.sequence)
    .reduce((map, event) => map.set(event.aggregate, event), new Map<string, E>())
    .values(),
];

export async function keepMembers(tx: Sql, events: EventOf<'member.changed'>[]): Promise<void> {
  const rows = newest(events).map(({ payload, sequence }) => ({
    member_id: payload.memberId,
    status: payload.status,
    earning_blocked: payload.earningBlocked,
    spending_blocked: payload.spendingBlocked,
    segments: payload.segments ?? [],
    sequence,
  }));
  await tx.query(
    `insert into member_copy select * from jsonb_populate_recordset(null::member_copy, $1)
     on conflict (member_id) do update set status = excluded.status, earning_blocked = excluded.earning_blocked,
       spending_blocked = excluded.spending_blocked, segments = excluded.segments, sequence = excluded.sequence
     where member_copy.sequence < excluded.sequence`,
    [JSON.stringify(rows)],
  );
}

export async function keepLocations(tx: Sql, events: EventOf<'location.changed'>[]): Promise<void> {
  const rows = newest(events).map(({ payload, sequence }) => ({
    code: payload.code,
    location_id: payload.locationId,
    partner_id: payload.partnerId,
    partner_code: payload.partnerCode ?? null,
    channel_id: payload.channelId,
    channel_code: payload.channelCode,
    sequence,
  }));
  await tx.query(
    `insert into location_copy select * from jsonb_populate_recordset(null::location_copy, $1)
     on conflict (code) do update set location_id = excluded.location_id, partner_id = excluded.partner_id,
       partner_code = coalesce(excluded.partner_code, location_copy.partner_code), channel_id = excluded.channel_id, channel_code = excluded.channel_code, sequence = excluded.sequence
     where location_copy.sequence < excluded.sequence`,
    [JSON.stringify(rows)],
  );
}
