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

  test('an operator moves points to another member and back', async () => {
    const { memberEnroll } = await run(atTill(), 'MemberEnroll', {
      input: { identifiers: [{ kind: 'EXTERNAL', value: 'contract:friend' }] },
    });
    const friend = memberEnroll.member.id as string;
    const move = (fromMemberId: string, toMemberId: string, idempotencyKey: string) =>
      run(asOperator(), 'PointsTransfer', {
        input: { fromMemberId, toMemberId, currency: 'points', amount: 7, idempotencyKey },
      });

    const there = await move(memberId, friend, 'contract:there');
    const back = await move(friend, memberId, 'contract:back');
    const again = await move(friend, memberId, 'contract:back');

    for (const { pointsTransfer } of [there, back]) {
      expect(pointsTransfer).toMatchObject({
        entries: [{ amount: -7 }, { amount: 7 }],
        replayed: false,
        userErrors: [],
      });
    }
    expect(again.pointsTransfer).toEqual({ ...back.pointsTransfer, replayed: true });
  });

  test('an operator asks for the sealed root and a proof; on the first day there is none yet', async () => {
    const statement = await run(asOperator(), 'LedgerStatement', { id: memberId, first: 1 });

    const proof = await run(asOperator(), 'LedgerProof', { entryId: statement.member.ledger.edges[0].node.id });

    expect(proof).toEqual({ ledgerRoot: null, ledgerProof: null });
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
    expect(amounts.toSorted((a: number, b: number) => a - b)).toEqual([-10, -7, 5, 7, 20, 120]);
    expect(now.member.wallet).toMatchObject({ available: 135, pending: 0, held: 0, deficit: 0 });
    expect(before.member.wallet).toMatchObject({ available: 0, lots: { nodes: [] } });
    expect(before.member.ledger.edges).toEqual([]);
  });

  test('the ledger holds', async () => {
    const { ledgerVerify } = await run(asOperator(), 'LedgerVerify', { memberId });

    expect(ledgerVerify).toEqual({ intact: true, walletCount: 1, entryCount: 6, firstBreak: null });
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

  const rewardId: Record<string, string> = {};

  test('anyone reads the catalogue in a language', async () => {
    const { rewards } = await run(atTill(), 'RewardCatalogue', { first: 10, locale: 'lv' });

    expect(rewards.totalCount).toBe(4);
    for (const { node } of rewards.edges) rewardId[node.code] = node.id;
    expect(rewards.edges.find(({ node }: Answer) => node.code === 'coffee').node).toMatchObject({
      kind: 'FREE_PRODUCT',
      name: 'Kafija',
      price: { points: { currency: { code: 'points' }, amount: 50 }, money: null },
      partner: { id: graph.partner('harbour').id, name: 'Harbour Coffee' },
      stock: null,
    });
  });

  test('a reward is had for points: the answer has the voucher and the balance', async () => {
    const input = { memberId, rewardId: rewardId['coffee'], quantity: 1, idempotencyKey: 'contract:redeem' };

    const { rewardRedeem } = await run(asOperator(), 'RewardRedeem', { input });

    expect(rewardRedeem).toMatchObject({
      redemption: {
        state: 'CONFIRMED',
        pointsSpent: { currency: { code: 'points' }, amount: 50 },
        vouchers: [{ state: 'ISSUED' }],
      },
      member: { id: memberId, wallets: [{ currency: { code: 'points' }, available: 85, held: 0 }] },
      replayed: false,
      userErrors: [],
    });
    await graph.settle();
    const harbour = graph.client(graph.till('harbour-dover').key);
    const [{ code }] = rewardRedeem.redemption.vouchers;
    const use = { code, location: 'harbour-dover', receiptNumber: 'H-1', idempotencyKey: 'contract:use' };
    const { voucherUse } = await run(harbour, 'VoucherUse', { input: use });
    expect(voucherUse).toMatchObject({ voucher: { code, state: 'USED' }, replayed: false, userErrors: [] });
  });

  test('a till holds points, gives them back, holds them again and takes them', async () => {
    const hold = (key: string) =>
      run(atTill(), 'RedemptionHold', {
        input: { memberId, points: { currency: 'points', amount: 30 }, ttlSeconds: 600, idempotencyKey: key },
      });

    const { redemptionHold: first } = await hold('contract:hold-1');
    const { redemptionRelease } = await run(atTill(), 'RedemptionRelease', {
      input: { redemptionId: first.redemption.id, idempotencyKey: 'contract:release' },
    });
    const { redemptionHold: second } = await hold('contract:hold-2');
    const { redemptionCapture } = await run(atTill(), 'RedemptionCapture', {
      input: { redemptionId: second.redemption.id, idempotencyKey: 'contract:capture' },
    });

    expect(first).toMatchObject({ redemption: { state: 'HELD', pointsHeld: { amount: 30 } }, userErrors: [] });
    expect(redemptionRelease).toMatchObject({ redemption: { state: 'RELEASED' }, userErrors: [] });
    expect(redemptionCapture).toMatchObject({
      redemption: { state: 'CONFIRMED', pointsSpent: { amount: 30 }, vouchers: [] },
      userErrors: [],
    });
  });

  test('a purchase takes held points and a voucher, and its return gives them back', async () => {
    const adjust = { memberId, currency: 'points', amount: 500, reason: 'a birthday', idempotencyKey: 'contract:gift' };
    await run(asOperator(), 'PointsAdjust', { input: adjust });
    const redeem = { memberId, rewardId: rewardId['northside-5'], idempotencyKey: 'contract:redeem-2' };
    const { rewardRedeem } = await run(asOperator(), 'RewardRedeem', { input: redeem });
    const [{ code }] = rewardRedeem.redemption.vouchers;
    const hold = { memberId, points: { currency: 'points', amount: 40 }, idempotencyKey: 'contract:hold-3' };
    const { redemptionHold } = await run(atTill(), 'RedemptionHold', { input: hold });
    const lines = [{ ...line(1, 'lamp', '1', '30.00'), discount: '9.00' }];
    const paid = { redemptionIds: [redemptionHold.redemption.id], vouchers: [code] };

    const input = { ...receipt('R-5'), member, currencyCode: 'GBP', lines, ...paid };
    const { purchaseRecord } = await run(atTill(), 'PurchaseRecord', { input });
    await graph.settle();
    const used = await graph
      .client(graph.keys.operator.key)
      .ask<Answer>('query ($id: ID!) { redemption(id: $id) { state vouchers { state } } }', {
        id: rewardRedeem.redemption.id,
      });
    const back = { ...receipt('R-6', returned), purchase: { id: purchaseRecord.purchase.id }, whole: true };
    const { purchaseReturn } = await run(atTill(), 'PurchaseReturn', { input: back });
    await graph.settle();
    const again = await graph
      .client(graph.keys.operator.key)
      .ask<Answer>('query ($id: ID!) { redemption(id: $id) { vouchers { state } } }', {
        id: rewardRedeem.redemption.id,
      });

    const posted = (entries: Answer[]) => entries.map(({ kind, amount }) => `${kind} ${amount}`).toSorted();
    expect(purchaseRecord.userErrors).toEqual([]);
    expect(posted(purchaseRecord.entries)).toEqual(['CAPTURE -40', 'EARN 21']);
    expect(used.redemption).toEqual({ state: 'CONFIRMED', vouchers: [{ state: 'USED' }] });
    expect(posted(purchaseReturn.entries)).toEqual(['REVERSE -21', 'REVERSE 40']);
    expect(again.redemption.vouchers).toEqual([{ state: 'ISSUED' }]);
  });

  test('one query shows everything about the member, from all five rooms', async () => {
    const { member: cockpit } = await run(asOperator(), 'MemberCockpit', { id: memberId });

    expect(cockpit).toMatchObject({
      id: memberId,
      status: 'ACTIVE',
      displayName: 'Grace',
      tier: { code: 'bronze', progress: [{ metric: 'SPEND', nextTier: { code: 'silver' } }] },
      wallets: [{ currency: { code: 'points', decimals: 0 }, available: 55, held: 0 }],
      referralSummary: { attributed: 0, qualified: 0, rewarded: 0, pointsEarned: 0 },
    });
    expect(cockpit.ledger.edges).toHaveLength(10);
    expect(cockpit.referralCode.code).toMatch(/^\w+$/);
    expect(cockpit.redemptions.nodes).toHaveLength(5);
    const offers = Object.fromEntries(cockpit.offers.nodes.map((offer: Answer) => [offer.reward.code, offer]));
    expect(offers['coffee']).toMatchObject({ available: true, unavailableReasons: [] });
    expect(offers['book-evening'].unavailableReasons.map(({ code }: Answer) => code).toSorted()).toEqual([
      'MISSING_POINTS',
      'TIER_REQUIRED',
    ]);
  });

  test('a partner sees its desk', async () => {
    const { id, key } = graph.partner('northside');

    const { partner } = await run(graph.client(key), 'PartnerDesk', { id });

    expect(partner).toMatchObject({ id, code: 'northside', rewards: { nodes: [{ code: 'northside-5' }] } });
    expect(partner.channels).toHaveLength(2);
  });

  test('a till asks what a basket would give before it records it, and records the same', async () => {
    const lines = [line(1, 'lamp', '1', '450.00')];
    const { receiptNumber: _, businessDate: __, idempotencyKey: ___, ...sale } = receipt('R-9');
    const basket = { ...sale, member, currencyCode: 'GBP', lines };

    const { purchaseQuote } = await run(atTill(), 'PurchaseQuote', { input: basket });
    const { purchaseRecord } = await run(atTill(), 'PurchaseRecord', { input: { ...receipt('R-9'), ...basket } });

    expect(purchaseQuote).toMatchObject({
      earned: [{ currency: { code: 'points' }, amount: 450, state: 'AVAILABLE', activatesAt: null }],
      tierBefore: { code: 'bronze' },
      tierAfter: { code: 'silver' },
      discounts: [{ kind: 'TIER', code: 'bronze-discount', amount: { amount: '22.50', currencyCode: 'GBP' } }],
      payable: { amount: '427.50', currencyCode: 'GBP' },
    });
    const steps: Answer[] = purchaseQuote.explanation.steps;
    expect(steps.find(({ applied }) => applied)).toMatchObject({ rule: 'one-point-per-pound', amount: 450 });
    expect(steps.find(({ rule }) => rule === 'gold-bonus')).toMatchObject({ applied: false, required: 'gold' });
    expect(purchaseRecord.entries).toMatchObject([{ kind: 'EARN', amount: purchaseQuote.earned[0].amount }]);
    expect(purchaseRecord.member.tier).toEqual(purchaseQuote.tierAfter);
  });

  test('an operator sees whom another ladder moves, and moves them; a member reads the new terms', async () => {
    const document = readFileSync(join('programmes', 'hybrid-retail.yaml'), 'utf8');
    const harder = document.replace("from: { spend: '500' }", "from: { spend: '800' }");
    const broken = document.replace('combine: sum', 'combine: some');

    const { programmePlan: refused } = await run(asOperator(), 'ProgrammePlan', { document: broken });
    const { programmePlan: planned } = await run(asOperator(), 'ProgrammePlan', { document: harder });
    const input = { document: harder, idempotencyKey: 'contract:programme' };
    const { programmeApply } = await run(asOperator(), 'ProgrammeApply', { input });
    const { programmeTerms } = await run(atTill(), 'ProgrammeTerms', { locale: 'lv' });

    expect(refused.userErrors).toMatchObject([
      { code: 'PROGRAMME_INVALID', field: ['document'], message: expect.stringMatching(/^line \d+, column \d+: /) },
    ]);
    expect(planned).toMatchObject({ version: '2', userErrors: [] });
    expect(planned.changes).toEqual([
      {
        path: expect.stringContaining('tiers'),
        before: expect.stringContaining('500'),
        after: expect.stringContaining('800'),
      },
    ]);
    expect(planned.tierMoves).toEqual([{ from: { code: 'silver' }, to: { code: 'bronze' }, members: 1 }]);
    expect(programmeApply).toMatchObject({
      programme: { version: '2', appliedBy: { kind: 'OPERATOR' } },
      replayed: false,
      userErrors: [],
    });
    expect(programmeTerms.version).toBe('2');
    expect(JSON.stringify(programmeTerms.sections)).toContain('800');
  });

  test('no document was left out, and no fault was logged', () => {
    expect([...ran].toSorted()).toEqual(Object.keys(operations).toSorted());
    expect(graph.logged.filter(({ level }) => Number(level) >= 50)).toEqual([]);
  });
});
