// What a request means by text or by hash, before anything is parsed.
import { describe, expect, test } from '@jest/globals';
import { getIntrospectionQuery } from 'graphql';
import { documents, type Asked, type DocumentsOptions } from '../../../gateway/documents/documents.ts';
import { hashOf, manifestOf, trustedDocuments } from '../../../gateway/documents/manifest.ts';
import { keyOf, registeredDocuments, type SharedStore } from '../../../gateway/documents/registered.ts';

const TRUSTED = 'query Me { me { id } }';
const REGISTERED = '{ rewards { nodes { id } } }';
const UNKNOWN = '{ members { nodes { id } } }';
const PROGRAMME = { hash: hashOf(TRUSTED), name: 'Me', client: 'frontend', document: TRUSTED };

async function opened(options: Partial<DocumentsOptions> = {}) {
  const registered = registeredDocuments();
  await registered.set(keyOf(hashOf(REGISTERED)), REGISTERED);
  return documents({ accepted: 'any', trusted: [PROGRAMME], registered, introspection: false, ...options });
}

const post = (body: unknown): Asked => ({ method: 'POST', body, search: '' });
const get = (parameters: Record<string, string>): Asked => ({
  method: 'GET',
  body: undefined,
  search: `?${new URLSearchParams(parameters).toString()}`,
});
const persisted = (sha256Hash: unknown, version: unknown = 1) => ({
  extensions: { persistedQuery: { version, sha256Hash } },
});
const inSearch = (fields: { extensions: object }) => ({ extensions: JSON.stringify(fields.extensions) });

/** Status and code of the refusal; null: it was answered. */
async function refusal(asked: Asked, options: Partial<DocumentsOptions> = {}) {
  const { resolve } = await opened(options);
  return resolve(asked).then(
    () => null,
    ({ status, code }: { status: number; code: string }) => [status, code],
  );
}

describe('a document', () => {
  test.each([
    ['by its text', post({ query: UNKNOWN, variables: { a: 1 } })],
    ['by nothing', post({ variables: {} })],
    ['as a batch', post([{ query: UNKNOWN }])],
    ['as no JSON', post(undefined)],
    ['by GET', get({ query: UNKNOWN, extensions: '{ no json' })],
    ['with its hash, to be registered', post({ query: UNKNOWN, ...persisted(hashOf(UNKNOWN)) })],
  ])('%s is passed on as it came', async (_, asked) => {
    const { resolve } = await opened();

    const given = await resolve(asked);

    expect(given).toBe(asked);
  });

  test.each([
    ['a trusted one', TRUSTED, post({ ...persisted(hashOf(TRUSTED)), variables: { a: 1 } })],
    ['a registered one', REGISTERED, post({ ...persisted(hashOf(REGISTERED)), variables: { a: 1 } })],
    ['a trusted one by id', TRUSTED, post({ documentId: `sha256:${hashOf(TRUSTED)}`, variables: { a: 1 } })],
    ['a registered one by id', REGISTERED, post({ documentId: `sha256:${hashOf(REGISTERED)}`, variables: { a: 1 } })],
    ['one beside an empty query', TRUSTED, post({ query: null, ...persisted(hashOf(TRUSTED)), variables: { a: 1 } })],
  ])('by its hash: %s', async (_, query, asked) => {
    const { resolve } = await opened();

    const { body } = await resolve(asked);

    expect(body).toEqual({ query, variables: { a: 1 }, extensions: {} });
  });

  test.each([
    ['hash', inSearch(persisted(hashOf(TRUSTED)))],
    ['id', { documentId: `sha256:${hashOf(TRUSTED)}` }],
  ])('by its %s in a GET', async (_, parameters) => {
    const { resolve } = await opened();

    const { search } = await resolve(get({ variables: '{"a":1}', ...parameters }));

    const given = Object.fromEntries(new URLSearchParams(search));
    expect(given).toEqual({ variables: '{"a":1}', query: TRUSTED, extensions: '{}' });
  });

  test('that is trusted is not registered again', async () => {
    const { resolve } = await opened();

    const { body } = await resolve(post({ query: TRUSTED, ...persisted(hashOf(TRUSTED)) }));

    expect(body).toEqual({ query: TRUSTED, extensions: {} });
  });

  test('keeps other extensions', async () => {
    const { resolve } = await opened();
    const { persistedQuery } = persisted(hashOf(TRUSTED)).extensions;

    const { body } = await resolve(post({ extensions: { persistedQuery, trace: 'on' } }));

    expect(body).toEqual({ query: TRUSTED, extensions: { trace: 'on' } });
  });

  test.each([
    ['a hash that nobody registered', post(persisted(hashOf(UNKNOWN))), [200, 'PERSISTED_QUERY_NOT_FOUND']],
    [
      'an id that nobody registered',
      post({ documentId: `sha256:${hashOf(UNKNOWN)}` }),
      [200, 'PERSISTED_QUERY_NOT_FOUND'],
    ],
    ['another document’s hash', post({ query: UNKNOWN, ...persisted(hashOf(TRUSTED)) }), [400, 'BAD_REQUEST']],
    ['a hash in capitals', post(persisted(hashOf(TRUSTED).toUpperCase())), [400, 'BAD_REQUEST']],
    ['a hash that is none', post(persisted('apq:x')), [400, 'BAD_REQUEST']],
    ['a hash that is a number', post(persisted(7)), [400, 'BAD_REQUEST']],
    ['another version', post(persisted(hashOf(TRUSTED), 2)), [400, 'BAD_REQUEST']],
    ['an id of another kind', post({ documentId: 'Me' }), [400, 'BAD_REQUEST']],
    ['an id in an array', post({ documentId: [`sha256:${'0'.repeat(63)}`] }), [400, 'BAD_REQUEST']],
    ['an id and a text', post({ query: TRUSTED, documentId: `sha256:${hashOf(TRUSTED)}` }), [400, 'BAD_REQUEST']],
    [
      'an id and a hash',
      post({ documentId: `sha256:${hashOf(TRUSTED)}`, ...persisted(hashOf(TRUSTED)) }),
      [400, 'BAD_REQUEST'],
    ],
  ])('by %s is refused', async (_, asked, expected) => {
    expect(await refusal(asked)).toEqual(expected);
  });
});

