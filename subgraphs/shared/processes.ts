// Which processes share a folder, and one of them at a time: files named by process, so a killed one holds nobody up.
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const LOCK_WAIT_MS = 90_000;

/** Tells a process from a later one with the same number; empty where the system does not say. A zombie is dead. */
function birth(pid: number): string {
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)!.split(' ');
    return fields[0] === 'Z' ? 'dead' : fields[19]!;
  } catch {
    return '';
  }
}

function alive(pid: number, born: string): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
  return birth(pid) === born;
}

let registrations = 0;

/** Writes this process into a folder of processes; gives its file. */
export function register(folder: string): string {
  mkdirSync(folder, { recursive: true });
  registrations += 1;
  const file = join(folder, `${process.pid}.${registrations}.${birth(process.pid)}`);
  writeFileSync(file, '');
  return file;
}

/** Whether another living process is written in the folder of `own`; the dead are struck out. */
export function othersLive(own: string): boolean {
  const others = readdirSync(dirname(own))
    .map((name) => join(dirname(own), name))
    .filter((file) => file !== own);
  const [living, dead] = [others.filter(isLiving), others.filter((file) => !isLiving(file))];
  for (const file of dead) rmSync(file, { force: true });
  return living.length > 0;
}

function isLiving(file: string): boolean {
  const [pid, , born] = file.split(/[\\/]/).at(-1)!.split('.');
  return alive(Number(pid), born ?? '');
}

/** One at a time over all processes. Who sees another after writing itself down steps back, so never two go on. */
export async function locked<T>(folder: string, work: () => Promise<T>): Promise<T> {
  const deadline = performance.now() + LOCK_WAIT_MS;
  for (;;) {
    const own = register(join(folder, 'lock'));
    try {
      if (!othersLive(own)) return await work();
    } finally {
      rmSync(own, { force: true });
    }
    if (performance.now() > deadline) throw new Error(`${folder} is held by another process.`);
    await sleep(20 + Math.random() * 80);
  }
}
