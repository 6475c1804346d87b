// The compiled graph as real processes on a data folder of its own, in one process or in one for each room and the gateway;
// each can be told at its start at which named point to kill itself, or be killed at any time, PostgreSQL too.
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { ROOMS, type RoomName } from '../../subgraphs/shared/config.ts';
import { dataFolder, freePort, run, type Running } from './process.ts';
import { postmaster, queried } from './replay.ts';

export const SHAPES = ['one process', 'six processes'] as const;
export type Shape = (typeof SHAPES)[number];

const GATEWAY = 'gateway';
type Name = RoomName | typeof GATEWAY;

/** All processes of the embedded PostgreSQL as when a machine ends, or its postmaster, whose others notice and end. */
export const SERVER = ['postgres', 'postmaster'] as const;
export type Victim = Name | (typeof SERVER)[number];
export const processesOf = (shape: Shape): Name[] => (shape === 'one process' ? [GATEWAY] : [GATEWAY, ...ROOMS]);

/** A server that was killed is back within this time. */
const BACK_MS = 30_000;

export interface Deployment {
  dataDir: string;
  /** Resolves with how the process that has the room ended. */
  ended(room: RoomName): Promise<number | string>;
  /** Starts the process that has the room anew, to crash at the point when there is one; one that runs is stopped first. */
  restart(room: RoomName, crashAt: string | null): Promise<void>;
  /** `kill -9`; resolves when the process was started again, or PostgreSQL is back by whoever uses it. */
  kill(victim: Victim): Promise<void>;
  close(): Promise<void>;
}

/** The pids of the server's processes, the postmaster first. */
async function postgresOf(dataDir: string): Promise<number[]> {
  const others = await queried<{ pid: number }>(dataDir, 'points', 'select pid from pg_stat_activity');
  return [postmaster(dataDir), ...others.map(({ pid }) => pid)];
}

function killAll(pids: number[]) {
  for (const pid of pids) {
    try {
      process.kill(pid, 'SIGKILL');
    } catch (error) {
      // It has ended by itself meanwhile.
      if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
    }
  }
}

async function untilBack(dataDir: string): Promise<void> {
  const answers = () => queried(dataDir, 'points', 'select 1').then(Boolean, () => false);
  for (const deadline = Date.now() + BACK_MS; !(await answers()); await sleep(50)) {
    if (Date.now() > deadline) throw new Error(`PostgreSQL is not back within ${BACK_MS} ms`);
  }
}

/** `folder`: what `build` of process.ts made. `settings`: more of the environment. */
export async function deploy(shape: Shape, folder: string, settings: Record<string, string> = {}): Promise<Deployment> {
  const dataDir = dataFolder();
  const env: Record<string, string> = { ...settings, DATA_DIR: dataDir, PORT: String(await freePort()) };
  for (const room of ROOMS) env[`${room.toUpperCase()}_PORT`] = String(await freePort());
  const together = shape === 'one process';
  const running = new Map<Name, Running>();
  const nameOf = (room: Name): Name => (together ? GATEWAY : room);

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
    async kill(victim) {
      if (victim === 'postgres' || victim === 'postmaster') {
        const all = await postgresOf(dataDir);
        killAll(victim === 'postgres' ? all : all.slice(0, 1));
        return untilBack(dataDir);
      }
      const name = nameOf(victim);
      running.get(name)!.signal('SIGKILL');
      await running.get(name)!.ended;
      await start(name, null);
    },
    close,
  };
}
