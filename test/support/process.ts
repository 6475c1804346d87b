// The product as it is shipped: compiled, as processes of their own, on free ports, with an embedded PostgreSQL each
// data folder.
import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { chmodSync, cpSync, existsSync, globSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { DemoCredentials } from '../../gateway/demo.ts';

const START_MS = 60_000;

const BUILD_MS = 60_000;

/** Compiled once for a whole run, into a folder of its own, so that nobody's `dist/` is touched. Removed when the run ends. */
export async function build(): Promise<string> {
  const folder = process.env['TEST_DIST']!;
  const done = join(folder, 'done');
  try {
    mkdirSync(folder);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    // Another test file is at it.
    for (const deadline = Date.now() + BUILD_MS; !existsSync(done); await sleep(50)) {
      if (Date.now() > deadline) throw new Error('the product was not compiled', { cause: error });
    }
    return folder;
  }
  execFileSync(process.execPath, ['node_modules/typescript/bin/tsc', '-p', 'tsconfig.build.json', '--outDir', folder]);
  for (const file of globSync('subgraphs/**/*.sql')) cpSync(file, join(folder, file));
  writeFileSync(done, '');
  return folder;
}

/**
 * A port that stays free while its process is restarted: below those that the system gives to outgoing connections, and
 * of a stretch of its own per test worker.
 */
export async function freePort(): Promise<number> {
  const worker = Number(process.env['JEST_WORKER_ID'] ?? 0);
  for (;;) {
    const port = 20_000 + (worker % 12) * 1_000 + randomInt(1_000);
    const server = createServer();
    const free = await new Promise<boolean>((done) => {
      server.once('error', () => done(false)).listen(port, '127.0.0.1', () => done(true));
    });
    await new Promise((closed) => server.close(closed));
    if (free && !given.has(port)) {
      given.add(port);
      return port;
    }
  }
}
const given = new Set<number>();

/** A data folder that the embedded server's own user can enter. */
export function dataFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'loyalty-process-'));
  chmodSync(folder, 0o755);
  return folder;
}

export const demoOf = (dataDir: string) =>
  JSON.parse(readFileSync(join(dataDir, 'demo.json'), 'utf8')) as DemoCredentials;

export interface Running {
  pid: number;
  output(): string;
  /** Resolves with the exit code, or the signal's name. */
  ended: Promise<number | string>;
  signal(name: 'SIGINT' | 'SIGTERM' | 'SIGKILL'): void;
}

/** Starts a compiled program and waits until its output has the text. */
export async function run(
  script: string,
  args: string[],
  env: Record<string, string>,
  until: string,
): Promise<Running> {
  const child: ChildProcess = spawn(process.execPath, [script, ...args], {
    env: { PATH: process.env['PATH'] ?? '', HOME: process.env['HOME'] ?? '', ...env },
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
  const deadline = Date.now() + START_MS;
  while (!output.includes(until)) {
    if (over || Date.now() > deadline) {
      child.kill('SIGKILL');
      throw new Error(`"${until}" never came:\n${output}`);
    }
    await sleep(20);
  }
  return { pid: child.pid!, output: () => output, ended, signal: (name) => void child.kill(name) };
}
