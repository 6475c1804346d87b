// Locations and their terminals, and what other rooms ask about them.
import { Arg, Ctx, Directive, Extensions, FieldResolver, ID, Query, Resolver, Root } from 'type-graphql';
import { audience } from '../../shared/audience.ts';
import { decodeId, encodeId } from '../../shared/id.ts';
import type { PartnersContext } from '../context.ts';
import { seesPartner, seesTerminals } from '../partner/partner.rules.ts';
import type { LocationFactsRow } from './channel.loader.ts';
import type { LocationRow } from './location.entity.ts';
import { Location, LocationFacts, Terminal } from './location.type.ts';
import type { TerminalRow } from './terminal.entity.ts';

/** The location of an id as clients write it; null when there is none or the viewer may not see it. */
export async function locationOf(id: string, { viewer, loaders }: PartnersContext): Promise<LocationRow | null> {
  const uuid = decodeId('loc', id);
  const row = uuid === null ? null : await loaders.locationsById.load(uuid);
  const channel = row === null ? null : await loaders.channelsById.load(row.channelId);
  return channel !== null && seesPartner(viewer, channel.partnerId) ? row : null;
}

@Resolver(() => Location)
export class LocationResolver {
  @FieldResolver(() => ID)
  id(@Root() row: LocationRow): string {
    return encodeId('loc', row.id);
  }

  @Directive('@listSize(assumedSize: 10)')
  @Extensions(audience('till', 'partner', 'operator'))
  @FieldResolver(() => [Terminal], {
    nullable: true,
    description: 'Its tills, by code. Null without the scope `partners:read`.',
  })
  terminals(@Root() row: LocationRow, @Ctx() { viewer, loaders }: PartnersContext) {
    return seesTerminals(viewer) ? loaders.terminalsByLocationId.load(row.id) : null;
  }
}

@Resolver(() => Terminal)
export class TerminalResolver {
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