describe('where only trusted documents are answered', () => {
  test.each([
    ['by text', post({ query: TRUSTED })],
    ['by hash', post(persisted(hashOf(TRUSTED)))],
    ['by text and hash', post({ query: TRUSTED, ...persisted(hashOf(TRUSTED)) })],
    ['by GET', get({ query: TRUSTED })],
  ])('a trusted one is, %s', async (_, asked) => {
    expect(await refusal(asked, { accepted: 'trusted' })).toBeNull();
  });

  test.each([
    ['by text', post({ query: UNKNOWN })],
    ['that is no document', post({ query: '{' })],
    ['that differs by a blank', post({ query: `${TRUSTED} ` })],
    ['to be registered', post({ query: UNKNOWN, ...persisted(hashOf(UNKNOWN)) })],
    ['that was registered', post(persisted(hashOf(REGISTERED)))],
    ['by id', post({ documentId: `sha256:${hashOf(REGISTERED)}` })],
    ['by GET', get({ query: UNKNOWN })],
    ['that asks for the schema', post({ query: getIntrospectionQuery() })],
  ])('another is refused, %s', async (_, asked) => {
    expect(await refusal(asked, { accepted: 'trusted' })).toEqual([400, 'DOCUMENT_NOT_TRUSTED']);
  });

  const open = { accepted: 'trusted', introspection: true } as const;

  test.each([getIntrospectionQuery(), getIntrospectionQuery({ oneOf: true }), '{ __typename }'])(
    'the schema can be asked for with introspection (%#)',
    async (query) => {
      expect(await refusal(post({ query }), open)).toBeNull();
    },
  );

  test.each([
    '{ __schema { description } me { id } }',
    '{ ...All } fragment All on Query { __typename me { id } }',
    '{ ... { me { id } } }',
    'query A { __typename } query B { me { id } }',
    '{ __type: me { id } }',
    '{',
  ])('and nothing else with it: %s', async (query) => {
    expect(await refusal(post({ query }), open)).toEqual([400, 'DOCUMENT_NOT_TRUSTED']);
  });
});

describe('what was registered', () => {
  const key = keyOf(hashOf(REGISTERED));
  function shared(): SharedStore & { texts: Map<string, string>; asked: number } {
    const texts = new Map<string, string>();
    return {
      texts,
      asked: 0,
      async get(wanted) {
        this.asked += 1;
        return texts.get(wanted) ?? null;
      },
      async set(given, text) {
        texts.set(given, text);
      },
    };
  }

  test('is found by other gateways that share a store, which is asked once', async () => {
    const store = shared();
    const other = registeredDocuments(store);
    await registeredDocuments(store).set(key, REGISTERED);

    const found = [await other.get(key), await other.get(key)];

    expect(found).toEqual([REGISTERED, REGISTERED]);
    expect(store.asked).toBe(1);
  });

  test('is not believed under another text’s hash', async () => {
    const store = shared();
    store.texts.set(key, UNKNOWN);

    expect(await registeredDocuments(store).get(key)).toBeUndefined();
  });

  test('is still found here while the store is away', async () => {
    const away = { get: () => Promise.reject(new Error('away')), set: () => Promise.reject(new Error('away')) };
    const here = registeredDocuments(away);

    await expect(here.set(key, REGISTERED)).rejects.toThrow('away');

    expect(await here.get(key)).toBe(REGISTERED);
    expect(await here.get(keyOf(hashOf(UNKNOWN)))).toBeUndefined();
  });

  test('is not waited for', async () => {
    const never = new Promise<never>(() => undefined);

    const found = await registeredDocuments({ get: () => never, set: () => never }).get(key);

    expect(found).toBeUndefined();
  });

  test('is forgotten, the oldest first, before it fills the memory', async () => {
    const here = registeredDocuments();
    const texts = Array.from({ length: 300 }, (_, index) => String(index).padEnd(64 * 1024, '#'));

    for (const text of texts) await here.set(keyOf(hashOf(text)), text);

    const kept = await Promise.all(texts.map((text) => here.get(keyOf(hashOf(text)))));
    expect(kept.map((text) => text !== undefined)).toEqual(texts.map((_, index) => index >= 300 - 256));
  });

  test('is not kept when it is larger than 64 KB', async () => {
    const here = registeredDocuments();
    const text = '#'.repeat(64 * 1024 + 1);

    await here.set(keyOf(hashOf(text)), text);

    expect(await here.get(keyOf(hashOf(text)))).toBeUndefined();
  });
});

describe('a manifest', () => {
  test('gives back the documents that it was made of', () => {
    expect(trustedDocuments(manifestOf([PROGRAMME]))).toEqual([PROGRAMME]);
  });

  test('that was changed by hand is refused', () => {
    const changed = manifestOf([PROGRAMME]).replace('me { id }', 'me { id name }');

    expect(() => trustedDocuments(changed)).toThrow(
      `${PROGRAMME.hash} is not the hash of Me of frontend: run npm run schema`,
    );
  });
});
