// What rewards adds to a partner: its rewards.
import { Arg, Ctx, FieldResolver, ID, Int, Resolver, Root } from 'type-graphql';
import { encodeId } from '../../shared/id.ts';
import { pageArguments } from '../../shared/page.ts';
import { Paged } from '../../shared/prelude.type.ts';
import { RewardConnection } from '../catalogue/reward.type.ts';
import type { RewardsContext } from '../context.ts';
import { readsRewards } from '../sight.rules.ts';
import type { PartnerRow } from './copy.loader.ts';
import { Partner } from './partner.type.ts';

@Resolver(() => Partner)
export class PartnerResolver {
  @FieldResolver(() => ID)
  id(@Root() partner: PartnerRow): string {
    return encodeId('ptn', partner.id);
  }

  @Paged()
  @FieldResolver(() => RewardConnection, {
    nullable: true,
    description:
      'Its rewards, by code: what is visible, and all of them for the partner itself and operators. Programs need the scope `rewards:read`.',
  })
  async rewards(
    @Root() { id }: PartnerRow,
    @Arg('first', () => Int, { defaultValue: 20, description: '1 to 100.' }) first: number,
    @Arg('after', () => String, { nullable: true, description: 'An `endCursor`.' }) after: string | null | undefined,
    @Ctx() { viewer, loaders }: RewardsContext,
  ) {
    if (!readsRewards(viewer)) return null;
    const page = await loaders.rewardPagesByPartner.load({ ownerId: id, page: pageArguments(first, after, 1) });
    return { ...page, total: () => loaders.rewardCountsByPartner.load(id) };
  }
}
