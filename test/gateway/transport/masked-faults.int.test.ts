// What a client reads when a room is not as it should be: its path and that it may try again, and nothing of the inside.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { pino } from 'pino';
import { openGateway, type OpenGateway } from '../../../gateway/gateway.ts';
import { compose } from '../../../schema/compose.ts';
import { readConfig } from '../../../subgraphs/shared/config.ts';
import { client, type Client } from '../../support/client.ts';
import { keyOf, SECRETS } from '../fixture.ts';
import { ALL_FAULTS, NEVER, SECRET } from './proxy.ts';
import { MEMBERS, PARTNERS, startRooms, type TinyRooms } from './rooms.ts';

let rooms: TinyRooms;
let gateway: OpenGateway;
let asker: Client;
let dataDir: string;

beforeAll(async () => {
  dataDir = mkdtempSync(join(tmpdir(), 'loyalty-faults-'));
  rooms = await startRooms();
  const { supergraph } = compose({ members: MEMBERS, partners: PARTNERS });
  const config = readConfig({ NODE_ENV: 'test', DEMO: 'false', PORT: '0', DATA_DIR: dataDir });
  gateway = await openGateway(config, {
    door: (room) => (room === 'partners' ? rooms.partners : rooms.members),
    supergraphSdl: supergraph,
    log: pino({ level: 'silent' }),
  });
  asker = client(gateway.url, keyOf(1));
});
afterAll(async () => {
  await gateway.close();
  await rooms.close();
  rmSync(dataDir, { recursive: true, force: true });
});
beforeEach(async () => {
  // What is remembered of the credential needs no room, and an answer closes whatever the last test has counted.
  await asker.ask('{ drink }');
  rooms.heard.length = 0;
});
afterEach(() => {
  rooms.proxy.always = 'none';
  rooms.proxy.next = [];
});

const faults = ALL_FAULTS.filter((fault) => fault !== NEVER);
const masked = (requestId: string | null, path: string[]) => ({
  message: 'Internal error.',
  path,
  extensions: { code: 'INTERNAL_SERVER_ERROR', requestId, retryable: true },
});

describe.each(faults)('when a room answers with %s', (fault) => {
  test("the other rooms' data is there, and the error has the path of what is not", async () => {
    rooms.proxy.always = fault;

    const { data, errors, headers } = await asker.send('{ me { name favourite } }');

    expect(data).toEqual({ me: { name: 'Ada', favourite: null } });
    expect(errors).toEqual([masked(headers.get('x-request-id'), ['me', 'favourite'])]);
  });

  test('a mutation is heard once, and its error says that the same may be sent again', async () => {
    rooms.proxy.next = [fault];

    const { data, errors, headers } = await asker.send('mutation { serve(drink: "tea") }');

    expect(data?.['serve'] ?? null).toBeNull();
    expect(errors).toEqual([masked(headers.get('x-request-id'), ['serve'])]);
    expect(rooms.heard).toEqual(['serving tea', 'tea served']);
  });

  test('the client reads nothing of the inside', async () => {
    rooms.proxy.always = fault;

    const answers = [await asker.send('{ me { name favourite } }'), await asker.send('{ drink }')];

    const text = JSON.stringify(answers);
    expect([...SECRETS, SECRET, '127.0.0.1', 'ECONNRESET', 'closed'].filter((secret) => text.includes(secret))).toEqual(
      [],
    );
  });
});

test('a query whose connection was reset once is answered as if nothing had been', async () => {
  rooms.proxy.next = ['a reset before the answer'];

  expect(await asker.ask('{ me { name favourite } }')).toEqual({ me: { name: 'Ada', favourite: 'tea' } });
});

const eventually = async (holds: () => boolean) => {
  for (let time = 0; !holds() && time < 400; time += 1) await new Promise((resolve) => setTimeout(resolve, 10));
  expect(holds()).toBe(true);
};

test('a client who leaves ends what the gateway asks of a room', async () => {
  rooms.proxy.always = NEVER;
  const leaver = new AbortController();
  const asked = fetch(gateway.url, {
    method: 'POST',
    signal: leaver.signal,
    headers: { 'content-type': 'application/json', authorization: `Bearer ${keyOf(1)}` },
    body: JSON.stringify({ query: '{ drink }' }),
  });
  await eventually(() => rooms.heard.length === 1);

  leaver.abort();

  await expect(asked).rejects.toThrow('aborted');
  await eventually(() => rooms.proxy.waiting.size === 0);
});
