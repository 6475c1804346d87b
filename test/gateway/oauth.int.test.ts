// `POST /oauth/token` as an api client meets it.
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { createRemoteJWKSet, jwtVerify } from 'jose';
import { hash, keyOf, SECRETS, startFixture, type Fixture } from './fixture.ts';

const ID = 'key_00000000000000000000000001';
const KEY = keyOf(1);
let graph: Fixture;

beforeAll(async () => {
  graph = await startFixture({ proxies: 1, rates: { perCredential: 1_000, anonymous: 50, failed: 2 } });
  const scopes = ['members:read', 'purchases:write'];
  graph.clients.set(hash(KEY), { id: ID, kind: 'till', partnerId: null, scopes, space: 'live', expiresAt: null });
});
afterEach(() => graph.away.clear());
afterAll(() => graph.close());

let addresses = 0;

async function token(form: Record<string, string> | string, headers: Record<string, string> = {}, method = 'POST') {
  addresses += 1;
  const response = await fetch(new URL('/oauth/token', graph.gateway.url), {
    method,
    headers: {
      'content-type': 'application/x-www-form-urlencoded',
      'x-forwarded-for': `203.0.113.${addresses}`,
      ...headers,
    },
    ...(method === 'POST' ? { body: new URLSearchParams(form) } : {}),
  });
  const text = await response.text();
  return { status: response.status, headers: response.headers, text, body: JSON.parse(text) as Record<string, string> };
}

const GRANT = { grant_type: 'client_credentials', client_id: ID, client_secret: KEY };
const basic = (id: string, secret: string) => ({
  authorization: `Basic ${Buffer.from(`${id}:${secret}`).toString('base64')}`,
});

