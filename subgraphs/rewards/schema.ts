// The subgraph without a database: its resolvers, and how its entities are found by their keys.
import { decodeId } from '../shared/id.ts';
import { clockResolver } from '../shared/clock.resolver.ts';
import type { SubgraphDefinition } from '../shared/subgraph.ts';
import { OfferResolver } from './catalogue/offer.resolver.ts';
import { RewardWriteResolver } from './catalogue/reward-write.resolver.ts';
import { RewardConnectionResolver, rewardOf, RewardResolver } from './catalogue/reward.resolver.ts';
import type { RewardsContext } from './context.ts';
import { memberOf, MemberResolver } from './member.resolver.ts';
import { PartnerResolver } from './partner/partner.resolver.ts';
import { RedeemResolver } from './redemption/redeem.resolver.ts';
import { redemptionOf, RedemptionResolver } from './redemption/redemption.resolver.ts';
import { readsRewards } from './sight.rules.ts';
import { rewardsProgramme } from './programme.ts';
import { programmeResolver } from '../shared/programme.resolver.ts';
import { voucherOf, VoucherResolver } from './voucher/voucher.resolver.ts';

type Find = (id: string, context: RewardsContext) => unknown;

const byId = (find: Find) => (reference: { id: string }, context: RewardsContext) => find(reference.id, context);

/** Any partner that was heard of, for who may read the catalogue: it names them all. */
const partnerOf: Find = async (id, { viewer, loaders }) => {
  const uuid = decodeId('ptn', id);
  const row = uuid === null || !readsRewards(viewer) ? null : await loaders.partnersById.load(uuid);
  return row?.name == null ? null : row;
};

export const rewardsSubgraph: SubgraphDefinition = {
  resolvers: [
    RewardResolver,
    RewardConnectionResolver,
    RewardWriteResolver,
    OfferResolver,
    RedemptionResolver,
    RedeemResolver,
    VoucherResolver,
    MemberResolver,
    PartnerResolver,
    clockResolver('reward'),
    programmeResolver('reward', rewardsProgramme),
  ],
  references: {
    Member: byId(memberOf),
    Partner: byId(partnerOf),
    Reward: byId(rewardOf),
    Redemption: byId(redemptionOf),
    Voucher: byId(voucherOf),
  },
};
