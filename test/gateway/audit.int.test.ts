// GraphQL over HTTP as its own audit has it, all of it; and what keeps other pages out although a query may come by GET.
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { serverAudits } from 'graphql-http';
import { request } from 'undici';
import { hash, keyOf, startFixture, type Fixture } from './fixture.ts';

const KEY = keyOf(1);
const SHOP = 'https://shop.example';
let graph: Fixture;

beforeAll(async () => {
  graph = await startFixture({ corsOrigins: [SHOP] });
  graph.clients.set(hash(KEY), {
    id: 'key_1',
    kind: 'partner',
    partnerId: null,
    scopes: ['members:read'],
    space: 'live',
    expiresAt: null,
  });
});
afterAll(() => graph.close());

const audits = serverAudits({ url: () => graph.gateway.url });

test('the audit has 61 points', () => {
  expect(audits).toHaveLength(61);
});

test.each(audits.map(({ id, name, fn }) => ({ id, name, fn })))('$id $name', async ({ fn }) => {
  expect(await fn()).toMatchObject({ status: 'ok' });
});

/** As a program sends it, with these headers and none besides. */
async function get(query: string, headers: Record<string, string>) {
  const { statusCode, body } = await request(`${graph.gateway.url}?query=${encodeURIComponent(query)}`, { headers });
  return { status: statusCode, text: await body.text() };
}

describe('a query by GET', () => {
  test.each([
    ['a program that says so', { 'apollo-require-preflight': 'yes' }],
    ['a script of our own page', { 'sec-fetch-mode': 'cors', 'sec-fetch-site': 'same-origin' }],
    ['a script of a page on the list', { 'sec-fetch-mode': 'cors', 'sec-fetch-site': 'cross-site', origin: SHOP }],
    ['a program that says it is JSON', { 'content-type': 'application/json' }],
  ])('of %s is answered', async (_, headers) => {
    expect(await get('{ __typename }', headers)).toEqual({ status: 200, text: '{"data":{"__typename":"Query"}}' });
  });

  test.each<[string, Record<string, string>]>([
    ['nobody that says what it is', {}],
    ['a link or a form', { 'sec-fetch-mode': 'navigate', 'sec-fetch-site': 'cross-site' }],
    ['an image or a script element', { 'sec-fetch-mode': 'no-cors', 'sec-fetch-site': 'same-site' }],
    ['a link on our own page', { 'sec-fetch-mode': 'navigate', 'sec-fetch-site': 'same-origin' }],
    [
      'a script of another page',
      { 'sec-fetch-mode': 'cors', 'sec-fetch-site': 'cross-site', origin: 'https://evil.example' },
    ],
    ['a script of another page of the site', { 'sec-fetch-mode': 'cors', 'sec-fetch-site': 'same-site' }],
    ['who accepts GraphQL, as any page may say', { accept: 'application/graphql-response+json' }],
    ['who sends a form’s type', { 'content-type': 'text/plain' }],
  ])('of %s is refused', async (_, headers) => {
    const before = graph.asked.members.length;

    const { status, text } = await get('{ me { name } }', { authorization: `Bearer ${KEY}`, ...headers });

    expect([status, JSON.parse(text)]).toMatchObject([400, { errors: [{ extensions: { code: 'BAD_REQUEST' } }] }]);
    expect(graph.asked.members).toHaveLength(before);
  });
});

describe('the media type of an answer', () => {
  const JSON_TYPE = 'application/json; charset=utf-8';
  const GRAPHQL_JSON = 'application/graphql-response+json; charset=utf-8';
  const post = async (query: string, accept?: string) => {
    const { statusCode, headers, body } = await request(graph.gateway.url, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        authorization: `Bearer ${KEY}`,
        ...(accept === undefined ? {} : { accept }),
      },
      body: JSON.stringify({ query }),
    });
    return { status: statusCode, type: headers['content-type'], text: await body.text() };
  };

  test.each([
    [undefined, JSON_TYPE],
    ['*/*', JSON_TYPE],
    ['application/*;q=0.1', JSON_TYPE],
    ['application/json', JSON_TYPE],
    ['application/json, application/graphql-response+json;q=0.9', JSON_TYPE],
    ['application/json;q=0, */*', GRAPHQL_JSON],
    ['application/graphql-response+json, application/json', GRAPHQL_JSON],
    ['application/json, application/graphql-response+json', GRAPHQL_JSON],
    ['application/graphql-response+json;charset=utf-8, text/html;q=0.5', GRAPHQL_JSON],
    ['Application/JSON; charset=UTF-8', JSON_TYPE],
    ['application/json, multipart/mixed', JSON_TYPE],
  ])('for %s is %s', async (accept, type) => {
    expect(await post('{ __typename }', accept)).toEqual({
      status: 200,
      type,
      text: '{"data":{"__typename":"Query"}}',
    });
  });

  test.each(['text/html', 'application/json;q=0', 'application/xml, image/*'])(
    'that %s does not accept is told before anything is changed',
    async (accept) => {
      const before = graph.asked.members.length;

      const { status } = await post('mutation { rename(name: "x") { id } }', accept);

      expect(status).toBe(406);
      expect(graph.asked.members).toHaveLength(before);
    },
  );

  test.each([
    ['application/json', 200],
    ['application/graphql-response+json', 400],
    ['*/*', 400],
    [undefined, 400],
  ])('named %s, a document that is wrong is told with %d', async (accept, status) => {
    for (const query of ['{', '{ mee }', 'query A { me { id } } query B { me { id } }'])
      expect(await post(query, accept)).toMatchObject({ status });
  });

  test('who may not ask is told so by the status, whatever they accept', async () => {
    const { statusCode, body } = await request(graph.gateway.url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', accept: 'application/json' },
      body: JSON.stringify({ query: '{ me { id } }' }),
    });
    await body.dump();

    expect(statusCode).toBe(401);
  });
});
