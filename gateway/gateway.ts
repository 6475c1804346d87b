// The gateway put together: identity before execution before the rooms' doors. The same for a process and for tests.
import { resolve } from 'node:path';
import type { Logger } from 'pino';
import { ROOMS, type Config, type RoomName } from '../subgraphs/shared/config.ts';
import type { Door } from '../subgraphs/shared/peer.ts';
import { demoIssuer } from './demo-issuer.ts';
import { demoCredentials, type DemoCredentials } from './demo.ts';
import { federated } from './execution/federated.ts';
import { identity, remoteIssuers } from './identity.ts';
import { serveGateway, type Gateway } from './server.ts';

export interface GatewayParts {
  door(room: RoomName): Door;
  supergraphSdl: string;
  apiSdl: string;
  log: Logger;
}

export interface OpenGateway extends Gateway {
  /** In demo mode: what was written to `demo.json`. */
  demo: DemoCredentials | null;
}

type Settings = Pick<Config, 'host' | 'port' | 'production' | 'spaces' | 'dataDir' | 'memberIssuers' | 'demo'>;

export async function openGateway(settings: Settings, parts: GatewayParts): Promise<OpenGateway> {
  const { door, log } = parts;
  const dataDir = resolve(settings.dataDir);
  const space = settings.spaces[0]!;
  const issuer = settings.demo ? await demoIssuer(dataDir, space) : null;
  const issuers = [...remoteIssuers(settings.memberIssuers), ...(issuer === null ? [] : [issuer.trusted])];
  const identities = identity(issuers, door, space);
  const gateway = await serveGateway({
    host: settings.host,
    port: settings.port,
    production: settings.production,
    execution: federated(parts.supergraphSdl, door, log.child({ room: 'gateway' })),
    identity: identities,
    apiSdl: parts.apiSdl,
    ready: async () => (await Promise.all(ROOMS.map((room) => isReady(door, room)))).every(Boolean),
    routes: new Map(issuer === null ? [] : [['/demo/token', issuer.route]]),
    log,
  });
  if (issuer === null) return { ...gateway, demo: null };
  try {
    const address = gateway.url;
    const demo = await demoCredentials({ address, dataDir, space, issuer, identity: identities, door });
    return { ...gateway, demo };
  } catch (error) {
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
