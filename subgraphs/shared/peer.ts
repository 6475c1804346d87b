// How a room is reached, in this process or over HTTP: by the gateway, by other rooms, and by the relay's events.
import { Pool } from 'undici';
import type { Event } from '../../schema/events.ts';
import type { RoomName } from './config.ts';
import type { GraphRequest, GraphResult } from './execution.ts';
import { IDENTITY_HEADER, type Identities } from './identity.ts';
import type { Viewer } from './viewer.ts';

/** A room's door. A room in this process is one itself. */
export interface Door {
  execute(request: GraphRequest, viewer: Viewer, requestId: string): Promise<GraphResult>;
  receive(space: string, events: Event[], from: RoomName): Promise<void>;
  /** False, or an error, while the room cannot answer. */
  ready(): Promise<boolean>;
}

export type Doors = Record<RoomName, Door>;

const DEADLINE_MS = 30_000;

/** Who asks when no client does: a room, or the gateway itself. */
export const roomViewer = (owner: RoomName | 'gateway', space: string): Viewer => ({
  kind: 'room',
  space,
  owner,
  scopes: [],
});

/** A room that runs as a process of its own. */
export function httpDoor(room: RoomName, url: string, identities: Identities): Door & { close(): Promise<void> } {
  const pool = new Pool(url, {
    connections: 32,
    keepAliveTimeout: 4_000,
    headersTimeout: DEADLINE_MS,
    bodyTimeout: DEADLINE_MS,
  });

  async function post(path: string, viewer: Viewer, payload: object, requestId: string): Promise<string> {
    const body = JSON.stringify(payload);
    const response = await pool.request({
      method: 'POST',
      path,
      headers: {
        'content-type': 'application/json',
        'x-request-id': requestId,
        [IDENTITY_HEADER]: await identities.sign(room, viewer, body),
      },
      body,
    });
    const text = await response.body.text();
    if (response.statusCode !== 200) throw new Error(`${room} answered ${response.statusCode}: ${text.slice(0, 200)}`);
    return text;
  }

  return {
    async execute(request, viewer, requestId) {
      return JSON.parse(await post('/graphql', viewer, request, requestId)) as GraphResult;
    },
    async receive(space, events, from) {
      await post('/events', roomViewer(from, space), { events }, 'events');
    },
    async ready() {
      const { statusCode, body } = await pool.request({ method: 'GET', path: '/health/ready' });
      await body.dump();
      return statusCode === 200;
    },
    close: () => pool.close(),
  };
}

/** Asks a room one of its internal operations, as another room or the gateway; throws when it did not answer. */
export type Ask = <T>(room: RoomName, request: GraphRequest, asker: { space: string; requestId: string }) => Promise<T>;

export function peer(from: RoomName | 'gateway', door: (room: RoomName) => Door): Ask {
  return async <T>(
    room: RoomName,
    request: GraphRequest,
    { space, requestId }: { space: string; requestId: string },
  ) => {
    const { data, errors } = await door(room).execute(request, roomViewer(from, space), requestId);
    if (errors !== undefined || data === undefined || data === null) {
      throw new Error(`${room} did not answer ${from}: ${errors?.[0]?.message ?? 'no data'}`);
    }
    return data as T;
  };
}
