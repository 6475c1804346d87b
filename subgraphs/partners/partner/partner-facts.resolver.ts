// What other rooms ask about partners.
import { Arg, Ctx, Directive, Extensions, ID, Query, Resolver } from 'type-graphql';
import { audience } from '../../shared/audience.ts';
import { decodeId } from '../../shared/id.ts';
import type { PartnersContext } from '../context.ts';

@Resolver()
export class PartnerFactsResolver {
  @Directive('@listSize(assumedSize: 100)')
  @Extensions(audience('room'))
  @Query(() => [ID], {
    nullable: 'items',
    description: 'The ids of the partners that exist, in the order asked; null where there is none.',
  })
  async partnersByIds(
    @Arg('ids', () => [ID], { description: '`ptn_…`, any number.' }) ids: string[],
    @Ctx() { loaders }: PartnersContext,
  ): Promise<(string | null)[]> {
    const uuids = ids.map((id) => decodeId('ptn', id));
    return Promise.all(
      uuids.map(async (uuid, index) => {
        const row = uuid === null ? null : await loaders.partnersById.load(uuid);
        return row === null ? null : ids[index]!;
      }),
    );
  }
}
