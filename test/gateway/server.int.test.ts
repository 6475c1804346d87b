// The door as clients meet it: who comes in, how much they may bring, and what they never get to read.
import { request as httpRequest } from 'node:http';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { buildClientSchema, getIntrospectionQuery, type IntrospectionQuery } from 'graphql';
import { identities } from '../../subgraphs/shared/identity.ts';
import { operator } from '../support/viewer.ts';
import { hash, keyOf, SECRETS, startFixture, type Fixture } from './fixture.ts';

const MEMBER_KEY = keyOf(1);
const TILL_KEY = keyOf(2);
/** As a room would believe it. */
const signed = identities('s'.repeat(32)).sign('members', operator, '{}');

let graph: Fixture;
const address = (path: string) => new URL(path, graph.gateway.url).href;

interface Answer {
  /** What it cost. */
  extensions?: object;
  data?: Record<string, unknown> | null;
  errors?: { message: string; path?: unknown[]; extensions: Record<string, unknown> }[];
}

async function post(query: string, headers: Record<string, string> = {}, extra: object = {}) {
  const response = await fetch(graph.gateway.url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${MEMBER_KEY}`, ...headers },
    body: JSON.stringify({ query, ...extra }),
  });
  const text = await response.text();
  const { extensions: _, ...body } = JSON.parse(text) as Answer;
  return { response, text, body };
}

beforeAll(async () => {
  graph = await startFixture();
  const client = { id: 'key_1', kind: 'partner', partnerId: null, space: 'live', expiresAt: null };
  graph.clients.set(hash(MEMBER_KEY), { ...client, scopes: ['members:read'] });
  graph.clients.set(hash(TILL_KEY), { ...client, id: 'key_2', kind: 'till', scopes: ['purchases:write'] });
});
afterEach(() => graph.away.clear());
afterAll(() => graph.close());

describe('a request', () => {
  test('is answered across rooms, as its viewer', async () => {
    const { response, body } = await post('{ members { name favourite viewer } }');

    expect(response.status).toBe(200);
    const viewer = JSON.stringify({ kind: 'partner', space: 'live', owner: 'key_1', scopes: ['members:read'] });
    expect(body).toEqual({
      data: {
        members: [
          { name: 'name of 1', favourite: 'tea', viewer },
          { name: 'name of 2', favourite: 'tea', viewer },
        ],
      },
    });
  });

  test('carries its id through every room and back', async () => {
    const { response } = await post('{ me { favourite } }', { 'x-request-id': 'till-7:42' });

    expect(response.headers.get('x-request-id')).toBe('till-7:42');
    expect(graph.asked.members.at(-1)!.requestId).toBe('till-7:42');
    expect(graph.asked.partners.at(-1)!.requestId).toBe('till-7:42');
  });

  test.each(['', 'x'.repeat(200), 'a b', '{"level":60}'])(
    'with the id %j gets one that is fit for a log',
    async (id) => {
      const { response } = await post('{ __typename }', { 'x-request-id': id });

      expect(response.headers.get('x-request-id')).toMatch(/^[0-9a-f-]{36}$/);
    },
  );

  test('without a credential is told how to bring one', async () => {
    const before = graph.asked.members.length;

    const response = await fetch(graph.gateway.url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ query: 'query Q { ...F } fragment F on Query { __typename me { name } }' }),
    });

    expect(response.status).toBe(401);
    expect(response.headers.get('www-authenticate')).toBe('Bearer realm="loyalty"');
    const { errors } = (await response.json()) as Answer;
    expect(errors![0]!.extensions).toEqual({ code: 'UNAUTHENTICATED' });
    expect(graph.asked.members).toHaveLength(before);
  });

  test('with a bad credential is refused before its body is read', async () => {
    const { response, body } = await post('{ me { name } }', {
      authorization: `Bearer ${keyOf(8)}`,
    });

    expect(response.status).toBe(401);
    expect(response.headers.get('www-authenticate')).toBe(
      'Bearer realm="loyalty", error="invalid_token", error_description="The API key is unknown, expired or revoked."',
    );
    expect(body).toEqual({
      errors: [{ message: 'The API key is unknown, expired or revoked.', extensions: { code: 'UNAUTHENTICATED' } }],
    });
  });

  test.each([
    ['x-loyalty-identity', 'eyJhbGciOiJub25lIn0.e30.'],
    ['X-Loyalty-Identity', signed],
    ['x-loyalty-viewer', JSON.stringify(operator)],
    ['x-forwarded-user', 'operator'],
  ])('cannot bring an identity of its own in %s', async (header, value) => {
    const { body } = await post('{ me { viewer } }', { [header]: value });

    expect(JSON.parse((body.data!['me'] as { viewer: string }).viewer)).toMatchObject({
      kind: 'partner',
      owner: 'key_1',
    });
    const anonymous = await post('{ me { viewer } }', { authorization: '', [header]: value });
    expect(anonymous.response.status).toBe(401);
  });

  test('cannot ask what rooms ask each other', async () => {
    const { response, body } = await post('{ apiClientByKey(keyHash: "x") { id } }');

    expect(response.status).toBe(400);
    expect(body.errors![0]!.extensions).toEqual({ code: 'GRAPHQL_VALIDATION_FAILED' });
  });

  test.each([
    ['GET', '/nothing', 404],
    ['GET', '//', 404],
    ['OPTIONS', '*', 404],
  ])('%s %s is answered %d', async (method, path, status) => {
    const { hostname, port } = new URL(graph.gateway.url);

    const got = await new Promise((resolve, reject) => {
      httpRequest({ hostname, port, method, path }, (response) => resolve(response.resume().statusCode))
        .on('error', reject)
        .end();
    });

    expect(got).toBe(status);
  });

  test('that is no JSON is a bad request', async () => {
    const response = await fetch(graph.gateway.url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{ "not a JSON',
    });

    expect(response.status).toBe(400);
    expect(await response.json()).toEqual({
      errors: [{ message: 'The body is not JSON.', extensions: { code: 'BAD_REQUEST' } }],
    });
  });

  test.each([
    ['a form of another page', 'POST', 'text/plain', '{"query":"{ me { name } }"}'],
    ['a form', 'POST', 'application/x-www-form-urlencoded', 'query={me{name}}'],
  ])('that %s can send is refused', async (_, method, type, body) => {
    const response = await fetch(graph.gateway.url, {
      method,
      headers: { 'content-type': type, authorization: `Bearer ${MEMBER_KEY}` },
      body,
    });

    expect(response.status).toBe(400);
  });

  test('by GET changes nothing', async () => {
    const before = graph.asked.members.length;

    const response = await fetch(
      `${graph.gateway.url}?query=${encodeURIComponent('mutation { rename(name: "x") { id } }')}`,
      {
        headers: { authorization: `Bearer ${MEMBER_KEY}`, 'apollo-require-preflight': '1' },
      },
    );

    expect(response.status).toBe(405);
    expect(graph.asked.members).toHaveLength(before);
  });

  test('that is a batch of operations is refused', async () => {
    const response = await fetch(graph.gateway.url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${MEMBER_KEY}` },
      body: JSON.stringify([{ query: '{ __typename }' }, { query: '{ __typename }' }]),
    });

    expect(response.status).toBe(400);
  });
});

