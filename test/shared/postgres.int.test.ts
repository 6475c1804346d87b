// The embedded server under what people do to it: several processes, kill -9 of each part, half-made folders.
import { spawn, type ChildProcess } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import pg from 'pg';
import { startPostgres, type Postgres } from '../../subgraphs/shared/postgres.ts';

let dataDir: string;
let started: Postgres[] = [];
let children: ChildProcess[] = [];

beforeEach(() => {
  const folder = mkdtempSync(join(tmpdir(), 'loyalty-postgres-'));
  chmodSync(folder, 0o755);
  dataDir = join(folder, 'postgres');
});

afterEach(async () => {
  for (const child of children) child.kill('SIGKILL');
  for (const postgres of started) await postgres.stop();
  [started, children] = [[], []];
  rmSync(join(dataDir, '..'), { recursive: true, force: true });
});

async function start(settings: Record<string, string> = {}): Promise<Postgres> {
  const postgres = await startPostgres({ dataDir, settings });
  started.push(postgres);
  return postgres;
}

/** Another Node process that uses the cluster until its input ends. */
function startElsewhere(): Promise<{ url: string; child: ChildProcess; ended: Promise<number | null> }> {
  const script = `
    import { startPostgres } from ${JSON.stringify(resolve('subgraphs/shared/postgres.ts'))};
    const postgres = await startPostgres({ dataDir: ${JSON.stringify(dataDir)} });
    process.stdout.write(postgres.url('postgres'));
    process.stdin.resume().once('end', () => postgres.stop());
  `;
  const args = ['--disable-warning=ExperimentalWarning', '--input-type=module', '-e', script];
  const child = spawn(process.execPath, args, { stdio: ['pipe', 'pipe', 'inherit'] });
  children.push(child);
  const ended = new Promise<number | null>((done) => child.once('exit', done));
  return new Promise((ready, failed) => {
    child.stdout.once('data', (url: Buffer) => ready({ url: String(url), child, ended }));
    void ended.then((code) => failed(new Error(`ended with ${code}`)));
  });
}

async function query<Row>(url: string, text: string): Promise<Row[]> {
  const client = new pg.Client({ connectionString: url });
  client.on('error', () => undefined);
  await client.connect();
  try {
    return (await client.query(text)).rows as Row[];
  } finally {
    await client.end();
  }
}

const postmaster = () => Number(readFileSync(join(dataDir, 'data/postmaster.pid'), 'utf8').split('\n')[0]);
const running = () => existsSync(join(dataDir, 'data/postmaster.pid'));
/** Waits until another server answers in place of the killed one. */
async function untilAnother(killed: number): Promise<void> {
  const url = started[0]!.url('postgres');
  for (let left = 200; left > 0; left -= 1) {
    const answers = await query(url, 'select 1').catch(() => []);
    if (answers.length > 0 && running() && postmaster() !== killed) return;
    await sleep(100);
  }
  throw new Error(`no server came after ${killed}`);
}

const bodies = (url: string) => query<{ body: string }>(url, 'select body from note');
const write = (url: string) => query(url, `create table note as select 'kept' body`);

test('a new folder gives a server that knows every letter and listens on loopback alone', async () => {
  const postgres = await start();

  const [row] = await query(
    postgres.url('postgres'),
    `select lower('ŁŪĶ') lower, length('Šķēle') length, current_setting('server_encoding') encoding,
       current_setting('listen_addresses') listen, current_setting('fsync') fsync, current_setting('max_connections') max`,
  );

  expect(row).toEqual({
    lower: 'łūķ',
    length: 5,
    encoding: 'UTF8',
    listen: '127.0.0.1',
    fsync: 'on',
    max: '200',
  });
});

test('nobody connects without the password, which only its owner reads', async () => {
  const postgres = await start();
  const stranger = new URL(postgres.url('postgres'));
  stranger.password = 'guessed';

  await expect(query(stranger.href, 'select 1')).rejects.toMatchObject({ code: '28P01' });
  expect(statSync(join(dataDir, 'password')).mode & 0o777).toBe(0o600);
});

