// The one door for clients: plain HTTP around Apollo Server. Who asks is known before a body is read.
import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { HeaderMap, type ApolloServer } from '@apollo/server';
import type { Logger } from 'pino';
import type { Viewer } from '../subgraphs/shared/viewer.ts';
import { apolloServer } from './apollo.ts';
import type { GatewayContext } from './context.ts';
import { cors } from './cors.ts';
import type { Execution } from './execution/federated.ts';
import type { Page } from './graphiql/page.ts';
import { HttpRefusal, readBody, readJson, sendJson, sendRefusal } from './http.ts';
import { CredentialRefused, type Identity } from './identity.ts';
import { addressOf } from './limits/address.ts';
import type { Limits } from './limits/document.ts';
import { queryLimits } from './limits/queries.ts';
import type { Rates } from './limits/rates.ts';
import { FAULT } from './masking.ts';
import { isStatement, sendStatement, type AskGraph } from './statement/statement.ts';

const BODY_MAX = 256 * 1024;
/** A till sends 1 000 receipts at once; 110 real ones fill 256 KB. */
const BODY_MAX_OF_TILLS = 8 * 1024 * 1024;
const REQUEST_MS = 60_000;
/** Requests under way at a stop have so long. */
const DRAIN_MS = 10_000;
const DRAIN_CHECK_MS = 20;
const REQUEST_ID = /^[\w.:-]{1,128}$/;

/** Headers by which rooms know each other. A client's are dropped before anything reads them. */
const INTERNAL_HEADER = /^x-loyalty-/;
/** Where pages of other origins may ask, if they are on the list. */
const OPEN_TO_PAGES = new Set(['/', '/graphql', '/schema.graphql']);

export interface RequestFacts {
  requestId: string;
  /** Where it comes from, as limits count it. */
  address: string;
}

/** A path of its own beside the graph. */
export type Route = (request: IncomingMessage, response: ServerResponse, facts: RequestFacts) => Promise<void>;

export interface GatewayOptions {
  host: string;
  /** 0 takes a free one. */
  port: number;
  production: boolean;
  execution: Execution;
  identity: Identity;
  /** How large an operation may be. */
  limits: Limits;
  rates: Rates;
  /** Proxies of ours before the gateway. */
  proxies: number;
  /** Whose pages may ask. */
  corsOrigins: readonly string[];
  /** The SDL that clients see. */
  apiSdl: string;
  /** False while a room cannot answer. */
  ready(): Promise<boolean>;
  routes: ReadonlyMap<string, Route>;
  /** What browsers get to see; null: they see the graph like every client. */
  page: Page | null;
  log: Logger;
}

export interface Gateway {
  /** Where the graph is. */
  url: string;
  /** Answers what was asked, then closes. */
  close(): Promise<void>;
}

/** Path and query of a request. */
function target(url: string): [pathname: string, search: string] {
  const mark = url.indexOf('?');
  return mark < 0 ? [url, ''] : [url.slice(0, mark), url.slice(mark)];
}

/** One credential, verified: a bad one is told how it should be, and counts for where it came from. */
async function whoAsks(
  { identity, rates }: GatewayOptions,
  { headers }: IncomingMessage,
  { requestId, address }: RequestFacts,
): Promise<Viewer> {
  try {
    return await identity.viewer(headers, requestId, await rates.mayLookUp(address));
  } catch (error) {
    if (!(error instanceof CredentialRefused)) throw error;
    await rates.failed(address);
    const challenge = `Bearer realm="loyalty", error="invalid_token", error_description="${error.message}"`;
    throw new HttpRefusal(401, 'UNAUTHENTICATED', error.message, { 'www-authenticate': challenge });
  }
}

/** Who asks, and may ask once more: the answer says how often yet, unless it has begun. */
async function admitted(
  options: GatewayOptions,
  request: IncomingMessage,
  response: ServerResponse,
  facts: RequestFacts,
): Promise<Viewer> {
  const viewer = await whoAsks(options, request, facts);
  const left = await options.rates.request(viewer, facts.address);
  if (!response.headersSent) for (const [name, value] of Object.entries(left)) response.setHeader(name, value);
  return viewer;
}

