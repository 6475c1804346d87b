// Races over the whole graph: what there is of a thing is had so often and no more, and who has lost has lost nothing.
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Client } from '../support/client.ts';
import { startGraph, type TestGraph } from '../support/graph.ts';

const PRICE = 100;
const ENROLL = `mutation ($input: MemberEnrollInput!) { memberEnroll(input: $input) { member { id } userErrors { code } } }`;
const ADJUST = `mutation ($input: PointsAdjustInput!) { pointsAdjust(input: $input) { userErrors { code } } }`;
const CREATE = `mutation ($input: RewardCreateInput!) { rewardCreate(input: $input) { reward { id } userErrors { code } } }`;
const REDEEM = `mutation ($input: RewardRedeemInput!) {
  rewardRedeem(input: $input) { redemption { state vouchers { code } } userErrors { code } } }`;
const USE = `mutation ($input: VoucherUseInput!) { voucherUse(input: $input) { voucher { state } userErrors { code } } }`;
const RECORD = `mutation ($input: PurchaseRecordInput!) {
  purchaseRecord(input: $input) { purchase { id } userErrors { code } } }`;

interface Payload {
  userErrors: { code: string }[];
  member: { id: string };
  reward: { id: string };
  redemption: { state: string; vouchers: { code: string }[] } | null;
}

let graph: TestGraph;
let operator: Client;
let till: Client;
beforeAll(async () => {
  graph = await startGraph();
  operator = graph.client(graph.keys.operator.key);
  till = graph.client(graph.till('harbour-dover').key);
});
afterAll(() => graph?.close());

const times = (count: number): number[] => Array.from({ length: count }, (_, index) => index);
const key = () => ({ idempotencyKey: randomUUID() });

async function ask(asker: Client, query: string, input: object): Promise<Payload> {
  return Object.values(await asker.ask<Record<string, Payload>>(query, { input: { ...key(), ...input } }))[0]!;
}
async function accepted(asker: Client, query: string, input: object): Promise<Payload> {
  const payload = await ask(asker, query, input);
  if (payload.userErrors.length > 0) throw new Error(JSON.stringify(payload.userErrors));
  return payload;
}
const codeOf = ({ userErrors }: Payload) => userErrors[0]?.code ?? 'accepted';
/** How often each code came. */
const counted = (answers: Payload[]) =>
  Object.fromEntries([...Map.groupBy(answers, codeOf)].map(([code, all]) => [code, all.length]));

/** Members who are known to the till and have so many points. */
async function members(count: number, points: number): Promise<string[]> {
  const enrolled = await Promise.all(
    times(count).map(() =>
      accepted(till, ENROLL, { identifiers: [{ kind: 'EMAIL', value: `${randomUUID()}@example.com` }] }),
    ),
  );
  await graph.settle();
  const ids = enrolled.map(({ member }) => member.id);
  const grant = { currency: 'points', amount: points, reason: 'For the race.' };
  await Promise.all(ids.map((memberId) => accepted(operator, ADJUST, { memberId, ...grant })));
  return ids;
}

async function offer(stock: number): Promise<string> {
  const { reward } = await accepted(operator, CREATE, {
    code: randomUUID(),
    kind: 'FREE_PRODUCT',
    name: { en: 'What all want' },
    price: { currency: 'points', points: PRICE },
    stock,
  });
  return reward.id;
}

const rows = <T>(room: 'points' | 'rewards', text: string, values: unknown[] = []): Promise<T[]> =>
  graph.rooms[room].database.space('live').source.query<T[]>(text, values);
const redeem = (memberId: string, rewardId: string) => ask(till, REDEEM, { memberId, rewardId });

/** Stock, units had and vouchers of a reward. */
async function leftOf(rewardId: string) {
  const { reward } = await operator.ask<{ reward: { stock: { remaining: number } } }>(
    'query ($id: ID!) { reward(id: $id) { stock { remaining } } }',
    { id: rewardId },
  );
  return reward.stock.remaining;
}

