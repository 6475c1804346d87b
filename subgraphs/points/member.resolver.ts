// What points adds to a member. Its source is `{ id }` with the member's UUID, of a member that the viewer may see:
// reached by its key, by a purchase or by a payload, each field needs its own scope.
import { Arg, Ctx, Directive, Extensions, FieldResolver, ID, Int, Resolver, Root } from 'type-graphql';
import { audience, scope } from '../shared/audience.ts';
import { encodeId } from '../shared/id.ts';
import { pageArguments } from '../shared/page.ts';
import { Paged } from '../shared/prelude.type.ts';
import { DateTime } from '../shared/scalars.ts';
import type { PointsContext } from './context.ts';
import { LedgerEntryConnection } from './ledger/entry.type.ts';
import { Wallet } from './ledger/wallet.type.ts';
import { Member } from './member.type.ts';
import { PurchaseConnection } from './purchase/purchase.type.ts';
import { MemberTier } from './tier/tier.type.ts';

type MemberRef = { id: string };

@Resolver(() => Member)
export class MemberResolver {
  @FieldResolver(() => ID)
  id(@Root() member: MemberRef): string {
    return encodeId('mbr', member.id);
  }

  @Extensions(scope('points:read'))
  @FieldResolver(() => MemberTier, { nullable: true })
  tier(@Root() member: MemberRef, @Ctx() { loaders }: PointsContext) {
    return loaders.tiersByMemberId.load(member.id);
  }

  @Extensions(scope('points:read'))
  @Directive('@shareable')
  @Directive('@listSize(assumedSize: 4)')
  @FieldResolver(() => [Wallet], { nullable: true })
  async wallets(@Root() member: MemberRef, @Ctx() { loaders, programme }: PointsContext) {
    const { currencies } = await programme();
    return loaders.walletsByKey.loadMany(
      currencies.map(({ code }) => ({ memberId: member.id, currency: code, asOf: null })),
    );
  }

  @Extensions(scope('points:read'))
  @FieldResolver(() => Wallet, { nullable: true })
  async wallet(
    @Root() member: MemberRef,
    @Arg('currency', () => String, { description: 'Code of a points currency.' }) currency: string,
    @Arg('asOf', () => DateTime, { nullable: true, description: 'Now when left out.' }) asOf: string | null | undefined,
    @Ctx() { loaders, programme }: PointsContext,
  ) {
    const known = (await programme()).currencies.some(({ code }) => code === currency);
    return known ? loaders.walletsByKey.load({ memberId: member.id, currency, asOf: asOf ?? null }) : null;
  }

  @Extensions(scope('purchases:read'))
  @Paged()
  @FieldResolver(() => PurchaseConnection, { nullable: true })
  purchases(
    @Root() member: MemberRef,
    @Arg('first', () => Int, { defaultValue: 20, description: '1 to 100.' }) first: number,
    @Arg('after', () => String, { nullable: true, description: 'An `endCursor`.' }) after: string | null | undefined,
    @Ctx() { viewer, loaders }: PointsContext,
  ) {
    const all = viewer.kind === 'member' || viewer.kind === 'operator';
    const partnerId = all ? null : viewer.partnerId;
    if (partnerId === undefined) return null;
    return loaders.purchasePages.load({ memberId: member.id, partnerId, page: pageArguments(first, after, 2) });
  }

  @Extensions(audience('member', 'operator'))
  @Extensions(scope('points:read'))
  @Paged()
  @FieldResolver(() => LedgerEntryConnection, { nullable: true })
  ledger(
    @Root() member: MemberRef,
    @Arg('first', () => Int, { defaultValue: 20, description: '1 to 100.' }) first: number,
    @Arg('after', () => String, { nullable: true, description: 'An `endCursor`.' }) after: string | null | undefined,
    @Arg('currency', () => String, { nullable: true, description: 'Code of a points currency; all when left out.' })
    currency: string | null | undefined,
    @Arg('asOf', () => DateTime, { nullable: true, description: 'Now when left out.' }) asOf: string | null | undefined,
    @Ctx() { loaders }: PointsContext,
  ) {
    return loaders.statements.load({
      memberId: member.id,
      currency: currency ?? null,
      asOf: asOf ?? null,
      page: pageArguments(first, after, 3),
    });
  }
}