describe('a fault in a room', () => {
  test.each(['{ me { name broken } }', '{ me { name shattered } }'])(
    '%s leaks nothing but its place',
    async (query) => {
      graph.logged.length = 0;

      const { response, text, body } = await post(query, { 'x-request-id': 'fault-1' });

      const field = query.includes('broken') ? 'broken' : 'shattered';
      expect(response.status).toBe(200);
      expect(body).toEqual({
        data: { me: { name: 'name of 1', [field]: null } },
        errors: [
          {
            message: 'Internal error.',
            path: ['me', field],
            extensions: { code: 'INTERNAL_SERVER_ERROR', requestId: 'fault-1' },
          },
        ],
      });
      for (const secret of SECRETS) expect(text).not.toContain(secret);
    },
  );

  test('that is away leaks nothing, says that it may pass, and has its cause in the log', async () => {
    graph.away.add('partners');
    await post('{ __typename }');
    graph.logged.length = 0;

    const { text, body } = await post('{ me { name favourite } }', { 'x-request-id': 'away-1' });

    expect(body.data).toEqual({ me: { name: 'name of 1', favourite: null } });
    expect(body.errors!.map(({ message, extensions }) => ({ message, extensions }))).toEqual([
      {
        message: 'Internal error.',
        extensions: { code: 'INTERNAL_SERVER_ERROR', requestId: 'away-1', retryable: true },
      },
    ]);
    for (const secret of [...SECRETS, 'ECONNREFUSED']) expect(text).not.toContain(secret);
    const log = graph.logged.join('');
    expect(log).toContain('ECONNREFUSED');
    expect(log).toContain('away-1');
    expect(log).not.toContain(MEMBER_KEY);
  });

  test('while the credential is looked up is a fault, not a refusal', async () => {
    graph.away.add('partners');

    const { response, text, body } = await post('{ me { name } }', {
      authorization: `Bearer ${keyOf(9)}`,
    });

    expect(response.status).toBe(500);
    expect(body.errors![0]!.extensions['code']).toBe('INTERNAL_SERVER_ERROR');
    for (const secret of SECRETS) expect(text).not.toContain(secret);
  });

  test('the asker’s own mistake passes with its message', async () => {
    const { text, body } = await post('{ me { forbidden refused } }');

    expect(body.errors).toEqual([
      { message: 'This needs the scope members:read.', path: ['me', 'forbidden'], extensions: { code: 'FORBIDDEN' } },
      { message: '`first` is 0.', path: ['me', 'refused'], extensions: { code: 'BAD_USER_INPUT' } },
    ]);
    expect(text).not.toContain('select secret');
  });
});

