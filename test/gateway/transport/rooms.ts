// Two tiny rooms: members in this process, partners behind HTTP and a proxy that spoils answers.
import { buildSubgraphSchema } from '@apollo/subgraph';
import { parse } from 'graphql';
import { pino } from 'pino';
import type { RoomName } from '../../../subgraphs/shared/config.ts';
import { executor } from '../../../subgraphs/shared/execution.ts';
import { identities } from '../../../subgraphs/shared/identity.ts';
import { httpDoor, type Door, type RemoteDoor } from '../../../subgraphs/shared/peer.ts';
import type { Room } from '../../../subgraphs/shared/room.ts';
import { serveRoom } from '../../../subgraphs/shared/server.ts';
import { startProxy, type Proxy } from './proxy.ts';

const LINK = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", "@inaccessible"])`;

export const MEMBERS = `${LINK}
  type Query { me: Member  memberIdBySubject(issuer: String!, subject: String!): ID @inaccessible }
  type Member @key(fields: "id") { id: ID! name: String! }
`;

export const PARTNERS = `${LINK}
  type Query { drink: String  apiClientByKey(keyHash: String!): ApiClientFacts @inaccessible }
  type Mutation { serve(drink: String!): String }
  type ApiClientFacts @inaccessible {
    id: ID! kind: String! partnerId: ID scopes: [String!]! space: String! expiresAt: String
  }
  type Member @key(fields: "id") { id: ID! favourite: String }
`;

const silent = pino({ level: 'silent' });

function door(sdl: string, resolvers: object): Door {
  const run = executor(buildSubgraphSchema([{ typeDefs: parse(sdl), resolvers: resolvers as never }]), silent);
  return {
    execute: (request, _, requestId) => run(request, { requestId }),
    receive: () => Promise.resolve(),
    ready: () => Promise.resolve(true),
  };
}

export interface TinyRooms {
  members: Door;
  /** Through the proxy. */
  partners: RemoteDoor;
  proxy: Proxy;
  /** What partners resolved, oldest first. */
  heard: string[];
  /** While it waits, `serve` does not end. */
  serving: Promise<void>;
  close(): Promise<void>;
}

export async function startRooms(): Promise<TinyRooms> {
  const heard: string[] = [];
  const noted = (what: string) => {
    heard.push(what);
    return what;
  };
  const facts = { id: 'key_1', kind: 'operator', partnerId: null, scopes: [], space: 'live', expiresAt: null };
  const far = door(PARTNERS, {
    Query: { drink: () => noted('water'), apiClientByKey: () => facts },
    Mutation: {
      serve: async (_: unknown, { drink }: { drink: string }) => {
        noted(`serving ${drink}`);
        await rooms.serving;
        return noted(`${drink} served`);
      },
    },
    Member: { __resolveReference: (member: object) => member, favourite: () => noted('tea') },
  });
  const keys = identities('s'.repeat(32));
  const name: RoomName = 'partners';
  const server = await serveRoom({ ...far, name } as Room, { host: '127.0.0.1', port: 0 }, keys, silent);
  const proxy = await startProxy(server.port);
  const partners = httpDoor(name, proxy.url, keys);
  const rooms: TinyRooms = {
    members: door(MEMBERS, {
      Query: { me: () => ({ id: '1' }) },
      Member: { __resolveReference: (member: object) => member, name: () => 'Ada' },
    }),
    partners,
    proxy,
    heard,
    serving: Promise.resolve(),
    async close() {
      await partners.close();
      await proxy.close();
      await server.close();
    },
  };
  return rooms;
}
