// A shop's sales go through the graph while each of its processes is killed in the middle: nothing is lost, nothing counts twice.
import { rmSync } from 'node:fs';
import { afterEach, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { generate, type GenerateOptions } from '../../../clients/replay/generate.ts';
import { ROOMS } from '../../../subgraphs/shared/config.ts';
import { client } from '../../support/client.ts';
import { build, dataFolder, demoOf, freePort, run, type Running } from '../../support/process.ts';
import { postmaster, replay, rowsOf, untilRecorded, type Replay } from '../../support/replay.ts';

const TIMEOUT_MS = 240_000;
const GATEWAY = 'gateway';

let built: string;
let dataDir: string;
let env: Record<string, string>;
let running: Map<string, Running>;
let replays: Replay[];

beforeAll(async () => {
  built = await build();
});
beforeEach(async () => {
  dataDir = dataFolder();
  [running, replays] = [new Map(), []];
  env = { DATA_DIR: dataDir, PORT: String(await freePort()) };
  for (const room of ROOMS) env[`${room.toUpperCase()}_PORT`] = String(await freePort());
});
afterEach(async () => {
  for (const each of replays) await each.kill();
  for (const process of [...running.values()].toReversed()) {
    process.signal('SIGTERM');
    await process.ended;
  }
  rmSync(dataDir, { recursive: true, force: true });
});

const startGateway = async (...args: string[]) =>
  void running.set(GATEWAY, await run(`${built}/gateway/main.js`, args, env, 'Credentials of'));
const startRoom = async (room: string) =>
  void running.set(room, await run(`${built}/subgraphs/main.js`, [room], env, 'the room is open'));

async function kill(name: string) {
  const process = running.get(name)!;
  process.signal('SIGKILL');
  expect(await process.ended).toBe('SIGKILL');
}

/** Small batches make a run long enough to be hit in its middle. */
function startReplay({ members, days, seed }: GenerateOptions, batch = 5): Replay {
  const sales = ['--members', String(members), '--days', String(days), '--seed', String(seed)];
  replays.push(replay(dataDir, '--batch', String(batch), '--tills', '2', ...sales));
  return replays.at(-1)!;
}

const purchasesOf = (options: GenerateOptions) =>
  generate(options).invoices.filter(({ kind }) => kind === 'PURCHASE').length;

/** The replay reconciles, has nothing to do when run again, and the ledger has each purchase once. */
async function expectWhole(last: Replay, options: GenerateOptions) {
  const code = await last.ended;
  expect(last.output()).toContain('It reconciles.');
  expect(code).toBe(0);
  const again = startReplay(options, 100);
  expect(await again.ended).toBe(0);
  expect(again.output()).toContain('nothing changed: every invoice was recorded before');
  expect(await rowsOf(dataDir, 'points', 'purchase')).toBe(purchasesOf(options));
}

/** A restart keeps what clients hold. */
async function expectSameCredentials({ member, ...before }: ReturnType<typeof demoOf>) {
  const { member: _, ...after } = demoOf(dataDir);
  expect(after).toEqual(before);
  for (const credential of [before.operator.key, before.partners[0]!.key, before.tills[0]!.key, member.token]) {
    await client(before.address, credential).ask('query { __typename }');
  }
}

/** How many purchases were recorded at the last kill, of all. */
interface Killed {
  count: number;
  all: number;
}

async function inOne(): Promise<Killed> {
  const options = { members: 80, days: 18, seed: 7 };
  const all = purchasesOf(options);
  await startGateway();
  const credentials = demoOf(dataDir);
  const first = startReplay(options);

  let count = await untilRecorded(dataDir, first, all / 20);
  await kill(GATEWAY);
  await startGateway();
  count = await untilRecorded(dataDir, first, count + all / 20);
  expect(await first.kill()).toBe('SIGKILL');
  const second = startReplay(options);
  count = await untilRecorded(dataDir, second, count + all / 20);
  process.kill(postmaster(dataDir), 'SIGKILL');

  await expectWhole(second, options);
  await expectSameCredentials(credentials);
  return { count, all };
}

async function inSeveral(): Promise<Killed> {
  // Long enough that none of the kills comes too late: rooms that it does not ask hold it up no moment.
  const options = { members: 80, days: 100, seed: 8 };
  const all = purchasesOf(options);
  await Promise.all(ROOMS.map(startRoom));
  await startGateway('--only-gateway');
  const credentials = demoOf(dataDir);
  const sending = startReplay(options);

  let count = await untilRecorded(dataDir, sending, all / 40);
  for (const room of ROOMS) {
    await kill(room);
    await startRoom(room);
    count = await untilRecorded(dataDir, sending, count + all / 40);
  }
  await kill(GATEWAY);
  await startGateway('--only-gateway');
  count = await untilRecorded(dataDir, sending, count + all / 40);
  process.kill(postmaster(dataDir), 'SIGKILL');

  await expectWhole(sending, options);
  await expectSameCredentials(credentials);
  return { count, all };
}

const PLAYS: [string, () => Promise<Killed>][] = [
  [
    'in one process: the server, the replay and PostgreSQL are killed, and the replay ends as if nothing had been',
    inOne,
  ],
  [
    'in several: each room, the gateway and PostgreSQL are killed, and the replay ends as if nothing had been',
    inSeveral,
  ],
];
/** Both take long: each commit plays one of them, `SHAPES=all` both. */
const played = process.env['SHAPES'] === 'all' ? PLAYS : [PLAYS[Number(process.env['TEST_SEED']) % PLAYS.length]!];

test.each(played)(
  '%s',
  async (_, play) => {
    const { count, all } = await play();

    expect(count).toBeLessThan(all);
  },
  TIMEOUT_MS,
);
