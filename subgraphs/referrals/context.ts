// What the resolvers of one request share.
import DataLoader from 'dataloader';
import { decodeId, encodeId } from '../shared/id.ts';
import type { RoomRequest } from '../shared/room.ts';
import { hasScope } from '../shared/viewer.ts';
import { codesByMemberId } from './code/code.service.ts';
import { linkOf, readSettings } from './programme.ts';
import { referralPages, referralsById, summariesByMemberId } from './referral/referral.loader.ts';

/** Which members have presented themselves to a partner or consented to it: members' word, asked once for all. */
function membersKnown(request: RoomRequest): DataLoader<string, boolean> {
  return new DataLoader(async (ids) => {
    const { partnerId } = request.viewer;
    if (partnerId === undefined) return ids.map(() => false);
    const { membersKnown: known } = await request.ask<{ membersKnown: boolean[] }>(
      'members',
      'query ($memberIds: [ID!]!, $partnerId: ID!) { membersKnown(memberIds: $memberIds, partnerId: $partnerId) }',
      { memberIds: ids.map((id) => encodeId('mbr', id)), partnerId: encodeId('ptn', partnerId) },
    );
    return known;
  });
}

/** The member of a token; one that enrolled itself just now is not in its token yet. */
async function askOwnMember({ viewer, ask }: RoomRequest): Promise<string | null> {
  if (viewer.memberId !== undefined || viewer.subject === undefined) return viewer.memberId ?? null;
  const { memberIdBySubject } = await ask<{ memberIdBySubject: string | null }>(
    'members',
    'query ($issuer: String!, $subject: String!) { memberIdBySubject(issuer: $issuer, subject: $subject) }',
    viewer.subject,
  );
  return memberIdBySubject === null ? null : decodeId('mbr', memberIdBySubject);
}

export function referralsContext(request: RoomRequest) {
  const { source } = request.space;
  let own: Promise<string | null> | undefined;
  return {
    ...request,
    ownMember: () => (own ??= request.viewer.kind === 'member' ? askOwnMember(request) : Promise.resolve(null)),
    loaders: {
      membersKnown: membersKnown(request),
      /** Never cached: a code can change within a request. */
      codesByMemberId: new DataLoader<string, { code: string; link: string }>(
        async (ids) => {
          const settings = await readSettings(source);
          const codes = await codesByMemberId(source, [...new Set(ids)]);
          return ids.map((id) => ({ code: codes.get(id)!, link: linkOf(settings, codes.get(id)!) }));
        },
        { cache: false },
      ),
      referralsById: referralsById(source),
      referralPages: referralPages(source),
      summariesByMemberId: summariesByMemberId(source),
    },
  };
}

export type ReferralsContext = ReturnType<typeof referralsContext>;

/** A member that this viewer may see, by its id as clients write it; else null. Its fields ask for scopes of their own. */
export async function visibleMember(id: string, context: ReferralsContext): Promise<{ id: string } | null> {
  const { viewer, loaders } = context;
  const uuid = decodeId('mbr', id);
  if (uuid === null) return null;
  if (viewer.kind === 'member') return (await context.ownMember()) === uuid ? { id: uuid } : null;
  if (!hasScope(viewer, 'members:read') && !hasScope(viewer, 'referrals:read')) return null;
  if (viewer.kind === 'operator') return { id: uuid };
  return (await loaders.membersKnown.load(uuid)) ? { id: uuid } : null;
}
