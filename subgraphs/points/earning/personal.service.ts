// What rules need of members that points does not keep: members' word, asked once and before any lock is taken. Of the
// enrolment points has a copy from events, so that mostly nobody is asked.
import type { EventOf } from '../../../schema/events.ts';
import type { Sql } from '../../shared/database.ts';
import { decodeId, encodeId } from '../../shared/id.ts';
import type { RoomRequest } from '../../shared/room.ts';
import { dayOf } from '../ledger/calendar.rules.ts';
import { programmeInForce } from '../programme/programme.service.ts';

/** Days, 'YYYY-MM-DD'; null: not known. */
export interface PersonalFacts {
  born: string | null;
  enrolledOn: string | null;
}

async function asked(request: RoomRequest, memberIds: string[]): Promise<[string, PersonalFacts][]> {
  if (memberIds.length === 0) return [];
  type Answer = { id: string; birthday: string | null; enrolledOn: string } | null;
  const { memberFacts } = await request.ask<{ memberFacts: Answer[] }>(
    'members',
    'query ($ids: [ID!]!) { memberFacts(ids: $ids) { id birthday enrolledOn } }',
    { ids: memberIds.map((id) => encodeId('mbr', id)) },
  );
  return memberFacts
    .filter((facts) => facts !== null)
    .map(({ id, birthday, enrolledOn }) => [decodeId('mbr', id)!, { born: birthday, enrolledOn }]);
}

/** By member, UUIDs; of whom nothing is known, or nothing was needed, it is absent. Nobody is asked when nothing is needed. */
export async function memberFactsOf(
  request: RoomRequest,
  needs: { birthday: boolean; anniversary: boolean; enrolment: boolean },
  memberIds: string[],
): Promise<Map<string, PersonalFacts>> {
  const ids = [...new Set(memberIds)];
  if (ids.length === 0 || !Object.values(needs).includes(true)) return new Map();
  if (needs.birthday) return new Map(await asked(request, ids));
  const kept = await request.space.source.query<{ memberId: string; enrolledOn: string }[]>(
    `select member_id "memberId", enrolled_on "enrolledOn" from standing
     where member_id = any($1) and enrolled_on is not null`,
    [ids],
  );
  const known = new Map(kept.map(({ memberId, enrolledOn }) => [memberId, { born: null, enrolledOn }]));
  const missing = ids.filter((id) => !known.has(id));
  return new Map<string, PersonalFacts>([...known, ...(await asked(request, missing))]);
}

/** Keeps the day of each enrolment, in the programme's time zone. The first that was told stays. */
export async function keepEnrolments(tx: Sql, events: EventOf<'member.enrolled'>[]): Promise<void> {
  const { timeZone } = await programmeInForce(tx);
  const rows = events
    .map(({ payload: { memberId, enrolledAt } }) => ({ member_id: memberId, enrolled_on: dayOf(enrolledAt, timeZone) }))
    .toSorted((a, b) => (a.member_id < b.member_id ? -1 : 1));
  await tx.query(
    `insert into standing (member_id, enrolled_on)
     select member_id, enrolled_on from jsonb_to_recordset($1) e(member_id uuid, enrolled_on date)
     on conflict (member_id) do update set enrolled_on = excluded.enrolled_on, due_at = clock() where standing.enrolled_on is null`,
    [JSON.stringify(rows)],
  );
}
