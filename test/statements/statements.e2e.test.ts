// What a page costs: the same few statements in each room, whether it has one member or fifty.
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Kind, parse, print, type OperationDefinitionNode } from 'graphql';
import { ROOMS, type RoomName } from '../../subgraphs/shared/config.ts';
import type { Client } from '../support/client.ts';
import { startGraph, type TestGraph } from '../support/graph.ts';

const MEMBERS = 50;
const ENROLL = `mutation ($input: MemberEnrollInput!) { memberEnroll(input: $input) { member { id } userErrors { code } } }`;
const BATCH = `mutation ($input: PurchaseRecordBatchInput!) {
  purchaseRecordBatch(input: $input) { userErrors { code } }
}`;

/** What a client's document asks of its one member, asked of a page of members. */
function ofPage(file: string, argumentsOfPage: string): string {
  const document = parse(readFileSync(join('schema', 'contract', file), 'utf8'));
  const operation = document.definitions[0] as OperationDefinitionNode;
  const [member] = operation.selectionSet.selections;
  if (member?.kind !== Kind.FIELD || member.selectionSet === undefined) throw new Error(`${file} asks for no member`);
  return `query (${argumentsOfPage}) { members(first: $members) { nodes ${print(member.selectionSet)} } }`;
}

const STATEMENT = ofPage(
  'frontend/LedgerStatement.graphql',
  '$members: Int!, $asOf: DateTime, $first: Int!, $after: String',
);
const IDENTIFY = ofPage('pos/PosIdentify.graphql', '$members: Int!');
const COCKPIT = ofPage('frontend/MemberCockpit.graphql', '$members: Int!');

let graph: TestGraph;
const emailOf = (index: number) => ({ kind: 'EMAIL', value: `statement-${index}@example.com` });
const occurredAt = new Date(Date.now() - 3_600_000).toISOString();
const receipt = (number: string) => ({
  idempotencyKey: number,
  receiptNumber: number,
  location: 'northside-london',
  businessDate: occurredAt.slice(0, 10),
  occurredAt,
});

beforeAll(async () => {
  graph = await startGraph();
  const till = graph.client(graph.till('northside-london').key);
  const consents = [{ purpose: 'PARTNER_SHARING', granted: true, partnerId: graph.partner('northside').id }];
  const each = Array.from({ length: MEMBERS }, (_, index) => index);
  for (const index of each) {
    await till.ask(ENROLL, { input: { identifiers: [emailOf(index)], profile: { givenName: `M${index}` }, consents } });
  }
  await graph.settle();
  const purchases = each.map((index) => ({
    purchase: {
      ...receipt(`buy-${index}`),
      member: emailOf(index),
      currencyCode: 'GBP',
      lines: [{ number: 1, sku: 'mug', quantity: '2', unitPrice: '10.00' }],
    },
  }));
  const returns = each.map((index) => ({
    return: {
      ...receipt(`back-${index}`),
      purchase: { location: 'northside-london', receiptNumber: `buy-${index}` },
      lines: [{ number: 1, quantity: '1' }],
    },
  }));
  for (const items of [purchases, returns]) {
    await till.ask(BATCH, { input: { items } });
  }
  await graph.settle();
  // What they do by themselves is not what a page costs.
  for (const room of ROOMS) {
    await graph.rooms[room].relay.stop();
    await graph.rooms[room].clock.stop();
  }
});

afterAll(() => graph?.close());

interface Page {
  members: { nodes: Record<string, unknown>[] };
}

async function cost(client: Client, query: string, variables: object) {
  for (const room of ROOMS) graph.statements[room].length = 0;
  const { members } = await client.ask<Page>(query, variables);
  const counts = Object.fromEntries(ROOMS.map((room) => [room, graph.statements[room].length]));
  return { counts, nodes: members.nodes };
}

/** Rooms that are not named cost nothing. */
const costs = (counts: Partial<Record<RoomName, number>>) =>
  Object.fromEntries(ROOMS.map((room) => [room, counts[room] ?? 0]));

const operator = () => graph.client(graph.keys.operator.key);
const partner = () => graph.client(graph.partner('northside').key);

describe.each([
  // members: the page, and profiles; for a partner also whom it knows, once for members and once for points.
  // points: the programme, wallets, lots, entries, hashes before them, what they reverse, and of an instant the wait for its writers;
  // for explanations the purchases, lines, returns and events that are counted again, and their versions;
  // or standings, their steps and wallets, and what rewards asks once for all offers.
  ['a statement now', operator, STATEMENT, { first: 10 }, { members: 1, points: 11 }],
  [
    'a statement as of an instant',
    operator,
    STATEMENT,
    { first: 10, asOf: '2999-01-01T00:00:00Z' },
    { members: 1, points: 12 },
  ],
  ['what a till identifies, for an operator', operator, IDENTIFY, {}, { members: 2, points: 8, rewards: 1 }],
  ['what a till identifies, for the partner', partner, IDENTIFY, {}, { members: 6, points: 8, rewards: 1 }],
  [
    'everything about a member, for an operator',
    operator,
    COCKPIT,
    {},
    { members: 4, points: 12, rewards: 3, referrals: 3 },
  ],
])('%s', (_, client, query, variables, expected) => {
  test('costs the same few statements for one member and for fifty', async () => {
    // The credential is looked up once and remembered, and referral codes are made at the first look at them.
    await client().ask(query, { ...variables, members: MEMBERS });

    const one = await cost(client(), query, { ...variables, members: 1 });
    const fifty = await cost(client(), query, { ...variables, members: MEMBERS });

    expect(one.nodes).toHaveLength(1);
    expect(fifty.nodes).toHaveLength(MEMBERS);
    expect(JSON.stringify(fifty.nodes)).toContain(query === STATEMENT ? 'REVERSE' : '"available":10');
    expect([one.counts, fifty.counts]).toEqual([costs(expected), costs(expected)]);
  });
});
