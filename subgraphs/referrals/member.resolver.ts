// What referrals adds to a member. Its source is `{ id }` with the member's UUID, of a member that the viewer may see.
import { Arg, Ctx, Extensions, FieldResolver, ID, Int, Resolver, Root } from 'type-graphql';
import { audience, EVERYONE, scope } from '../shared/audience.ts';
import { encodeId } from '../shared/id.ts';
import { pageArguments } from '../shared/page.ts';
import { Paged } from '../shared/prelude.type.ts';
import { ReferralCode } from './code/code.type.ts';
import type { ReferralsContext } from './context.ts';
import { Member } from './member.type.ts';
import { ReferralConnection, ReferralSummary } from './referral/referral.type.ts';

type MemberRef = { id: string };

@Resolver(() => Member)
export class MemberResolver {
  @FieldResolver(() => ID)
  id(@Root() member: MemberRef): string {
    return encodeId('mbr', member.id);
  }

  @Extensions(audience(...EVERYONE))
  @Extensions(scope('members:read', 'referrals:read'))
  @FieldResolver(() => ReferralCode, {
    nullable: true,
    description:
      'What the member gives to friends; there from the first moment. Null without the scope `members:read` or `referrals:read`.',
  })
  referralCode(@Root() member: MemberRef, @Ctx() { loaders }: ReferralsContext) {
    return loaders.codesByMemberId.load(member.id);
  }

  @Extensions(audience('member', 'operator'))
  @Extensions(scope('referrals:read'))
  @FieldResolver(() => ReferralSummary, {
    nullable: true,
    description: 'What the member’s referrals have come to. Null without the scope `referrals:read`.',
  })
  referralSummary(@Root() member: MemberRef, @Ctx() { loaders }: ReferralsContext) {
    return loaders.summariesByMemberId.load(member.id);
  }

  @Extensions(audience('member', 'operator'))
  @Extensions(scope('referrals:read'))
  @Paged()
  @FieldResolver(() => ReferralConnection, {
    nullable: true,
    description: 'Whom the member brought, newest first, rejected ones too. Null without the scope `referrals:read`.',
  })
  referrals(
    @Root() member: MemberRef,
    @Arg('first', () => Int, { defaultValue: 20, description: '1 to 100.' }) first: number,
    @Arg('after', () => String, { nullable: true, description: 'An `endCursor`.' }) after: string | null | undefined,
    @Ctx() { loaders }: ReferralsContext,
  ) {
    return loaders.referralPages.load({ referrerId: member.id, page: pageArguments(first, after, 1) });
  }
}
