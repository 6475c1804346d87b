// What the resolvers of one request share.
import DataLoader from 'dataloader';
import { encodeId } from '../shared/id.ts';
import type { RoomRequest } from '../shared/room.ts';
import { offerPages, standingsByMemberId } from './catalogue/offer.loader.ts';
import { rewardCountsByPartner, rewardPagesByPartner, rewardsById } from './catalogue/reward.loader.ts';
import { partnersById } from './partner/copy.loader.ts';
import { redemptionPages, redemptionsById } from './redemption/redemption.loader.ts';
import { vouchersById, vouchersByRedemptionId } from './voucher/voucher.loader.ts';

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

export function rewardsContext(request: RoomRequest) {
  const { space, viewer } = request;
  const { source } = space;
  const horizon = {
    all: viewer.kind === 'operator',
    ownPartnerId: viewer.kind === 'partner' ? (viewer.partnerId ?? null) : null,
  };
  const standings = standingsByMemberId(request);
  // Of a till or a partner without a partner nothing is its own.
  const bounds = viewer.kind === 'member' || viewer.kind === 'operator' ? null : (viewer.partnerId ?? NOBODY);
  return {
    ...request,
    horizon,
    loaders: {
      membersKnown: membersKnown(request),
      standingsByMemberId: standings,
      partnersById: partnersById(source),
      rewardsById: rewardsById(source),
      rewardPagesByPartner: rewardPagesByPartner(source, horizon),
      rewardCountsByPartner: rewardCountsByPartner(source, horizon),
      offerPages: offerPages(source, standings),
      redemptionsById: redemptionsById(source),
      redemptionPages: redemptionPages(source, bounds),
      vouchersById: vouchersById(source),
      vouchersByRedemptionId: vouchersByRedemptionId(source),
    },
  };
}

const NOBODY = '00000000-0000-0000-0000-000000000000';

export type RewardsContext = ReturnType<typeof rewardsContext>;
