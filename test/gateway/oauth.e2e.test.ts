// Tokens of api clients in the whole graph: a partner's program gets one, works with it, and is let out.
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { startGraph, TRANSPORTS, type TestGraph } from '../support/graph.ts';

const CREATE = `mutation ($input: ApiClientCreateInput!) {
  apiClientCreate(input: $input) { apiClient { id } secret userErrors { code } }
}`;
const REVOKE = 'mutation ($input: ApiClientRevokeInput!) { apiClientRevoke(input: $input) { userErrors { code } } }';
const MINE = 'query { partners(first: 10) { nodes { code } } }';
const FIND = 'query { memberByIdentifier(identifier: { kind: EMAIL, value: "ada@example.com" }) { id } }';

describe.each(TRANSPORTS)('a program of a partner (%s)', (transport) => {
  let graph: TestGraph;
  let program: { id: string; secret: string };

  beforeAll(async () => {
    graph = await startGraph({ transport });
    const { id, key } = graph.partner('harbour');
    const input = { partnerId: id, name: 'Sync', scopes: ['partners:read', 'members:read'], idempotencyKey: 'oauth:1' };
    const { apiClientCreate } = await graph
      .client(key)
      .ask<{ apiClientCreate: { apiClient: { id: string }; secret: string } }>(CREATE, { input });
    program = { id: apiClientCreate.apiClient.id, secret: apiClientCreate.secret };
  });
  afterAll(() => graph?.close());

  const token = async (scope?: string) => {
    const form = { grant_type: 'client_credentials', client_id: program.id, client_secret: program.secret };
    const response = await fetch(new URL('/oauth/token', graph.url), {
      method: 'POST',
      body: new URLSearchParams(scope === undefined ? form : { ...form, scope }),
    });
    return { status: response.status, body: (await response.json()) as Record<string, string> };
  };

  test('sees with a token what it sees with its key: its own partner', async () => {
    const { body } = await token();

    const byKey = await graph.client(program.secret).ask(MINE);
    const byToken = await graph.client(body['access_token']).ask(MINE);

    expect(byToken).toEqual(byKey);
    expect(byToken).toEqual({ partners: { nodes: [{ code: 'harbour' }] } });
  });

  test('is held to the scopes of its token', async () => {
    const { body } = await token('partners:read');

    const { errors } = await graph.client(body['access_token']).send(FIND);

    expect(errors!.map(({ message, extensions }) => [message, extensions.code])).toEqual([
      ['This needs the scope members:read.', 'FORBIDDEN'],
    ]);
    expect(await graph.client(program.secret).ask(FIND)).toHaveProperty('memberByIdentifier');
  });

  test('gets no scope that it does not hold', async () => {
    const { status, body } = await token('partners:read partners:manage');

    expect([status, body['error'], body['access_token']]).toEqual([400, 'invalid_scope', undefined]);
  });

  test('that is let out: its token’s key is known no more, which the gateway sees within 30 s', async () => {
    const { body } = await token();
    const input = { apiClientId: program.id, idempotencyKey: 'oauth:2' };

    await graph.client(graph.partner('harbour').key).ask(REVOKE, { input });

    const facts = 'query ($hash: String!) { apiClientByKey(keyHash: $hash) { id } }';
    const claims = JSON.parse(Buffer.from(body['access_token']!.split('.')[1]!, 'base64url').toString()) as object;
    const viewer = { kind: 'room' as const, space: 'live', owner: 'gateway', scopes: [] };
    const asked = { query: facts, variables: { hash: (claims as { key_sha256: string }).key_sha256 } };
    expect(await graph.rooms.partners.execute(asked, viewer, 'test')).toEqual({ data: { apiClientByKey: null } });
  });
});
