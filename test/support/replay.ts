// The replay client as a real process, watched by what it has in the ledger; and the cluster below, which is counted past every room.
import { spawn, type ChildProcess } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';

const WAIT_MS = 45_000;
const LOOK_EVERY_MS = 50;

export interface Replay {
  pid: number;
  output(): string;
  isOver(): boolean;
  /** Resolves with the exit code, or the signal's name. */
  ended: Promise<number | string>;
  kill(): Promise<number | string>;
}

/** `npm run replay -- …args` against the graph of the data folder. */
export function replay(dataDir: string, ...args: string[]): Replay {
  const own = ['--credentials', join(dataDir, 'demo.json'), '--state', join(dataDir, 'replay')];
  const child: ChildProcess = spawn(process.execPath, ['clients/replay/main.ts', ...own, ...args], {
    env: { PATH: process.env['PATH'] ?? '', HOME: process.env['HOME'] ?? '' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  let over = false;
  child.stdout?.on('data', (chunk: Buffer) => (output += String(chunk)));
  child.stderr?.on('data', (chunk: Buffer) => (output += String(chunk)));
  const ended = new Promise<number | string>((resolve) => {
    child.on('close', (code, signal) => {
      over = true;
      resolve(code ?? signal ?? 'gone');
    });
  });
  return {
    pid: child.pid!,
    output: () => output,
    isOver: () => over,
    ended,
    kill() {
      child.kill('SIGKILL');
      return ended;
    },
  };
}

const postmasterLines = (dataDir: string) =>
  readFileSync(join(dataDir, 'postgres/data/postmaster.pid'), 'utf8').split('\n');

/** The pid of the embedded server of the data folder. */
export const postmaster = (dataDir: string): number => Number(postmasterLines(dataDir)[0]);

/** Asks a room's database in the space `live`, past every room. */
export async function queried<T>(dataDir: string, room: string, text: string): Promise<T[]> {
  const password = readFileSync(join(dataDir, 'postgres/password'), 'utf8');
  const url = `postgres://loyalty:${password}@127.0.0.1:${postmasterLines(dataDir)[3]}/loyalty_${room}`;
  const client = new pg.Client({ connectionString: url, options: '-c search_path=live' });
  await client.connect();
  try {
    return (await client.query(text)).rows;
  } finally {
    await client.end();
  }
}

/** Rows of a room's table in the space `live`. */
export async function rowsOf(dataDir: string, room: string, table: string): Promise<number> {
  const [row] = await queried<{ count: string }>(dataDir, room, `select count(*) from ${table}`);
  return Number(row!.count);
}

/** Waits until the running replay has some more purchases in the ledger; gives how many there are. */
export async function untilRecorded(dataDir: string, running: Replay, least: number): Promise<number> {
  const deadline = Date.now() + WAIT_MS;
  for (;;) {
    const count = await rowsOf(dataDir, 'points', 'purchase');
    if (count >= least) return count;
    if (running.isOver() || Date.now() > deadline) {
      throw new Error(
        `The replay ${running.isOver() ? 'ended' : 'stands'} at ${count} of ${least}:\n${running.output()}`,
      );
    }
    await sleep(LOOK_EVERY_MS);
  }
}
