// What the resolvers of one request share.
import type { RoomRequest } from '../shared/room.ts';
import { apiClientPages, apiClientsById } from './api-client/api-client.loader.ts';
import { ApiClients } from './api-client/api-client.service.ts';
import {
  channelsById,
  channelsByPartnerId,
  locationFactsByCode,
  locationPages,
  locationsById,
  terminalsByLocationId,
} from './channel/channel.loader.ts';
import { partnersById } from './partner/partner.loader.ts';

export function partnersContext(request: RoomRequest) {
  const { source } = request.space;
  return {
    ...request,
    loaders: {
      partnersById: partnersById(source),
      channelsById: channelsById(source),
      channelsByPartnerId: channelsByPartnerId(source),
      locationsById: locationsById(source),
      locationFactsByCode: locationFactsByCode(source),
      locationPages: locationPages(source),
      terminalsByLocationId: terminalsByLocationId(source),
      apiClientsById: apiClientsById(source),
      apiClientPages: apiClientPages(source),
    },
    services: { apiClients: new ApiClients(request) },
  };
}

export type PartnersContext = ReturnType<typeof partnersContext>;
