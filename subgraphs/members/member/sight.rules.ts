// What a viewer may see of a member. Every way to a member (lists, lookups, entities, payloads) asks here.
import type { Viewer } from '../../shared/viewer.ts';

/** From nothing, over the bare presence (id, status, enrolment), to the person (names, profile), to everything. */
export type Sight = 'nothing' | 'presence' | 'person' | 'everything';

export interface SightFacts {
  /** The viewer is this member. */
  own: boolean;
  /** The member presented an identifier to the viewer's partner, or was enrolled by it. */
  acquainted: boolean;
  /** The member agrees now to share its data with the viewer's partner. */
  shares: boolean;
}

export function sight(viewer: Pick<Viewer, 'kind'>, { own, acquainted, shares }: SightFacts): Sight {
  switch (viewer.kind) {
    case 'operator':
      return 'everything';
    case 'member':
      return own ? 'everything' : 'nothing';
    case 'till':
    case 'partner':
      if (shares) return 'person';
      return acquainted ? 'presence' : 'nothing';
    case 'room':
    case 'anonymous':
      return 'nothing';
  }
}

export const seesPerson = (seen: Sight): boolean => seen === 'person' || seen === 'everything';

/** Whoever sees the person may change its profile and consents, given the scope to write. */
export const mayWrite = seesPerson;

/** The partner that enrolled a member handed out its card, so it sees the number without a consent. */
export const seesCard = (
  seen: Sight,
  viewer: Pick<Viewer, 'partnerId'>,
  member: { enrolledByPartnerId: string | null },
): boolean =>
  seesPerson(seen) || (member.enrolledByPartnerId !== null && member.enrolledByPartnerId === viewer.partnerId);
