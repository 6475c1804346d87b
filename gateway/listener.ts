// The socket behind which the gateway answers, and how it ends: a request that was taken is answered, whatever stops.
import cluster from 'node:cluster';
import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { Server, type AddressInfo, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from 'pino';
import { HttpRefusal, sendRefusal } from './http.ts';
import { FAULT } from './masking.ts';

/** Requests under way at a stop have so long. */
const DRAIN_MS = 10_000;
/** At a stop, for as long a request may already be on its way on a connection that stands open. */
const LINGER_MS = 250;
/** So many looks in a row that find nothing new; each so long after the other. */
const QUIET_LOOKS = 3;
const LOOK_MS = 2;
const DRAIN_CHECK_MS = 20;
/**
 * One of several processes on one port takes connections from the kernel itself, where it can. Were they handed over by the
 * process that started it, those that are on their way to one that dies would hang for ever.
 */
const TAKES_ITSELF = cluster.isWorker && process.platform === 'linux';
const REQUEST_ID = /^[\w.:-]{1,128}$/;

export interface Timeouts {
  /** From a request's first byte, or the connection's beginning, to the end of its headers. */
  headersMs: number;
  /** To the end of its body: 8 MB come through 2 Mbit/s within a minute. */
  requestMs: number;
  /** For the answer, from then on. */
  answerMs: number;
  /** A connection may stand idle for as long: longer than load balancers keep theirs, which is a minute. */
  idleMs: number;
  /** How often the first two are looked at. */
  checkMs: number;
}

export const TIMEOUTS: Timeouts = {
  headersMs: 10_000,
  requestMs: 60_000,
  answerMs: 60_000,
  idleMs: 65_000,
  checkMs: 1_000,
};

export interface ListenOptions {
  host: string;
  /** 0 takes a free one. */
  port: number;
  timeouts: Timeouts;
  log: Logger;
}

/** Answers a request; what it throws is answered as a refusal, or as a fault. */
export type Handle = (request: IncomingMessage, response: ServerResponse, requestId: string) => Promise<void>;

export interface Listener {
  /** Where it is found, without a path. */
  url: string;
  /** From now on each answer is the last of its connection. */
  lastAnswers(): void;
  /** Takes no new connection, answers what was asked, then closes. */
  close(): Promise<void>;
}

function refuse(log: Logger, error: unknown, response: ServerResponse, requestId: string): void {
  if (response.headersSent || response.destroyed) return void response.destroy();
  if (error instanceof HttpRefusal) return sendRefusal(response, error, requestId);
  log.error({ err: error, requestId }, 'a request failed');
  sendRefusal(response, new HttpRefusal(500, FAULT, 'Internal error.'), requestId);
}

export async function listen({ host, port, timeouts, log }: ListenOptions, handle: Handle): Promise<Listener> {
  const connections = new Set<Socket>();
  const underWay = new Set<ServerResponse>();
  let areLast = false;
  let lastAsked = 0;
  /** While connections are taken that are to be the last ones, what they ask waits. */
  let held: Promise<void> | null = null;
  /** Connections and requests so far. */
  let came = 0;
  const server = createServer(
    {
      headersTimeout: timeouts.headersMs,
      requestTimeout: timeouts.requestMs,
      keepAliveTimeout: timeouts.idleMs,
      connectionsCheckingInterval: timeouts.checkMs,
    },
    (request, response) => {
      lastAsked = performance.now();
      came += 1;
      underWay.add(response);
      response.on('close', () => underWay.delete(response));
      const given = request.headers['x-request-id'];
      const requestId = typeof given === 'string' && REQUEST_ID.test(given) ? given : randomUUID();
      response.setHeader('x-request-id', requestId);
      if (areLast) response.setHeader('connection', 'close');
      const answer = () =>
        handle(request, response, requestId).catch((error: unknown) => refuse(log, error, response, requestId));
      if (held === null) return void answer();
      void held.then(answer);
    },
  );
  server.on('connection', (socket) => {
    came += 1;
    connections.add(socket);
    socket.on('close', () => connections.delete(socket));
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen({ port, host, reusePort: TAKES_ITSELF }, resolve);
  });
  const { port: taken } = server.address() as AddressInfo;
  const named = ['0.0.0.0', '::'].includes(host) ? '127.0.0.1' : host;

  function lastAnswers() {
    areLast = true;
    for (const response of underWay) if (!response.headersSent) response.setHeader('connection', 'close');
  }
  /** What the system has taken in our name is reset when the socket closes. With nothing else to do all of it is ours soon. */
  async function takeAll(from: number): Promise<void> {
    let seen = -1;
    for (let quiet = 0; quiet < QUIET_LOOKS && performance.now() - from < LINGER_MS;) {
      await sleep(LOOK_MS);
      quiet = seen === came ? quiet + 1 : 0;
      seen = came;
    }
  }

  return {
    url: `http://${named.includes(':') ? `[${named}]` : named}:${taken}`,
    lastAnswers,
    async close() {
      lastAnswers();
      const { promise, resolve: release } = Promise.withResolvers<void>();
      held = promise;
      await takeAll(performance.now());
      // An HTTP server's own `close` ends idle connections at once, and with them requests that are on their way.
      const closed = new Promise((resolve) => Server.prototype.close.call(server, resolve));
      release();
      const from = performance.now();
      lastAsked = Math.max(lastAsked, from);
      const isQuiet = () => underWay.size === 0 && performance.now() - lastAsked > LINGER_MS;
      while (connections.size > 0 && !isQuiet() && performance.now() - from < DRAIN_MS) await sleep(DRAIN_CHECK_MS);
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}
