// Opens a world: its rooms once, in this process and on ports of their own, and for each way a gateway that plans and runs
// operations behind the product's own seam and asks rooms through the product's own doors.
import { ApolloServer } from '@apollo/server';
import { composeServices } from '@apollo/composition';
import { buildSubgraphSchema } from '@apollo/subgraph';
import { Kind, parse, type GraphQLFormattedError } from 'graphql';
import { pino } from 'pino';
import type { GatewayContext } from '../../../gateway/context.ts';
import { federated } from '../../../gateway/execution/federated.ts';
import { valuesOf } from '../../../gateway/execution/written.ts';
import { masked } from '../../../gateway/masking.ts';
import { roomSources } from '../../../gateway/transport/room-sources.ts';
import type { RoomName } from '../../../subgraphs/shared/config.ts';
import { executor, type GraphRequest, type GraphResult } from '../../../subgraphs/shared/execution.ts';
import { identities } from '../../../subgraphs/shared/identity.ts';
import { httpDoor, type Door } from '../../../subgraphs/shared/peer.ts';
import type { Room } from '../../../subgraphs/shared/room.ts';
import { serveRoom } from '../../../subgraphs/shared/server.ts';
import type { Viewer } from '../../../subgraphs/shared/viewer.ts';
import { WAYS, type ByRoom, type Case, type Way, type World } from './world.ts';

export type Outcome = Required<Pick<Case, 'errors' | 'asked' | 'order'>> & Pick<Case, 'data'>;

export interface OpenWorld {
  ask(asked: Case, way: Way): Promise<Outcome>;
  close(): Promise<void>;
}

const LINK = `extend schema @link(
  url: "https://specs.apollo.dev/federation/v2.9"
  import: ["@key", "@requires", "@provides", "@external", "@shareable", "@override", "@interfaceObject", "@inaccessible"]
)`;

const VIEWER: Viewer = { kind: 'operator', space: 'main', owner: 'tests', scopes: [] };

const silent = pino({ level: 'silent' });

/** What a room was asked, and how it misbehaves, while one operation runs. */
interface Run {
  away: RoomName[];
  answers: ByRoom<unknown>;
  requests: { room: RoomName; represented: object[] }[];
}

const isRepresentation = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && '__typename' in value;

const representedIn = ({ variables = {} }: GraphRequest): object[] =>
  Object.values(variables).flatMap((value) => (Array.isArray(value) ? value.filter(isRepresentation) : []));

function abstractTypes(sdl: string): string[] {
  return parse(sdl).definitions.flatMap((definition) =>
    definition.kind === Kind.INTERFACE_TYPE_DEFINITION || definition.kind === Kind.UNION_TYPE_DEFINITION
      ? [definition.name.value]
      : [],
  );
}

function openRoom(name: RoomName, sdl: string, resolvers: Record<string, object>, run: () => Run): Room {
  const typed = { ...resolvers };
  for (const type of abstractTypes(sdl)) {
    typed[type] = { __resolveType: ({ __typename }: { __typename: string }) => __typename, ...typed[type] };
  }
  const schema = buildSubgraphSchema([{ typeDefs: parse(`${LINK}\n${sdl}`), resolvers: typed as never }]);
  const execute = executor(schema, silent);
  const door: Door & { name: RoomName } = {
    name,
    async execute(request, _, requestId): Promise<GraphResult> {
      const { away, answers, requests } = run();
      requests.push({ room: name, represented: representedIn(request) });
      if (away.includes(name)) throw new Error('connect ECONNREFUSED 10.9.8.7:4005');
      return name in answers ? (answers[name] as GraphResult) : execute(request, { requestId });
    },
    receive: () => Promise.resolve(),
    ready: () => Promise.resolve(true),
  };
  return door as Room;
}

