// One room as a process of its own: `main.ts <room>`. It reaches the others over HTTP.
import 'reflect-metadata';
import { ROOM_DEFINITIONS } from './rooms.ts';
import { ROOMS, type RoomName } from './shared/config.ts';
import { launch, openGround, processIdentities, stopOnSignals } from './shared/launch.ts';
import { httpDoor } from './shared/peer.ts';
import { openRoom } from './shared/room.ts';
import { serveRoom } from './shared/server.ts';

await launch(async (config, log) => {
  const name = ROOMS.find((room) => room === process.argv[2]);
  if (name === undefined) throw new Error(`Name the room to run: ${ROOMS.join(', ')}.`);
  const identities = processIdentities(config);
  const peers = new Map(ROOMS.map((room) => [room, httpDoor(room, config.roomUrls[room], identities)]));
  const ground = await openGround(config, [name], log);
  const closers = [
    () => ground.close(),
    async () => {
      await Promise.all([...peers.values()].map((peer) => peer.close()));
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
      doors: (peer: RoomName) => peers.get(peer)!,
      log,
      keep: config,
    });
    closers.push(() => room.close());
    const server = await serveRoom(room, { host: config.host, port: config.roomPorts[name] }, identities, log);
    closers.push(() => server.close());
    stopOnSignals(stop, log);
    log.info({ room: name, port: server.port }, 'the room is open');
  } catch (error) {
    await stop();
    throw error;
  }
});
