// Requests that mean harm, by a client with a credential, and the figure that each is held to. Slow and many connections:
// listener.int.test.ts; documents that are too large: server.int.test.ts; forged aliases: federation/.
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Pool } from 'undici';
import { hash, keyOf, startFixture, type Fixture } from './fixture.ts';

const KEY = keyOf(1);
const MEGABYTE = 1024 * 1024;

let graph: Fixture;
let pool: Pool;

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

beforeAll(async () => {
  graph = await startFixture({
    // Ever new documents are planned for a client so many times a minute; here they are to get through.
    costs: { max: 200_000, perMinute: 1_000_000_000 },
    rates: { perCredential: 100_000, anonymous: 100_000, failed: 100 },
  });
  pool = new Pool(new URL(graph.gateway.url).origin, { connections: 8 });
  graph.clients.set(hash(KEY), {
    id: 'key_1',
    kind: 'partner',
    partnerId: null,
    scopes: ['members:read'],
    space: 'live',
    expiresAt: null,
  });
});
afterAll(async () => {
  await pool.close();
  await graph.close();
});

async function send(body: string | Buffer) {
  const { statusCode, body: answer } = await pool.request({
    path: '/graphql',
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${KEY}` },
    body,
  });
  // What it cost is told last, and is no matter here.
  return { status: statusCode, text: (await answer.text()).replace(/,"extensions":\{"cost".*$/, '}') };
}

const post = (body: object) => send(JSON.stringify(body));
const code = (text: string) =>
  (JSON.parse(text) as { errors?: { extensions: { code: string } }[] }).errors?.[0]?.extensions.code;

describe('documents', () => {
  test('that spread each fragment twice, forty levels deep, are refused with 2 000 tokens', async () => {
    const before = graph.asked.members.length;
    const bomb = Array.from({ length: 40 }, (_, n) => `fragment F${n} on Query { ...F${n + 1} ...F${n + 1} }`);

    const { status, text } = await post({ query: `{ ...F0 } ${bomb.join(' ')} fragment F40 on Query { __typename }` });

    expect([status, code(text)]).toEqual([400, 'QUERY_TOO_COMPLEX']);
    expect(graph.asked.members).toHaveLength(before);
  });

  test('that spread themselves are refused', async () => {
    const query = '{ ...A } fragment A on Query { ...B } fragment B on Query { ...A me { name } }';

    const { status, text } = await post({ query });

    expect([status, code(text)]).toEqual([400, 'GRAPHQL_VALIDATION_FAILED']);
  });

  test('of 13 levels are refused, of 12 are not too deep', async () => {
    const nested = (levels: number) => `{ me { ${'... { '.repeat(3)} name ${'} '.repeat(3)} ${deep(levels - 2)} } }`;
    const deep = (levels: number): string => (levels === 0 ? '' : `id { ${deep(levels - 1)} name }`);

    expect(code((await post({ query: nested(13) })).text)).toBe('QUERY_TOO_COMPLEX');
    expect(code((await post({ query: nested(12) })).text)).toBe('GRAPHQL_VALIDATION_FAILED');
  });

  test('that are always different take 10 MB more at the most once 1 040 are known', async () => {
    const ask = async (from: number, to: number) => {
      for (let index = from; index < to; index += 8) {
        await Promise.all(
          Array.from({ length: 8 }, async (_, n) => {
            const { text } = await post({ query: `{ me { a${index + n}: name ${'name '.repeat(20)} favourite } }` });
            expect(text).toContain(`"a${index + n}":"name of 1"`);
          }),
        );
        for (const asked of Object.values(graph.asked)) asked.length = 0;
      }
      collectGarbage();
      return process.memoryUsage().heapUsed;
    };
    const before = await ask(0, 1_040);

    const after = await ask(1_040, 1_680);

    expect((after - before) / MEGABYTE).toBeLessThan(10);
  });

  test('of 200 KB each take 20 MB more at the most once 10 are known, each asked twice', async () => {
    const ask = async (from: number, to: number) => {
      for (let index = from; index < to; index += 1) {
        const query = `mutation { rename(name: "${index}${'x'.repeat(200_000)}") { name favourite } }`;
        for (const { text } of [await post({ query }), await post({ query })]) expect(text).toContain('"name of 1"');
        for (const asked of Object.values(graph.asked)) asked.length = 0;
      }
      collectGarbage();
      return process.memoryUsage().heapUsed;
    };
    const before = await ask(0, 10);

    const after = await ask(10, 60);

    expect((after - before) / MEGABYTE).toBeLessThan(20);
  });
});

describe('bodies', () => {
  test('that are not UTF-8 are refused, not mended', async () => {
    const body = Buffer.concat([
      Buffer.from('{"query":"{ __typename }","x":"'),
      Buffer.from([0xff]),
      Buffer.from('"}'),
    ]);

    const { status, text } = await send(body);

    expect([status, code(text)]).toEqual([400, 'BAD_REQUEST']);
  });

  test('that name a thing twice mean the last one, to the limits as to the rooms', async () => {
    const small = JSON.stringify('{ me { name } }');
    const large = JSON.stringify(`{ ${'__typename '.repeat(21)} }`);

    const last = await send(`{"query":${large},"query":${small}}`);
    const first = await send(`{"query":${small},"query":${large}}`);

    expect(last).toEqual({ status: 200, text: '{"data":{"me":{"name":"name of 1"}}}' });
    expect([first.status, code(first.text)]).toEqual([400, 'QUERY_TOO_COMPLEX']);
  });

  test.each(['[]', '"x"', 'null', '0', 'true', '', '{}', '{"query":{"kind":"Document"}}'])(
    'that are %s are a bad request',
    async (body) => {
      const { status, text } = await send(body);

      expect([status, code(text)]).toEqual([400, 'BAD_REQUEST']);
    },
  );
});

describe('variables', () => {
  const RENAME = 'mutation ($name: String!) { rename(name: $name) { id } }';

  test('nested 50 000 deep are told that they are wrong', async () => {
    const { status, text } = await send(
      `{"query":${JSON.stringify(RENAME)},"variables":{"name":${'['.repeat(50_000)}${']'.repeat(50_000)}}}`,
    );

    expect([status, code(text)]).toEqual([400, 'BAD_USER_INPUT']);
    expect(text.length).toBeLessThan(1_000);
  });

  test('of 15 000 names that the document does not know are left out', async () => {
    const variables = Object.fromEntries(Array.from({ length: 15_000 }, (_, n) => [`v${n}`, n]));

    const { status, text } = await post({ query: '{ me { name favourite } }', variables });

    expect({ status, text }).toEqual({ status: 200, text: '{"data":{"me":{"name":"name of 1","favourite":"tea"}}}' });
  });

  test.each(['constructor', 'prototype', 'toString', 'hasOwnProperty'])(
    'named %s are as good as any other, and change nothing for anybody',
    async (name) => {
      const query = `mutation ($${name}: String!) { rename(name: $${name}) { name } }`;
      const evil = '{"polluted":"yes","toString":1}';

      const wrong = await send(`{"query":${JSON.stringify(query)},"variables":{"${name}":${evil}}}`);
      const right = await send(`{"query":${JSON.stringify(query)},"variables":{"${name}":"Ada"}}`);
      const missing = await send(`{"query":${JSON.stringify(query)},"variables":{}}`);

      expect([wrong.status, code(wrong.text)]).toEqual([400, 'BAD_USER_INPUT']);
      expect(right).toEqual({ status: 200, text: '{"data":{"rename":{"name":"name of 1"}}}' });
      expect([missing.status, code(missing.text)]).toEqual([400, 'BAD_USER_INPUT']);
      expect(({} as { polluted?: string }).polluted).toBeUndefined();
    },
  );

  test('named __proto__ get lost, and change nothing for anybody', async () => {
    const query = 'mutation ($__proto__: String!) { rename(name: $__proto__) { name } }';

    const lost = await send(`{"query":${JSON.stringify(query)},"variables":{"__proto__":{"polluted":"yes"}}}`);
    const next = await post({ query: RENAME, variables: { name: 'Ada' } });

    expect(JSON.parse(lost.text)).not.toHaveProperty('data.rename.id');
    expect(({} as { polluted?: string }).polluted).toBeUndefined();
    expect(next).toEqual({ status: 200, text: '{"data":{"rename":{"id":"1"}}}' });
  });

  test.each(['__proto__', 'constructor', 'toString'])('do not get lost in answers named %s', async (name) => {
    const { text } = await post({ query: `{ me { ${name}: name favourite } ${name}: me { id } }` });

    expect(text).toBe(`{"data":{"me":{"${name}":"name of 1","favourite":"tea"},"${name}":{"id":"1"}}}`);
  });

  test.each(['__proto__', 'constructor', 'nothing'])('and no operation is found by the name %s', async (name) => {
    const { status, text } = await post({ query: 'query A { me { name } }', operationName: name });

    expect([status, code(text)]).toEqual([400, 'OPERATION_RESOLUTION_FAILURE']);
  });
});