async function answerGraph(
  apollo: ApolloServer<GatewayContext>,
  checkQuery: ReturnType<typeof queryLimits>,
  context: GatewayContext,
  request: IncomingMessage,
  response: ServerResponse,
  search: string,
): Promise<void> {
  const bytesMax = context.viewer.scopes.includes('purchases:write') ? BODY_MAX_OF_TILLS : BODY_MAX;
  const body = readJson(request, await readBody(request, bytesMax));
  checkQuery(body, search);
  const headers = new HeaderMap();
  for (const [name, value] of Object.entries(request.headers)) {
    if (value !== undefined) headers.set(name, Array.isArray(value) ? value.join(', ') : value);
  }
  const answer = await apollo.executeHTTPGraphQLRequest({
    httpGraphQLRequest: { method: request.method ?? 'GET', headers, search, body },
    context: () => Promise.resolve(context),
  });
  response.writeHead(answer.status ?? 200, Object.fromEntries(answer.headers));
  if (answer.body.kind === 'complete') return void response.end(answer.body.string);
  for await (const chunk of answer.body.asyncIterator) response.write(chunk);
  response.end();
}

export async function serveGateway(options: GatewayOptions): Promise<Gateway> {
  const { log } = options;
  const apollo = apolloServer(options.execution, options.production, log);
  await apollo.start();
  const checkQuery = queryLimits(options.limits);

  async function handle(request: IncomingMessage, response: ServerResponse, requestId: string): Promise<void> {
    for (const name of Object.keys(request.headers)) if (INTERNAL_HEADER.test(name)) delete request.headers[name];
    const [pathname, search] = target(request.url ?? '/');
    const facts = { requestId, address: addressOf(request, options.proxies) };
    const isOpen = OPEN_TO_PAGES.has(pathname) || isStatement(pathname);
    if (isOpen && cors(options.corsOrigins, request, response)) return;
    const route = options.routes.get(pathname) ?? options.page?.(request, pathname);
    if (route !== undefined) return route(request, response, facts);
    if (request.method === 'GET' && pathname === '/health/live') return sendJson(response, 200, { status: 'ok' });
    if (request.method === 'GET' && pathname === '/health/ready') {
      const ready = await options.ready();
      return sendJson(response, ready ? 200 : 503, { status: ready ? 'ok' : 'not ready' });
    }
    if (request.method === 'GET' && pathname === '/schema.graphql') {
      return void response.writeHead(200, { 'content-type': 'text/plain; charset=utf-8' }).end(options.apiSdl);
    }
    if (isStatement(pathname)) {
      const ask: AskGraph = async (query, variables) => {
        const contextValue = { viewer: await admitted(options, request, response, facts), requestId };
        const { body } = await apollo.executeOperation({ query, variables }, { contextValue });
        if (body.kind !== 'single') throw new Error('a page of a statement came in pieces');
        return body.singleResult;
      };
      return sendStatement(ask, request, response, pathname, search);
    }
    if (pathname !== '/' && pathname !== '/graphql')
      throw new HttpRefusal(404, 'NOT_FOUND', 'The graph is at /graphql.');
    const viewer = await admitted(options, request, response, facts);
    return answerGraph(apollo, checkQuery, { viewer, requestId }, request, response, search);
  }

  const underWay = new Set<ServerResponse>();
  const server = createServer((request, response) => {
    underWay.add(response);
    response.on('close', () => underWay.delete(response));
    const given = request.headers['x-request-id'];
    const requestId = typeof given === 'string' && REQUEST_ID.test(given) ? given : randomUUID();
    response.setHeader('x-request-id', requestId);
    handle(request, response, requestId).catch((error: unknown) => {
      if (response.headersSent || response.destroyed) return void response.destroy();
      if (error instanceof HttpRefusal) return sendRefusal(response, error, requestId);
      log.error({ err: error, requestId }, 'a request failed');
      sendRefusal(response, new HttpRefusal(500, FAULT, 'Internal error.'), requestId);
    });
  });
  server.requestTimeout = REQUEST_MS;
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port, options.host, resolve);
  });
  const { port } = server.address() as AddressInfo;
  const host = ['0.0.0.0', '::'].includes(options.host) ? '127.0.0.1' : options.host;
  return {
    url: `http://${host.includes(':') ? `[${host}]` : host}:${port}/graphql`,
    async close() {
      const closed = new Promise<void>((resolve) => {
        server.close(() => resolve());
      });
      // Connections that clients keep open would hold up the end: only what is being answered is waited for.
      for (let waited = 0; underWay.size > 0 && waited < DRAIN_MS; waited += DRAIN_CHECK_MS)
        await sleep(DRAIN_CHECK_MS);
      server.closeAllConnections();
      await closed;
      await apollo.stop();
    },
  };
}