describe('limits', () => {
  const padded = (kilobytes: number) => ({ extensions: { padding: 'x'.repeat(kilobytes * 1024) } });
  const as = (key: string) => ({ authorization: `Bearer ${key}` });

  test.each([
    [200, MEMBER_KEY, 200],
    [300, MEMBER_KEY, 413],
    [300, TILL_KEY, 200],
    [7_000, TILL_KEY, 200],
    [8_200, TILL_KEY, 413],
  ])('a body of %d KB by %s is answered %d', async (kilobytes, key, status) => {
    const { response, body } = await post('{ __typename }', as(key), padded(kilobytes));

    expect(response.status).toBe(status);
    if (status === 413) expect(body.errors![0]!.extensions['code']).toBe('PAYLOAD_TOO_LARGE');
  });

  test('a body that does not say its size is cut off as well', async () => {
    const { hostname, port } = new URL(graph.gateway.url);

    const status = await new Promise((resolve, reject) => {
      const headers = { 'content-type': 'application/json', authorization: `Bearer ${MEMBER_KEY}` };
      const request = httpRequest({ hostname, port, path: '/graphql', method: 'POST', headers }, (response) =>
        resolve(response.resume().statusCode),
      );
      request.on('error', reject);
      for (let sent = 0; sent < 400; sent += 1) request.write('x'.repeat(1024));
      request.end();
    });

    expect(status).toBe(413);
  });

  test('a document of more than 15 000 tokens is refused before it is parsed', async () => {
    const { response, body } = await post(`{ ${'__typename '.repeat(15_000)} }`);

    expect(response.status).toBe(400);
    expect(body.errors![0]!.extensions).toEqual({ code: 'GRAPHQL_PARSE_FAILED' });
  });

  test.each([
    [
      'fragments that multiply',
      `{ ...F0 } ${[0, 1, 2, 3, 4, 5].map((n) => `fragment F${n} on Query { ${`...F${n + 1} `.repeat(20)} }`).join(' ')}
       fragment F6 on Query { __typename }`,
    ],
    ['a field asked 1 001 times', `{ me { ${'name '.repeat(1_001)} } }`],
    ['a mutation asked twice', 'mutation { a: rename(name: "x") { id } b: rename(name: "y") { id } }'],
    ['another operation of the document', `query A { __typename } query B { ${'__typename '.repeat(21)} }`],
  ])('%s is refused before it is validated, and nothing is asked', async (_, query) => {
    const before = graph.asked.members.length;

    const { response, body } = await post(query, {}, { operationName: 'A' });

    expect(response.status).toBe(400);
    expect(body.errors).toHaveLength(1);
    expect(body.errors![0]!.extensions).toEqual({ code: 'QUERY_TOO_COMPLEX' });
    expect(graph.asked.members).toHaveLength(before);
  });

  test('by GET they are the same', async () => {
    const query = encodeURIComponent(`{ ${'__typename '.repeat(21)} }`);

    const response = await fetch(`${graph.gateway.url}?query=${query}`, {
      headers: { authorization: `Bearer ${MEMBER_KEY}`, 'apollo-require-preflight': '1' },
    });

    expect(response.status).toBe(400);
    expect(((await response.json()) as Answer).errors![0]!.extensions).toEqual({ code: 'QUERY_TOO_COMPLEX' });
  });

  test('nesting that no stack holds is a bad request', async () => {
    const { response, body } = await post(`${'{ me '.repeat(4_900)}${'}'.repeat(4_900)}`);

    expect(response.status).toBe(400);
    expect(body.errors![0]!.extensions).toEqual({ code: 'GRAPHQL_PARSE_FAILED' });
  });
});

