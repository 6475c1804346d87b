// A room as a process of its own: GraphQL and events for signed identities, GraphQL for the clients of routers that may
// ask, health for everyone.
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Logger } from 'pino';
import type { Event } from '../../schema/events.ts';
import { CredentialRefused } from './credential.ts';
import type { GraphRequest } from './execution.ts';
import { IDENTITY_HEADER, type Identities } from './identity.ts';
import type { Room } from './room.ts';
import type { Routers } from './router.ts';
import { Forbidden, type Viewer } from './viewer.ts';
import type { RoomName } from './config.ts';

const BODY_MAX = 32 * 1024 * 1024;
/** Longer than the callers' keep-alive, so that a connection is never closed under a request. */
const KEEP_ALIVE_MS = 10_000;

class TooLarge extends Error {}

async function readBody(request: IncomingMessage, bytesMax: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > bytesMax) throw new TooLarge();
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

export interface RoomServer {
  port: number;
  /** Answers what was asked, then closes. */
  close(): Promise<void>;
}

/** Port 0 takes a free one. `routers` null: no other router may ask. */
export async function serveRoom(
  room: Room,
  listen: { host: string; port: number },
  identities: Identities,
  log: Logger,
  routers: Routers | null = null,
): Promise<RoomServer> {
  function asker({ url, headers }: IncomingMessage, body: Buffer, requestId: string): Viewer | Promise<Viewer> {
    const token = headers[IDENTITY_HEADER];
    if (token === undefined && url === '/graphql' && routers?.sent(headers)) return routers.viewer(headers, requestId);
    return identities.verify(room.name, typeof token === 'string' ? token : undefined, body);
  }

  function send(response: ServerResponse, status: number, payload: object): void {
    if (response.destroyed) return;
    // A caller that kept its connection would keep a closing server open.
    if (!server.listening) response.setHeader('connection', 'close');
    const text = JSON.stringify(payload);
    // With its length an answer is one write; without, it goes in chunks.
    const headers = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) };
    response.writeHead(status, headers).end(text);
  }

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (request.method === 'GET' && request.url === '/health/live') return send(response, 200, { status: 'ok' });
    if (request.method === 'GET' && request.url === '/health/ready') {
      const ready = await room.ready().catch(() => false);
      return send(response, ready ? 200 : 503, { status: ready ? 'ok' : 'not ready' });
    }
    if (request.method !== 'POST') return send(response, 404, { error: 'not found' });
    const body = await readBody(request, BODY_MAX);
    const requestId = String(request.headers['x-request-id'] ?? 'none');
    const viewer = await asker(request, body, requestId);
    if (request.url === '/graphql') {
      const operation = JSON.parse(body.toString()) as GraphRequest;
      return send(response, 200, await room.execute(operation, viewer, requestId));
    }
    if (request.url === '/events') {
      if (viewer.kind !== 'room') throw new Forbidden('FORBIDDEN', 'Only rooms tell events.');
      const { events } = JSON.parse(body.toString()) as { events: Event[] };
      await room.receive(viewer.space, events, viewer.owner as RoomName);
      return send(response, 200, { received: events.length });
    }
    send(response, 404, { error: 'not found' });
  }

  const server = createServer((request, response) => {
    handle(request, response).catch((error: unknown) => {
      if (error instanceof Forbidden)
        return send(response, error.code === 'FORBIDDEN' ? 403 : 401, { error: error.message });
      // Routers read GraphQL, and tell their client what it says.
      if (error instanceof CredentialRefused)
        return send(response, 200, { errors: [{ message: error.message, extensions: { code: 'UNAUTHENTICATED' } }] });
      if (error instanceof TooLarge) return send(response, 413, { error: 'the body is too large' });
      if (error instanceof SyntaxError) return send(response, 400, { error: 'the body is not JSON' });
      log.error({ err: error, room: room.name }, 'a request failed');
      send(response, 500, { error: 'internal error' });
    });
  });
  server.keepAliveTimeout = KEEP_ALIVE_MS;
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(listen.port, listen.host, resolve);
  });
  return {
    port: (server.address() as AddressInfo).port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeIdleConnections();
      }),
  };
}