async function viewerOf(credential: string) {
  const response = await fetch(graph.gateway.url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${credential}` },
    body: JSON.stringify({ query: '{ me { viewer } }' }),
  });
  const { data } = (await response.json()) as { data: { me: { viewer: string } } };
  return JSON.parse(data.me.viewer) as object;
}

describe('a token', () => {
  test('is given for an id and a key, is nobody’s to keep, and opens what the key opens', async () => {
    const { status, headers, body } = await token(GRANT);

    expect(status).toBe(200);
    expect(headers.get('cache-control')).toBe('no-store');
    expect(body).toEqual({
      access_token: expect.any(String),
      token_type: 'Bearer',
      expires_in: expect.any(Number),
      scope: 'members:read purchases:write',
    });
    expect(Math.abs(Number(body['expires_in']) - 600)).toBeLessThanOrEqual(1);
    expect(await viewerOf(body['access_token']!)).toEqual(await viewerOf(KEY));
  });

  test('is given by Basic too', async () => {
    const { status, body } = await token({ grant_type: 'client_credentials' }, basic(ID, KEY));

    expect([status, body['token_type']]).toEqual([200, 'Bearer']);
  });

  test('with fewer scopes does less', async () => {
    const { body } = await token({ ...GRANT, scope: 'purchases:write' });

    expect(body['scope']).toBe('purchases:write');
    expect(await viewerOf(body['access_token']!)).toMatchObject({ owner: ID, scopes: ['purchases:write'] });
  });

  test('is verified by the published keys, and has neither the key nor a name in it', async () => {
    const { body } = await token(GRANT);

    const keys = createRemoteJWKSet(new URL('/.well-known/jwks.json', graph.gateway.url));
    const { payload, protectedHeader } = await jwtVerify(body['access_token']!, keys, {
      issuer: 'urn:loyalty:gateway',
      audience: 'loyalty',
      typ: 'at+jwt',
    });

    expect(protectedHeader).toEqual({ alg: 'EdDSA', kid: expect.any(String), typ: 'at+jwt' });
    expect(payload).toEqual({
      iss: 'urn:loyalty:gateway',
      aud: 'loyalty',
      sub: ID,
      client_id: ID,
      scope: 'members:read purchases:write',
      key_sha256: hash(KEY),
      jti: expect.any(String),
      iat: expect.any(Number),
      exp: payload.iat! + 600,
    });
  });

  test('may send what its key may: 8 MB for one that records purchases, and not for one that does not', async () => {
    const send = async (scope: string) => {
      const { body } = await token({ ...GRANT, scope });
      const response = await fetch(graph.gateway.url, {
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization: `Bearer ${body['access_token']}` },
        body: JSON.stringify({ query: '{ __typename }', extensions: { padding: 'x'.repeat(300 * 1024) } }),
      });
      return response.status;
    };

    expect([await send('purchases:write'), await send('members:read')]).toEqual([200, 413]);
  });
});

describe('no token is given', () => {
  test.each<[string, Record<string, string> | string, Record<string, string>, number, string]>([
    ['for an unknown key', { ...GRANT, client_secret: keyOf(2) }, {}, 400, 'invalid_client'],
    ['for a key with a typo', { ...GRANT, client_secret: `${KEY.slice(0, -1)}~` }, {}, 400, 'invalid_client'],
    ['for another id', { ...GRANT, client_id: 'key_00000000000000000000000002' }, {}, 400, 'invalid_client'],
    ['for another id by Basic', { grant_type: 'client_credentials' }, basic('key_2', KEY), 401, 'invalid_client'],
    ['without a client', { grant_type: 'client_credentials' }, {}, 400, 'invalid_client'],
    ['for a scope that it does not hold', { ...GRANT, scope: 'members:read points:manage' }, {}, 400, 'invalid_scope'],
    ['for a scope that there is not', { ...GRANT, scope: '"' }, {}, 400, 'invalid_scope'],
    ['for another grant', { ...GRANT, grant_type: 'password' }, {}, 400, 'unauthorized_client'],
    ['for a grant that there is not', { ...GRANT, grant_type: 'mind_reading' }, {}, 400, 'unsupported_grant_type'],
    ['without a grant', { client_id: ID, client_secret: KEY }, {}, 400, 'invalid_request'],
    [
      'for a parameter that comes twice',
      `${new URLSearchParams(GRANT).toString()}&scope=a&scope=b`,
      {},
      400,
      'invalid_request',
    ],
    ['for JSON', GRANT, { 'content-type': 'application/json' }, 400, 'invalid_request'],
    ['for more than 4 KB', { ...GRANT, scope: 'x'.repeat(5_000) }, {}, 413, 'invalid_request'],
  ])('%s', async (_, form, headers, status, error) => {
    const answer = await token(form, headers);

    expect([answer.status, answer.body['error']]).toEqual([status, error]);
    expect(answer.body['access_token']).toBeUndefined();
    expect(answer.headers.get('cache-control')).toBe('no-store');
    expect(answer.headers.get('www-authenticate')).toBe(status === 401 ? 'Basic realm="loyalty"' : null);
  });

  test('by GET, where secrets end up in logs', async () => {
    const { status, headers } = await token('', {}, 'GET');

    expect([status, headers.get('allow')]).toEqual([405, 'POST']);
  });

  test('while partners is away, and why is in the log only', async () => {
    graph.away.add('partners');
    graph.logged.length = 0;

    const { status, text, body } = await token({ ...GRANT, client_secret: keyOf(3) });

    expect([status, body]).toEqual([500, { error: 'server_error', error_description: 'Internal error.' }]);
    for (const secret of SECRETS) expect(text).not.toContain(secret);
    expect(graph.logged.join('')).toContain('ECONNREFUSED');
    expect(graph.logged.join('')).not.toContain(keyOf(3));
  });

  test('to an address that keeps guessing, and nothing is looked up for it', async () => {
    const guess = (n: number) => token({ ...GRANT, client_secret: keyOf(n) }, { 'x-forwarded-for': '198.51.100.1' });
    const before = [await guess(4), await guess(5)];
    const asked = graph.asked.partners.length;

    const { status, headers, body } = await guess(6);

    expect(before.map((answer) => answer.status)).toEqual([400, 400]);
    expect([status, body['error']]).toEqual([429, 'temporarily_unavailable']);
    expect(Number(headers.get('retry-after'))).toBeGreaterThan(0);
    expect(graph.asked.partners).toHaveLength(asked);
  });
});

test('the published keys may be kept for an hour and have no secret', async () => {
  const response = await fetch(new URL('/.well-known/jwks.json', graph.gateway.url));

  const { keys } = (await response.json()) as { keys: Record<string, string>[] };
  expect(response.headers.get('cache-control')).toBe('public, max-age=3600');
  expect(keys.map((key) => Object.keys(key).toSorted())).toEqual([['alg', 'crv', 'kid', 'kty', 'use', 'x']]);
});
