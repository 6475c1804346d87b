// Two tiny rooms behind a gateway that is watched: members in this process, partners over HTTP, and what each was told.
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { buildSubgraphSchema } from '@apollo/subgraph';
import { GraphQLError, parse } from 'graphql';
import { pino } from 'pino';
import { hashOf } from '../../../gateway/documents/manifest.ts';
import { openGateway, type GatewaySettings } from '../../../gateway/gateway.ts';
import { compose } from '../../../schema/compose.ts';
import { readConfig } from '../../../subgraphs/shared/config.ts';
import { discreet, fieldNames } from '../../../subgraphs/shared/discreet.ts';
import { executor, type GraphRequest } from '../../../subgraphs/shared/execution.ts';
import { identities } from '../../../subgraphs/shared/identity.ts';
import { httpDoor, type Door } from '../../../subgraphs/shared/peer.ts';
import { Forbidden } from '../../../subgraphs/shared/viewer.ts';
import { client, type Client } from '../../support/client.ts';
import { keyOf } from '../fixture.ts';

const LINK = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", "@inaccessible", "@cost"])`;
const MEMBERS = `${LINK}
  type Query { me(email: String): Member @cost(weight: 7)  memberIdBySubject(issuer: String!, subject: String!): ID @inaccessible }
  type Mutation { rename(name: String!): Member }
  type Member @key(fields: "id") { id: ID! name: String  broken(text: String): String  refused(text: String): String  forbidden: String }
`;
const PARTNERS = `${LINK}
  type Query { drink: String  slow: String  apiClientByKey(keyHash: String!): ApiClientFacts @inaccessible }
  type ApiClientFacts @inaccessible { id: ID! kind: String! partnerId: ID scopes: [String!]! space: String! expiresAt: String }
  type Member @key(fields: "id") { id: ID! favourite: String  shattered(text: String): String }
`;

/** Documents that the gateway was told of. */
export const ME = 'query Me { me { id name favourite } }';
export const BROKEN = 'query Broken { me { id broken(text: "x") } }';
const TRUSTED = [
  { hash: hashOf(ME), name: 'Me', client: 'frontend', document: ME },
  { hash: hashOf(BROKEN), name: 'Broken', client: 'pos', document: BROKEN },
];

export const KEY = keyOf(1);

/** As PostgreSQL and TypeORM tell it: with the values. */
function fault(value: string): never {
  const driverError = {
    detail: `Key (value)=(${value}) already exists.`,
    where: `unnamed portal parameter $1 = '${value}'`,
  };
  const error = new Error(`invalid input syntax for type uuid: "${value}"`, { cause: new Error(`"${value}"`) });
  throw Object.assign(error, {
    code: '22P02',
    parameters: [value],
    query: `select '${value}'`,
    driverError,
    ...driverError,
  });
}

export interface World {
  url: string;
  client: Client;
  /** Every line of gateway and rooms, whatever its level. */
  lines: string[];
  /** Headers of what partners was asked. */
  heard: IncomingHttpHeaders[];
  /** Partners does not answer `slow` until then. */
  release(): void;
  /** Partners answers with this text, whatever it is asked. */
  spoiled: string | null;
  /** Partners ends each connection without an answer. */
  isAway: boolean;
  close(): Promise<void>;
}

export async function openWorld(settings: Partial<GatewaySettings['observability']> = {}): Promise<World> {
  const dataDir = mkdtempSync(join(tmpdir(), 'loyalty-observed-'));
  const lines: string[] = [];
  const { supergraph } = compose({ members: MEMBERS, partners: PARTNERS });
  const names = new Set([...fieldNames(supergraph), 'Me', 'Broken']);
  const log = discreet(pino({ level: 'trace' }, { write: (line: string) => void lines.push(line) }), names);
  const run = (sdl: string, resolvers: object) =>
    executor(buildSubgraphSchema([{ typeDefs: parse(sdl), resolvers: resolvers as never }]), log);
  const released = Promise.withResolvers<string>();
  const broken = (_: unknown, { text: value }: { text: string }) => fault(value);

  const askMembers = run(MEMBERS, {
    Query: { me: () => ({ id: '1', name: 'Ada Example' }), memberIdBySubject: () => null },
    Mutation: { rename: (_: unknown, { name }: { name: string }) => fault(name) },
    Member: {
      broken,
      refused: (_: unknown, { text: value }: { text: string }) => {
        throw new GraphQLError(`${value} cannot be.`, { extensions: { code: 'BAD_USER_INPUT' } });
      },
      forbidden: () => {
        throw new Forbidden('FORBIDDEN', 'This needs the scope members:read.');
      },
    },
  });
  const facts = {
    id: 'key_1',
    kind: 'operator',
    partnerId: null,
    scopes: ['members:read'],
    space: 'live',
    expiresAt: null,
  };
  const askPartners = run(PARTNERS, {
    Query: { drink: () => 'tea', slow: () => released.promise, apiClientByKey: () => facts },
    Member: { favourite: () => 'tea', shattered: broken },
  });
  const members: Door = {
    execute: (request, _, requestId) => askMembers(request, { requestId }),
    receive: () => Promise.resolve(),
    ready: () => Promise.resolve(true),
  };
  const server = createServer(async (request, response) => {
    world.heard.push(request.headers);
    if (world.isAway) return void request.socket.destroy();
    const asked = JSON.parse(await text(request)) as GraphRequest;
    const answer = await askPartners(asked, { requestId: String(request.headers['x-request-id']) });
    const isKey = asked.query.includes('apiClientByKey');
    response.setHeader('content-type', 'application/json');
    response.end(world.spoiled === null || isKey ? JSON.stringify(answer) : world.spoiled);
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const partners = httpDoor(
    'partners',
    `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    identities('s'.repeat(32)),
  );
  const config = readConfig({ NODE_ENV: 'test', DEMO: 'false', PORT: '0' });
  const observability = { ...config.observability, clients: ['till-app'], ...settings };
  const gateway = await openGateway(
    { ...config, dataDir, observability },
    { door: (room) => (room === 'partners' ? partners : members), supergraphSdl: supergraph, trusted: TRUSTED, log },
  );
  const world: World = {
    url: gateway.url,
    client: client(gateway.url, KEY),
    lines,
    heard: [],
    release: () => released.resolve('at last'),
    spoiled: null,
    isAway: false,
    async close() {
      await gateway.close();
      await partners.close();
      server.close();
      rmSync(dataDir, { recursive: true });
    },
  };
  return world;
}
