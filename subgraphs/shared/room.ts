// A running room: its database, its schema, its inbox and its relay, behind one door.
import type { EntitySchema, MigrationInterface } from 'typeorm';
import type { Logger } from 'pino';
import { EVENTS } from '../../schema/events.ts';
import type { Config, RoomName } from './config.ts';
import { openDatabase, type Database, type Space } from './database.ts';
import { executor } from './execution.ts';
import { receive, type Handlers } from './inbox.ts';
import { peer, type Door } from './peer.ts';
import { takeFile, type RoomProgramme } from './programme.ts';
import { startRelay, type Relay } from './relay.ts';
import { buildSubgraph, type SubgraphDefinition } from './subgraph.ts';
import { startClock, type Clock } from './tick.ts';
import { Forbidden, type Viewer } from './viewer.ts';

/** What a room is given for one request. Loaders and services are made from it, so they live as long as the request. */
export interface RoomRequest {
  viewer: Viewer;
  space: Space;
  requestId: string;
  /** Asks another room, in the same space. */
  ask<T>(room: RoomName, query: string, variables: Record<string, unknown>): Promise<T>;
  /** Something was told: the relay need not wait. Call after the commit. */
  told(): void;
  /** Does all that is due in the space by now and carries what was told, as time would; how many things were due. */
  catchUp(): Promise<number>;
  keep?: Keep;
}

/** Where a room keeps files, and the keys that were given to it. Without it nothing leaves the database. */
export type Keep = Pick<Config, 'dataDir' | 'sealKey'>;

export interface RoomDefinition {
  name: RoomName;
  entities: (Function | EntitySchema)[];
  migrations: (new () => MigrationInterface)[];
  /** SQL of its functions, loaded anew when it has changed. */
  routines?: string[];
  subgraph: SubgraphDefinition;
  handlers: Handlers;
  /** The resolvers' context. */
  context(request: RoomRequest): RoomRequest;
  /** Its sections of the programme. */
  programme: RoomProgramme;
  /** Does a batch of what is due in a space by its `clock()`; how many it did. Called each second, again while there is more. */
  tick?(request: RoomRequest): Promise<number>;
  /** Resolves when nothing of a space is under way any more; asked before its connections close. */
  idle?(space: Space): Promise<void>;
}

export interface RoomEnvironment {
  databaseUrl: string;
  spaces: string[];
  /** Path of the programme's YAML file. */
  programme: string;
  /** How the other rooms are reached. */
  doors: (room: RoomName) => Door;
  log: Logger;
  keep?: Keep;
  onStatement?: (text: string) => void;
}

export interface Room extends Door {
  name: RoomName;
  sdl: string;
  database: Database;
  relay: Relay;
  clock: Clock;
  close(): Promise<void>;
}

export async function openRoom(definition: RoomDefinition, environment: RoomEnvironment): Promise<Room> {
  const { name } = definition;
  const log = environment.log.child({ room: name });
  const { sdl, schema } = await buildSubgraph(definition.subgraph);
  const database = await openDatabase({
    url: environment.databaseUrl,
    room: name,
    spaces: environment.spaces,
    entities: definition.entities,
    migrations: definition.migrations,
    routines: definition.routines ?? [],
    ...(environment.onStatement === undefined ? {} : { onStatement: environment.onStatement }),
  });
  const ask = peer(name, environment.doors);
  const told = Object.values(EVENTS).filter((event) => event.tells === name);
  const hearers = [...new Set(told.flatMap((event) => event.hears))];
  const relay = startRelay(
    database.spaces,
    hearers,
    (room, space, events) => environment.doors(room).receive(space, events, name),
    log,
  );

  const request = (viewer: Viewer, requestId: string): RoomRequest => {
    if (!environment.spaces.includes(viewer.space)) throw new Forbidden('FORBIDDEN', 'This space is not served here.');
    return {
      viewer,
      space: database.space(viewer.space),
      requestId,
      ask: (room, query, variables) => ask(room, { query, variables }, { space: viewer.space, requestId }),
      told: relay.nudge,
      async catchUp() {
        const done = await clock.drain(viewer.space);
        await relay.drain([database.space(viewer.space)]);
        return done;
      },
      ...(environment.keep === undefined ? {} : { keep: environment.keep }),
    };
  };

  const contexts = new WeakMap<object, RoomRequest>();
  const contextOf = (viewer: Viewer, requestId: string, shared: object | undefined): RoomRequest => {
    const known = shared && contexts.get(shared);
    // What one viewer's loaders have read is never another's.
    if (known?.viewer === viewer) return known;
    const made = definition.context(request(viewer, requestId));
    if (shared !== undefined) contexts.set(shared, made);
    return made;
  };

  const system = (space: string): Viewer => ({ kind: 'room', space, owner: name, scopes: [] });
  for (const space of environment.spaces) {
    await takeFile(definition.programme, request(system(space), 'programme'), environment.programme);
  }
  const run = executor(schema, log);
  const { tick } = definition;
  const clock = startClock(environment.spaces, tick && ((space) => tick(request(system(space), 'clock'))), log);

  return {
    name,
    sdl,
    database,
    relay,
    clock,
    async execute(operation, viewer, requestId, shared) {
      try {
        if (viewer.kind === 'anonymous') throw new Forbidden('UNAUTHENTICATED', 'Send a credential.');
        return await run(operation, contextOf(viewer, requestId, shared));
      } catch (error) {
        if (!(error instanceof Forbidden)) throw error;
        return { errors: [{ message: error.message, extensions: { code: error.code } }] };
      }
    },
    receive: (space, events) => receive(database.space(space), definition.handlers, events),
    async ready() {
      await database.spaces[0]!.source.query('select 1');
      return true;
    },
    async close() {
      await clock.stop();
      await relay.stop();
      await Promise.all(database.spaces.map(async (space) => definition.idle?.(space)));
      await database.close();
    },
  };
}
