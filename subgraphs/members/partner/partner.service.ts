// The room's copy of the partners: the newest sequence wins, in whatever order the events come.
import type { EventOf } from '../../../schema/events.ts';
import type { Transaction } from '../../shared/database.ts';
import { encodeId } from '../../shared/id.ts';
import type { RoomRequest } from '../../shared/room.ts';

export async function copyPartners(tx: Transaction, events: EventOf<'partner.changed'>[]): Promise<void> {
  const newest = new Map<string, EventOf<'partner.changed'>>();
  for (const event of events) {
    const known = newest.get(event.payload.partnerId);
    if (known === undefined || known.sequence < event.sequence) newest.set(event.payload.partnerId, event);
  }
  const rows = [...newest.values()].toSorted((a, b) => (a.payload.partnerId < b.payload.partnerId ? -1 : 1));
  await tx.query(
    `insert into partner_copy (partner_id, code, name, sequence)
     select * from unnest($1::uuid[], $2::text[], $3::text[], $4::bigint[])
     on conflict (partner_id) do update set code = excluded.code, name = excluded.name, sequence = excluded.sequence
     where partner_copy.sequence < excluded.sequence`,
    [
      rows.map(({ payload }) => payload.partnerId),
      rows.map(({ payload }) => payload.code),
      rows.map(({ payload }) => payload.name),
      rows.map(({ sequence }) => sequence),
    ],
  );
}

/** Which of the partners exist. One whose event is still on its way is asked for. Call outside of transactions. */
export async function knownPartners(request: RoomRequest, partnerIds: string[]): Promise<Set<string>> {
  if (partnerIds.length === 0) return new Set();
  const rows = await request.space.source.query<{ partner_id: string }[]>(
    'select partner_id from partner_copy where partner_id = any($1::uuid[])',
    [partnerIds],
  );
  const known = new Set(rows.map((row) => row.partner_id));
  const unheard = partnerIds.filter((partnerId) => !known.has(partnerId));
  if (unheard.length === 0) return known;
  const { partnersByIds } = await request.ask<{ partnersByIds: (string | null)[] }>(
    'partners',
    'query ($ids: [ID!]!) { partnersByIds(ids: $ids) }',
    { ids: unheard.map((partnerId) => encodeId('ptn', partnerId)) },
  );
  unheard.forEach((partnerId, index) => {
    if (partnersByIds[index] != null) known.add(partnerId);
  });
  return known;
}
