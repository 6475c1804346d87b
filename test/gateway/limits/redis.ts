// A redis-server of the tests' own, on a free port, in memory; it can be stopped, held still, and started again.
import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';

/** Null where Redis is not installed. CI installs it, and fails without. */
export function redisVersion(): string | null {
  try {
    return execFileSync('redis-server', ['--version'], { encoding: 'utf8' }).trim();
  } catch (error) {
    if (process.env['CI'] === 'true') throw error;
    return null;
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

export interface Redis {
  url: string;
  start(): Promise<void>;
  stop(): Promise<void>;
  /** It takes what it is sent and says nothing. */
  hold(): void;
  goOn(): void;
}

export async function startRedis(): Promise<Redis> {
  const port = await freePort();
  let child: ChildProcess | undefined;
  async function stop() {
    const stopped = child;
    child = undefined;
    if (stopped === undefined) return;
    const exit = once(stopped, 'exit');
    stopped.kill('SIGKILL');
    await exit;
  }
  async function start() {
    const started = spawn('redis-server', [
      '--port',
      String(port),
      '--bind',
      '127.0.0.1',
      '--save',
      '',
      '--appendonly',
      'no',
    ]);
    child = started;
    await new Promise<void>((resolve, reject) => {
      let said = '';
      started.once('exit', () => reject(new Error(`Redis did not start: ${said}`)));
      started.stdout.on('data', (text: Buffer) => {
        said += text.toString();
        if (said.includes('Ready to accept connections')) resolve();
      });
    });
  }
  await start();
  return {
    url: `redis://127.0.0.1:${port}`,
    start,
    stop,
    hold: () => void child?.kill('SIGSTOP'),
    goOn: () => void child?.kill('SIGCONT'),
  };
}
