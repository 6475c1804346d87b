// Documents by hash as a client meets them: over HTTP, with everything between the socket and the execution.
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { buildSchema, execute } from 'graphql';
import { pino } from 'pino';
import { documents, type DocumentsOptions } from '../../../gateway/documents/documents.ts';
import { hashOf } from '../../../gateway/documents/manifest.ts';
import { keyOf, registeredDocuments, type SharedStore } from '../../../gateway/documents/registered.ts';
import type { Execution } from '../../../gateway/execution/federated.ts';
import { LIMITS } from '../../../gateway/limits/document.ts';
import { serveGateway, type Gateway, type GatewayOptions } from '../../../gateway/server.ts';
import { anonymous, operator } from '../../support/viewer.ts';

const schema = buildSchema(
  'type Query { me: Member } type Mutation { rename(name: String!): Member } type Member { id: ID! me: Member }',
);
const ME = 'query Me { me { id } }';
const RENAME = 'mutation Rename { rename(name: "Ada") { id } }';
const TRUSTED = 'query Trusted { me { __typename id } }';
const DEEP = `{ ${'me { '.repeat(LIMITS.depth)} id ${'}'.repeat(LIMITS.depth)} }`;

let gateway: Gateway;
/** Operations that ran. */
let ran: number;
/** What all gateways know. */
let shared: Map<string, string>;

const execution: Partial<Execution> = {
  onSchemaLoadOrUpdate(callback) {
    callback({ apiSchema: schema, coreSupergraphSdl: '' });
    return () => undefined;
  },
  load: () =>
    Promise.resolve({
      executor({ document, request }) {
        ran += 1;
        const member = { id: '1' };
        const rootValue = { me: member, rename: member };
        return Promise.resolve(execute({ schema, document, rootValue, variableValues: request.variables })) as never;
      },
    }),
  stop: () => Promise.resolve(),
};

async function open(options: Partial<DocumentsOptions> = {}, production = false): Promise<void> {
  const store: SharedStore = {
    get: (key) => Promise.resolve(shared.get(key) ?? null),
    set: (key, text) => Promise.resolve(shared.set(key, text)),
  };
  const trusted = [{ hash: hashOf(TRUSTED), name: 'Trusted', client: 'app', document: TRUSTED }];
  const settings: Partial<GatewayOptions> = {
    host: '127.0.0.1',
    port: 0,
    production,
    execution: execution as Execution,
    documents: documents({
      accepted: 'any',
      trusted,
      registered: registeredDocuments(store),
      introspection: !production,
      ...options,
    }),
    identity: { viewer: ({ authorization }) => Promise.resolve(authorization === undefined ? anonymous : operator) },
    rates: { mayLookUp: () => Promise.resolve(true), request: () => Promise.resolve({}) } as never,
    limits: LIMITS,
    proxies: 0,
    corsOrigins: [],
    drainSeconds: 0,
    routes: new Map(),
    page: null,
    log: pino({ level: 'silent' }),
  };
  gateway = await serveGateway(settings as GatewayOptions);
}

beforeEach(() => {
  ran = 0;
  shared = new Map();
});
afterEach(() => gateway.close());

interface Answer {
  status: number;
  data?: unknown;
  /** Of the first error. */
  code?: string;
}

async function answer(response: Response): Promise<Answer> {
  const { data, errors } = (await response.json()) as {
    data?: unknown;
    errors?: { extensions: { code: string } }[];
  };
  return errors === undefined
    ? { status: response.status, data }
    : { status: response.status, code: errors[0]!.extensions.code };
}

async function post(body: object, headers: Record<string, string> = { authorization: 'Bearer x' }): Promise<Answer> {
  const init = { method: 'POST', headers: { 'content-type': 'application/json', ...headers } };
  return answer(await fetch(gateway.url, { ...init, body: JSON.stringify(body) }));
}

async function get(parameters: Record<string, string>): Promise<Answer> {
  const search = new URLSearchParams(parameters).toString();
  const headers = { authorization: 'Bearer x', 'apollo-require-preflight': 'true' };
  return answer(await fetch(`${gateway.url}?${search}`, { headers }));
}

