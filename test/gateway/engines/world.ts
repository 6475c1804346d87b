// The graph, its rooms once more as other routers reach them, and tokens of its clients.
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import { pino } from 'pino';
import { apiClients, keyHash } from '../../../subgraphs/shared/api-clients.ts';
import { readConfig, ROOMS, type RoomName } from '../../../subgraphs/shared/config.ts';
import { identities } from '../../../subgraphs/shared/identity.ts';
import { peer } from '../../../subgraphs/shared/peer.ts';
import { routers } from '../../../subgraphs/shared/router.ts';
import { serveRoom } from '../../../subgraphs/shared/server.ts';
import { startGraph, type TestGraph } from '../../support/graph.ts';

export const SECRET = 'a secret for the routers of these tests';
/** Rooms know members by who vouches for them: the demo's issuer, with a key of these tests. */
const ISSUER = { issuer: 'urn:loyalty:demo', audience: 'loyalty' };

export interface EngineWorld {
  graph: TestGraph;
  /** Where other routers find each room. */
  urls: Record<RoomName, string>;
  /** What `/oauth/token` gives for a key. */
  clientToken(key: string): Promise<string>;
  /** A member's, as these rooms believe it; the issuer's name may be another. */
  memberToken(subject: string, issuer?: string): Promise<string>;
  close(): Promise<void>;
}

async function listening(server: Server): Promise<string> {
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

export async function openEngineWorld(): Promise<EngineWorld> {
  const pair = await generateKeyPair('ES256');
  const jwk = { ...(await exportJWK(pair.publicKey)), alg: 'ES256', kid: '1' };
  const published = createServer((_, response) => void response.end(JSON.stringify({ keys: [jwk] })));
  const jwksUri = await listening(published);
  const graph = await startGraph();
  const config = readConfig({
    ROUTER_SECRET: SECRET,
    TOKEN_KEYS_URI: new URL('/.well-known/jwks.json', graph.url).href,
    MEMBER_ISSUERS: JSON.stringify([{ ...ISSUER, jwksUri }]),
  });
  const log = pino({ level: 'silent' });
  const signed = identities('a secret of the rooms alone, 32 letters or more');
  const servers = await Promise.all(
    ROOMS.map((name) => {
      const admitted = routers(
        config,
        name,
        peer(name, (room) => graph.rooms[room]),
      );
      return serveRoom(graph.rooms[name], { host: '127.0.0.1', port: 0 }, signed, log, admitted);
    }),
  );
  const clients = apiClients(
    peer('gateway', (room) => graph.rooms[room]),
    'live',
  );
  return {
    graph,
    urls: Object.fromEntries(ROOMS.map((room, index) => [room, `http://127.0.0.1:${servers[index]!.port}`])) as Record<
      RoomName,
      string
    >,
    async clientToken(key) {
      const facts = await clients.byKeyHash(keyHash(key), 'test');
      const body = new URLSearchParams({
        grant_type: 'client_credentials',
        client_id: facts!.id,
        client_secret: key,
      });
      const answer = await fetch(new URL('/oauth/token', graph.url), { method: 'POST', body });
      return ((await answer.json()) as { access_token: string }).access_token;
    },
    memberToken: (subject, issuer = ISSUER.issuer) =>
      new SignJWT({})
        .setProtectedHeader({ alg: 'ES256', kid: '1' })
        .setIssuer(issuer)
        .setAudience(ISSUER.audience)
        .setSubject(subject)
        .setExpirationTime('10m')
        .sign(pair.privateKey),
    async close() {
      await Promise.all(servers.map((server) => server.close()));
      await graph.close();
      await new Promise((closed) => published.close(closed));
    },
  };
}
