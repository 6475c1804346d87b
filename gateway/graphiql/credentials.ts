// `GET /demo/credentials`: the demo's credentials for the page of this machine, and nobody else.
import { isLocal } from '../demo-issuer.ts';
import type { DemoCredentials } from '../demo.ts';
import { HttpRefusal, sendJson } from '../http.ts';
import type { Route } from '../server.ts';

const named = ({ member, tills, partners, operator }: DemoCredentials) => [
  { name: 'member', credential: member.token },
  ...tills.map(({ location, key }) => ({ name: `till ${location}`, credential: key })),
  ...partners.map(({ code, key }) => ({ name: `partner ${code}`, credential: key })),
  { name: 'operator', credential: operator.key },
];

const HEADERS = { 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' };

/** Asked while they are still made it waits for them; 204 when this gateway is no demo. */
export function credentialsRoute(demo: Promise<DemoCredentials | null>): Route {
  return async (request, response) => {
    const site = request.headers['sec-fetch-site'] ?? 'same-origin';
    if (!isLocal(request) || (site !== 'same-origin' && site !== 'none')) {
      throw new HttpRefusal(403, 'FORBIDDEN', 'Demo credentials are for the page of this machine only.');
    }
    if (request.method !== 'GET') throw new HttpRefusal(405, 'BAD_REQUEST', 'GET it.', { allow: 'GET' });
    const credentials = await demo;
    if (credentials === null) return void response.writeHead(204, HEADERS).end();
    sendJson(response, 200, named(credentials), HEADERS);
  };
}