test('it stops cleanly, twice if asked, and starts again with what it had', async () => {
  const first = await start();
  await write(first.url('postgres'));

  await first.stop();
  await first.stop();

  expect(running()).toBe(false);
  const second = await start({ max_connections: '20' });
  expect(await bodies(second.url('postgres'))).toEqual([{ body: 'kept' }]);
});

test('of three starters at once one starts and two join, and the last one out stops it', async () => {
  const [one, two, three] = await Promise.all([startElsewhere(), startElsewhere(), startElsewhere()]);

  expect([two.url, three.url]).toEqual([one.url, one.url]);
  one.child.stdin!.end();
  two.child.stdin!.end();
  expect(await Promise.all([one.ended, two.ended])).toEqual([0, 0]);
  expect(await query(three.url, 'select 1 answer')).toEqual([{ answer: 1 }]);
  three.child.stdin!.end();
  expect(await three.ended).toBe(0);
  expect(running()).toBe(false);
});

test('two users in one process count as two', async () => {
  const [one, two] = await Promise.all([start(), start()]);

  await one.stop();

  expect(await query(two.url('postgres'), 'select 1 answer')).toEqual([{ answer: 1 }]);
  await two.stop();
  expect(running()).toBe(false);
});

test('after kill -9 of Node the next one joins the server that still runs, and may stop it', async () => {
  const { url, child, ended } = await startElsewhere();
  await write(url);
  child.kill('SIGKILL');
  await ended;

  const next = await start();

  expect(next.url('postgres')).toBe(url);
  expect(await bodies(url)).toEqual([{ body: 'kept' }]);
  await next.stop();
  expect(running()).toBe(false);
});

test('after kill -9 of the server the next start recovers what was committed', async () => {
  const first = await start();
  await write(first.url('postgres'));
  process.kill(postmaster(), 'SIGKILL');

  const next = await start();

  expect(await bodies(next.url('postgres'))).toEqual([{ body: 'kept' }]);
});

test('a killed server comes back at its address under those who use it, in whatever process', async () => {
  const here = await start();
  const elsewhere = await startElsewhere();
  await write(here.url('postgres'));
  const killed = postmaster();

  process.kill(killed, 'SIGKILL');

  await untilAnother(killed);
  expect(elsewhere.url).toBe(here.url('postgres'));
  expect(await bodies(here.url('postgres'))).toEqual([{ body: 'kept' }]);
  elsewhere.child.stdin!.end();
  expect(await elsewhere.ended).toBe(0);
  expect(await query(here.url('postgres'), 'select 1 answer')).toEqual([{ answer: 1 }]);
  await here.stop();
  expect(running()).toBe(false);
});

test('a server that dies while its last user stops stays away', async () => {
  const postgres = await start();
  process.kill(postmaster(), 'SIGKILL');

  await postgres.stop();

  await expect(query(postgres.url('postgres'), 'select 1')).rejects.toMatchObject({ code: 'ECONNREFUSED' });
  const next = await start();
  expect(await query(next.url('postgres'), 'select 1 answer')).toEqual([{ answer: 1 }]);
});

test('a lock of a process that died holds nobody up', async () => {
  mkdirSync(join(dataDir, 'lock'), { recursive: true });
  writeFileSync(join(dataDir, 'lock', `${process.pid}.1.of-an-earlier-life`), '');

  const postgres = await start();

  expect(await query(postgres.url('postgres'), 'select 1 answer')).toEqual([{ answer: 1 }]);
});

test('a cluster whose making was cut off is made anew', async () => {
  mkdirSync(join(dataDir, 'data.new'), { recursive: true });
  writeFileSync(join(dataDir, 'data.new/PG_VERSION'), '18');

  const postgres = await start();

  expect(await query(postgres.url('postgres'), 'select 1 answer')).toEqual([{ answer: 1 }]);
});

test('a server that cannot start says why', async () => {
  await expect(start({ shared_buffers: 'plenty' })).rejects.toThrow(
    'invalid value for parameter "shared_buffers": "plenty"',
  );
});
