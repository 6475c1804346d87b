// The only writer of codes. A member has one from the first look at it on: a code that nobody has looked at was told to
// nobody, so whoever enrols with one finds its row, whatever events are still on their way.
import type { Sql, Transaction } from '../../shared/database.ts';
import { encodeId } from '../../shared/id.ts';
import { once, type Request } from '../../shared/idempotency.ts';
import { Refused } from '../../shared/refusal.ts';
import type { RoomRequest } from '../../shared/room.ts';
import { codeKey, derivedCodes, readChosenCode } from './code.rules.ts';

const CODES_MAX = 10;

async function currentCodes(sql: Sql, memberIds: readonly string[]): Promise<Map<string, string>> {
  const rows = await sql.query<{ memberId: string; code: string }[]>(
    'select member_id "memberId", code from referral_code where current and member_id = any($1)',
    [memberIds],
  );
  return new Map(rows.map(({ memberId, code }) => [memberId, code]));
}

/** The code of each member, made for those that have none yet. */
export async function codesByMemberId(sql: Sql, memberIds: readonly string[]): Promise<Map<string, string>> {
  const found = await currentCodes(sql, memberIds);
  let missing = memberIds.filter((id) => !found.has(id)).toSorted();
  const candidates = new Map(missing.map((id) => [id, derivedCodes(id)]));
  while (missing.length > 0) {
    const next = missing.map((id) => ({ member_id: id, code: candidates.get(id)?.shift() }));
    if (next.some(({ code }) => code === undefined)) throw new Error('a member finds no free referral code');
    // Members in order, so that two requests never wait for each other; who is second finds what the first made.
    await sql.query(
      `insert into referral_code (key, code, member_id, current)
       select key, code, member_id, true from jsonb_to_recordset($1) c (key text, code text, member_id uuid)
       on conflict do nothing`,
      [JSON.stringify(next.map((row) => ({ ...row, key: codeKey(row.code!) })))],
    );
    for (const [id, code] of await currentCodes(sql, missing)) found.set(id, code);
    missing = missing.filter((id) => !found.has(id));
  }
  return found;
}

/** Whose codes these are, by their keys; old codes too. */
export async function ownersByKey(sql: Sql, keys: string[]): Promise<Map<string, string>> {
  const rows = await sql.query<{ key: string; memberId: string }[]>(
    'select key, member_id "memberId" from referral_code where key = any($1)',
    [keys],
  );
  return new Map(rows.map(({ key, memberId }) => [key, memberId]));
}

async function choose(tx: Transaction, memberId: string, code: string): Promise<void> {
  // Changes of one member's code take turns; what is read after the lock is all there is.
  await tx.query('select pg_advisory_xact_lock(hashtext(current_schema()), hashtext($1))', [memberId]);
  const own = await tx.query<{ key: string }[]>('select key from referral_code where member_id = $1', [memberId]);
  const key = codeKey(code);
  if (!own.some((row) => row.key === key) && own.length >= CODES_MAX) {
    throw new Refused('REFERRAL_CODES_EXHAUSTED', `A member has at most ${CODES_MAX} codes; the old ones still work.`, {
      field: ['code'],
    });
  }
  await tx.query('update referral_code set current = false where member_id = $1 and current', [memberId]);
  const taken = await tx.query<unknown[]>(
    `insert into referral_code (key, code, member_id, current) values ($1, $2, $3, true)
     on conflict (key) do update set code = excluded.code, current = true, made_at = excluded.made_at
       where referral_code.member_id = excluded.member_id
     returning key`,
    [key, code, memberId],
  );
  if (taken.length > 0) return;
  throw new Refused('REFERRAL_CODE_TAKEN', 'This code, or one that reads like it, is taken.', { field: ['code'] });
}

const memberUnknown = () =>
  new Refused('MEMBER_UNKNOWN', 'There is no such member, or it is not you.', { field: ['memberId'] });

/** A member's token is of a member; whom an operator names, members must know. */
async function checkMember({ viewer, ask }: RoomRequest, memberId: string): Promise<void> {
  if (viewer.kind === 'member') return;
  const { membersByIds } = await ask<{ membersByIds: (string | null)[] }>(
    'members',
    'query ($ids: [ID!]!) { membersByIds(ids: $ids) }',
    { ids: [encodeId('mbr', memberId)] },
  );
  if (membersByIds[0] == null) throw memberUnknown();
}

/** Makes a code the member's own. The codes before it go on working. */
export async function changeCode(
  roomRequest: RoomRequest,
  request: Request | null,
  memberId: string | null,
  text: string,
): Promise<{ memberId: string; replayed: boolean }> {
  if (memberId === null) throw memberUnknown();
  const code = readChosenCode(text);
  if (code === null) {
    throw new Refused('REFERRAL_CODE_INVALID', 'A code is 4 to 20 letters from A to Z, digits and hyphens.', {
      field: ['code'],
    });
  }
  await checkMember(roomRequest, memberId);
  const { source } = roomRequest.space;
  await codesByMemberId(source, [memberId]);
  const { replayed } = await once(source, request, async (tx) => {
    await choose(tx, memberId, code);
    return { memberId };
  });
  return { memberId, replayed };
}
