// What the resolvers of one request share: the viewer, loaders that live as long as nothing is written, and services.
import { answer } from '../shared/refusal.ts';
import type { RoomRequest } from '../shared/room.ts';
import { apiClientPages, apiClientsById } from './api-client/api-client.loader.ts';
import { ApiClients } from './api-client/api-client.service.ts';
import {
  channelsById,
  channelsByPartnerId,
  locationFactsByCode,
  locationPages,
  locationsById,
  terminalsById,
  terminalsByLocationId,
} from './channel/channel.loader.ts';
import { Channels } from './channel/channel.service.ts';
import { Locations } from './channel/location.service.ts';
import { Terminals } from './channel/terminal.service.ts';
import type { Written } from './desk.service.ts';
import { partnersById } from './partner/partner.loader.ts';
import { Partners } from './partner/partner.service.ts';

function partnersLoaders({ space: { source } }: RoomRequest) {
  return {
    partnersById: partnersById(source),
    channelsById: channelsById(source),
    channelsByPartnerId: channelsByPartnerId(source),
    locationsById: locationsById(source),
    locationFactsByCode: locationFactsByCode(source),
    locationPages: locationPages(source),
    terminalsById: terminalsById(source),
    terminalsByLocationId: terminalsByLocationId(source),
    apiClientsById: apiClientsById(source),
    apiClientPages: apiClientPages(source),
  };
}

const partnersServices = (request: RoomRequest) => ({
  apiClients: new ApiClients(request),
  partners: new Partners(request),
  channels: new Channels(request),
  locations: new Locations(request),
  terminals: new Terminals(request),
});

export interface PartnersContext extends RoomRequest {
  loaders: ReturnType<typeof partnersLoaders>;
  services: ReturnType<typeof partnersServices>;
  /** Runs a write of the desk and answers with `{ <noun>, replayed, userErrors }`, what it wrote as it is now. */
  change(
    noun: string,
    write: () => Promise<Written>,
    read: (id: string) => Promise<object | null>,
  ): Promise<Record<string, unknown>>;
}

export function partnersContext(request: RoomRequest): PartnersContext {
  const context: PartnersContext = {
    ...request,
    loaders: partnersLoaders(request),
    services: partnersServices(request),
    change: (noun, write, read) =>
      answer<Record<string, unknown>>({ [noun]: null, replayed: false }, async () => {
        const { id, replayed } = await write();
        // What was read before the write is old.
        context.loaders = partnersLoaders(request);
        return { [noun]: await read(id), replayed };
      }),
  };
  return context;
}
