// Many processes that answer clients on one port. This one starts them, starts one again that dies, and stops them all: it
// is the only one that a service manager or a terminal needs to know.
import cluster, { type Worker } from 'node:cluster';
import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import type { Logger } from 'pino';
import { answerForAll } from './observability/all-workers.ts';

/** A worker that dies at once each time shall not keep a core busy. */
const RESTART_MS = 500;

/** What a worker tells when clients can ask it. */
export interface Opened {
  url: string;
  /** Whether it has demo credentials. */
  demo: boolean;
}

export interface Workers extends Opened {
  /** Each answers what it was asked; resolves when all have ended. */
  close(): Promise<void>;
}

export interface WorkersOptions {
  count: number;
  /** Of the program that each runs: the one that runs here. */
  args: string[];
  /** Settings that differ from this process's own. */
  env: Record<string, string>;
  log: Logger;
}

/** The port for all, 0 made a free one. Throws when another process listens there: workers would share it without a word. */
export async function freePort({ port, host }: { port: number; host: string }): Promise<number> {
  const probe = createServer().listen(port, host);
  await once(probe, 'listening');
  const { port: free } = probe.address() as AddressInfo;
  probe.close();
  await once(probe, 'close');
  return free;
}

/** Rejects when it ends before it is open: its log says why. */
function opened(worker: Worker): Promise<Opened> {
  return new Promise((resolve, reject) => {
    // A scrape of the others may ask it before it is open.
    worker.on('message', (told: Partial<Opened>) => 'url' in told && resolve(told as Opened));
    worker.once('exit', (code) => reject(new Error(`a worker ended with ${code} before it was open`)));
  });
}

export async function startWorkers({ count, args, env, log }: WorkersOptions): Promise<Workers> {
  const running = new Map<Worker, Promise<void>>();
  let isStopping = false;

  function start(): Worker {
    const worker = cluster.fork(env);
    const ended = new Promise<void>((resolve) => {
      worker.once('exit', (code, signal) => {
        running.delete(worker);
        resolve();
        if (isStopping) return;
        log.error({ worker: worker.process.pid, code, signal }, 'a worker died; another takes its place');
        setTimeout(() => isStopping || start(), RESTART_MS);
      });
    });
    running.set(worker, ended);
    return worker;
  }
  async function close() {
    isStopping = true;
    for (const worker of running.keys()) worker.process.kill('SIGTERM');
    await Promise.all(running.values());
  }

  cluster.setupPrimary({ args });
  answerForAll();
  try {
    // The first makes what is made once, such as the demo's credentials; the others find it.
    const first = await opened(start());
    await Promise.all(Array.from({ length: count - 1 }, () => opened(start())));
    return { ...first, close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** Tells the process that started this one. */
export const tellOpened = (facts: Opened): void => void process.send?.(facts);
