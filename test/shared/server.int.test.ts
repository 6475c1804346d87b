// A room behind HTTP answers signed identities alone, and the door to it behaves as the room itself would.
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { pino } from 'pino';
import type { Event } from '../../schema/events.ts';
import { newId } from '../../subgraphs/shared/id.ts';
import { IDENTITY_HEADER, identities } from '../../subgraphs/shared/identity.ts';
import { httpDoor, peer } from '../../subgraphs/shared/peer.ts';
import { serveRoom, type RoomServer } from '../../subgraphs/shared/server.ts';
import type { Viewer } from '../../subgraphs/shared/viewer.ts';
import { testRoom, type TestRoom } from '../support/room.ts';
import { operator, roomViewer } from '../support/viewer.ts';
import { noteRoom } from './fixture.ts';

const keys = identities('s'.repeat(32));
const log = pino({ level: 'silent' });

let notes: TestRoom;
let server: RoomServer;
let door: ReturnType<typeof httpDoor>;

beforeAll(async () => {
  notes = await testRoom(noteRoom);
  server = await serveRoom(notes.room, { host: '127.0.0.1', port: 0 }, keys, log);
  door = httpDoor('members', `http://127.0.0.1:${server.port}`, keys);
});
afterAll(async () => {
  await door.close();
  await server.close();
  await notes.close();
});
beforeEach(() => notes.query('truncate heard, inbox'));

const url = (path: string) => `http://127.0.0.1:${server.port}${path}`;

async function post(path: string, body: string, viewer?: Viewer): Promise<{ status: number; answer: unknown }> {
  const identity = viewer === undefined ? {} : { [IDENTITY_HEADER]: keys.sign('members', viewer, body) };
  const response = await fetch(url(path), { method: 'POST', body, headers: identity });
  return { status: response.status, answer: await response.json() };
}

const changed = (): Event => {
  const partnerId = newId();
  const payload = { partnerId, code: 'h', name: 'Harbour' };
  return { id: newId(), name: 'partner.changed', aggregate: partnerId, sequence: 1, payload };
};

test.each(['/health/live', '/health/ready'])('%s answers everyone', async (path) => {
  const response = await fetch(url(path));

  expect(response.status).toBe(200);
  expect(await response.json()).toEqual({ status: 'ok' });
});

describe('without a signed identity', () => {
  test.each(['/graphql', '/events', '/anything'])('%s is 401', async (path) => {
    expect(await post(path, '{}')).toEqual({
      status: 401,
      answer: { error: 'Only the gateway and other rooms may ask here.' },
    });
  });

  test('a header that is no token is 401', async () => {
    const headers = { [IDENTITY_HEADER]: 'operator' };

    expect((await fetch(url('/graphql'), { method: 'POST', body: '{}', headers })).status).toBe(401);
  });

  test('a credential of a client is no identity', async () => {
    const headers = { authorization: 'Bearer lyl_live_key' };

    expect((await fetch(url('/graphql'), { method: 'POST', body: '{}', headers })).status).toBe(401);
  });
});

test('a body that is not JSON is 400, and the server goes on', async () => {
  expect(await post('/graphql', '{ "not a JSON', operator)).toEqual({
    status: 400,
    answer: { error: 'the body is not JSON' },
  });
  expect((await fetch(url('/health/live'))).status).toBe(200);
});

test('a body of more than 32 MiB is 413', async () => {
  expect(await post('/graphql', ' '.repeat(32 * 1024 * 1024 + 1))).toEqual({
    status: 413,
    answer: { error: 'the body is too large' },
  });
});

test('any other path or method is 404', async () => {
  expect((await post('/graphiql', '{}', operator)).status).toBe(404);
  expect((await fetch(url('/graphql'))).status).toBe(404);
});

test('only rooms tell events', async () => {
  const body = JSON.stringify({ events: [changed()] });

  expect(await post('/events', body, operator)).toEqual({ status: 403, answer: { error: 'Only rooms tell events.' } });
  expect(await notes.query('select 1 from heard')).toEqual([]);
});

describe('through its door', () => {
  test('the room answers for the viewer that was signed', async () => {
    const request = { query: '{ note { body remark } }' };

    expect(await door.execute(request, operator, 'r-1')).toEqual({ data: { note: { body: 'hello', remark: 'rude' } } });
    expect(await door.execute(request, roomViewer('points', 'live'), 'r-1')).toEqual({
      data: null,
      errors: [
        {
          message: 'Query.note is not for a room.',
          path: ['note'],
          extensions: { code: 'FORBIDDEN' },
        },
      ],
    });
  });

  test('it hears events in the space that they are of', async () => {
    const event = changed();

    await door.receive('sandbox', [event], 'partners');

    expect(await notes.query('select aggregate from heard')).toEqual([]);
    expect(await notes.query('select aggregate from heard', [], 'sandbox')).toEqual([{ aggregate: event.aggregate }]);
  });

  test('an event that it cannot handle is an error to the teller, who keeps it', async () => {
    const stray = { ...changed(), name: 'location.changed' } as Event;

    await expect(door.receive('live', [stray], 'partners')).rejects.toThrow(
      'members answered 500 application/json: {"error":"internal error"}',
    );
  });

  test('it says whether it is ready', async () => {
    expect(await door.ready()).toBe(true);
  });

  test('a peer asks internal operations as its own room, and a refusal to answer is an error', async () => {
    const ask = peer('points', () => door);
    const asker = { space: 'live', requestId: 'r-2' };

    expect(await ask('members', { query: '{ noteSecret }' }, asker)).toEqual({ noteSecret: 'secret' });
    await expect(ask('members', { query: '{ noSuchField }' }, asker)).rejects.toThrow('members did not answer points');
  });
});

test('it closes after answering what was asked', async () => {
  const other = await serveRoom(notes.room, { host: '127.0.0.1', port: 0 }, keys, log);
  const body = JSON.stringify({ query: '{ noteClock }' });
  const headers = { [IDENTITY_HEADER]: keys.sign('members', operator, body) };
  const asked = fetch(`http://127.0.0.1:${other.port}/graphql`, { method: 'POST', body, headers });
  await new Promise((resolve) => setTimeout(resolve, 5));

  await other.close();

  expect((await asked).status).toBe(200);
  await expect(fetch(`http://127.0.0.1:${other.port}/health/live`)).rejects.toThrow('fetch failed');
});
