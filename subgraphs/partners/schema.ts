// The subgraph without a database: its resolvers, and how its entities are found by their keys.
import { clockResolver } from '../shared/clock.resolver.ts';
import type { SubgraphDefinition } from '../shared/subgraph.ts';
import { apiClientOf, ApiClientResolver } from './api-client/api-client.resolver.ts';
import { CredentialResolver } from './api-client/credential.resolver.ts';
import { channelOf, ChannelResolver } from './channel/channel.resolver.ts';
import { LocationFactsResolver, locationOf, LocationResolver, TerminalResolver } from './channel/location.resolver.ts';
import type { PartnersContext } from './context.ts';
import { PartnerFactsResolver } from './partner/partner-facts.resolver.ts';
import { partnersProgramme } from './programme.ts';
import { programmeResolver } from '../shared/programme.resolver.ts';
import { partnerOf, PartnerResolver } from './partner/partner.resolver.ts';

type Find = (id: string, context: PartnersContext) => unknown;

const byId = (find: Find) => (reference: { id: string }, context: PartnersContext) => find(reference.id, context);

export const partnersSubgraph: SubgraphDefinition = {
  resolvers: [
    PartnerResolver,
    ChannelResolver,
    LocationResolver,
    TerminalResolver,
    ApiClientResolver,
    PartnerFactsResolver,
    LocationFactsResolver,
    CredentialResolver,
    clockResolver('partner'),
    programmeResolver('partner', partnersProgramme),
  ],
  references: {
    Partner: byId(partnerOf),
    Channel: byId(channelOf),
    Location: byId(locationOf),
    ApiClient: byId(apiClientOf),
  },
};
