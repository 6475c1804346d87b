// How a room is reached, in this process or over HTTP: by the gateway, by other rooms, and by the relay's events.
import { context, propagation } from '@opentelemetry/api';
import { Pool } from 'undici';
import type { Event } from '../../schema/events.ts';
import type { RoomName } from './config.ts';
import { exchange, type HttpAnswer } from './exchange.ts';
import type { GraphRequest, GraphResult } from './execution.ts';
import { IDENTITY_HEADER, type Identities } from './identity.ts';
import type { Viewer } from './viewer.ts';

/** A room's door. A room in this process is one itself. */
export interface Door {
  /** Askers with the same `shared` read through the same loaders: give the same one to the fetches of one query alone. */
  execute(request: GraphRequest, viewer: Viewer, requestId: string, shared?: object): Promise<GraphResult>;
  receive(space: string, events: Event[], from: RoomName): Promise<void>;
  /** False, or an error, while the room cannot answer. */
  ready(): Promise<boolean>;
}

/** The door of a room that runs as a process of its own. */
export interface RemoteDoor extends Door {
  /** The JSON of a `GraphRequest` → the JSON of the room's answer, unread. Sends once; throws as `exchange` does, and `WrongAnswer`. */
  send(body: string, viewer: Viewer, requestId: string, signal?: AbortSignal): Promise<string>;
  close(): Promise<void>;
}

export type Doors = Record<RoomName, Door>;

/** Shorter than the rooms' own, so that no request is sent into a connection that is being closed. */
const KEEP_ALIVE_MS = 4_000;
const CONNECTIONS_MAX = 32;

/** Something answered, but not as a room that did what it was asked. */
export class WrongAnswer extends Error {
  readonly status: number;

  constructor(room: RoomName, { status, contentType, text }: HttpAnswer) {
    super(`${room} answered ${status} ${contentType}: ${text.slice(0, 200)}`);
    this.status = status;
  }
}

/** Who asks when no client does: a room, or the gateway itself. */
export const roomViewer = (owner: RoomName | 'gateway', space: string): Viewer => ({
  kind: 'room',
  space,
  owner,
  scopes: [],
});

/** A room that runs as a process of its own. */
export function httpDoor(room: RoomName, url: string, identities: Identities): RemoteDoor {
  const pool = new Pool(url, {
    connections: CONNECTIONS_MAX,
    keepAliveTimeout: KEEP_ALIVE_MS,
    keepAliveMaxTimeout: KEEP_ALIVE_MS,
    headersTimeout: 0,
    bodyTimeout: 0,
  });

  async function post(path: string, body: string, viewer: Viewer, requestId: string, signal?: AbortSignal) {
    const headers = {
      'content-type': 'application/json',
      'x-request-id': requestId,
      [IDENTITY_HEADER]: identities.sign(room, viewer, body),
    };
    propagation.inject(context.active(), headers);
    const answer = await exchange(pool, { method: 'POST', path, headers, body }, signal);
    if (answer.status !== 200 || !answer.contentType.startsWith('application/json'))
      throw new WrongAnswer(room, answer);
    return answer.text;
  }
  const send: RemoteDoor['send'] = (body, ...rest) => post('/graphql', body, ...rest);

  return {
    send,
    async execute(request, viewer, requestId) {
      return JSON.parse(await send(JSON.stringify(request), viewer, requestId)) as GraphResult;
    },
    async receive(space, events, from) {
      await post('/events', JSON.stringify({ events }), roomViewer(from, space), 'events');
    },
    async ready() {
      return (await exchange(pool, { method: 'GET', path: '/health/ready' })).status === 200;
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
