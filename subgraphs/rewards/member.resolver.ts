// What rewards adds to a member. Its source is `{ id }` with the UUID of a member that the viewer has to do with.
import { Arg, Ctx, Extensions, FieldResolver, ID, Int, Resolver, Root } from 'type-graphql';
import { scope } from '../shared/audience.ts';
import { encodeId } from '../shared/id.ts';
import { pageArguments } from '../shared/page.ts';
import { Paged } from '../shared/prelude.type.ts';
import { OfferConnection } from './catalogue/offer.type.ts';
import type { RewardsContext } from './context.ts';
import { Member } from './member.type.ts';
import { RedemptionConnection } from './redemption/redemption.type.ts';
import { readsRewards } from './sight.rules.ts';
import { knownMember } from './sight.service.ts';

type MemberRef = { id: string };

/** The member of an id as clients write it; null when the viewer has nothing to do with it. */
export async function memberOf(id: string, context: RewardsContext): Promise<MemberRef | null> {
  const uuid = readsRewards(context.viewer) ? await knownMember(id, context) : null;
  return uuid === null ? null : { id: uuid };
}

@Resolver(() => Member)
export class MemberResolver {
  @FieldResolver(() => ID)
  id(@Root() member: MemberRef): string {
    return encodeId('mbr', member.id);
  }

  @Extensions(scope('rewards:read'))
  @Paged()
  @FieldResolver(() => OfferConnection, {
    nullable: true,
    description:
      'Rewards that are visible now, as this member sees them, by code. Programs need the scope `rewards:read`.',
  })
  offers(
    @Root() { id }: MemberRef,
    @Arg('first', () => Int, { defaultValue: 20, description: '1 to 100.' }) first: number,
    @Arg('after', () => String, { nullable: true, description: 'An `endCursor`.' }) after: string | null | undefined,
    @Arg('availableOnly', () => Boolean, { defaultValue: false, description: 'Only what the member can have now.' })
    availableOnly: boolean,
    @Ctx() { loaders }: RewardsContext,
  ) {
    return loaders.offerPages.load({ ownerId: id, page: pageArguments(first, after, 1), availableOnly });
  }

  @Extensions(scope('rewards:read'))
  @Paged()
  @FieldResolver(() => RedemptionConnection, {
    nullable: true,
    description:
      'Redemptions, newest first; a till or a partner sees those that were taken at its partner or are of its rewards, with the scope `rewards:read`.',
  })
  redemptions(
    @Root() { id }: MemberRef,
    @Arg('first', () => Int, { defaultValue: 20, description: '1 to 100.' }) first: number,
    @Arg('after', () => String, { nullable: true, description: 'An `endCursor`.' }) after: string | null | undefined,
    @Ctx() { loaders }: RewardsContext,
  ) {
    return loaders.redemptionPages.load({ ownerId: id, page: pageArguments(first, after, 1) });
  }
}
