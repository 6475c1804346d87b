// Two tiny rooms behind a real gateway: what they answer is known, and either can fail or be away.
import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildSubgraphSchema } from '@apollo/subgraph';
import { GraphQLError, parse } from 'graphql';
import { pino } from 'pino';
import { openGateway, type GatewaySettings, type OpenGateway } from '../../gateway/gateway.ts';
import { compose } from '../../schema/compose.ts';
import { keyText } from '../../subgraphs/shared/api-key.ts';
import { readConfig, type RoomName } from '../../subgraphs/shared/config.ts';
import { executor } from '../../subgraphs/shared/execution.ts';
import type { Door } from '../../subgraphs/shared/peer.ts';
import { Forbidden, type Viewer } from '../../subgraphs/shared/viewer.ts';

const LINK = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", "@inaccessible", "@shareable"])`;

const MEMBERS = `${LINK}
  type Query {
    me: Member
    members: [Member!]!
    memberIdBySubject(issuer: String!, subject: String!): ID @inaccessible
  }
  type Mutation { rename(name: String!): Member }
  type Member @key(fields: "id") { id: ID! name: String! viewer: String! broken: String forbidden: String refused: String slow: String }
`;

const PARTNERS = `${LINK}
  type Query { partner: String  apiClientByKey(keyHash: String!): ApiClientFacts @inaccessible }
  type ApiClientFacts @inaccessible {
    id: ID! kind: String! partnerId: ID scopes: [String!]! space: String! expiresAt: String
  }
  type Member @key(fields: "id") { id: ID! favourite: String  shattered: String }
`;

/** An API key, the same for the same number. */
export const keyOf = (number: number): string => keyText(false, new Uint8Array(32).fill(number));

export const hash = (text: string): string => createHash('sha256').update(text).digest('hex');

/** Everything that a client must never read. */
export const SECRETS = [
  'postgres://',
  'select secret',
  '10.9.8.7',
  'at Object.',
  'node_modules',
  'partners',
  'serviceName',
];

const fault = () => {
  throw new Error('select secret from wallet failed at postgres://loyalty@10.9.8.7/loyalty_members');
};

interface Asked {
  viewer: Viewer;
  requestId: string;
  query: string;
}

export interface Fixture {
  gateway: OpenGateway;
  /** What a room was asked, newest last. */
  asked: Record<'members' | 'partners', Asked[]>;
  /** API keys that partners knows, by hash. */
  clients: Map<string, object>;
  away: Set<RoomName>;
  logged: string[];
  close(): Promise<void>;
}

function door(name: 'members' | 'partners', fixture: Fixture, sdl: string, resolvers: object): Door {
  const schema = buildSubgraphSchema([{ typeDefs: parse(sdl), resolvers: resolvers as never }]);
  const run = executor(schema, pino({ level: 'silent' }));
  return {
    async execute(request, viewer, requestId) {
      if (fixture.away.has(name)) throw new Error(`connect ECONNREFUSED 10.9.8.7:4005 (${name})`);
      fixture.asked[name].push({ viewer, requestId, query: request.query });
      return run(request, { viewer, requestId } as never);
    },
    receive: () => Promise.resolve(),
    ready: () => Promise.resolve(!fixture.away.has(name)),
  };
}

export async function startFixture(options: Partial<GatewaySettings> = {}): Promise<Fixture> {
  const dataDir = mkdtempSync(join(tmpdir(), 'loyalty-gateway-'));
  const logged: string[] = [];
  const fixture = {
    asked: { members: [], partners: [] },
    clients: new Map(),
    away: new Set(),
    logged,
  } as unknown as Fixture;
  const member = (id: string) => ({ __typename: 'Member', id, name: `name of ${id}` });
  const doors = {
    members: door('members', fixture, MEMBERS, {
      Query: {
        me: () => member('1'),
        members: () => [member('1'), member('2')],
        memberIdBySubject: () => null,
      },
      Mutation: { rename: () => member('1') },
      Member: {
        __resolveReference: ({ id }: { id: string }) => member(id),
        viewer: (_: unknown, __: unknown, context: { viewer: Viewer }) => JSON.stringify(context.viewer),
        slow: () => new Promise((resolve) => setTimeout(resolve, 200, 'at last')),
        broken: fault,
        forbidden: () => {
          throw new Forbidden('FORBIDDEN', 'This needs the scope members:read.');
        },
        refused: () => {
          throw new GraphQLError('`first` is 0.', { extensions: { code: 'BAD_USER_INPUT', hint: 'select secret' } });
        },
      },
    }),
    partners: door('partners', fixture, PARTNERS, {
      Query: {
        partner: () => 'northside',
        apiClientByKey: (_: unknown, { keyHash }: { keyHash: string }) => fixture.clients.get(keyHash) ?? null,
      },
      Member: {
        __resolveReference: ({ id }: { id: string }) => ({ __typename: 'Member', id }),
        favourite: () => 'tea',
        shattered: fault,
      },
    }),
  };
  const { supergraph } = compose({ members: MEMBERS, partners: PARTNERS });
  const config = readConfig({
    NODE_ENV: options.production === true ? 'production' : 'test',
    DEMO: 'false',
    PORT: '0',
  });
  fixture.gateway = await openGateway(
    { ...config, dataDir, ...options },
    {
      door: (room) => doors[room as 'members' | 'partners'] ?? doors.members,
      supergraphSdl: supergraph,
      log: pino({ level: 'warn' }, { write: (line: string) => void logged.push(line) }),
    },
  );
  fixture.close = async () => {
    await fixture.gateway.close();
    rmSync(dataDir, { recursive: true, force: true });
  };
  return fixture;
}
