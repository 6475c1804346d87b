import { Arg, Ctx, Extensions, FieldResolver, ID, Query, Resolver, Root } from 'type-graphql';
import { audience, scope } from '../../shared/audience.ts';
import { decodeId, encodeId } from '../../shared/id.ts';
import { hasScope } from '../../shared/viewer.ts';
import type { ReferralsContext } from '../context.ts';
import { Member } from '../member.type.ts';
import type { ReferralRow } from './referral.entity.ts';
import { sees, shownState } from './referral.rules.ts';
import { Referral, ReferralState } from './referral.type.ts';

/** The referral of an id as clients write it; null when there is none or it is not the viewer's. */
export async function referralOf(id: string, context: ReferralsContext): Promise<ReferralRow | null> {
  const uuid = decodeId('ref', id);
  const row = uuid === null ? null : await context.loaders.referralsById.load(uuid);
  if (row === null || !hasScope(context.viewer, 'referrals:read')) return null;
  const viewer = { kind: context.viewer.kind, memberId: await context.ownMember() };
  return sees(viewer, row.referrerId) || sees(viewer, row.refereeId) ? row : null;
}

@Resolver(() => Referral)
export class ReferralResolver {
  @Extensions(audience('member', 'operator'))
  @Extensions(scope('referrals:read'))
  @Query(() => Referral, {
    nullable: true,
    description: 'One referral; null when there is none or it is not yours. Operators need the scope `referrals:read`.',
  })
  referral(@Arg('id', () => ID, { description: '`ref_…`' }) id: string, @Ctx() context: ReferralsContext) {
    return referralOf(id, context);
  }

  @FieldResolver(() => ID)
  id(@Root() row: ReferralRow): string {
    return encodeId('ref', row.id);
  }

  @FieldResolver(() => ReferralState)
  state(@Root() row: ReferralRow): string {
    return shownState(row.state);
  }

  @FieldResolver(() => Member, { nullable: true })
  async referrer(@Root() { referrerId }: ReferralRow, @Ctx() { viewer, ownMember }: ReferralsContext) {
    return sees({ kind: viewer.kind, memberId: await ownMember() }, referrerId) ? { id: referrerId } : null;
  }

  @FieldResolver(() => Member, { nullable: true })
  async referee(@Root() { refereeId }: ReferralRow, @Ctx() { viewer, ownMember }: ReferralsContext) {
    return sees({ kind: viewer.kind, memberId: await ownMember() }, refereeId) ? { id: refereeId } : null;
  }
}
