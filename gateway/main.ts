// `npm start`: every room and the gateway in one process. With `--only-gateway` the rooms are processes of their own.
import 'reflect-metadata';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from 'pino';
import { ROOM_DEFINITIONS } from '../subgraphs/rooms.ts';
import { ROOMS, type Config, type RoomName } from '../subgraphs/shared/config.ts';
import {
  launch,
  openGround,
  openHouse,
  packageRoot,
  processIdentities,
  stopOnSignals,
} from '../subgraphs/shared/launch.ts';
import { httpDoor, type Door } from '../subgraphs/shared/peer.ts';
import { openGateway } from './gateway.ts';

interface Rooms {
  door(room: RoomName): Door;
  close(): Promise<void>;
}

async function inThisProcess(config: Config, log: Logger): Promise<Rooms> {
  const ground = await openGround(config, ROOMS, log);
  try {
    const definitions = ROOMS.map((room) => ROOM_DEFINITIONS[room]);
    const house = await openHouse(definitions, { ...config, databaseUrl: ground.databaseUrl, log, keep: config });
    return {
      door: house.door,
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
  for (const [room, door] of doors) {
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

await launch(async (config, log) => {
  const schema = (file: string) => readFileSync(join(packageRoot(), 'schema', file), 'utf8');
  const rooms = await (process.argv.includes('--only-gateway') ? overHttp : inThisProcess)(config, log);
  const gateway = await openGateway(config, {
    door: rooms.door,
    supergraphSdl: schema('supergraph.graphql'),
    apiSdl: schema('api.graphql'),
    pageFolder: join(import.meta.dirname, '..', 'graphiql'),
    log,
  }).catch(async (error: unknown) => {
    await rooms.close();
    throw error;
  });
  stopOnSignals(async () => {
    await gateway.close();
    await rooms.close();
  }, log);
  console.log(`The graph is open at ${gateway.url}`);
  if (!config.production) console.log(`In a browser: ${new URL('/', gateway.url).href}`);
  if (gateway.demo !== null) {
    console.log(`Credentials of the demo's member, tills, partners and operator: ${join(config.dataDir, 'demo.json')}`);
  }
});
