// What the resolvers of one request share: the viewer, loaders that live as long as nothing is written, and services.
import DataLoader from 'dataloader';
import { answer, type UserErrorRow } from '../shared/refusal.ts';
import type { RoomRequest } from '../shared/room.ts';
import { consentHistoryByMemberId, consentsByMemberId } from './consent/consent.loader.ts';
import { consentService } from './consent/consent.service.ts';
import { enrolmentService } from './enrolment/enrolment.service.ts';
import { identifiersByMemberId } from './identifier/identifier.loader.ts';
import { memberIdBySubject, presented } from './identifier/identifier.service.ts';
import type { GivenIdentifier } from './identifier/identifier.rules.ts';
import type { MemberRow } from './member/member.entity.ts';
import { factsByMemberId } from './member/facts.loader.ts';
import { visibleMemberById } from './member/member.loader.ts';
import type { Sight } from './member/sight.rules.ts';
import { knownToPartner, ownMemberId, sights } from './member/sight.service.ts';
import { profileByMemberId } from './profile/profile.loader.ts';
import { profileService } from './profile/profile.service.ts';
import { readSettings, type Settings } from './programme.ts';
import { statusHistoryByMemberId } from './status/status.loader.ts';
import { statusService } from './status/status.service.ts';
import type { Written } from './write.rules.ts';

function membersLoaders({ space: { source }, viewer }: RoomRequest) {
  const sight = new DataLoader<string, Sight>((memberIds) => sights(source, viewer, memberIds));
  return {
    sightByMemberId: sight,
    visibleMemberById: visibleMemberById(source, sight),
    profileByMemberId: profileByMemberId(source),
    identifiersByMemberId: identifiersByMemberId(source),
    consentsByMemberId: consentsByMemberId(source),
    consentHistoryByMemberId: consentHistoryByMemberId(source),
    statusHistoryByMemberId: statusHistoryByMemberId(source),
  };
}

function membersServices(request: RoomRequest) {
  const { source } = request.space;
  let read: Promise<Settings> | undefined;
  const settings = () => (read ??= readSettings(source));
  return {
    enrolments: enrolmentService(request, settings),
    profiles: profileService(request, settings),
    consents: consentService(request),
    statuses: statusService(request),
    identifiers: {
      presented: async (identifiers: GivenIdentifier[], partnerId: string | null) =>
        presented(source, await settings(), identifiers, partnerId),
      bySubject: (issuer: string, subject: string) => memberIdBySubject(source, issuer, subject),
    },
    members: {
      own: () => ownMemberId(source, request.viewer),
      known: (memberIds: (string | null)[], partnerId: string | null) => knownToPartner(source, memberIds, partnerId),
      facts: async (memberIds: string[]) => factsByMemberId(source, memberIds, (await settings()).timeZone),
    },
  };
}

/** What a mutation of a member answers. */
export interface Changed {
  member: MemberRow | null;
  replayed: boolean;
  userErrors: UserErrorRow[];
}

export interface MembersContext extends RoomRequest {
  loaders: ReturnType<typeof membersLoaders>;
  services: ReturnType<typeof membersServices>;
  /** Runs a write and answers with its member as this viewer may see it now, and with whatever else the write answered. */
  change<Answer extends { memberId: string }>(
    refused: Omit<Answer, 'memberId'>,
    write: () => Promise<Written<Answer>>,
  ): Promise<Changed & Omit<Answer, 'memberId'>>;
}

export function membersContext(request: RoomRequest): MembersContext {
  const context: MembersContext = {
    ...request,
    loaders: membersLoaders(request),
    services: membersServices(request),
    change: (refused, write) =>
      answer({ ...refused, member: null as MemberRow | null, replayed: false }, async () => {
        const { answer: written, replayed } = await write();
        const { memberId, ...rest } = written;
        // What was read before the write is old.
        context.loaders = membersLoaders(request);
        context.told();
        return { ...rest, member: await context.loaders.visibleMemberById.load(memberId), replayed };
      }),
  };
  return context;
}
