// `npm start`: every room and the gateway in one process. With `--only-gateway` the rooms are processes of their own; with
// `GATEWAY_WORKERS` gateways are, and what starts them has the rooms.
import 'reflect-metadata';
import cluster from 'node:cluster';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from 'pino';
import { ROOM_DEFINITIONS } from '../subgraphs/rooms.ts';
import { ROOMS, roomVariables, type Config, type RoomName } from '../subgraphs/shared/config.ts';
import { discreet, fieldNames } from '../subgraphs/shared/discreet.ts';
import {
  launch,
  openGround,
  openHouse,
  processIdentities,
  stopOnSignals,
  type House,
} from '../subgraphs/shared/launch.ts';
import { packageRoot } from '../subgraphs/shared/package-root.ts';
import { httpDoor, type Door } from '../subgraphs/shared/peer.ts';
import { serveRoom, type RoomServer } from '../subgraphs/shared/server.ts';
import { trustedDocuments } from './documents/manifest.ts';
import { openGateway } from './gateway.ts';
import { startTracing, toCollector } from './observability/tracing.ts';
import { freePort, startWorkers, tellOpened, type Opened } from './workers.ts';

interface Rooms {
  door(room: RoomName): Door;
  close(): Promise<void>;
}

async function inThisProcess(config: Config, log: Logger): Promise<House> {
  const ground = await openGround(config, ROOMS, log);
  try {
    const definitions = ROOMS.map((room) => ROOM_DEFINITIONS[room]);
    const house = await openHouse(definitions, { ...config, databaseUrl: ground.databaseUrl, log, keep: config });
    return {
      ...house,
      async close() {
        await house.close();
        await ground.close();
      },
    };
  } catch (error) {
    await ground.close();
    throw error;
  }
}

async function overHttp(config: Config, log: Logger): Promise<Rooms> {
  const identities = processIdentities(config);
  const doors = new Map(ROOMS.map((room) => [room, httpDoor(room, config.roomUrls[room], identities)]));
  // The demo is made by asking them; all else is answered as far as there are rooms.
  for (const [room, door] of config.demo ? doors : []) {
    for (let waited = 0; !(await door.ready().catch(() => false)); waited += 1) {
      if (waited % 20 === 0) log.info({ room, url: config.roomUrls[room] }, 'waiting for the room');
      await sleep(250);
    }
  }
  return {
    door: (room) => doors.get(room)!,
    async close() {
      await Promise.all([...doors.values()].map((door) => door.close()));
    },
  };
}

const schemaFile = (name: string) => join(packageRoot(), 'schema', name);
const supergraphOf = ({ supergraph }: Config) => supergraph ?? schemaFile('supergraph.graphql');
const ownDocuments = () => trustedDocuments(readFileSync(schemaFile('trusted-documents.json'), 'utf8'));

/** What the log may name: fields of the graph and operations of ours. */
function ownNames(config: Config): Set<string> {
  const operations = ownDocuments().flatMap(({ name }) => name.split(', '));
  return new Set([...fieldNames(readFileSync(supergraphOf(config), 'utf8')), ...operations]);
}

const isWithoutRooms = () => process.argv.includes('--only-gateway');

async function gatewayHere(config: Config, log: Logger): Promise<Opened> {
  const supergraphFile = supergraphOf(config);
  const { traceEndpoint } = config.observability;
  const stopTracing = traceEndpoint === null ? () => undefined : startTracing(toCollector(traceEndpoint));
  const rooms = await (isWithoutRooms() ? overHttp : inThisProcess)(config, log);
  const opening = openGateway(config, {
    door: rooms.door,
    supergraphSdl: readFileSync(supergraphFile, 'utf8'),
    supergraphFile,
    trusted: ownDocuments(),
    pageFolder: join(import.meta.dirname, '..', 'graphiql'),
    log,
  });
  // From here on clients may ask: a signal ends nothing that was taken.
  stopOnSignals(async () => {
    await (await opening).close();
    await rooms.close();
    await stopTracing();
  }, log);
  try {
    const { url, demo } = await opening;
    return { url, demo: demo !== null };
  } catch (error) {
    await rooms.close();
    throw error;
  }
}

/** Gateways in processes of their own; the rooms, unless they have their own too, stay here and are asked over HTTP. */
async function gatewaysInWorkers(config: Config, log: Logger): Promise<Opened> {
  const port = await freePort(config);
  const rooms = isWithoutRooms() ? { urls: {}, close: () => Promise.resolve() } : await servedHere(config, log);
  const env = { ...rooms.urls, PORT: String(port) };
  const options = { count: config.gatewayWorkers, args: ['--only-gateway'], env, log };
  const workers = await startWorkers(options).catch(async (error: unknown) => {
    await rooms.close();
    throw error;
  });
  stopOnSignals(async () => {
    await workers.close();
    await rooms.close();
  }, log);
  return workers;
}

/** For this machine only; each on a free port, which is told to who asks it. */
async function servedHere(config: Config, log: Logger) {
  const identities = processIdentities(config);
  const rooms = await inThisProcess(config, log);
  const servers: [RoomName, RoomServer][] = [];
  const close = async () => {
    await Promise.all(servers.map(([, server]) => server.close()));
    await rooms.close();
  };
  try {
    for (const room of ROOMS)
      servers.push([room, await serveRoom(rooms.rooms.get(room)!, { host: '127.0.0.1', port: 0 }, identities, log)]);
    const url = ({ port }: RoomServer) => `http://127.0.0.1:${port}`;
    return { urls: Object.fromEntries(servers.map(([room, server]) => [roomVariables(room).url, url(server)])), close };
  } catch (error) {
    await close();
    throw error;
  }
}

await launch(async (config, processLog) => {
  const log = discreet(processLog, ownNames(config));
  const areMany = config.gatewayWorkers > 1 && cluster.isPrimary;
  const { url, demo } = await (areMany ? gatewaysInWorkers : gatewayHere)(config, log);
  if (cluster.isWorker) return tellOpened({ url, demo });
  console.log(`The graph is open at ${url}`);
  if (!config.production) console.log(`In a browser: ${new URL('/', url).href}`);
  if (demo)
    console.log(`Credentials of the demo's member, tills, partners and operator: ${join(config.dataDir, 'demo.json')}`);
});
