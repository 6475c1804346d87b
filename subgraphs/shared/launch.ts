// What a process needs before it serves: a log, databases, identities, its rooms; and how it stops.
import { resolve } from 'node:path';
import { pino, type Logger } from 'pino';
import { readConfig, type Config, type RoomName } from './config.ts';
import { armCrash } from './crash.ts';
import { identities, identitySecret, type Identities } from './identity.ts';
import type { Door } from './peer.ts';
import { startPostgres } from './postgres.ts';
import { openRoom, type Keep, type Room, type RoomDefinition } from './room.ts';

const processLog = (level: string): Logger =>
  pino({ level, redact: ['authorization', '*.authorization', '*.headers', '*["x-api-key"]'] });

export interface Ground {
  databaseUrl(room: RoomName): string;
  /** Stops the embedded PostgreSQL when this process was its last user. */
  close(): Promise<void>;
}

/** A database for each room that runs here: configured, or in the embedded PostgreSQL. */
export async function openGround(config: Config, rooms: readonly RoomName[], log: Logger): Promise<Ground> {
  const embedded = rooms.some((room) => config.roomDatabaseUrls[room] === null) && config.databaseUrl === null;
  const postgres = embedded ? await startPostgres({ dataDir: resolve(config.dataDir, 'postgres'), log }) : null;
  return {
    databaseUrl(room) {
      const own = config.roomDatabaseUrls[room];
      if (own !== null) return own;
      if (postgres !== null) return postgres.url(`loyalty_${room}`);
      const server = new URL(config.databaseUrl!);
      server.pathname = `/loyalty_${room}`;
      return server.href;
    },
    close: async () => postgres?.stop(),
  };
}

export const processIdentities = (config: Config): Identities =>
  identities(identitySecret(config.identitySecret, resolve(config.dataDir)));

export interface House {
  rooms: ReadonlyMap<RoomName, Room>;
  door(room: RoomName): Door;
  close(): Promise<void>;
}

export interface HouseOptions {
  databaseUrl(room: RoomName): string;
  spaces: string[];
  programme: string;
  log: Logger;
  keep?: Keep;
}

/** Opens rooms that reach each other in this process. One after the other: schemas are built from shared metadata. */
export async function openHouse(definitions: RoomDefinition[], options: HouseOptions): Promise<House> {
  const rooms = new Map<RoomName, Room>();
  const door = (name: RoomName): Door => {
    const room = rooms.get(name);
    if (room === undefined) throw new Error(`${name} is not open`);
    return room;
  };
  const close = async () => {
    await Promise.all([...rooms.values()].map((room) => room.close()));
  };
  const { databaseUrl, ...shared } = options;
  try {
    for (const definition of definitions) {
      const environment = { ...shared, databaseUrl: databaseUrl(definition.name), doors: door };
      rooms.set(definition.name, await openRoom(definition, environment));
    }
  } catch (error) {
    await close();
    throw error;
  }
  return { rooms, door, close };
}

/** Stops once, however often the signal comes: Ctrl-C in a terminal arrives twice, by the terminal and by npm. */
export function stopOnSignals(stop: () => Promise<void>, log: Logger): void {
  let stopping: Promise<void> | undefined;
  const stopOnce = () => {
    stopping ??= stop().then(
      () => process.exit(0),
      (error: unknown) => {
        log.fatal({ err: error }, 'the stop failed');
        process.exit(1);
      },
    );
  };
  process.on('SIGINT', stopOnce);
  process.on('SIGTERM', stopOnce);
}

/** Runs a process. Settings that cannot be used are told without a stack; whatever fails, the exit code is 1. */
export async function launch(start: (config: Config, log: Logger) => Promise<void>): Promise<void> {
  let config: Config;
  try {
    config = readConfig();
  } catch (error) {
    console.error((error as Error).message);
    process.exit(1);
  }
  armCrash(config.crashAt);
  const log = processLog(config.logLevel);
  try {
    await start(config, log);
  } catch (error) {
    log.fatal({ err: error }, 'the start failed');
    process.exit(1);
  }
}
