// The one door for clients: plain HTTP around Apollo Server. Who asks is known before a body is read.
import type { IncomingMessage, ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from 'pino';
import { CredentialRefused } from '../subgraphs/shared/credential.ts';
import type { Viewer } from '../subgraphs/shared/viewer.ts';
import { apolloServer } from './apollo.ts';
import { cors } from './cors.ts';
import type { Documents } from './documents/documents.ts';
import type { Execution } from './execution/federated.ts';
import { answerGraph, patience } from './graph-endpoint.ts';
import type { Page } from './graphiql/page.ts';
import { HttpRefusal, sendJson } from './http.ts';
import type { Identity } from './identity.ts';
import { addressOf } from './limits/address.ts';
import type { Limits } from './limits/document.ts';
import { queryLimits } from './limits/queries.ts';
import type { Rates } from './limits/rates.ts';
import { listen, TIMEOUTS, type Timeouts } from './listener.ts';
import type { Observability } from './observability/observability.ts';
import { isStatement, sendStatement, type AskGraph } from './statement/statement.ts';

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
  /** Which documents may be asked, and what hashes stand for. */
  documents: Documents;
  /** How long clients may take, and we; else as the product has it. */
  timeouts?: Timeouts;
  /** How long requests are still taken after `close`, while `/health/ready` says 503. */
  drainSeconds: number;
  /** Proxies of ours before the gateway. */
  proxies: number;
  /** Whose pages may ask. */
  corsOrigins: readonly string[];
  /** False while a room cannot answer. */
  ready(): Promise<boolean>;
  routes: ReadonlyMap<string, Route>;
  /** How requests are watched; else they are not. */
  observability?: Pick<Observability, 'observe' | 'plugin'>;
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

const unobserved: Observability['observe'] = (_, __, answer) => answer();

export async function serveGateway(options: GatewayOptions): Promise<Gateway> {
  const { log } = options;
  const { observe = unobserved, plugin } = options.observability ?? {};
  const observing = plugin === undefined ? [] : [plugin];
  const apollo = apolloServer(options.execution, options.production, log, options.documents.registered, observing);
  await apollo.start();
  const { documents, corsOrigins, timeouts = TIMEOUTS } = options;
  const { answerMs } = timeouts;
  const graph = { apollo, checkQuery: queryLimits(options.limits), documents, corsOrigins, answerMs };
  let isStopping = false;

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
      const ready = !isStopping && (await options.ready());
      return sendJson(response, ready ? 200 : 503, { status: ready ? 'ok' : 'not ready' });
    }
    if (request.method === 'GET' && pathname === '/schema.graphql') {
      await options.rates.anonymous(facts.address);
      return void response
        .writeHead(200, { 'content-type': 'text/plain; charset=utf-8' })
        .end(options.execution.apiSdl());
    }
    if (isStatement(pathname)) {
      const ask: AskGraph = async (query, variables) => {
        const viewer = await admitted(options, request, response, facts);
        const { signal, settled } = patience(response, answerMs);
        const contextValue = { viewer, requestId, signal };
        const { body } = await apollo.executeOperation({ query, variables }, { contextValue }).finally(settled);
        if (body.kind !== 'single') throw new Error('a page of a statement came in pieces');
        return body.singleResult;
      };
      return observe(request, response, () => sendStatement(ask, request, response, pathname, search));
    }
    if (pathname !== '/' && pathname !== '/graphql')
      throw new HttpRefusal(404, 'NOT_FOUND', 'The graph is at /graphql.');
    return observe(request, response, async () => {
      const viewer = await admitted(options, request, response, facts);
      return answerGraph(graph, viewer, requestId, request, response, search);
    });
  }

  const listener = await listen({ host: options.host, port: options.port, timeouts, log }, handle);
  return {
    url: `${listener.url}/graphql`,
    async close() {
      isStopping = true;
      listener.lastAnswers();
      await sleep(options.drainSeconds * 1_000);
      await listener.close();
      await apollo.stop();
    },
  };
}