const persisted = (document: string) => ({
  extensions: { persistedQuery: { version: 1, sha256Hash: hashOf(document) } },
});
const id = (document: string) => ({ documentId: `sha256:${hashOf(document)}` });
const NOT_FOUND = { status: 200, code: 'PERSISTED_QUERY_NOT_FOUND' };
const ANSWERED = { status: 200, data: { me: { id: '1' } } };

describe('a document that was not known', () => {
  beforeEach(() => open());

  test('is asked by its hash alone once it was sent with it, in each spelling', async () => {
    const unknown = await post(persisted(ME));
    const registered = await post({ query: ME, ...persisted(ME) });
    const known = [
      await post(persisted(ME)),
      await post(id(ME)),
      await get({ extensions: JSON.stringify(persisted(ME).extensions) }),
      await get(id(ME)),
    ];

    expect(unknown).toEqual(NOT_FOUND);
    expect(registered).toEqual(ANSWERED);
    expect(known).toEqual([ANSWERED, ANSWERED, ANSWERED, ANSWERED]);
    expect(ran).toBe(5);
  });

  test('is known to a gateway that shares the store', async () => {
    await post({ query: ME, ...persisted(ME) });
    await gateway.close();
    await open();

    expect(await post(persisted(ME))).toEqual(ANSWERED);
  });

  test.each([
    ['no document', '{ me', { status: 400, code: 'GRAPHQL_PARSE_FAILED' }],
    ['of another schema', '{ nobody }', { status: 400, code: 'GRAPHQL_VALIDATION_FAILED' }],
    ['too deep', DEEP, { status: 400, code: 'QUERY_TOO_COMPLEX' }],
  ])('is not kept when it is %s', async (_, query, refused) => {
    const first = await post({ query, ...persisted(query) });

    expect(first).toEqual(refused);
    expect(await post(persisted(query))).toEqual(NOT_FOUND);
    expect([shared.size, ran]).toEqual([0, 0]);
  });

  test('is not kept from who brings no credential', async () => {
    const first = await post({ query: ME, ...persisted(ME) }, {});

    expect(first).toEqual({ status: 401, code: 'UNAUTHENTICATED' });
    expect(await post(persisted(ME))).toEqual(NOT_FOUND);
  });

  test('is not kept under the hash of another', async () => {
    const first = await post({ query: RENAME, ...persisted(ME) });

    expect(first).toEqual({ status: 400, code: 'BAD_REQUEST' });
    expect([shared.size, ran]).toEqual([0, 0]);
  });
});

describe('a document by its hash', () => {
  beforeEach(() => open());

  test('is asked with a credential like any other', async () => {
    expect(await post(id(TRUSTED), {})).toEqual({ status: 401, code: 'UNAUTHENTICATED' });
  });

  test('is measured like any other', async () => {
    shared.set(keyOf(hashOf(DEEP)), DEEP);

    expect(await post(persisted(DEEP))).toEqual({ status: 400, code: 'QUERY_TOO_COMPLEX' });
    expect(await get(id(DEEP))).toEqual({ status: 400, code: 'QUERY_TOO_COMPLEX' });
    expect(ran).toBe(0);
  });

  test('changes nothing by GET', async () => {
    await post({ query: RENAME, ...persisted(RENAME) });

    const { status } = await get(id(RENAME));

    expect([status, ran]).toEqual([405, 1]);
  });
});

describe('a gateway for trusted documents', () => {
  test('answers them by text, hash and id, and nothing else', async () => {
    await open({ accepted: 'trusted' }, true);
    shared.set(keyOf(hashOf(ME)), ME);

    const trusted = [await post({ query: TRUSTED }), await post(persisted(TRUSTED)), await post(id(TRUSTED))];
    const others = [
      await post({ query: ME }),
      await post({ query: ME, ...persisted(ME) }),
      await post(persisted(ME)),
      await post({ query: '{ __schema { description } }' }),
      await post({ query: '{' }),
    ];

    const answered = { status: 200, data: { me: { __typename: 'Member', id: '1' } } };
    expect(trusted).toEqual([answered, answered, answered]);
    expect(others).toEqual(others.map(() => ({ status: 400, code: 'DOCUMENT_NOT_TRUSTED' })));
    expect(ran).toBe(3);
  });
});
