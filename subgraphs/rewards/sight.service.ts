// Which members and redemptions a viewer has to do with, by their ids as clients write them.
import { decodeId } from '../shared/id.ts';
import type { RewardsContext } from './context.ts';
import type { RedemptionRow } from './redemption/redemption.entity.ts';
import type { RedemptionFacts } from './sight.rules.ts';

/** UUID of a member that the viewer has to do with; null for every other, as if there were none. */
export async function knownMember(id: string, { viewer, loaders }: RewardsContext): Promise<string | null> {
  const uuid = decodeId('mbr', id);
  if (uuid === null) return null;
  if (viewer.kind === 'member') return viewer.memberId === uuid ? uuid : null;
  if (viewer.kind === 'operator') return uuid;
  return (await loaders.membersKnown.load(uuid)) ? uuid : null;
}

export async function factsOf(row: RedemptionRow, { loaders }: RewardsContext): Promise<RedemptionFacts> {
  const reward = row.rewardId === null ? null : await loaders.rewardsById.load(row.rewardId);
  return { memberId: row.memberId, takenBy: row.takenBy, partnerId: reward?.partnerId ?? null };
}
