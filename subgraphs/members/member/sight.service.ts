// Gathers the facts that decide what a viewer sees; one statement for any number of members.
import type { Sql } from '../../shared/database.ts';
import type { Viewer } from '../../shared/viewer.ts';
import { memberIdBySubject } from '../identifier/identifier.service.ts';
import { sight, type Sight } from './sight.rules.ts';

/** The member of a member's token, also right after it enrolled itself; null for every other credential. */
export async function ownMemberId(sql: Sql, viewer: Viewer): Promise<string | null> {
  if (viewer.kind !== 'member') return null;
  if (viewer.memberId !== undefined) return viewer.memberId;
  return viewer.subject === undefined ? null : memberIdBySubject(sql, viewer.subject.issuer, viewer.subject.subject);
}

interface KnownRow {
  id: string;
  acquainted: boolean;
  shares: boolean;
}

/** How each member is known to a partner, in order. */
async function knownTo(sql: Sql, partnerId: string, memberIds: readonly string[]): Promise<KnownRow[]> {
  return sql.query<KnownRow[]>(
    `select asked.id,
       exists (select from acquaintance where partner_id = $2 and member_id = asked.id) acquainted,
       coalesce((select granted from consent_decision
                 where partner_id = $2 and member_id = asked.id and purpose = 'PARTNER_SHARING'
                 order by position desc limit 1), false) shares
     from unnest($1::uuid[]) with ordinality asked (id, place) order by place`,
    [memberIds, partnerId],
  );
}

/** Whether each member is known to the partner, in order; false for what is no id. */
export async function knownToPartner(
  sql: Sql,
  memberIds: (string | null)[],
  partnerId: string | null,
): Promise<boolean[]> {
  if (partnerId === null) return memberIds.map(() => false);
  const rows = await knownTo(
    sql,
    partnerId,
    memberIds.filter((id) => id !== null),
  );
  const known = new Set(rows.filter(({ acquainted, shares }) => acquainted || shares).map(({ id }) => id));
  return memberIds.map((id) => id !== null && known.has(id));
}

export async function sights(sql: Sql, viewer: Viewer, memberIds: readonly string[]): Promise<Sight[]> {
  const { partnerId } = viewer;
  if ((viewer.kind === 'till' || viewer.kind === 'partner') && partnerId !== undefined) {
    const known = await knownTo(sql, partnerId, memberIds);
    return known.map((facts) => sight(viewer, { own: false, ...facts }));
  }
  const own = await ownMemberId(sql, viewer);
  return memberIds.map((id) => sight(viewer, { own: id === own, acquainted: false, shares: false }));
}
