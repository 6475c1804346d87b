// One room as a process of its own: `main.ts <room>`. It reaches the others over HTTP.
import 'reflect-metadata';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOM_DEFINITIONS } from './rooms.ts';
import { ROOMS, type RoomName } from './shared/config.ts';
import { discreet, fieldNames } from './shared/discreet.ts';
import { launch, openGround, processIdentities, stopOnSignals } from './shared/launch.ts';
import { packageRoot } from './shared/package-root.ts';
import { httpDoor, peer } from './shared/peer.ts';
import { openRoom } from './shared/room.ts';
import { routers } from './shared/router.ts';
import { serveRoom } from './shared/server.ts';

/** What its log may name: fields that clients can ask for. */
const ownNames = () => fieldNames(readFileSync(join(packageRoot(), 'schema', 'supergraph.graphql'), 'utf8'));

await launch(async (config, processLog) => {
  const log = discreet(processLog, ownNames());
  const name = ROOMS.find((room) => room === process.argv[2]);
  if (name === undefined) throw new Error(`Name the room to run: ${ROOMS.join(', ')}.`);
  const identities = processIdentities(config);
  const peers = new Map(ROOMS.map((room) => [room, httpDoor(room, config.roomUrls[room], identities)]));
  const ground = await openGround(config, [name], log);
  const closers = [
    () => ground.close(),
    async () => {
      await Promise.all([...peers.values()].map((door) => door.close()));
    },
  ];
  const stop = async () => {
    for (const close of closers.toReversed()) await close();
  };
  try {
    const room = await openRoom(ROOM_DEFINITIONS[name], {
      databaseUrl: ground.databaseUrl(name),
      spaces: config.spaces,
      programme: config.programme,
      doors: (other: RoomName) => peers.get(other)!,
      log,
      keep: config,
    });
    closers.push(() => room.close());
    const ask = peer(name, (other) => (other === name ? room : peers.get(other)!));
    const listen = { host: config.host, port: config.roomPorts[name] };
    const server = await serveRoom(room, listen, identities, log, routers(config, name, ask));
    closers.push(() => server.close());
    stopOnSignals(stop, log);
    log.info({ room: name, port: server.port }, 'the room is open');
  } catch (error) {
    await stop();
    throw error;
  }
});
