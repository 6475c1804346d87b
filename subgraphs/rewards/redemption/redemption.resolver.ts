// Redemptions, for whoever has to do with them.
import { Arg, Ctx, Directive, Extensions, FieldResolver, ID, Query, Resolver, Root } from 'type-graphql';
import { audience, EVERYONE, scope } from '../../shared/audience.ts';
import { decodeId, encodeId } from '../../shared/id.ts';
import type { RewardRow } from '../catalogue/reward.entity.ts';
import { Reward } from '../catalogue/reward.type.ts';
import type { RewardsContext } from '../context.ts';
import { PointsAmount, pointsAmount } from '../foreign.type.ts';
import { Member } from '../member.type.ts';
import { readsRewards, seesRedemption } from '../sight.rules.ts';
import { factsOf, knownMember } from '../sight.service.ts';
import { Voucher } from '../voucher/voucher.type.ts';
import { redemptionWorths } from '../voucher/worth.service.ts';
import { PurchaseWorth } from '../voucher/worth.type.ts';
import type { RedemptionRow } from './redemption.entity.ts';
import { pointsHeld, pointsSpent, shownState } from './redemption.rules.ts';
import { Redemption, RedemptionState } from './redemption.type.ts';

/** The redemption of an id as clients write it; null when there is none or the viewer may not see it. */
export async function redemptionOf(id: string, context: RewardsContext): Promise<RedemptionRow | null> {
  const { viewer, loaders } = context;
  const uuid = decodeId('rdm', id);
  const row = uuid === null || !readsRewards(viewer) ? null : await loaders.redemptionsById.load(uuid);
  return row !== null && seesRedemption(viewer, await factsOf(row, context)) ? row : null;
}

@Resolver(() => Redemption)
export class RedemptionResolver {
  @Extensions(audience(...EVERYONE))
  @Extensions(scope('rewards:read'))
  @Query(() => Redemption, {
    nullable: true,
    description:
      "A redemption; null when there is none or it is not for you. A till or a partner sees those that were taken at its partner or are of its partner's rewards, with the scope `rewards:read`.",
  })
  redemption(@Arg('id', () => ID, { description: '`rdm_…`' }) id: string, @Ctx() context: RewardsContext) {
    return redemptionOf(id, context);
  }

  @Directive('@listSize(assumedSize: 10)')
  @Extensions(audience('room'))
  @Query(() => [PurchaseWorth], {
    description:
      'Internal: what held redemptions take off the purchase that captures them, asked by points for a quote; one for each, in order.',
  })
  redemptionWorths(
    @Arg('ids', () => [ID], { description: '`rdm_…`' }) ids: string[],
    @Ctx() { space }: RewardsContext,
  ) {
    return redemptionWorths(space.source, ids);
  }

  @FieldResolver(() => ID)
  id(@Root() row: RedemptionRow): string {
    return encodeId('rdm', row.id);
  }

  @FieldResolver(() => RedemptionState)
  state(@Root() { state }: RedemptionRow): string {
    return shownState(state);
  }

  @FieldResolver(() => PointsAmount, { description: 'What is set aside for it now.' })
  pointsHeld(@Root() { state, currency, points }: RedemptionRow): PointsAmount {
    return pointsAmount(currency, pointsHeld(state, points));
  }

  @FieldResolver(() => PointsAmount, { description: 'What it has cost.' })
  pointsSpent(@Root() { state, currency, points }: RedemptionRow): PointsAmount {
    return pointsAmount(currency, pointsSpent(state, points));
  }

  @FieldResolver(() => Reward, { nullable: true, description: 'What was taken; null for points as payment.' })
  reward(@Root() { rewardId }: RedemptionRow, @Ctx() { loaders }: RewardsContext): Promise<RewardRow | null> | null {
    return rewardId === null ? null : loaders.rewardsById.load(rewardId);
  }

  @Directive('@listSize(assumedSize: 10)')
  @FieldResolver(() => [Voucher], { description: 'What proves it, one for each; none for points as payment.' })
  vouchers(@Root() { id }: RedemptionRow, @Ctx() { loaders }: RewardsContext) {
    return loaders.vouchersByRedemptionId.load(id);
  }

  @FieldResolver(() => Member, {
    nullable: true,
    description: 'Who took it; null for a till or a partner that does not know the member.',
  })
  async member(@Root() { memberId }: RedemptionRow, @Ctx() context: RewardsContext) {
    const id = await knownMember(encodeId('mbr', memberId), context);
    return id === null ? null : { id };
  }
}
