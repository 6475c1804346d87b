// The product as it is shipped: compiled, as processes of their own, on free ports, with an embedded PostgreSQL each
// data folder. Built once for a test file.
import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { chmodSync, cpSync, globSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { DemoCredentials } from '../../gateway/demo.ts';

const START_MS = 60_000;

/** Compiles into a folder of its own, so that nobody's `dist/` is touched. */
export function build(): { folder: string; remove(): void } {
  const folder = mkdtempSync(join('node_modules', '.test-dist-'));
  execFileSync(process.execPath, ['node_modules/typescript/bin/tsc', '-p', 'tsconfig.build.json', '--outDir', folder]);
  for (const file of globSync('subgraphs/**/*.sql')) cpSync(file, join(folder, file));
  return { folder, remove: () => rmSync(folder, { recursive: true, force: true }) };
}

export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

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
