// Pages in browsers: whose may read answers, and what none can do.
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { startFixture, type Fixture } from './fixture.ts';

const SHOP = 'https://shop.example';
let open: Fixture;
let closed: Fixture;

beforeAll(async () => {
  open = await startFixture({ corsOrigins: [SHOP, 'http://localhost:5173'] });
  closed = await startFixture();
});
afterAll(() => Promise.all([open.close(), closed.close()]));

const CORS = ['origin', 'methods', 'headers', 'credentials', 'max-age'].map((name) => `access-control-allow-${name}`);
const corsOf = ({ headers }: Response) => CORS.map((name) => headers.get(name)).filter((value) => value !== null);

const preflight = ({ gateway }: Fixture, origin: string, path = '/graphql') =>
  fetch(new URL(path, gateway.url), {
    method: 'OPTIONS',
    headers: { origin, 'access-control-request-method': 'POST', 'access-control-request-headers': 'authorization' },
  });
const ask = ({ gateway }: Fixture, origin: string, query = '{ __typename }') =>
  fetch(gateway.url, {
    method: 'POST',
    headers: { origin, 'content-type': 'application/json' },
    body: JSON.stringify({ query }),
  });

describe('a page of an origin on the list', () => {
  test('may ask, with a credential but without cookies', async () => {
    const response = await preflight(open, SHOP);

    expect(response.status).toBe(204);
    expect(corsOf(response)).toEqual([
      SHOP,
      'GET, POST',
      'authorization, content-type, x-api-key, x-request-id, idempotency-key, apollo-require-preflight, apollographql-client-name, apollographql-client-version, traceparent',
    ]);
    expect(response.headers.get('vary')).toBe('origin');
  });

  test('may read the answer, its limits, and why it was refused', async () => {
    const answers = [await ask(open, SHOP), await ask(open, SHOP, '{ me { name } }')];

    expect(answers.map(({ status }) => status)).toEqual([200, 401]);
    for (const answer of answers) {
      expect(corsOf(answer)).toEqual([SHOP]);
      expect(answer.headers.get('access-control-expose-headers')).toContain('retry-after');
    }
  });

  test.each(['/oauth/token', '/.well-known/jwks.json', '/demo/token', '/health/live'])(
    'may not ask %s',
    async (path) => {
      const response = await preflight(open, SHOP, path);

      expect(corsOf(response)).toEqual([]);
    },
  );
});

describe('a page of another origin', () => {
  test.each([`${SHOP}.evil.example`, 'http://shop.example', 'https://SHOP.example', 'null'])(
    '%s may not ask',
    async (origin) => {
      expect(corsOf(await preflight(open, origin))).toEqual([]);
      expect(corsOf(await ask(open, origin))).toEqual([]);
    },
  );

  test('may not ask where there is no list', async () => {
    expect(corsOf(await preflight(closed, SHOP))).toEqual([]);
    expect(corsOf(await ask(closed, SHOP))).toEqual([]);
  });
});
