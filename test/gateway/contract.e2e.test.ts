// The documents of clients, run as they stand: an afternoon at a till, then the member, the partner and the operator.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { parse, print, separateOperations } from 'graphql';
import type { Client } from '../support/client.ts';
import { startGraph, TRANSPORTS, type TestGraph } from '../support/graph.ts';

const CONTRACT = join('schema', 'contract');
const operations = Object.fromEntries(
  readdirSync(CONTRACT, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.graphql'))
    .flatMap((file) => Object.entries(separateOperations(parse(readFileSync(join(CONTRACT, file), 'utf8'))))),
);
/** Only the fields that the tests look at. */
// oxlint-disable-next-line typescript/no-explicit-any -- answers are checked by value
type Answer = any;

const HOUR_MS = 3_600_000;
const sold = new Date(Date.now() - 2 * HOUR_MS).toISOString();
const returned = new Date(Date.now() - HOUR_MS).toISOString();

const till = { location: 'northside-london', terminal: 'till-1' };
const receipt = (receiptNumber: string, occurredAt = sold) => ({
  ...till,
  receiptNumber,
  businessDate: occurredAt.slice(0, 10),
  occurredAt,
  idempotencyKey: `contract:${receiptNumber}`,
});
const line = (number: number, sku: string, quantity: string, unitPrice: string) => ({
  number,
  sku,
  quantity,
  unitPrice,
});

describe.each(TRANSPORTS)('the documents of clients (%s)', (transport) => {
  let graph: TestGraph;
  const ran = new Set<string>();
  const member = { kind: 'EMAIL', value: 'contract@example.com' };
  let memberId: string;
  let purchaseId: string;

  beforeAll(async () => {
    graph = await startGraph({ transport });
  });
  afterAll(() => graph?.close());

  async function run(client: Client, name: string, variables: object = {}): Promise<Answer> {
    ran.add(name);
    return client.ask<Answer>(print(operations[name]!), variables);
  }
  const atTill = () => graph.client(graph.till('northside-london').key);
  const asOperator = () => graph.client(graph.keys.operator.key);

  test('a till enrols a member, who has a card and a wallet at once', async () => {
    const input = { identifiers: [member], profile: { givenName: 'Grace' }, idempotencyKey: 'contract:enrol' };

    const { memberEnroll } = await run(atTill(), 'MemberEnroll', { input });

    expect(memberEnroll).toMatchObject({ existing: false, replayed: false, userErrors: [] });
    expect(memberEnroll.member).toMatchObject({
      cardNumber: expect.stringMatching(/^290\d{10}$/),
      status: 'ACTIVE',
      wallets: [{ currency: { code: 'points' }, available: 0 }],
    });
    memberId = memberEnroll.member.id;
    await graph.settle();
  });

  test('it records a purchase of 120.50 and gives 120 points and bronze', async () => {
    const lines = [line(1, 'mug', '2', '10.25'), line(2, 'kettle', '1', '100.00')];
    const input = { ...receipt('R-1'), member, currencyCode: 'GBP', lines };

    const { purchaseRecord } = await run(atTill(), 'PurchaseRecord', { input });

    expect(purchaseRecord).toMatchObject({
      replayed: false,
      userErrors: [],
      purchase: {
        receiptNumber: 'R-1',
        total: { amount: '120.50', currencyCode: 'GBP' },
        channel: { code: 'northside-shops' },
      },
      entries: [{ kind: 'EARN', amount: 120, currency: { code: 'points' } }],
      member: { id: memberId, tier: { code: 'bronze' }, wallets: [{ available: 120 }] },
    });
    purchaseId = purchaseRecord.purchase.id;
  });

  test('it identifies the member by e-mail, and reads no name without consent', async () => {
    const { memberByIdentifier } = await run(atTill(), 'PosIdentify', { identifier: member });

    expect(memberByIdentifier).toMatchObject({
      id: memberId,
      status: 'ACTIVE',
      displayName: null,
      tier: { code: 'bronze' },
      wallets: [{ currency: { code: 'points' }, available: 120, held: 0 }],
    });
  });

  test('it takes a mug back and the ten points with it', async () => {
    const input = { ...receipt('R-2', returned), purchase: { id: purchaseId }, lines: [{ number: 1, quantity: '1' }] };

    const { purchaseReturn } = await run(atTill(), 'PurchaseReturn', { input });

    expect(purchaseReturn).toMatchObject({
      replayed: false,
      userErrors: [],
      purchases: [{ id: purchaseId, returned: { amount: '10.25', currencyCode: 'GBP' } }],
      lines: [{ index: 0, accepted: true, purchase: { id: purchaseId }, reason: null }],
      entries: [{ kind: 'REVERSE', amount: -10 }],
      member: { id: memberId, tier: { code: 'bronze' }, wallets: [{ available: 110, deficit: 0 }] },
    });
  });

  test('it sends a batch, each item with its own answer', async () => {
    const lines = [line(1, 'tea', '1', '5.00')];
    const items = [
      { purchase: { ...receipt('R-3'), member, currencyCode: 'GBP', lines } },
      { purchase: { ...receipt('R-3'), member, currencyCode: 'GBP', lines } },
      { return: { ...receipt('R-4', returned), member, lines: [{ sku: 'never-bought', quantity: '1' }] } },
    ];

    const { purchaseRecordBatch } = await run(atTill(), 'PurchaseRecordBatch', { input: { items } });

    expect(purchaseRecordBatch.userErrors).toEqual([]);
    expect(purchaseRecordBatch.results.map(({ state }: Answer) => state)).toEqual(['RECORDED', 'REPLAYED', 'REFUSED']);
    expect(purchaseRecordBatch.results[2].userErrors).toMatchObject([{ code: 'RETURN_UNMATCHED' }]);
    expect(purchaseRecordBatch.summary).toEqual({ recorded: 1, replayed: 1, refused: 1, points: 5 });
  });

  test('an operator gives 20 points with a reason', async () => {
    const input = { memberId, currency: 'points', amount: 20, reason: 'goodwill', idempotencyKey: 'contract:adjust' };

    const { pointsAdjust } = await run(asOperator(), 'PointsAdjust', { input });

    expect(pointsAdjust).toMatchObject({
      replayed: false,
      userErrors: [],
      entry: { amount: 20, reason: 'goodwill' },
      member: { id: memberId, wallets: [{ available: 135 }] },
    });
  });

  test('an operator reads the purchases, and one by its receipt', async () => {
    const page = await run(asOperator(), 'MemberPurchases', { id: memberId, first: 1 });
    const one = await run(asOperator(), 'PurchaseByReceipt', { location: 'northside-london', receiptNumber: 'R-1' });

    expect(page.member.purchases.edges).toHaveLength(1);
    expect(page.member.purchases.pageInfo.hasNextPage).toBe(true);
    expect(one.purchaseByReceipt).toEqual({
      id: purchaseId,
      member: { id: memberId },
      total: { amount: '120.50', currencyCode: 'GBP' },
    });
  });

  test('an operator reads the statement, now and as it stood before', async () => {
    const now = await run(asOperator(), 'LedgerStatement', { id: memberId, first: 10 });
    const before = await run(asOperator(), 'LedgerStatement', {
      id: memberId,
      first: 10,
      asOf: '2020-01-01T00:00:00Z',
    });

    const amounts = now.member.ledger.edges.map(({ node }: Answer) => node.amount);
    expect(amounts.toSorted((a: number, b: number) => a - b)).toEqual([-10, 5, 20, 120]);
    expect(now.member.wallet).toMatchObject({ available: 135, pending: 0, held: 0, deficit: 0 });
    expect(before.member.wallet).toMatchObject({ available: 0, lots: { nodes: [] } });
    expect(before.member.ledger.edges).toEqual([]);
  });

  test('the ledger holds', async () => {
    const { ledgerVerify } = await run(asOperator(), 'LedgerVerify', { memberId });

    expect(ledgerVerify).toEqual({ intact: true, walletCount: 1, entryCount: 4, firstBreak: null });
  });

  test('a member reads its own', async () => {
    const { me } = await run(graph.client(graph.keys.member.token), 'Me');

    expect(me).toEqual({
      id: graph.keys.member.id,
      displayName: 'Ada Example',
      wallets: [{ currency: { code: 'points' }, available: 0 }],
      tier: { code: 'member' },
    });
  });

  test('a partner lets a program in and changes its secret, and both secrets work', async () => {
    const { id, key } = graph.partner('northside');
    const partner = graph.client(key);
    const input = { partnerId: id, name: 'Shop', scopes: ['partners:read'], idempotencyKey: 'contract:create' };

    const { apiClientCreate: created } = await run(partner, 'ApiClientCreate', { input });
    const rotation = { apiClientId: created.apiClient.id, idempotencyKey: 'contract:rotate' };
    const { apiClientRotate: rotated } = await run(partner, 'ApiClientRotate', { input: rotation });

    expect(created).toMatchObject({
      replayed: false,
      userErrors: [],
      apiClient: { name: 'Shop', scopes: ['partners:read'] },
    });
    expect(rotated).toMatchObject({ replayed: false, userErrors: [], apiClient: { id: created.apiClient.id } });
    for (const secret of [created.secret, rotated.secret]) {
      expect((await graph.client(secret).send('{ partners { nodes { code } } }')).data).toEqual({
        partners: { nodes: [{ code: 'northside' }] },
      });
    }
  });

  test('no document was left out, and no fault was logged', () => {
    expect([...ran].toSorted()).toEqual(Object.keys(operations).toSorted());
    expect(graph.logged.filter(({ level }) => Number(level) >= 50)).toEqual([]);
  });
});
