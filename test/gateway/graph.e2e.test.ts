// The whole graph through its door, in one process and over HTTP alike: who is let in, and as whom.
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { startGraph, TRANSPORTS, type TestGraph } from '../support/graph.ts';

const ME = 'query { me { id status wallets { currency { code } available } } }';
const PARTNERS = 'query { partners(first: 10) { nodes { code } } }';
const ENROLL = `mutation ($input: MemberEnrollInput!) {
  memberEnroll(input: $input) { member { id } existing userErrors { code } }
}`;

describe.each(TRANSPORTS)('the graph (%s)', (transport) => {
  let graph: TestGraph;
  beforeAll(async () => {
    graph = await startGraph({ transport });
  });
  afterAll(() => graph?.close());

  test('opens with a credential of each kind', async () => {
    const { operator, partners, tills, member } = graph.keys;

    expect(operator.key).toMatch(/^lyl_live_/);
    expect(partners.map(({ code }) => code).toSorted()).toEqual(['harbour', 'meadow', 'northside']);
    expect(tills.map(({ location }) => location).toSorted()).toEqual([
      'harbour-dover',
      'meadow-york',
      'northside-leeds',
      'northside-london',
    ]);
    expect(graph.till('northside-leeds').terminals).toEqual(['till-1', 'till-2']);
    expect(member.id).toMatch(/^mbr_/);
  });

  test('answers a member across rooms', async () => {
    const member = graph.client(graph.keys.member.token);

    const { me } = await member.ask(ME);

    expect(me).toEqual({
      id: graph.keys.member.id,
      status: 'ACTIVE',
      wallets: [{ currency: { code: 'points' }, available: 0 }],
    });
  });

  test('takes in a member with the member’s own token, who is found at once', async () => {
    const member = graph.client(await graph.memberToken(`newcomer-${transport}`));
    expect(await member.ask('query { me { id } }')).toEqual({ me: null });

    const identifiers = [{ kind: 'EMAIL', value: `newcomer-${transport}@example.com` }];
    const { memberEnroll } = await member.ask<{ memberEnroll: { member: { id: string } } }>(ENROLL, {
      input: { identifiers },
    });

    expect(memberEnroll).toEqual({ member: { id: expect.any(String) }, existing: false, userErrors: [] });
    expect(await member.ask('query { me { id } }')).toEqual({ me: { id: memberEnroll.member.id } });
  });

  test('shows each client its own', async () => {
    const codes = async (key: string) => {
      const { partners } = await graph.client(key).ask<{ partners: { nodes: { code: string }[] } }>(PARTNERS);
      return partners.nodes.map(({ code }) => code).toSorted();
    };

    expect(await codes(graph.keys.operator.key)).toEqual(['harbour', 'meadow', 'northside']);
    expect(await codes(graph.partner('harbour').key)).toEqual(['harbour']);
  });

  test('lets nobody in without a credential or with a wrong one', async () => {
    const none = await graph.client().send(ME);
    const { key } = graph.keys.operator;
    const wrong = await graph.client(`${key.slice(0, -1)}${key.endsWith('x') ? 'y' : 'x'}`).send(ME);
    const forged = await graph.client(`${graph.keys.member.token.slice(0, -4)}AAAA`).send(ME);

    expect([none.status, wrong.status, forged.status]).toEqual([401, 401, 401]);
    expect(none.errors![0]!.extensions.code).toBe('UNAUTHENTICATED');
  });

  test('answers no client what rooms ask each other', async () => {
    const operator = graph.client(graph.keys.operator.key);

    const internal = await operator.send('query { memberIdBySubject(issuer: "a", subject: "b") }');

    expect(internal.status).toBe(400);
    expect(internal.errors![0]!.extensions.code).toBe('GRAPHQL_VALIDATION_FAILED');
  });

  test('makes demo tokens for this machine only', async () => {
    const ask = (headers: Record<string, string>) =>
      fetch(new URL('/demo/token', graph.url), { method: 'POST', headers, body: '{"subject":"x"}' });

    const proxied = await ask({ 'content-type': 'application/json', 'x-forwarded-for': '203.0.113.7' });
    const form = await ask({ 'content-type': 'text/plain' });

    expect([proxied.status, form.status]).toEqual([403, 400]);
  });

  test('logs no fault on the way', () => {
    expect(graph.logged.filter(({ level }) => Number(level) >= 50)).toEqual([]);
  });
});
