// Locations and their terminals, and what other rooms ask about them.
import { Arg, Ctx, Directive, Extensions, FieldResolver, ID, Mutation, Query, Resolver, Root } from 'type-graphql';
import { audience, scope } from '../../shared/audience.ts';
import { decodeId, encodeId } from '../../shared/id.ts';
import type { PartnersContext } from '../context.ts';
import { IDEMPOTENCY } from '../desk.type.ts';
import { seesPartner } from '../partner/partner.rules.ts';
import type { LocationFactsRow } from './channel.loader.ts';
import type { LocationRow } from './location.entity.ts';
import {
  Location,
  LocationCreateInput,
  LocationCreatePayload,
  LocationFacts,
  LocationUpdateInput,
  LocationUpdatePayload,
  Terminal,
  TerminalCreateInput,
  TerminalCreatePayload,
} from './location.type.ts';
import type { TerminalRow } from './terminal.entity.ts';

async function visibleLocation(uuid: string, { viewer, loaders }: PartnersContext): Promise<LocationRow | null> {
  const row = await loaders.locationsById.load(uuid);
  const channel = row === null ? null : await loaders.channelsById.load(row.channelId);
  return channel !== null && seesPartner(viewer, channel.partnerId) ? row : null;
}

/** The location of an id as clients write it; null when there is none or the viewer may not see it. */
export async function locationOf(id: string, context: PartnersContext): Promise<LocationRow | null> {
  const uuid = decodeId('loc', id);
  return uuid === null ? null : visibleLocation(uuid, context);
}

@Resolver(() => Location)
export class LocationResolver {
  @Directive('@cost(weight: 10)')
  @Extensions(audience('partner', 'operator'))
  @Extensions(scope('partners:manage'))
  @Mutation(() => LocationCreatePayload, {
    nullable: true,
    description: `Registers a shop in a channel; a partner in its own only. Purchases can name it at once. Scope \`partners:manage\`; needs an idempotency key. Codes: \`CHANNEL_UNKNOWN\`, \`CODE_INVALID\`, \`CODE_TAKEN\`, \`NAME_INVALID\`, ${IDEMPOTENCY}.`,
  })
  locationCreate(
    @Arg('input', () => LocationCreateInput, { description: 'Where it belongs, its code and its name.' })
    input: LocationCreateInput,
    @Ctx() context: PartnersContext,
  ) {
    return context.change(
      'location',
      () => context.services.locations.create(input),
      (id) => visibleLocation(id, context),
    );
  }

  @Directive('@cost(weight: 10)')
  @Extensions(audience('partner', 'operator'))
  @Extensions(scope('partners:manage'))
  @Mutation(() => LocationUpdatePayload, {
    nullable: true,
    description: `Renames a shop; a partner its own only. Scope \`partners:manage\`; needs an idempotency key. Codes: \`LOCATION_UNKNOWN\`, \`NAME_INVALID\`, ${IDEMPOTENCY}.`,
  })
  locationUpdate(
    @Arg('input', () => LocationUpdateInput, { description: 'Which one, and its name from now on.' })
    input: LocationUpdateInput,
    @Ctx() context: PartnersContext,
  ) {
    return context.change(
      'location',
      () => context.services.locations.update(input),
      (id) => visibleLocation(id, context),
    );
  }

  @FieldResolver(() => ID)
  id(@Root() row: LocationRow): string {
    return encodeId('loc', row.id);
  }

  @Directive('@listSize(assumedSize: 10)')
  @Extensions(audience('till', 'partner', 'operator'))
  @Extensions(scope('partners:read'))
  @FieldResolver(() => [Terminal], {
    nullable: true,
    description: 'Its tills, by code. Null without the scope `partners:read`.',
  })
  terminals(@Root() row: LocationRow, @Ctx() { loaders }: PartnersContext) {
    return loaders.terminalsByLocationId.load(row.id);
  }
}

@Resolver(() => Terminal)
export class TerminalResolver {
  @Directive('@cost(weight: 10)')
  @Extensions(audience('partner', 'operator'))
  @Extensions(scope('partners:manage'))
  @Mutation(() => TerminalCreatePayload, {
    nullable: true,
    description: `Registers a till in a shop; a partner in its own only. Scope \`partners:manage\`; needs an idempotency key. Codes: \`LOCATION_UNKNOWN\`, \`CODE_INVALID\`, \`CODE_TAKEN\`, ${IDEMPOTENCY}.`,
  })
  terminalCreate(
    @Arg('input', () => TerminalCreateInput, { description: 'Where it stands, and its code.' })
    input: TerminalCreateInput,
    @Ctx() context: PartnersContext,
  ) {
    return context.change(
      'terminal',
      () => context.services.terminals.create(input),
      (id) => context.loaders.terminalsById.load(id),
    );
  }

  @FieldResolver(() => ID)
  id(@Root() row: TerminalRow): string {
    return encodeId('trm', row.id);
  }
}

@Resolver(() => LocationFacts)
export class LocationFactsResolver {
  @Directive('@listSize(assumedSize: 100)')
  @Extensions(audience('room'))
  @Query(() => [LocationFacts], {
    nullable: 'items',
    description: 'Locations in the order of the codes asked; null where there is none.',
  })
  locationsByCode(
    @Arg('codes', () => [String], { description: 'Codes as tills send them, any number.' }) codes: string[],
    @Ctx() { loaders }: PartnersContext,
  ): Promise<(LocationFactsRow | null)[]> {
    return Promise.all(codes.map((code) => loaders.locationFactsByCode.load(code)));
  }

  @FieldResolver(() => ID)
  id(@Root() row: LocationFactsRow): string {
    return encodeId('loc', row.id);
  }

  @FieldResolver(() => ID)
  partnerId(@Root() row: LocationFactsRow): string {
    return encodeId('ptn', row.partnerId);
  }

  @FieldResolver(() => ID)
  channelId(@Root() row: LocationFactsRow): string {
    return encodeId('chn', row.channelId);
  }
}
