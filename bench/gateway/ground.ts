// All that is measured, each a process that starts when it is first needed: the rooms, our gateway, its peers, and the
// process that asks.
import { once } from 'node:events';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { gatewaySdl } from '../../gateway/execution/supergraph.ts';
import { ROOMS, type RoomName } from '../../subgraphs/shared/config.ts';
import { keyText } from '../../subgraphs/shared/api-key.ts';
import { stopOnSignals } from '../../subgraphs/shared/launch.ts';
import { startPostgres } from '../../subgraphs/shared/postgres.ts';
import { memberIds } from './data.ts';
import type { Load, Loaded } from './load.ts';
import type { World } from './operations.ts';
import type { Order } from './ours.ts';
import { hive, installPeers } from './peers.ts';
import { start, type Running } from './process.ts';
import { schemaText } from './schemas.ts';

/** All gateways, and the floor under them. */
export const GATEWAYS = ['http', 'in-process', 'stock', 'hive', 'hive-router-runtime', 'proxy'] as const;
export type GatewayName = (typeof GATEWAYS)[number];
/** With identical fetches under way shared. */
export type SharingName = 'http-sharing' | 'hive-router-runtime-sharing';
export type Target = GatewayName | SharingName;

const SECRET = 'a secret of this benchmark and of none other';

const IN_MEMORY: World = {
  memberIds,
  cursors: memberIds.map((_, index) => String(index)),
  key: keyText(false, new Uint8Array(32).fill(7)),
};

export interface Ground {
  seconds: number;
  world: World;
  /** Of each request. */
  headers: Record<string, string>;
  gateway(name: Target): Promise<Running>;
  room(name: RoomName): Room;
  /** CPU that all rooms have used; null where the system does not say. */
  roomsMicros(): number | null;
  /** Throws when an answer was wrong. */
  load(load: Omit<Load, 'headers'>): Promise<Loaded>;
  close(): Promise<void>;
}

/** The supergraph with the addresses of these rooms; without who may ask what, which peers have no credentials for. */
function addressed(supergraph: string, urls: Record<RoomName, string>): string {
  return ROOMS.reduce(
    (text, room) => text.replace(new RegExp(`(name: "${room}", url: )"[^"]*"`), `$1"${urls[room]}"`),
    gatewaySdl(supergraph),
  );
}

interface Room extends Pick<Running, 'url' | 'cpuMicros' | 'residentBytes'> {}

export interface GroundOptions {
  /** Of a round. */
  seconds: number;
  /** The rooms over PostgreSQL, instead of schemas over data in memory. */
  real: boolean;
}

type Start = (script: string, ...args: string[]) => Promise<Running>;

interface Rooms {
  running: Running[];
  urls: Record<RoomName, string>;
  world: World;
  /** PostgreSQL of the real ones. */
  server: string | null;
}

async function inMemory(started: Start): Promise<Rooms> {
  const running: Running[] = [];
  for (const room of ROOMS) running.push(await started('room', room));
  const urls = Object.fromEntries(ROOMS.map((room, index) => [room, running[index]!.url]));
  return { running, urls: urls as Record<RoomName, string>, world: IN_MEMORY, server: null };
}

/** All of them share a process. */
async function overPostgres(started: Start, server: string, dataDir: string): Promise<Rooms> {
  const real = await started('real', server, dataDir, SECRET);
  const { urls, world } = real as unknown as Pick<Rooms, 'urls' | 'world'>;
  return { running: [real], urls, world, server };
}

export async function openGround({ seconds, real }: GroundOptions): Promise<Ground> {
  installPeers();
  const folder = mkdtempSync(join(tmpdir(), 'loyalty-bench-'));
  // The server's user must come in, or the cluster would lie elsewhere and stay.
  chmodSync(folder, 0o755);
  const postgres = real ? await startPostgres({ dataDir: join(folder, 'postgres') }) : null;
  const processes: Promise<Running>[] = [];
  const started: Start = (script, ...args) => {
    const made = start(script, args);
    processes.push(made);
    return made;
  };
  async function close(): Promise<void> {
    await Promise.allSettled(processes.map(async (made) => (await made).stop()));
    await postgres?.stop();
    rmSync(folder, { recursive: true, force: true });
  }
  stopOnSignals(close, pino({ level: 'error' }));

  try {
    const rooms = await (postgres === null
      ? inMemory(started)
      : overPostgres(started, postgres.url('postgres'), folder));
    const { urls, world, server, running } = rooms;
    const supergraph = join(folder, 'supergraph.graphql');
    writeFileSync(supergraph, addressed(schemaText('supergraph.graphql'), urls));
    const asker = await started('load');
    const headers = { 'content-type': 'application/json', authorization: `Bearer ${world.key}` };

    const ours = (way: Order['way'], sharing: boolean) => () =>
      started('ours', JSON.stringify({ way, dataDir: folder, urls, sharing, secret: SECRET, server } satisfies Order));
    const peer = (routerRuntime: boolean, sharing: boolean) => () =>
      started('hive', ...hive({ routerRuntime, sharing }), supergraph);
    const starts: Record<Target, () => Promise<Running>> = {
      http: ours('http', false),
      'http-sharing': ours('http', true),
      'in-process': ours('in-process', false),
      stock: () => started('stock', supergraph),
      hive: peer(false, false),
      'hive-router-runtime': peer(true, false),
      'hive-router-runtime-sharing': peer(true, true),
      proxy: () => started('proxy', JSON.stringify(urls)),
    };
    const gateways = new Map<Target, Promise<Running>>();
    return {
      seconds,
      world,
      headers,
      gateway(name) {
        const known = gateways.get(name) ?? starts[name]();
        gateways.set(name, known);
        return known;
      },
      room(name) {
        const { cpuMicros, residentBytes } = running[running.length === 1 ? 0 : ROOMS.indexOf(name)]!;
        return { url: urls[name], cpuMicros, residentBytes };
      },
      roomsMicros() {
        const each = running.map((room) => room.cpuMicros());
        return each.every((micros) => micros !== null) ? each.reduce((sum, micros) => sum + micros, 0) : null;
      },
      async load(load) {
        asker.child.send({ ...load, headers });
        const [{ loaded, error }] = (await once(asker.child, 'message')) as [{ loaded?: Loaded; error?: string }];
        if (loaded === undefined) throw new Error(error);
        return loaded;
      },
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}