describe('beside the graph', () => {
  test('the process says that it lives and whether its rooms can answer', async () => {
    const live = await fetch(address('/health/live'));
    const ready = await fetch(address('/health/ready'));
    graph.away.add('partners');
    const away = await fetch(address('/health/ready'));

    expect([live.status, ready.status, away.status]).toEqual([200, 200, 503]);
    expect(await away.json()).toEqual({ status: 'not ready' });
  });

  test('the clients’ schema can be read, without what rooms ask each other', async () => {
    const response = await fetch(address('/schema.graphql'));

    const sdl = await response.text();
    expect(response.status).toBe(200);
    expect(sdl).toContain('type Member');
    expect(sdl).not.toContain('apiClientByKey');
    expect(sdl).not.toContain('join__');
  });

  test('the graph itself is introspected without a credential', async () => {
    const response = await fetch(graph.gateway.url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ query: '{ __schema { queryType { name } } }' }),
    });

    expect(await response.json()).toEqual({ data: { __schema: { queryType: { name: 'Query' } } } });
  });

  test('a tool introspects the whole of it', async () => {
    const { response, body } = await post(getIntrospectionQuery({ oneOf: true, inputValueDeprecation: true }));

    expect([response.status, body.errors]).toEqual([200, undefined]);
    expect(buildClientSchema(body.data as unknown as IntrospectionQuery).getType('Member')).toBeDefined();
  });

  test('an introspection that goes in circles is refused', async () => {
    const circle = (levels: number): string => (levels === 0 ? 'name' : `fields { type { ${circle(levels - 1)} } }`);

    const { response, body } = await post(`{ __schema { types { ${circle(4)} } } }`);

    expect(response.status).toBe(400);
    expect(body.errors![0]!.message).toBe('Maximum introspection depth exceeded');
  });

  test('no demo tokens are made unless asked for', async () => {
    const response = await fetch(address('/demo/token'), { method: 'POST' });

    expect(response.status).toBe(404);
  });
});

describe('at a stop', () => {
  test('what was asked is answered, and connections that clients keep do not hold it up', async () => {
    const stopping = await startFixture();
    stopping.clients.set(hash(MEMBER_KEY), { ...graph.clients.get(hash(MEMBER_KEY)) });
    const ask = () =>
      fetch(stopping.gateway.url, {
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization: `Bearer ${MEMBER_KEY}` },
        body: JSON.stringify({ query: '{ me { slow } }' }),
      });
    const answer = ask();
    while (stopping.asked.members.length === 0) await new Promise((resolve) => setTimeout(resolve, 5));

    const from = performance.now();
    await stopping.close();

    expect(performance.now() - from).toBeLessThan(2_000);
    expect(await (await answer).json()).toMatchObject({ data: { me: { slow: 'at last' } } });
    await expect(ask()).rejects.toThrow('fetch failed');
  });
});

describe('in production', () => {
  let production: Fixture;
  beforeAll(async () => {
    production = await startFixture({ production: true });
    production.clients.set(hash(MEMBER_KEY), { ...graph.clients.get(hash(MEMBER_KEY)) });
  });
  afterAll(() => production.close());

  const ask = async (query: string, headers: Record<string, string> = {}) => {
    const response = await fetch(production.gateway.url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${MEMBER_KEY}`, ...headers },
      body: JSON.stringify({ query }),
    });
    return { status: response.status, text: await response.text() };
  };

  test('the schema is not introspected', async () => {
    const { status, text } = await ask('{ __schema { queryType { name } } }');

    expect(status).toBe(400);
    expect(text).not.toContain('queryType":');
  });

  test('a misspelt field is not helped along', async () => {
    const { text } = await ask('{ mee { name } }');

    expect(text).not.toContain('Did you mean');
  });

  test('no query plan and no stack is shown', async () => {
    const { text } = await ask('{ me { broken favourite } }', { 'apollo-query-plan-experimental': '1' });

    expect(text).not.toContain('QueryPlan');
    expect(text).not.toContain('stacktrace');
    for (const secret of SECRETS) expect(text).not.toContain(secret);
  });
});
