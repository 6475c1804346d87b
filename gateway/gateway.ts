// The gateway put together: identity before execution before the rooms' doors. The same for a process and for tests.
import { resolve } from 'node:path';
import type { Logger } from 'pino';
import { apiClients } from '../subgraphs/shared/api-clients.ts';
import { ROOMS, type Config, type RoomName } from '../subgraphs/shared/config.ts';
import { remoteIssuers } from '../subgraphs/shared/credential.ts';
import { peer, type Door } from '../subgraphs/shared/peer.ts';
import { demoIssuer } from './demo-issuer.ts';
import { demoCredentials, type DemoCredentials } from './demo.ts';
import { documents } from './documents/documents.ts';
import type { TrustedDocument } from './documents/manifest.ts';
import { registeredDocuments, storeIn } from './documents/registered.ts';
import { federated } from './execution/federated.ts';
import { credentialsRoute } from './graphiql/credentials.ts';
import { graphiqlPage } from './graphiql/page.ts';
import { identity } from './identity.ts';
import { budgets } from './limits/budgets.ts';
import { countersInMemory, countersInRedis } from './limits/counters.ts';
import { LIMITS, type Limits } from './limits/document.ts';
import { rates } from './limits/rates.ts';
import type { Timeouts } from './listener.ts';
import { clientTokens } from './oauth/client-tokens.ts';
import { givenKeys, keptKeys } from './oauth/signing-keys.ts';
import { jwksEndpoint, tokenEndpoint } from './oauth/token-endpoint.ts';
import { observability } from './observability/observability.ts';
import { openRedis } from './redis.ts';
import { watchSupergraph } from './reload.ts';
import { roomSources } from './transport/room-sources.ts';
import { serveGateway, type Gateway } from './server.ts';

export interface GatewayParts {
  door(room: RoomName): Door;
  supergraphSdl: string;
  /** What our own clients send: answered by its hash, and planned before a new supergraph is served. */
  trusted?: readonly TrustedDocument[];
  /** Looked at from time to time: what it has then is served. */
  supergraphFile?: string;
  /** Where the built page lies; not shown in production, like the schema. */
  pageFolder?: string;
  log: Logger;
  /** Others than the product's; for tools that ask for everything at once. */
  limits?: Limits;
  /** Others than the product's; for tests. */
  timeouts?: Timeouts;
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
  | 'redisUrl'
  | 'costs'
  | 'observability'
  | 'shareQueries'
  | 'documents'
  | 'proxies'
  | 'corsOrigins'
  | 'drainSeconds'
  | 'demo'
>;

export async function openGateway(settings: GatewaySettings, parts: GatewayParts): Promise<OpenGateway> {
  const { door, log, trusted = [], supergraphSdl, supergraphFile } = parts;
  const dataDir = resolve(settings.dataDir);
  const space = settings.spaces[0]!;
  const issuer = settings.demo ? await demoIssuer(dataDir, space) : null;
  const issuers = [...remoteIssuers(settings.memberIssuers), ...(issuer === null ? [] : [issuer.trusted])];
  const keys = settings.tokenKeys === null ? keptKeys(dataDir) : await givenKeys(settings.tokenKeys);
  const tokens = clientTokens(keys);
  const ask = peer('gateway', door);
  const clients = apiClients(ask, space);
  const identities = identity({ issuers, tokens, clients, ask });
  const redis = settings.redisUrl === null ? null : await openRedis(settings.redisUrl, log);
  const counters = redis === null ? countersInMemory() : countersInRedis(redis);
  const perMinute = rates(settings.rates, counters);
  const page = settings.production || parts.pageFolder === undefined ? null : graphiqlPage(parts.pageFolder);
  const gatewayLog = log.child({ room: 'gateway' });
  const observed = observability(settings.observability, trusted, gatewayLog);
  const { shareQueries } = settings;
  const sources = roomSources(door, { log: gatewayLog, shareQueries, onCircuit: observed.circuit });
  const execution = federated(supergraphSdl, observed.sources(sources), gatewayLog, {
    budgets: budgets(settings.costs, counters, log),
    planned: observed.planned,
  });
  const demo = Promise.withResolvers<DemoCredentials | null>();
  const served = await serveGateway({
    host: settings.host,
    port: settings.port,
    production: settings.production,
    execution,
    identity: identities,
    limits: parts.limits ?? LIMITS,
    rates: perMinute,
    documents: documents({
      accepted: settings.documents,
      trusted,
      registered: registeredDocuments(redis && storeIn(redis)),
      introspection: !settings.production,
    }),
    ...(parts.timeouts === undefined ? {} : { timeouts: parts.timeouts }),
    drainSeconds: settings.drainSeconds,
    proxies: settings.proxies,
    corsOrigins: settings.corsOrigins,
    ready: async () => (await Promise.all(ROOMS.map((room) => isReady(door, room)))).every(Boolean),
    routes: new Map([
      ['/oauth/token', tokenEndpoint({ clients, tokens, rates: perMinute, log })],
      ['/.well-known/jwks.json', jwksEndpoint(keys)],
      ['/metrics', observed.route],
      ...(issuer === null ? [] : [['/demo/token', issuer.route] as const]),
      ...(page === null ? [] : [['/demo/credentials', credentialsRoute(demo.promise)] as const]),
    ]),
    observability: observed,
    page,
    log,
  });
  const stopWatching =
    supergraphFile === undefined
      ? () => undefined
      : watchSupergraph({ path: supergraphFile, text: supergraphSdl, documents: trusted }, execution, gatewayLog);
  const gateway = {
    ...served,
    async close() {
      await served.close();
      stopWatching();
      redis?.destroy();
    },
  };
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
