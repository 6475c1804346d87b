// The gateway put together: identity before execution before the rooms' doors. The same for a process and for tests.
import { resolve } from 'node:path';
import type { Logger } from 'pino';
import { ROOMS, type Config, type RoomName } from '../subgraphs/shared/config.ts';
import { peer, type Door } from '../subgraphs/shared/peer.ts';
import { apiClients } from './api-clients.ts';
import { demoIssuer } from './demo-issuer.ts';
import { demoCredentials, type DemoCredentials } from './demo.ts';
import { federated } from './execution/federated.ts';
import { credentialsRoute } from './graphiql/credentials.ts';
import { graphiqlPage } from './graphiql/page.ts';
import { identity, remoteIssuers } from './identity.ts';
import { LIMITS, type Limits } from './limits/document.ts';
import { rates } from './limits/rates.ts';
import { clientTokens } from './oauth/client-tokens.ts';
import { givenKeys, keptKeys } from './oauth/signing-keys.ts';
import { jwksEndpoint, tokenEndpoint } from './oauth/token-endpoint.ts';
import { serveGateway, type Gateway } from './server.ts';

export interface GatewayParts {
  door(room: RoomName): Door;
  supergraphSdl: string;
  apiSdl: string;
  /** Where the built page lies; not shown in production, like the schema. */
  pageFolder?: string;
  log: Logger;
  /** Others than the product's; for tools that ask for everything at once. */
  limits?: Limits;
}

export interface OpenGateway extends Gateway {
  /** In demo mode: what was written to `demo.json`. */
  demo: DemoCredentials | null;
}

export type GatewaySettings = Pick<
  Config,
  | 'host'
  | 'port'
  | 'production'
  | 'spaces'
  | 'dataDir'
  | 'memberIssuers'
  | 'tokenKeys'
  | 'rates'
  | 'proxies'
  | 'corsOrigins'
  | 'demo'
>;

export async function openGateway(settings: GatewaySettings, parts: GatewayParts): Promise<OpenGateway> {
  const { door, log } = parts;
  const dataDir = resolve(settings.dataDir);
  const space = settings.spaces[0]!;
  const issuer = settings.demo ? await demoIssuer(dataDir, space) : null;
  const issuers = [...remoteIssuers(settings.memberIssuers), ...(issuer === null ? [] : [issuer.trusted])];
  const keys = settings.tokenKeys === null ? keptKeys(dataDir) : await givenKeys(settings.tokenKeys);
  const tokens = clientTokens(keys);
  const ask = peer('gateway', door);
  const clients = apiClients(ask, space);
  const identities = identity({ issuers, tokens, clients, ask });
  const perMinute = rates(settings.rates);
  const page = settings.production || parts.pageFolder === undefined ? null : graphiqlPage(parts.pageFolder);
  const demo = Promise.withResolvers<DemoCredentials | null>();
  const gateway = await serveGateway({
    host: settings.host,
    port: settings.port,
    production: settings.production,
    execution: federated(parts.supergraphSdl, door, log.child({ room: 'gateway' })),
    identity: identities,
    limits: parts.limits ?? LIMITS,
    rates: perMinute,
    proxies: settings.proxies,
    corsOrigins: settings.corsOrigins,
    apiSdl: parts.apiSdl,
    ready: async () => (await Promise.all(ROOMS.map((room) => isReady(door, room)))).every(Boolean),
    routes: new Map([
      ['/oauth/token', tokenEndpoint({ clients, tokens, rates: perMinute, log })],
      ['/.well-known/jwks.json', jwksEndpoint(keys)],
      ...(issuer === null ? [] : [['/demo/token', issuer.route] as const]),
      ...(page === null ? [] : [['/demo/credentials', credentialsRoute(demo.promise)] as const]),
    ]),
    page,
    log,
  });
  if (issuer === null) {
    demo.resolve(null);
    return { ...gateway, demo: null };
  }
  try {
    const address = gateway.url;
    const made = await demoCredentials({ address, dataDir, space, issuer, identity: identities, door });
    demo.resolve(made);
    return { ...gateway, demo: made };
  } catch (error) {
    demo.resolve(null);
    await gateway.close();
    throw error;
  }
}

async function isReady(door: (room: RoomName) => Door, room: RoomName): Promise<boolean> {
  try {
    return await door(room).ready();
  } catch {
    return false;
  }
}
