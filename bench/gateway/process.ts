// Processes of a benchmark: each is a script of this folder that says where it listens, and ends with its parent.
import { fork, type ChildProcess } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { once } from 'node:events';
import { extname, join } from 'node:path';

/** Of /proc: 100 a second on every Linux. */
const TICK_MICROS = 10_000;
const START_MS = 60_000;

export interface Facts {
  /** Where it answers. */
  url: string;
  [more: string]: unknown;
}

export interface Running extends Facts {
  child: ChildProcess;
  /** CPU that all its threads have used; null where the system does not say. */
  cpuMicros(): number | null;
  /** Memory that it holds; null where the system does not say. */
  residentBytes(): number | null;
  stop(): Promise<void>;
}

function proc(pid: number, file: string): string | null {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'latin1');
  } catch {
    return null;
  }
}

/** In the child: says where it listens, and what else there is to know. */
export function announce(facts: Facts): void {
  process.on('disconnect', () => process.exit(0));
  process.send!(facts);
}

/** Like products run: without anything of this shell but what they are told. Throws when it does not start. */
export async function start(script: string, args: string[]): Promise<Running> {
  const file = join(import.meta.dirname, script + extname(import.meta.filename));
  const env = { NODE_ENV: 'production', APOLLO_TELEMETRY_DISABLED: 'true', LOG_LEVEL: 'error' };
  const child = fork(file, args, { env });
  const signal = AbortSignal.timeout(START_MS);
  const failed = once(child, 'exit', { signal }).then(([code]) => {
    throw new Error(`${script} ${args[0] ?? ''} ended with ${String(code)}`);
  });
  const [facts] = (await Promise.race([once(child, 'message', { signal }), failed])) as [Facts];
  failed.catch(() => undefined);
  const pid = child.pid!;
  return {
    ...facts,
    child,
    cpuMicros() {
      const fields = proc(pid, 'stat')?.split(') ').at(-1)!.split(' ').slice(11, 13);
      return fields === undefined ? null : (Number(fields[0]) + Number(fields[1])) * TICK_MICROS;
    },
    residentBytes() {
      const kilobytes = /VmRSS:\s+(\d+)/.exec(proc(pid, 'status') ?? '')?.[1];
      return kilobytes === undefined ? null : Number(kilobytes) * 1_024;
    },
    async stop() {
      if (child.exitCode !== null) return;
      const ended = once(child, 'exit');
      child.disconnect();
      await ended;
    },
  };
}
