// A server of its own, with the product's defaults but for long checkpoints, spaces of the points room in it, and behind
// the gateway all rooms. fsync and synchronous_commit are on.
import { chmodSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { pino } from 'pino';
import type { DemoCredentials } from '../../gateway/demo.ts';
import { openGateway } from '../../gateway/gateway.ts';
import { pointsRoom } from '../../subgraphs/points/main.ts';
import { ROOM_DEFINITIONS } from '../../subgraphs/rooms.ts';
import { readConfig, ROOMS } from '../../subgraphs/shared/config.ts';
import { openDatabase, type Space } from '../../subgraphs/shared/database.ts';
import { encodeId } from '../../subgraphs/shared/id.ts';
import { openHouse, stopOnSignals } from '../../subgraphs/shared/launch.ts';
import { packageRoot } from '../../subgraphs/shared/package-root.ts';
import { startPostgres } from '../../subgraphs/shared/postgres.ts';
import { takeFile } from '../../subgraphs/shared/programme.ts';
import type { RoomRequest } from '../../subgraphs/shared/room.ts';
import type { Viewer } from '../../subgraphs/shared/viewer.ts';

/** Connections that post at the same time, in REF as in the rows. */
export const CLIENTS = 16;

export interface Ground {
  /** Of one round. */
  seconds: number;
  /** A space of the points room, without the other rooms and without anything that runs by itself. */
  space(name: string): Promise<Space>;
  /** As many connections as clients, to a space. */
  clients(space: string): Promise<pg.Client[]>;
  connect(database: string, options?: string): Promise<pg.Client>;
  /** What a resolver would have. Members are found by identifiers that are their UUIDs. */
  request(space: Space, viewer: Viewer): RoomRequest;
  /** All rooms behind a gateway. */
  gateway(): Promise<{ url: string; demo: DemoCredentials }>;
  close(): Promise<void>;
}

/** Calls once for each key. */
function remembered<T>(make: (key: string) => Promise<T>): (key: string) => Promise<T> {
  const made = new Map<string, Promise<T>>();
  return (key) => {
    const known = made.get(key) ?? make(key);
    made.set(key, known);
    return known;
  };
}

export async function openGround(seconds: number): Promise<Ground> {
  const dataDir = mkdtempSync(join(tmpdir(), 'loyalty-bench-'));
  // The server's user must come in, or the cluster would lie elsewhere and stay.
  chmodSync(dataDir, 0o755);
  const settings = { max_wal_size: '8GB', checkpoint_timeout: '30min' };
  const postgres = await startPostgres({ dataDir: join(dataDir, 'postgres'), settings });
  const log = pino({ level: 'error' });
  const rates = { RATE_PER_CREDENTIAL: '1000000000', RATE_ANONYMOUS: '1000000000' };
  const config = { ...readConfig({ DEMO: 'true', PORT: '0', SPACES: 'live', ...rates }), dataDir };
  const closing: (() => Promise<unknown>)[] = [];
  const stop = async () => {
    await postgres.stop();
    rmSync(dataDir, { recursive: true, force: true });
  };
  stopOnSignals(stop, log);

  async function connect(database: string, options = ''): Promise<pg.Client> {
    const client = new pg.Client({ connectionString: postgres.url(database), options });
    // What breaks a connection is told by the statement that it was running.
    client.on('error', () => undefined);
    await client.connect();
    closing.push(() => client.end());
    return client;
  }

  const request = (space: Space, viewer: Viewer): RoomRequest => ({
    space,
    viewer,
    requestId: 'bench',
    told: () => undefined,
    catchUp: async () => 0,
    async ask<T>(_: string, __: string, variables: Record<string, unknown>): Promise<T> {
      const identifiers = variables['identifiers'] as { value: string }[];
      return { memberIdsByIdentifier: identifiers.map(({ value }) => encodeId('mbr', value)) } as T;
    },
  });

  const space = remembered(async (name) => {
    const { entities, migrations, routines = [] } = pointsRoom;
    const options = { url: postgres.url('points'), room: 'points', spaces: [name], poolSize: CLIENTS };
    const database = await openDatabase({ ...options, entities, migrations, routines });
    closing.push(() => database.close());
    const opened = database.space(name);
    await takeFile(pointsRoom.programme, { space: opened, told: () => undefined }, config.programme);
    return opened;
  });

  const gateway = remembered(async () => {
    const house = await openHouse(
      ROOMS.map((room) => ROOM_DEFINITIONS[room]),
      {
        databaseUrl: (room) => postgres.url(`loyalty_${room}`),
        spaces: config.spaces,
        programme: config.programme,
        log,
      },
    );
    closing.push(() => house.close());
    const schema = (file: string) => readFileSync(join(packageRoot(), 'schema', file), 'utf8');
    const supergraphSdl = schema('supergraph.graphql');
    const { url, demo, close } = await openGateway(config, { door: house.door, supergraphSdl, log });
    closing.push(close);
    return { url, demo: demo! };
  });

  return {
    seconds,
    space,
    clients: remembered(async (name) => {
      await space(name);
      const one = () => connect('points', `-c search_path=${name} -c timezone=UTC -c jit=off`);
      return Promise.all(Array.from({ length: CLIENTS }, one));
    }),
    connect,
    request,
    gateway: () => gateway('live'),
    async close() {
      for (const close of closing.toReversed()) await close();
      await stop();
    },
  };
}
