// Channels and their locations, reached through a partner that the viewer sees or by their keys.
import { Arg, Ctx, Directive, Extensions, FieldResolver, ID, Int, Mutation, Resolver, Root } from 'type-graphql';
import { audience, scope } from '../../shared/audience.ts';
import { decodeId, encodeId } from '../../shared/id.ts';
import { pageArguments } from '../../shared/page.ts';
import { Paged } from '../../shared/prelude.type.ts';
import type { PartnersContext } from '../context.ts';
import { IDEMPOTENCY } from '../desk.type.ts';
import { seesPartner } from '../partner/partner.rules.ts';
import type { ChannelRow } from './channel.entity.ts';
import { Channel, ChannelCreateInput, ChannelCreatePayload } from './channel.type.ts';
import { LocationConnection } from './location.type.ts';

/** The channel of an id as clients write it; null when there is none or the viewer may not see it. */
export async function channelOf(id: string, { viewer, loaders }: PartnersContext): Promise<ChannelRow | null> {
  const uuid = decodeId('chn', id);
  const row = uuid === null ? null : await loaders.channelsById.load(uuid);
  return row !== null && seesPartner(viewer, row.partnerId) ? row : null;
}

@Resolver(() => Channel)
export class ChannelResolver {
  @Directive('@cost(weight: 10)')
  @Extensions(audience('partner', 'operator'))
  @Extensions(scope('partners:manage'))
  @Mutation(() => ChannelCreatePayload, {
    nullable: true,
    description: `Registers a channel, for ever its partner's; a partner its own only. Scope \`partners:manage\`; needs an idempotency key. Codes: \`PARTNER_UNKNOWN\`, \`CODE_INVALID\`, \`CODE_TAKEN\`, ${IDEMPOTENCY}.`,
  })
  channelCreate(
    @Arg('input', () => ChannelCreateInput, { description: 'Whose it is, its code and its kind.' })
    input: ChannelCreateInput,
    @Ctx() context: PartnersContext,
  ) {
    return context.change(
      'channel',
      () => context.services.channels.create(input),
      (id) => context.loaders.channelsById.load(id),
    );
  }

  @FieldResolver(() => ID)
  id(@Root() row: ChannelRow): string {
    return encodeId('chn', row.id);
  }

  @Paged()
  @FieldResolver(() => LocationConnection, { description: 'Its shops, by code.' })
  locations(
    @Root() row: ChannelRow,
    @Arg('first', () => Int, { defaultValue: 20, description: '1 to 100.' }) first: number,
    @Arg('after', () => String, { nullable: true, description: 'An `endCursor`.' }) after: string | null,
    @Ctx() { loaders }: PartnersContext,
  ) {
    return loaders.locationPages.load({ ownerId: row.id, page: pageArguments(first, after, 1) });
  }
}
