// The compiled gateway under load when it is told to stop, as one process and as several on one port; and a worker killed.
import { readFileSync, rmSync } from 'node:fs';
import { Agent, request, type IncomingMessage } from 'node:http';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { client } from '../support/client.ts';
import { build, dataFolder, demoOf, freePort, run, type Running } from '../support/process.ts';

const OPEN = 'Credentials of';
const CLIENTS = 12;
/** Four processes start one after another. */
const START_ALL_MS = 120_000;
const PARTNERS = '{ partners(first: 10) { nodes { id code } } }';

let built: string;
let dataDir: string;
let running: Running | null = null;

async function start(env: Record<string, string>): Promise<Running> {
  const settings = { DATA_DIR: dataDir, PORT: String(await freePort()), RATE_PER_CREDENTIAL: '1000000', ...env };
  return (running = await run(join(built, 'gateway/main.js'), [], settings, OPEN));
}

beforeAll(async () => {
  built = await build();
  dataDir = dataFolder();
});
afterEach(async () => {
  running?.signal('SIGTERM');
  await running?.ended;
});
afterAll(() => {
  rmSync(dataDir, { recursive: true, force: true });
});

interface Load {
  answered(): number;
  /** Answers that said they were the last of their connection. */
  last(): number;
  /** What went wrong with requests on connections that the gateway had taken. */
  failed: string[];
  /** Resolves when each client was refused. */
  over: Promise<unknown>;
}

function ask(agent: Agent, url: string, key: string): Promise<{ message: IncomingMessage; text: string }> {
  return new Promise((resolve, reject) => {
    const headers = { 'content-type': 'application/json', authorization: `Bearer ${key}` };
    const asking = request(url, { agent, method: 'POST', headers }, (message) => {
      let text = '';
      message
        .on('data', (chunk) => (text += String(chunk)))
        .on('end', () => resolve({ message, text }))
        .on('error', reject);
    });
    // What a connection never had an answer of was perhaps never taken.
    asking.on('error', (error) => reject(asking.reusedSocket ? new Error(`in use: ${error.message}`) : error));
    asking.end(JSON.stringify({ query: PARTNERS }));
  });
}

/** Clients that ask one thing after another until they are refused: on a connection each, and on a new one each time. */
function load(url: string, key: string): Load {
  let [answered, last] = [0, 0];
  const failed: string[] = [];
  async function keepAsking(keepAlive: boolean) {
    const agent = new Agent({ keepAlive, maxSockets: 1 });
    for (;;) {
      try {
        const { message, text } = await ask(agent, url, key);
        if (message.statusCode !== 200 || text.includes('"errors"')) failed.push(text);
        answered += 1;
        if (message.headers.connection === 'close') last += 1;
      } catch (error) {
        const { code, message } = error as NodeJS.ErrnoException;
        if (code === 'ECONNREFUSED') break;
        // A connection that was kept may be closed before what it asks is on its way.
        if (code !== 'ECONNRESET' || !keepAlive) failed.push(message);
      }
    }
    agent.destroy();
  }
  const over = Promise.all(Array.from({ length: CLIENTS }, (_, index) => keepAsking(index % 2 === 0)));
  return { answered: () => answered, last: () => last, failed, over };
}

describe('told to stop under load', () => {
  test('a gateway first says that it is not ready, then takes nobody new, and fails no request', async () => {
    const gateway = await start({ DRAIN_SECONDS: '1' });
    const { address, operator } = demoOf(dataDir);
    const { answered, last, failed, over } = load(address, operator.key);
    while (answered() < 200) await sleep(5);

    gateway.signal('SIGTERM');
    await sleep(200);
    const ready = await fetch(new URL('/health/ready', address));
    const [exit] = await Promise.all([gateway.ended, over]);

    expect(ready.status).toBe(503);
    expect(failed).toEqual([]);
    expect(last()).toBeGreaterThanOrEqual(CLIENTS / 2);
    expect(exit).toBe(0);
  });

  test(
    'several on one port do so too; one of them that is killed is replaced',
    async () => {
      const gateway = await start({ GATEWAY_WORKERS: '2' });
      const { address, operator } = demoOf(dataDir);
      const children = () =>
        readFileSync(`/proc/${gateway.pid}/task/${gateway.pid}/children`, 'utf8').trim().split(' ');
      const workers = () =>
        children().filter((pid) => readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('--only-gateway'));
      const before = workers();

      process.kill(Number(before[0]), 'SIGKILL');
      while (children().includes(before[0]!)) await sleep(5);
      const answers = await Promise.all(Array.from({ length: 4 }, () => client(address, operator.key).send(PARTNERS)));
      while (workers().length < 2) await sleep(50);
      const { answered, failed, over } = load(address, operator.key);
      while (answered() < 200) await sleep(5);
      gateway.signal('SIGTERM');
      const [exit] = await Promise.all([gateway.ended, over]);

      expect(before).toHaveLength(2);
      expect(answers.map(({ errors }) => errors)).toEqual([undefined, undefined, undefined, undefined]);
      expect(failed).toEqual([]);
      expect(exit).toBe(0);
      expect(gateway.output().match(/The graph is open at/g)).toHaveLength(1);
    },
    START_ALL_MS,
  );
});
