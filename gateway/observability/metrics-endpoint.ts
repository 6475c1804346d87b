// `GET /metrics`: what was measured, for Prometheus. It is for who runs the gateway: with the token of the settings, or,
// where there is none, from this machine and not through a proxy.
import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { Registry } from 'prom-client';
import { isLocal } from '../demo-issuer.ts';
import { HttpRefusal } from '../http.ts';
import type { Route } from '../server.ts';

const digest = (text: string) => createHash('sha256').update(text).digest();

function admit(request: IncomingMessage, token: string | null): void {
  if (token === null) {
    if (isLocal(request)) return;
    throw new HttpRefusal(403, 'FORBIDDEN', 'Metrics are for this machine only, unless METRICS_TOKEN is set.');
  }
  const [, given = ''] = /^bearer +(\S+)$/i.exec(request.headers.authorization ?? '') ?? [];
  if (timingSafeEqual(digest(given), digest(token))) return;
  const challenge = { 'www-authenticate': 'Bearer realm="metrics"' };
  throw new HttpRefusal(
    401,
    'UNAUTHENTICATED',
    'Metrics are for who has METRICS_TOKEN: Authorization: Bearer.',
    challenge,
  );
}

export function metricsEndpoint(token: string | null, measured: () => Promise<string>): Route {
  return async (request, response) => {
    if (request.method !== 'GET') throw new HttpRefusal(405, 'BAD_REQUEST', 'GET it.', { allow: 'GET' });
    admit(request, token);
    const text = await measured();
    response
      .writeHead(200, { 'content-type': Registry.PROMETHEUS_CONTENT_TYPE, 'cache-control': 'no-store' })
      .end(text);
  };
}
