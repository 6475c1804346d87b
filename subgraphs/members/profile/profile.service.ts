// The only writer of profiles.
import { decodeId } from '../../shared/id.ts';
import { once } from '../../shared/idempotency.ts';
import { Refused } from '../../shared/refusal.ts';
import type { RoomRequest } from '../../shared/room.ts';
import { lockMember } from '../member/member.service.ts';
import type { Settings } from '../programme.ts';
import { writeOf, type MemberWrite, type Written } from '../write.rules.ts';
import { ProfileRow } from './profile.entity.ts';
import { mergeAttributes, readProfile, type GivenProfile, type ProfileChanges } from './profile.rules.ts';

/** The changes that a profile's input asks for; refuses what the profile cannot hold. */
export function profileChanges(given: GivenProfile, settings: Settings): ProfileChanges {
  const read = readProfile(given, settings);
  if ('changes' in read) return read.changes;
  const { code, message, field } = read.problem;
  throw new Refused(code, message, { field: ['profile', ...field] });
}

export interface MemberUpdate extends MemberWrite {
  profile: GivenProfile;
}

export const profileService = (request: RoomRequest, settings: () => Promise<Settings>) => ({
  async update(input: MemberUpdate): Promise<Written> {
    const { viewer, space } = request;
    const { fields, attributes } = profileChanges(input.profile, await settings());
    return once(space.source, writeOf(viewer, 'memberUpdate', input), async (tx) => {
      const { id } = await lockMember(tx, viewer, decodeId('mbr', input.memberId));
      const profiles = tx.getRepository(ProfileRow);
      const known = await profiles.findOneByOrFail({ memberId: id });
      await profiles.save({ ...known, ...fields, attributes: mergeAttributes(known.attributes, attributes) });
      return { memberId: id };
    });
  },
});
