// Tiers that people give and take back. Appended, with who and why; the member's tier moves in the same transaction.
import type { Sql } from '../../shared/database.ts';
import { decodeId, newId } from '../../shared/id.ts';
import { once } from '../../shared/idempotency.ts';
import type { RoomRequest } from '../../shared/room.ts';
import { dayAhead, dayOf } from '../ledger/calendar.rules.ts';
import { actorOf } from '../ledger/ledger.service.ts';
import { reasonOf } from '../ledger/operation.service.ts';
import { memberOf, refuse } from '../ledger/wallet.service.ts';
import { programmeInForce } from '../programme/programme.service.ts';
import { saveMoves } from './bonus.service.ts';
import type { Granted } from './claim.rules.ts';
import { Standings } from './standing.service.ts';
import { rankOf } from './tier.rules.ts';

interface Remembered {
  grantId: string;
  memberId: string;
}

const YEARS_MAX = 10;

export interface GrantInput {
  memberId: string;
  tier: string;
  until: string;
  reason: string;
}

async function add(tx: Sql, request: RoomRequest, memberId: string, input: GrantInput): Promise<Remembered> {
  const { tier, until, reason } = input;
  const programme = await programmeInForce(tx);
  const rank = rankOf(programme.tiers.levels, tier);
  if (rank === 0) throw refuse('TIER_UNKNOWN', `The programme has no tier ${JSON.stringify(tier)} to give.`, 'tier');
  const standings = await Standings.lock(tx, [memberId], programme);
  const { today, now } = standings;
  if (until < today || until > dayAhead(today, { months: 12 * YEARS_MAX })) {
    throw refuse(
      'GRANT_INVALID',
      `A tier is given until a day from ${today} on, for ${YEARS_MAX} years at most.`,
      'until',
    );
  }
  const id = newId();
  const actor = actorOf(request.viewer);
  await tx.query(
    `insert into tier_grant (id, member_id, tier, granted_at, last_day, reason, actor_kind, actor_id)
     values ($1, $2, $3, $4, $5, $6, $7, $8)`,
    [id, memberId, tier, now, until, reason, actor.actor_kind, actor.actor_id],
  );
  const grant = { id, rank, from: today, until: dayAhead(until, { days: 1 }) };
  await saveMoves(tx, standings, new Map([[memberId, standings.grant(memberId, grant)]]), actor);
  return { grantId: id, memberId };
}

/** Gives a tier from now until the end of a day. */
export async function grantTier(request: RoomRequest, key: string, input: GrantInput) {
  const reason = reasonOf(input.reason);
  const memberId = await memberOf(request, input.memberId);
  const named = { owner: request.viewer.owner, mutation: 'tierGrant', key, input };
  const { answer, replayed } = await once(request.space.source, named, (tx) =>
    add(tx, request, memberId, { ...input, reason }),
  );
  return { ...answer, replayed };
}

async function end(tx: Sql, request: RoomRequest, id: string | null, reason: string): Promise<Remembered> {
  const programme = await programmeInForce(tx);
  type Row = { memberId: string; tier: string; grantedAt: string; until: string };
  const [row] = await tx.query<Row[]>(
    `select member_id "memberId", tier, granted_at "grantedAt", last_day + 1 until from tier_grant where id = $1`,
    [id],
  );
  const unknown = refuse('GRANT_NOT_OPEN', 'There is no such grant, or it has ended.', 'grantId');
  if (row === undefined || id === null) throw unknown;
  const { memberId, tier, grantedAt, until } = row;
  const standings = await Standings.lock(tx, [memberId], programme);
  const actor = actorOf(request.viewer);
  const [ended] = await tx.query<unknown[]>(
    `insert into tier_grant_end (grant_id, reason, actor_kind, actor_id) select $1, $2, $3, $4 where $5::date > $6::date
     on conflict do nothing returning grant_id`,
    [id, reason, actor.actor_kind, actor.actor_id, until, standings.today],
  );
  if (ended === undefined) throw unknown;
  const rank = rankOf(programme.tiers.levels, tier);
  const grant: Granted = { id, rank, from: dayOf(grantedAt, programme.timeZone), until };
  await saveMoves(tx, standings, new Map([[memberId, standings.grant(memberId, grant, true)]]), actor);
  return { grantId: id, memberId };
}

/** Takes a tier back that a person gave; what the member has earned itself stays. */
export async function revokeGrant(request: RoomRequest, key: string, input: { grantId: string; reason: string }) {
  const reason = reasonOf(input.reason);
  const named = { owner: request.viewer.owner, mutation: 'tierGrantRevoke', key, input };
  const { answer, replayed } = await once(request.space.source, named, (tx) =>
    end(tx, request, decodeId('tgr', input.grantId), reason),
  );
  return { ...answer, replayed };
}
