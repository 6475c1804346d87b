// Answers rooms whose rules hang on what members alone know.
import { Arg, Ctx, Directive, Extensions, ID, Query, Resolver } from 'type-graphql';
import { audience } from '../../shared/audience.ts';
import { decodeId } from '../../shared/id.ts';
import type { MembersContext } from '../context.ts';
import { MemberFacts } from './facts.type.ts';

@Resolver()
export class MemberFactsResolver {
  @Extensions(audience('room'))
  @Directive('@listSize(assumedSize: 1000)')
  @Query(() => [MemberFacts], {
    nullable: 'items',
    description: 'Internal: what rules of other rooms need to know of these members. In order, null for none.',
  })
  async memberFacts(
    @Arg('ids', () => [ID], { description: '`mbr_…`' }) ids: string[],
    @Ctx() { services }: MembersContext,
  ): Promise<(MemberFacts | null)[]> {
    const uuids = ids.map((id) => decodeId('mbr', id));
    const facts = await services.members.facts(uuids.filter((id) => id !== null));
    return uuids.map((uuid, index) => {
      const found = uuid === null ? undefined : facts.get(uuid);
      return found === undefined ? null : { ...found, id: ids[index]! };
    });
  }
}