/** How many of the members have so many points; nothing is held of anybody. */
async function balances(ids: string[]): Promise<Record<string, number>> {
  const wallets = await Promise.all(
    ids.map((id) =>
      operator.ask<{ member: { wallet: { available: number; held: number } } }>(
        'query ($id: ID!) { member(id: $id) { wallet(currency: "points") { available held } } }',
        { id },
      ),
    ),
  );
  expect(wallets.filter(({ member }) => member.wallet.held !== 0)).toEqual([]);
  const byBalance = Map.groupBy(wallets, ({ member }) => String(member.wallet.available));
  return Object.fromEntries([...byBalance].map(([available, all]) => [available, all.length]));
}

test('of 200 members who race for 50 of a thing 50 have one, and 150 are refused and keep their points', async () => {
  const rewardId = await offer(50);
  const racers = await members(200, PRICE);

  const answers = await Promise.all(racers.map((memberId) => redeem(memberId, rewardId)));

  expect(counted(answers)).toEqual({ accepted: 50, OUT_OF_STOCK: 150 });
  const had = answers.flatMap(({ redemption }) => redemption ?? []);
  expect(new Set(had.map(({ state }) => state))).toEqual(new Set(['CONFIRMED']));
  expect(new Set(had.flatMap(({ vouchers }) => vouchers.map(({ code }) => code))).size).toBe(50);
  expect(await leftOf(rewardId)).toBe(0);
  await graph.settle();
  expect(await balances(racers)).toEqual({ '0': 50, [PRICE]: 150 });
});

test('of 50 redemptions at once of a member who can afford one, one is had', async () => {
  const rewardId = await offer(60);
  const [member] = await members(1, 2 * PRICE - 1);

  const answers = await Promise.all(times(50).map(() => redeem(member!, rewardId)));

  expect(counted(answers)).toEqual({ accepted: 1, INSUFFICIENT_POINTS: 49 });
  expect(await leftOf(rewardId)).toBe(59);
  await graph.settle();
  expect(await balances([member!])).toEqual({ [PRICE - 1]: 1 });
});

test('of 100 tills that use one voucher, half of them in a purchase, one wins', async () => {
  const rewardId = await offer(1);
  const [member] = await members(1, PRICE);
  const { redemption } = await accepted(operator, REDEEM, { memberId: member, rewardId });
  const { code } = redemption!.vouchers[0]!;
  const places = ['northside-london', 'northside-leeds', 'harbour-dover', 'meadow-york'];
  const occurredAt = new Date(Date.now() - 60_000).toISOString();
  const before = await rows('points', 'select id from purchase');

  const answers = await Promise.all(
    times(100).map((index) => {
      const location = places[index % places.length]!;
      const asker = graph.client(graph.till(location).key);
      if (index % 8 < 4) return ask(asker, USE, { code, location });
      return ask(asker, RECORD, {
        location,
        receiptNumber: `race ${index}`,
        businessDate: occurredAt.slice(0, 10),
        occurredAt,
        currencyCode: 'GBP',
        lines: [{ number: 1, sku: 'cake', quantity: '1', unitPrice: '10.00' }],
        vouchers: [code],
      });
    }),
  );

  expect(counted(answers)).toEqual({ accepted: 1, VOUCHER_NOT_USABLE: 99 });
  await graph.settle();
  const [voucher] = await rows<{ state: string; reserved: string | null }>(
    'rewards',
    'select state, reserved_for reserved from voucher where code = $1',
    [code],
  );
  const recorded = (await rows<{ id: string }>('points', 'select id from purchase')).slice(before.length);
  expect(voucher!.state).toBe('USED');
  expect(recorded.map(({ id }) => id)).toEqual(voucher!.reserved === null ? [] : [voucher!.reserved]);
});

test('leave a ledger that adds up, and no fault in the log', async () => {
  const { ledgerVerify } = await operator.ask<{ ledgerVerify: object }>(
    '{ ledgerVerify { intact firstBreak { reason } } }',
  );

  expect(ledgerVerify).toEqual({ intact: true, firstBreak: null });
  expect(graph.logged.filter(({ level }) => Number(level) >= 50)).toEqual([]);
});
