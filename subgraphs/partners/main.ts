// The partners room: brands, where they sell, and the programs that they let in.
import type { RoomDefinition } from '../shared/room.ts';
import { ApiClientRow } from './api-client/api-client.entity.ts';
import { ChannelRow } from './channel/channel.entity.ts';
import { LocationRow } from './channel/location.entity.ts';
import { TerminalRow } from './channel/terminal.entity.ts';
import { partnersContext } from './context.ts';
import { handlers } from './events.ts';
import { Partners0001 } from './migrations/0001-partners.ts';
import { Programme0002 } from './migrations/0002-programme.ts';
import { PartnerRow } from './partner/partner.entity.ts';
import { partnersProgramme } from './programme.ts';
import { partnersSubgraph } from './schema.ts';

export const partnersRoom: RoomDefinition = {
  name: 'partners',
  entities: [PartnerRow, ChannelRow, LocationRow, TerminalRow, ApiClientRow],
  migrations: [Partners0001, Programme0002],
  subgraph: partnersSubgraph,
  handlers,
  context: partnersContext,
  programme: partnersProgramme,
};
