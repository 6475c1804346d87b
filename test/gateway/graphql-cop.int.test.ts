// The thirteen checks of graphql-cop, each with the request that it sends, by a client with a credential, as in production.
// A check passes when the answer is not the one that graphql-cop takes for a finding. Its requests have no header that only
// browsers and `fetch` send.
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { request } from 'undici';
import { hash, keyOf, startFixture, type Fixture } from './fixture.ts';

const KEY = keyOf(1);
let graph: Fixture;

beforeAll(async () => {
  graph = await startFixture({ production: true });
  const scopes = ['members:read'];
  graph.clients.set(hash(KEY), {
    id: 'key_1',
    kind: 'partner',
    partnerId: null,
    scopes,
    space: 'live',
    expiresAt: null,
  });
});
afterAll(() => graph.close());

interface Answer {
  data?: Record<string, unknown> | null;
  errors?: { message: string; extensions: Record<string, unknown> }[];
  extensions?: unknown;
}

interface Sent {
  method?: 'POST';
  headers?: Record<string, string>;
  body?: string;
}

async function send(path: string, { headers = {}, ...sent }: Sent = {}) {
  const { statusCode, body } = await request(new URL(path, graph.gateway.url), {
    ...sent,
    headers: { accept: '*/*', 'user-agent': 'python-requests/2.32.3', authorization: `Bearer ${KEY}`, ...headers },
  });
  return { status: statusCode, text: await body.text() };
}

async function post(body: object) {
  const answer = await send('/graphql', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  return { ...answer, body: JSON.parse(answer.text) as Answer };
}

const codes = ({ errors = [] }: Answer) => errors.map(({ extensions }) => extensions['code']);

describe('denial of service', () => {
  test('1. alias overloading: 101 aliases are refused', async () => {
    const aliases = Array.from({ length: 101 }, (_, i) => `alias${i}:__typename \n`).join('');

    const { status, body } = await post({ query: `query { ${aliases} }` });

    expect([status, codes(body)]).toEqual([400, ['QUERY_TOO_COMPLEX']]);
  });

  test('2. array batching: 11 operations in one request are refused', async () => {
    const { status, body } = await post(Array.from({ length: 11 }, () => ({ query: 'query { __typename }' })));

    expect([status, codes(body)]).toEqual([400, ['BAD_REQUEST']]);
  });

  test('3. directive overloading: ten unknown directives do not make ten errors', async () => {
    const { status, body } = await post({ query: 'query { __typename @aa@aa@aa@aa@aa@aa@aa@aa@aa@aa }' });

    expect(status).toBe(400);
    expect(body.errors!.length).toBeLessThan(10);
    const many = await post({ query: `query { __typename ${'@aa'.repeat(51)} }` });
    expect([many.status, codes(many.body)]).toEqual([400, ['QUERY_TOO_COMPLEX']]);
  });

  test('4. circular introspection: types of fields of types are refused', async () => {
    const query =
      'query { __schema { types { fields { type { fields { type { fields { type { fields { type { name } } } } } } } } } } }';

    const { status, body } = await post({ query });

    expect([status, body.data]).toEqual([400, undefined]);
  });

  test('5. field duplication: a field 500 times is refused', async () => {
    const { status, body } = await post({ query: `query { ${'__typename \n'.repeat(500)}} ` });

    expect([status, codes(body)]).toEqual([400, ['QUERY_TOO_COMPLEX']]);
  });
});

describe('requests that another page can make a browser send', () => {
  test('6. a query by GET is refused', async () => {
    const { status, text } = await send('/graphql?query=%7B__typename%7D');

    expect([status, JSON.parse(text)]).toMatchObject([400, { errors: [{ extensions: { code: 'BAD_REQUEST' } }] }]);
  });

  test('7. a mutation by GET is refused', async () => {
    const { status, text } = await send('/graphql?query=mutation%20%7B__typename%7D');

    expect([status, JSON.parse(text)]).toMatchObject([400, { errors: [{ extensions: { code: 'BAD_REQUEST' } }] }]);
  });

  test('8. a query by POST that is not JSON is refused', async () => {
    const inAddress = await send('/graphql?query=query%20%7B__typename%7D', { method: 'POST' });
    const inForm = await send('/graphql', {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: String(new URLSearchParams({ query: 'query {__typename}' })),
    });

    expect([inAddress.status, inForm.status]).toEqual([400, 400]);
  });
});

describe('what the answers tell', () => {
  test('9. field suggestions: none', async () => {
    const { status, text } = await post({ query: 'query { __schema { directive } }' });

    expect(status).toBe(400);
    expect(text).not.toContain('Did you mean');
  });

  // In demo mode our own GraphiQL is there, and is meant to be found.
  test.each(['/graphiql', '/playground', '/console', '/graphql'])('10. an IDE at %s: none', async (path) => {
    const { status, text } = await send(path, { headers: { accept: 'text/html' } });

    expect([404, 406]).toContain(status);
    for (const sign of ['graphiql.min.css', 'GraphQL Playground', 'GraphiQL', 'graphql-playground'])
      expect(text).not.toContain(sign);
  });

  test('11. introspection: none', async () => {
    const { status, body } = await post({ query: 'query { __schema { types { name fields { name } } } }' });

    expect([status, body.data]).toEqual([400, undefined]);
  });

  test('12. traces: none', async () => {
    const { body } = await post({ query: 'query { __typename }' });

    expect(body).toEqual({ data: { __typename: 'Query' } });
  });

  test('13. unhandled errors: a document that is none is told so, without an exception', async () => {
    const { status, text, body } = await post({ query: 'qwerty cop { abc }' });

    expect([status, codes(body)]).toEqual([400, ['GRAPHQL_PARSE_FAILED']]);
    expect(Object.keys(body.errors![0]!.extensions)).toEqual(['code']);
    expect(text.toLowerCase()).not.toMatch(/exception|stacktrace/);
  });
});
