// Pages of other origins: only those on the list may read answers, and none may send cookies, which nothing here reads.
// What any page can make a browser send unasked (a link, a form, an image) is no request to the graph.
import type { IncomingMessage, ServerResponse } from 'node:http';
import { saysJson } from './http.ts';

const ALLOWED = {
  'access-control-allow-methods': 'GET, POST',
  'access-control-allow-headers':
    'authorization, content-type, x-api-key, x-request-id, idempotency-key, apollo-require-preflight, ' +
    'apollographql-client-name, apollographql-client-version, traceparent',
  'access-control-max-age': '600',
};
const EXPOSED = 'x-request-id, ratelimit-limit, ratelimit-remaining, ratelimit-reset, retry-after';

/** Lets an origin on the list read the answer. True when it was only asked whether it may: that is answered then. */
export function cors(
  origins: readonly string[],
  { method, headers }: IncomingMessage,
  response: ServerResponse,
): boolean {
  const { origin } = headers;
  const known = origin !== undefined && origins.includes(origin);
  if (origins.length > 0) response.setHeader('vary', 'origin');
  if (known) {
    response.setHeader('access-control-allow-origin', origin);
    response.setHeader('access-control-expose-headers', EXPOSED);
  }
  const isPreflight = method === 'OPTIONS' && headers['access-control-request-method'] !== undefined;
  if (isPreflight) response.writeHead(204, known ? ALLOWED : {}).end();
  return isPreflight;
}

/** Headers of Apollo's clients that no browser sends for another page without asking first whether it may. */
const PREFLIGHTED = ['apollo-require-preflight', 'x-apollo-operation-name'];

/**
 * Whether a page of another origin can make a browser send this. A POST must say that it is JSON, so the browser asks
 * first. A GET must have a header that makes it ask; or be a script's, of our own page or of one on the list: browsers say
 * so themselves (Fetch Metadata), and no page can change it. `Accept` says nothing: any page may set it.
 */
export function canBeForged(origins: readonly string[], request: IncomingMessage): boolean {
  if (request.method === 'POST' || saysJson(request)) return !saysJson(request);
  const { 'sec-fetch-mode': mode, 'sec-fetch-site': site, origin, ...headers } = request.headers;
  if (PREFLIGHTED.some((name) => headers[name])) return false;
  const isOurs = site === undefined || site === 'same-origin' || (origin !== undefined && origins.includes(origin));
  return mode !== 'cors' || !isOurs;
}
