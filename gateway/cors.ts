// Pages of other origins: only those on the list may read answers, and none may send cookies, which nothing here reads.
import type { IncomingMessage, ServerResponse } from 'node:http';

const ALLOWED = {
  'access-control-allow-methods': 'GET, POST',
  'access-control-allow-headers':
    'authorization, content-type, x-api-key, x-request-id, idempotency-key, apollo-require-preflight',
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
