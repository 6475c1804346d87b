// What the resolvers of one request share: the viewer, loaders that live as long as nothing is written, and services.
import type { RoomRequest } from '../shared/room.ts';
import { consentHistoryByMemberId, consentsByMemberId } from './consent/consent.loader.ts';
import { consentService } from './consent/consent.service.ts';
import { enrolmentService } from './enrolment/enrolment.service.ts';
import { identifiersByMemberId } from './identifier/identifier.loader.ts';
import { memberIdBySubject, presented } from './identifier/identifier.service.ts';
import type { GivenIdentifier } from './identifier/identifier.rules.ts';
import { sightByMemberId, visibleMemberById } from './member/member.loader.ts';
import { knownToPartner, ownMemberId } from './member/sight.service.ts';
import { profileByMemberId } from './profile/profile.loader.ts';
import { profileService } from './profile/profile.service.ts';
import { readSettings, type Settings } from './programme.ts';
import { statusHistoryByMemberId } from './status/status.loader.ts';
import { statusService } from './status/status.service.ts';

function membersLoaders({ space: { source }, viewer }: RoomRequest) {
  const sight = sightByMemberId(source, viewer);
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
    },
  };
}

export interface MembersContext extends RoomRequest {
  loaders: ReturnType<typeof membersLoaders>;
  services: ReturnType<typeof membersServices>;
  /** Forgets what was read: after a write it is old. */
  renew(): void;
}

export function membersContext(request: RoomRequest): MembersContext {
  const context: MembersContext = {
    ...request,
    loaders: membersLoaders(request),
    services: membersServices(request),
    renew() {
      context.loaders = membersLoaders(request);
    },
  };
  return context;
}
