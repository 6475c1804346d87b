// What a newcomer starts: one process with everything, or one for each room; killed and started again.
import { rmSync, statSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import type { DemoCredentials } from '../../gateway/demo.ts';
import { ROOMS, roomVariables } from '../../subgraphs/shared/config.ts';
import { ROUTER_HEADER, routerSecret } from '../../subgraphs/shared/router.ts';
import { client } from '../support/client.ts';
import { build, dataFolder, demoOf, freePort, run, type Running } from '../support/process.ts';

const OPEN = 'Credentials of';
const ME = 'query { me { id displayName } }';
const ROUTER_SECRET = 'a secret for the routers of this test';
const PARTNERS = 'query { partners(first: 10) { nodes { id } } }';

let built: string;
let dataDir: string;
let running: Running[] = [];
const script = (name: string) => join(built, name);

async function start(env: Record<string, string>): Promise<Running> {
  const process = await run(script('gateway/main.js'), [], { DATA_DIR: dataDir, ...env }, OPEN);
  running.push(process);
  return process;
}

async function end(process: Running, signal: 'SIGINT' | 'SIGTERM' | 'SIGKILL' = 'SIGTERM') {
  process.signal(signal);
  running = running.filter((other) => other !== process);
  return process.ended;
}

/** What `/oauth/token` gives a partner for its key. */
async function tokenOf(address: string, { id, key }: DemoCredentials['partners'][number]): Promise<string> {
  const own = `query ($id: ID!) { partner(id: $id) { apiClients(first: 100) { nodes { id keyPrefix } } } }`;
  type Own = { partner: { apiClients: { nodes: { id: string; keyPrefix: string }[] } } };
  const { partner } = await client(address, key).ask<Own>(own, { id });
  const { id: clientId } = partner.apiClients.nodes.find(({ keyPrefix }) => key.startsWith(keyPrefix))!;
  const body = new URLSearchParams({ grant_type: 'client_credentials', client_id: clientId, client_secret: key });
  const answer = await fetch(new URL('/oauth/token', address), { method: 'POST', body });
  return ((await answer.json()) as { access_token: string }).access_token;
}

/** Whether something listens. */
const isRunning = (port: number) =>
  new Promise<boolean>((resolve) => {
    const socket = connect(port, '127.0.0.1', () => {
      socket.destroy();
      resolve(true);
    }).on('error', () => resolve(false));
  });

beforeAll(async () => {
  built = await build();
});
afterEach(async () => {
  for (const process of running) await end(process);
  rmSync(dataDir, { recursive: true, force: true });
});

describe('one process', () => {
  test('opens from nothing, says where, and stops cleanly however often it is told to', async () => {
    dataDir = dataFolder();
    const port = await freePort();

    const process = await start({ PORT: String(port) });

    expect(process.output()).toContain(`The graph is open at http://127.0.0.1:${port}/graphql`);
    expect(process.output()).toContain('demo.json');
    for (const file of ['demo.json', 'demo-issuer.json'])
      expect(statSync(join(dataDir, file)).mode & 0o777).toBe(0o600);
    const { address, member, operator } = demoOf(dataDir);
    expect(await client(address, member.token).ask(ME)).toEqual({ me: { id: member.id, displayName: 'Ada Example' } });
    expect(await client(address, operator.key).ask(PARTNERS)).toMatchObject({ partners: { nodes: [{}, {}, {}] } });

    process.signal('SIGINT');
    process.signal('SIGINT');

    expect(await end(process, 'SIGTERM')).toBe(0);
    expect(await isRunning(Number(/"port":(\d+),"msg":"PostgreSQL is running"/.exec(process.output())![1]))).toBe(
      false,
    );
  });

  test('killed and started again it goes on with the same data and the same keys', async () => {
    dataDir = dataFolder();
    const PORT = String(await freePort());
    const first = await start({ PORT });
    const before = demoOf(dataDir);
    const identifiers = [{ kind: 'EMAIL', value: 'before@example.com' }];
    const enroll = 'mutation ($input: MemberEnrollInput!) { memberEnroll(input: $input) { member { id } existing } }';
    const enrolled = await client(before.address, before.tills[0]!.key).ask(enroll, { input: { identifiers } });

    await end(first, 'SIGKILL');
    await start({ PORT });

    const { member, ...after } = demoOf(dataDir);
    expect(after).toEqual({
      address: before.address,
      operator: before.operator,
      partners: before.partners,
      tills: before.tills,
    });
    expect(member.id).toBe(before.member.id);
    expect(await client(before.address, before.member.token).ask(ME)).toMatchObject({ me: { id: member.id } });
    const again = await client(before.address, before.tills[0]!.key).ask(enroll, { input: { identifiers } });
    expect(again).toEqual({ memberEnroll: { ...(enrolled['memberEnroll'] as object), existing: true } });
  });

  test('with settings that cannot be it ends with 1 and says which', async () => {
    dataDir = dataFolder();

    const failed = run(script('gateway/main.js'), [], { DATA_DIR: dataDir, PORT: 'many' }, OPEN);

    await expect(failed).rejects.toThrow('PORT');
  });
});

describe('a process for each room', () => {
  test('is the same graph, for other routers too; a room that was killed is missed, and served again when it is back', async () => {
    dataDir = dataFolder();
    const env: Record<string, string> = { DATA_DIR: dataDir, PORT: String(await freePort()), ROUTER_SECRET };
    for (const room of ROOMS) env[`${room.toUpperCase()}_PORT`] = String(await freePort());
    const startRoom = async (room: string) => {
      const process = await run(script('subgraphs/main.js'), [room], env, 'the room is open');
      running.push(process);
      return process;
    };
    const rooms = await Promise.all(ROOMS.map(startRoom));
    const gateway = await run(script('gateway/main.js'), ['--only-gateway'], env, OPEN);
    running.push(gateway);
    const { address, member, operator, partners } = demoOf(dataDir);
    expect(await client(address, member.token).ask(ME)).toMatchObject({ me: { id: member.id } });

    const authorization = `Bearer ${await tokenOf(address, partners[0]!)}`;
    for (const room of ROOMS) {
      const headers = { authorization, [ROUTER_HEADER]: routerSecret(ROUTER_SECRET, room) };
      const url = `http://127.0.0.1:${env[roomVariables(room).port]}/graphql`;
      const answer = await fetch(url, { method: 'POST', headers, body: '{"query":"{ __typename }"}' });
      expect([room, await answer.json()]).toEqual([room, { data: { __typename: 'Query' } }]);
    }

    await end(rooms[ROOMS.indexOf('members')]!, 'SIGKILL');

    const away = await client(address, operator.key).send('query ($id: ID!) { member(id: $id) { id } }', {
      id: member.id,
    });
    expect(away.data).toEqual({ member: null });
    expect(away.errors).toEqual([
      {
        message: 'Internal error.',
        path: ['member'],
        extensions: { code: 'INTERNAL_SERVER_ERROR', retryable: true, requestId: away.headers.get('x-request-id') },
      },
    ]);
    expect((await fetch(new URL('/health/ready', address))).status).toBe(503);
    expect(await client(address, operator.key).ask(PARTNERS)).toMatchObject({ partners: { nodes: [{}, {}, {}] } });

    await startRoom('members');

    expect(await client(address, member.token).ask(ME)).toMatchObject({ me: { id: member.id } });
    expect((await fetch(new URL('/health/ready', address))).status).toBe(200);
  });
});
