// HTTP in its plainest form, for rooms that answer anyone and for the proxy: a JSON body in, a JSON body out.
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';

/** Longer than the bench: no gateway may lose a request to a connection that ends. */
const KEEP_ALIVE_MS = 600_000;

export type Answer = (body: Buffer, request: IncomingMessage) => Promise<string>;

async function respond(answer: Answer, request: IncomingMessage, response: ServerResponse): Promise<void> {
  // Who does not post asks whether it is up.
  const body = request.method === 'POST' ? await answer(await buffer(request), request) : '{}';
  const length = Buffer.byteLength(body);
  response.writeHead(200, { 'content-type': 'application/json', 'content-length': length }).end(body);
}

/** On a free port of this machine; where it is. */
export async function servePlain(answer: Answer): Promise<string> {
  const server = createServer((request, response) => {
    respond(answer, request, response).catch((error: unknown) => response.writeHead(500).end(String(error)));
  });
  server.keepAliveTimeout = KEEP_ALIVE_MS;
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/graphql`;
}
