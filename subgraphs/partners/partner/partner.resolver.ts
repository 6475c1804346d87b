// Brands, for everyone who may know of them. What a viewer may not see is not found.
import { Arg, Ctx, Directive, Extensions, FieldResolver, ID, Int, Mutation, Query, Resolver, Root } from 'type-graphql';
import { audience, EVERYONE, scope } from '../../shared/audience.ts';
import { decodeId, encodeId } from '../../shared/id.ts';
import { pageArguments } from '../../shared/page.ts';
import { Paged } from '../../shared/prelude.type.ts';
import { ApiClientConnection } from '../api-client/api-client.type.ts';
import { Channel } from '../channel/channel.type.ts';
import type { PartnersContext } from '../context.ts';
import { IDEMPOTENCY } from '../desk.type.ts';
import type { PartnerRow } from './partner.entity.ts';
import { partnerPage } from './partner.loader.ts';
import { manages, partnersListed, seesPartner } from './partner.rules.ts';
import {
  Partner,
  PartnerConnection,
  PartnerCreateInput,
  PartnerCreatePayload,
  PartnerUpdateInput,
  PartnerUpdatePayload,
} from './partner.type.ts';

/** The partner of an id as clients write it; null when there is none or the viewer may not see it. */
export async function partnerOf(id: string, { viewer, loaders }: PartnersContext): Promise<PartnerRow | null> {
  const uuid = decodeId('ptn', id);
  return uuid !== null && seesPartner(viewer, uuid) ? loaders.partnersById.load(uuid) : null;
}

@Resolver(() => Partner)
export class PartnerResolver {
  @Extensions(audience(...EVERYONE))
  @Extensions(scope('partners:read'))
  @Query(() => Partner, {
    nullable: true,
    description: 'A brand; null when there is none or it is not for you. Programs need the scope `partners:read`.',
  })
  partner(@Arg('id', () => ID, { description: '`ptn_…`' }) id: string, @Ctx() context: PartnersContext) {
    return partnerOf(id, context);
  }

  @Paged()
  @Extensions(audience(...EVERYONE))
  @Extensions(scope('partners:read'))
  @Query(() => PartnerConnection, {
    nullable: true,
    description:
      'Brands by code: all of them for members and operators, its own for a till or a partner. Programs need the scope `partners:read`.',
  })
  partners(
    @Arg('first', () => Int, { defaultValue: 20, description: '1 to 100.' }) first: number,
    @Arg('after', () => String, { nullable: true, description: 'An `endCursor`.' }) after: string | null,
    @Ctx() { viewer, space }: PartnersContext,
  ) {
    return partnerPage(space.source, pageArguments(first, after, 1), partnersListed(viewer));
  }

  @Directive('@cost(weight: 10)')
  @Extensions(audience('operator'))
  @Extensions(scope('partners:manage'))
  @Mutation(() => PartnerCreatePayload, {
    nullable: true,
    description: `Registers a brand. Scope \`partners:manage\`; needs an idempotency key. Codes: \`CODE_INVALID\`, \`CODE_TAKEN\`, \`NAME_INVALID\`, ${IDEMPOTENCY}.`,
  })
  partnerCreate(
    @Arg('input', () => PartnerCreateInput, { description: 'Its code and its name.' }) input: PartnerCreateInput,
    @Ctx() context: PartnersContext,
  ) {
    return context.change(
      'partner',
      () => context.services.partners.create(input),
      (id) => context.loaders.partnersById.load(id),
    );
  }

  @Directive('@cost(weight: 10)')
  @Extensions(audience('partner', 'operator'))
  @Extensions(scope('partners:manage'))
  @Mutation(() => PartnerUpdatePayload, {
    nullable: true,
    description: `Renames a brand; a partner renames itself only. Scope \`partners:manage\`; needs an idempotency key. Codes: \`PARTNER_UNKNOWN\`, \`NAME_INVALID\`, ${IDEMPOTENCY}.`,
  })
  partnerUpdate(
    @Arg('input', () => PartnerUpdateInput, { description: 'Which one, and its name from now on.' })
    input: PartnerUpdateInput,
    @Ctx() context: PartnersContext,
  ) {
    return context.change(
      'partner',
      () => context.services.partners.update(input),
      (id) => context.loaders.partnersById.load(id),
    );
  }

  @FieldResolver(() => ID)
  id(@Root() row: PartnerRow): string {
    return encodeId('ptn', row.id);
  }

  @Directive('@listSize(assumedSize: 20)')
  @FieldResolver(() => [Channel], { description: 'Where it sells, by code.' })
  channels(@Root() row: PartnerRow, @Ctx() { loaders }: PartnersContext) {
    return loaders.channelsByPartnerId.load(row.id);
  }

  @Paged()
  @Extensions(audience('partner', 'operator'))
  @Extensions(scope('partners:manage'))
  @FieldResolver(() => ApiClientConnection, {
    nullable: true,
    description: 'Programs that it let in, newest first, revoked ones too. Null without the scope `partners:manage`.',
  })
  apiClients(
    @Root() row: PartnerRow,
    @Arg('first', () => Int, { defaultValue: 20, description: '1 to 100.' }) first: number,
    @Arg('after', () => String, { nullable: true, description: 'An `endCursor`.' }) after: string | null,
    @Ctx() { viewer, loaders }: PartnersContext,
  ) {
    if (!manages(viewer, row.id)) return null;
    return loaders.apiClientPages.load({ ownerId: row.id, page: pageArguments(first, after, 1) });
  }
}
