// The compiled graph as real processes on a data folder of its own, in one process or in one for each room and the gateway;
// each can be told at its start at which named point to kill itself.
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { ROOMS, type RoomName } from '../../subgraphs/shared/config.ts';
import { dataFolder, freePort, run, type Running } from './process.ts';

export const SHAPES = ['one process', 'six processes'] as const;
export type Shape = (typeof SHAPES)[number];

export interface Deployment {
  dataDir: string;
  /** Resolves with how the process that has the room ended. */
  ended(room: RoomName): Promise<number | string>;
  /** Starts the process that has the room anew, to crash at the point when there is one; one that runs is stopped first. */
  restart(room: RoomName, crashAt: string | null): Promise<void>;
  close(): Promise<void>;
}

const GATEWAY = 'gateway';
type Name = RoomName | typeof GATEWAY;

/** `folder`: what `build` of process.ts made. */
export async function deploy(shape: Shape, folder: string): Promise<Deployment> {
  const dataDir = dataFolder();
  const env: Record<string, string> = { DATA_DIR: dataDir, PORT: String(await freePort()) };
  for (const room of ROOMS) env[`${room.toUpperCase()}_PORT`] = String(await freePort());
  const together = shape === 'one process';
  const running = new Map<Name, Running>();
  const nameOf = (room: RoomName): Name => (together ? GATEWAY : room);

  async function start(name: Name, crashAt: string | null) {
    const [script, args, until] =
      name === GATEWAY
        ? ['gateway/main.js', together ? [] : ['--only-gateway'], 'Credentials of']
        : ['subgraphs/main.js', [name], 'the room is open'];
    const armed = crashAt === null ? {} : { CRASH_AT: crashAt };
    running.set(name, await run(join(folder, script), args, { ...env, ...armed }, until));
  }
  async function close() {
    for (const process of [...running.values()].toReversed()) {
      process.signal('SIGTERM');
      await process.ended;
    }
    rmSync(dataDir, { recursive: true, force: true });
  }
  try {
    if (!together) await Promise.all(ROOMS.map((room) => start(room, null)));
    await start(GATEWAY, null);
  } catch (error) {
    await close();
    throw error;
  }
  return {
    dataDir,
    ended: (room) => running.get(nameOf(room))!.ended,
    async restart(room, crashAt) {
      const name = nameOf(room);
      running.get(name)!.signal('SIGTERM');
      await running.get(name)!.ended;
      await start(name, crashAt);
    },
    close,
  };
}