function supergraph(rooms: World['rooms']): string {
  const services = Object.entries(rooms).map(([name, { sdl }]) => ({
    name,
    url: `http://${name}`,
    typeDefs: parse(`${LINK}\n${sdl}`),
  }));
  const { supergraphSdl, errors } = composeServices(services);
  if (supergraphSdl === undefined) throw new Error(errors.map(({ message }) => message).join('\n'));
  return supergraphSdl;
}

interface Doors {
  near: Map<RoomName, Door>;
  far: Map<RoomName, Door>;
  close(): Promise<void>;
}

async function openRooms(rooms: World['rooms'], run: () => Run): Promise<Doors> {
  const signed = identities('a secret of the tests, 32 letters at the least');
  const near = new Map<RoomName, Door>();
  const far = new Map<RoomName, Door>();
  const closers: (() => Promise<void>)[] = [];
  for (const [key, { sdl, resolvers }] of Object.entries(rooms)) {
    const name = key as RoomName;
    const room = openRoom(name, sdl, resolvers, run);
    const server = await serveRoom(room, { host: '127.0.0.1', port: 0 }, signed, silent);
    const remote = httpDoor(name, `http://127.0.0.1:${server.port}`, signed);
    near.set(name, room);
    far.set(name, remote);
    closers.push(async () => {
      await remote.close();
      await server.close();
    });
  }
  return { near, far, close: async () => void (await Promise.all(closers.map((close) => close()))) };
}

/** Mixed: the first room is in this process, the second is not, and so on. */
const doorsOf =
  (way: Way, { near, far }: Doors) =>
  (room: RoomName) => {
    const isNear = way === 'mixed' ? [...near.keys()].indexOf(room) % 2 === 0 : way !== 'http';
    return (isNear ? near : far).get(room)!;
  };

async function openGateway(supergraphSdl: string, way: Way, doors: Doors): Promise<ApolloServer<GatewayContext>> {
  const source = roomSources(doorsOf(way, doors), { log: silent, shareQueries: false });
  const gateway = new ApolloServer<GatewayContext>({
    gateway: federated(supergraphSdl, source, silent, { generating: way !== 'in-process, nothing generated' }),
    introspection: true,
    stopOnTerminationSignals: false,
    formatError: (error) => masked(error),
    logger: silent,
  });
  await gateway.start();
  return gateway;
}

/** As `Case.errors` spells it. */
function spelled({ extensions, path = [] }: GraphQLFormattedError): string {
  const retryable = extensions?.['retryable'] === true ? ['(retryable)'] : [];
  return [extensions?.['code'], ...retryable, ...(path.length === 0 ? [] : [path.join('.')])].join(' ');
}

export async function openWorld(world: World): Promise<OpenWorld> {
  const supergraphSdl = supergraph(world.rooms);
  let run: Run = { away: [], answers: {}, requests: [] };
  const doors = await openRooms(world.rooms, () => run);
  const gateways = new Map<Way, ApolloServer<GatewayContext>>();
  for (const way of world.ways ?? WAYS) gateways.set(way, await openGateway(supergraphSdl, way, doors));

  return {
    async ask({ operation: query, operationName, variables = {}, away = [], answers = {} }, way) {
      world.reset?.();
      run = { away, answers, requests: [] };
      const contextValue: GatewayContext = { viewer: VIEWER, requestId: 'request-1' };
      const { body } = await gateways
        .get(way)!
        .executeOperation(
          { query, ...(operationName === undefined ? {} : { operationName }), variables },
          { contextValue },
        );
      if (body.kind !== 'single') throw new Error('an answer in parts');
      const { errors = [] } = body.singleResult;
      const data = valuesOf(body.singleResult) as Case['data'];
      const asked: ByRoom<object[][]> = {};
      for (const { room, represented } of run.requests) (asked[room] ??= []).push(represented);
      return {
        ...(data === undefined ? {} : { data }),
        errors: errors.map(spelled).toSorted(),
        asked,
        order: run.requests.map(({ room }) => room),
      };
    },
    async close() {
      for (const gateway of gateways.values()) await gateway.stop();
      await doors.close();
    },
  };
}
