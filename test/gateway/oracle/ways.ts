// One gateway over the world's rooms, reached in three ways at once: in this process, over HTTP, and some of them so and
// some so. The id of a request says which way it goes, so that each operation is planned once.
import { getOperationAST, type GraphQLSchema } from 'graphql';
import { pino } from 'pino';
import type { GatewayContext } from '../../../gateway/context.ts';
import { federated } from '../../../gateway/execution/federated.ts';
import { roomSources } from '../../../gateway/transport/room-sources.ts';
import type { RoomSource } from '../../../gateway/transport/source.ts';
import { ROOMS, type RoomName } from '../../../subgraphs/shared/config.ts';
import { executor } from '../../../subgraphs/shared/execution.ts';
import { identities } from '../../../subgraphs/shared/identity.ts';
import { httpDoor, type Door } from '../../../subgraphs/shared/peer.ts';
import type { Room } from '../../../subgraphs/shared/room.ts';
import { serveRoom } from '../../../subgraphs/shared/server.ts';
import type { Answer } from './answer.ts';
import type { Operation } from './operation.ts';
import type { World } from './world.ts';

const WAYS = ['in-process', 'http', 'mixed'] as const;
type Way = (typeof WAYS)[number];

const REMOTE: Record<Way, readonly RoomName[]> = { 'in-process': [], http: ROOMS, mixed: ['points', 'partners'] };
const log = pino({ level: 'silent' });

/** The rooms of a world, each with its door in this process. */
export function localDoors({ rooms }: World): Record<RoomName, Door> {
  const door = (room: RoomName): Door => {
    const run = executor(rooms[room], log);
    return {
      execute: (request, viewer, requestId) => run(request, { viewer, requestId } as { requestId: string }),
      receive: () => Promise.resolve(),
      ready: () => Promise.resolve(true),
    };
  };
  return Object.fromEntries(ROOMS.map((room) => [room, door(room)])) as Record<RoomName, Door>;
}

/** How answers are had. */
export interface Ways {
  names: readonly string[];
  answer(operation: Operation, way: string): Promise<Answer>;
  close(): Promise<void>;
}

export async function openWays(world: World): Promise<Ways> {
  const local = localDoors(world);
  const signed = identities('oracle');
  const served = await Promise.all(
    ROOMS.map(async (name) => {
      const server = await serveRoom({ name, ...local[name] } as Room, { host: '127.0.0.1', port: 0 }, signed, log);
      return { name, server, door: httpDoor(name, `http://127.0.0.1:${server.port}`, signed) };
    }),
  );
  const options = { log, shareQueries: true };
  const here = roomSources((room) => local[room], options);
  const there = roomSources((room) => served.find(({ name }) => name === room)!.door, options);
  const source = (room: RoomName): RoomSource => ({
    room,
    ask: (operation, values, context) =>
      (REMOTE[context.requestId as Way].includes(room) ? there : here)(room).ask(operation, values, context),
  });
  const execution = federated(world.supergraph, source, log);
  const apiSchema = Promise.withResolvers<GraphQLSchema>();
  execution.onSchemaLoadOrUpdate((loaded) => apiSchema.resolve(loaded.apiSchema));
  const { executor: run } = await execution.load({ apollo: {} });
  const schema = await apiSchema.promise;
  return {
    names: WAYS,
    async answer({ query, document, variables, operationName, viewer }, way) {
      const operation = getOperationAST(document, operationName)!;
      const context: GatewayContext = { viewer, requestId: way };
      const request = { query, variables, ...(operationName === null ? {} : { operationName }) };
      const asked = {
        schema,
        document,
        operation,
        operationName: operation.name!.value,
        queryHash: query,
        request,
        context,
      };
      return (await run!({ ...asked, contextValue: context, source: query, logger: log } as never)) as Answer;
    },
    async close() {
      await execution.stop();
      await Promise.all(served.map(({ door: open }) => open.close()));
      await Promise.all(served.map(({ server }) => server.close()));
    },
  };
}
