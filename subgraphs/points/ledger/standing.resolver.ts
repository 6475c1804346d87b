// What rooms ask of points about many members or purchases at once.
import { Arg, Ctx, Directive, Extensions, ID, Mutation, Query, Resolver } from 'type-graphql';
import { audience } from '../../shared/audience.ts';
import { decodeId } from '../../shared/id.ts';
import type { PointsContext } from '../context.ts';
import { outcomes } from '../purchase/voucher.service.ts';
import { PointsStanding } from './standing.type.ts';

@Resolver()
export class StandingResolver {
  @Extensions(audience('room'))
  @Directive('@listSize(assumedSize: 100)')
  @Query(() => [PointsStanding], {
    description: 'Internal: balances and tier, asked by rewards for offers; one answer per id, in order.',
  })
  async pointsStandings(
    @Arg('memberIds', () => [ID], { description: '`mbr_…`' }) memberIds: string[],
    @Ctx() { loaders, programme }: PointsContext,
  ): Promise<PointsStanding[]> {
    const { currencies } = await programme();
    const spendable = currencies.filter((currency) => currency.spendable);
    return Promise.all(
      memberIds.map(async (memberId) => {
        const uuid = decodeId('mbr', memberId) ?? '00000000-0000-0000-0000-000000000000';
        const [tier, wallets] = await Promise.all([
          loaders.tiersByMemberId.load(uuid),
          Promise.all(
            spendable.map(({ code }) => loaders.walletsByKey.load({ memberId: uuid, currency: code, asOf: null })),
          ),
        ]);
        const balances = wallets.map(({ currency, available }) => ({ currency, available }));
        return { memberId, tierCode: tier.code, balances };
      }),
    );
  }

  @Extensions(audience('room'))
  @Directive('@listSize(assumedSize: 100)')
  @Mutation(() => [Boolean], {
    description:
      "Internal: asked by rewards' clock about purchases that reserved vouchers, in order. True: recorded. False: not, and a purchase with this id is refused from now on.",
  })
  purchaseOutcomes(
    @Arg('purchaseIds', () => [ID], { description: '`pur_…`' }) purchaseIds: string[],
    @Ctx() { space }: PointsContext,
  ): Promise<boolean[]> {
    const ids = purchaseIds.map((id) => decodeId('pur', id));
    return space.source.transaction((tx) => outcomes(tx, ids));
  }
}
