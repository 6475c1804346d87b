// Real processes are killed at named points of a redemption and started again; the client sends once more with the same
// keys. Whatever was half done then comes to an end: no points lost or given, no stock leaked, no voucher unpaid.
// `CRASHES=all` kills at each point in both shapes.
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { client, type Client } from '../support/client.ts';
import { deploy, SHAPES, type Deployment, type Shape } from '../support/deployment.ts';
import { build, demoOf } from '../support/process.ts';
import { queried } from '../support/replay.ts';

const TIMEOUT_MS = 120_000;
/** A redemption has ended within a minute. */
const ENDS_MS = 60_000;
const LOCATION = 'harbour-dover';
const GRANT = 1_000;
const COFFEE_POINTS = 50;
const MUG_POINTS = 100;
const MUGS = 20;
const PAID_POINTS = 40;
const EARNED_POINTS = 10;

const ENROLL = `mutation ($input: MemberEnrollInput!) { memberEnroll(input: $input) { member { id } userErrors { code } } }`;
const ADJUST = `mutation ($input: PointsAdjustInput!) { pointsAdjust(input: $input) { userErrors { code } } }`;
const CREATE = `mutation ($input: RewardCreateInput!) { rewardCreate(input: $input) { reward { id } userErrors { code } } }`;
const REWARDS = `query { rewards(first: 20) { nodes { id code } } }`;
const REDEMPTION = 'redemption { id state vouchers { code } } userErrors { code message }';
const REDEEM = `mutation ($input: RewardRedeemInput!) { rewardRedeem(input: $input) { ${REDEMPTION} } }`;
const HOLD = `mutation ($input: RedemptionHoldInput!) { redemptionHold(input: $input) { ${REDEMPTION} } }`;
const RELEASE = `mutation ($input: RedemptionReleaseInput!) { redemptionRelease(input: $input) { ${REDEMPTION} } }`;
const RECORD = `mutation ($input: PurchaseRecordInput!) {
  purchaseRecord(input: $input) { purchase { id } userErrors { code message } } }`;
const FACTS = `query ($id: ID!) { member(id: $id) {
  wallet(currency: "points") { available held }
  redemptions(first: 5) { nodes { state reward { code } vouchers { state } } }
} }`;

interface Shop {
  till: Client;
  mug: string;
  memberId: string;
  /** A voucher that the member has from before. */
  voucher: string | null;
}

type Payload = {
  userErrors: object[];
  redemption: { id: string; vouchers: { code: string }[] };
  member: { id: string };
  reward: { id: string };
};

/** The only field of an answer, which must be no refusal. */
async function accepted(asker: Client, query: string, input: object): Promise<Payload> {
  const [payload] = Object.values(await asker.ask<Record<string, Payload>>(query, { input }));
  if (payload!.userErrors.length > 0) throw new Error(JSON.stringify(payload!.userErrors));
  return payload!;
}

const occurredAt = new Date(Date.now() - 60_000).toISOString();

const purchase = ({ voucher }: Shop, name: string, redemptionIds: string[]) => ({
  idempotencyKey: name,
  location: LOCATION,
  receiptNumber: name,
  businessDate: occurredAt.slice(0, 10),
  occurredAt,
  currencyCode: 'GBP',
  lines: [{ number: 1, sku: 'cake', quantity: '1', unitPrice: `${EARNED_POINTS}.00` }],
  redemptionIds,
  vouchers: [voucher],
});

const setAside = ({ till, memberId }: Shop, name: string) =>
  accepted(till, HOLD, {
    idempotencyKey: name,
    memberId,
    points: { currency: 'points', amount: PAID_POINTS },
  });

/** What a till does, under keys made of a name: done again it changes nothing. */
type Act = (shop: Shop, name: string) => Promise<unknown>;

const redeem: Act = ({ till, memberId, mug }, name) =>
  accepted(till, REDEEM, { idempotencyKey: name, memberId, rewardId: mug });

const release: Act = async (shop, name) => {
  const { redemption } = await setAside(shop, name);
  return accepted(shop.till, RELEASE, { idempotencyKey: name, redemptionId: redemption.id });
};

const pay: Act = async (shop, name) => {
  const { redemption } = await setAside(shop, name);
  const member = { kind: 'EMAIL', value: emailOf(name) };
  return accepted(shop.till, RECORD, { ...purchase(shop, name, [redemption.id]), member });
};

const present: Act = (shop, name) => accepted(shop.till, RECORD, purchase(shop, name, []));

interface Crash {
  point: string;
  room: 'points' | 'rewards';
  act: Act;
  /** The client never comes again. */
  gone?: true;
  /** What is left of what was granted, and what has become of each redemption and its vouchers. */
  available: number;
  ends: string[];
}

const paid = GRANT - COFFEE_POINTS - PAID_POINTS + EARNED_POINTS;
const PAID = ['points CONFIRMED', 'coffee CONFIRMED USED'];
const TAKEN = { available: GRANT - MUG_POINTS, ends: ['crash-mug CONFIRMED ISSUED'] };
const NOT_TAKEN = { available: GRANT, ends: ['crash-mug CANCELLED'] };

// In this order nothing that is still on its way from one crash comes past the point of the next.
const CRASHES: Crash[] = [
  {
    point: 'vouchers-presented',
    room: 'points',
    act: present,
    gone: true,
    available: GRANT - COFFEE_POINTS,
    ends: ['coffee CONFIRMED ISSUED'],
  },
  { point: 'purchase-committed', room: 'points', act: pay, available: paid, ends: PAID },
  { point: 'vouchers-presented', room: 'points', act: pay, available: paid, ends: PAID },
  { point: 'release-committed', room: 'points', act: release, available: GRANT, ends: ['points RELEASED'] },
  { point: 'hold-committed', room: 'points', act: redeem, ...NOT_TAKEN },
  { point: 'capture-committed', room: 'points', act: redeem, ...TAKEN },
  { point: 'redemption-reserved', room: 'rewards', act: redeem, ...NOT_TAKEN },
  { point: 'hold-answered', room: 'rewards', act: redeem, ...NOT_TAKEN },
  { point: 'redemption-confirmed', room: 'rewards', act: redeem, ...TAKEN },
  { point: 'redemption-confirmed', room: 'rewards', act: redeem, gone: true, ...TAKEN },
  { point: 'purchase-heard', room: 'rewards', act: pay, available: paid, ends: PAID },
];
/** All of them in both shapes take long: each commit tries some that follow each other, in one shape. */
const TRIED = 3;
const isAll = process.env['CRASHES'] === 'all';
const SEED = Number(process.env['TEST_SEED']);
const shapes: readonly Shape[] = isAll ? SHAPES : [SHAPES[SEED % SHAPES.length]!];
const from = isAll ? 0 : SEED % (CRASHES.length - TRIED + 1);
const crashes = isAll ? CRASHES : CRASHES.slice(from, from + TRIED);
const presents = ({ act }: Crash) => act === pay || act === present;
const nameOf = ({ point, act, gone }: Crash) => `${point} ${act.name}${gone ? ' once' : ''}`;
const emailOf = (name: string) => `${name.replaceAll(' ', '.')}@example.com`;

let built: string;
beforeAll(async () => {
  built = await build();
});

describe.each(shapes)('a redemption in %s', (shape) => {
  let deployment: Deployment;
  let operator: Client;
  const shops = new Map<string, Shop>();

  const count = async (room: string, text: string) => {
    const [row] = await queried<{ count: string }>(deployment.dataDir, room, `select count(*) from ${text}`);
    return Number(row!.count);
  };
  async function until(what: string, fits: () => Promise<boolean>, withinMs = ENDS_MS) {
    for (const deadline = Date.now() + withinMs; !(await fits()); await sleep(100)) {
      if (Date.now() > deadline) throw new Error(`${what}: not within ${withinMs} ms`);
    }
  }
  const heard = async () => {
    const waiting = await Promise.all(
      ['members', 'partners', 'points', 'rewards'].map((room) => count(room, 'outbox')),
    );
    return waiting.every((events) => events === 0);
  };

  async function openShops() {
    const { address, operator: desk, tills, partners } = demoOf(deployment.dataDir);
    operator = client(address, desk.key);
    const till = client(address, tills.find(({ location }) => location === LOCATION)!.key);
    await until('everyone knows the partners', heard);
    const { reward } = await accepted(operator, CREATE, {
      idempotencyKey: 'mug',
      code: 'crash-mug',
      kind: 'FREE_PRODUCT',
      name: { en: 'A mug' },
      price: { currency: 'points', points: MUG_POINTS },
      partnerId: partners.find(({ code }) => code === 'harbour')!.id,
      stock: MUGS,
    });
    const { rewards } = await till.ask<{ rewards: { nodes: { id: string; code: string }[] } }>(REWARDS);
    const coffee = rewards.nodes.find(({ code }) => code === 'coffee')!.id;
    for (const crash of crashes) {
      const name = nameOf(crash);
      const identifiers = [{ kind: 'EMAIL', value: emailOf(name) }];
      const { member } = await accepted(till, ENROLL, { idempotencyKey: name, identifiers });
      await until('points knows the member', heard);
      const grant = { memberId: member.id, currency: 'points', amount: GRANT, reason: 'For the test.' };
      await accepted(operator, ADJUST, { idempotencyKey: name, ...grant });
      const order = { idempotencyKey: `${name} coffee`, memberId: member.id, rewardId: coffee };
      const voucher = presents(crash) ? (await accepted(till, REDEEM, order)).redemption.vouchers[0]!.code : null;
      shops.set(name, { till, mug: reward.id, memberId: member.id, voucher });
    }
    await until('the coffees are paid', heard);
  }

  beforeAll(async () => {
    deployment = await deploy(shape, built);
    await openShops();
  }, TIMEOUT_MS);
  afterAll(() => deployment?.close());

  test(
    'survives a kill at each point',
    async () => {
      for (const [index, crash] of crashes.entries()) {
        const [name, shop] = [nameOf(crash), shops.get(nameOf(crash))!];
        const before = crashes[index - 1];
        // Who crashed last is started for the next crash at once.
        if (before?.room !== crash.room) {
          if (before !== undefined && shape === 'six processes') await deployment.restart(before.room, null);
          await deployment.restart(crash.room, crash.point);
        }
        await crash.act(shop, name).catch(() => undefined);
        expect([name, await Promise.race([deployment.ended(crash.room), sleep(10_000, 'alive')])]).toEqual([
          name,
          'SIGKILL',
        ]);
        const next = crashes[index + 1];
        await deployment.restart(crash.room, next?.room === crash.room ? next.point : null);
        if (!crash.gone) await crash.act(shop, name);
      }
    },
    TIMEOUT_MS,
  );

  test(
    'has ended within a minute',
    async () => {
      const UNDER_WAY = `redemption where state in ('REQUESTED', 'CANCELLING', 'HELD', 'LAPSING', 'RELEASING', 'REFUNDING')`;
      await until('every redemption has ended', async () => (await count('rewards', UNDER_WAY)) === 0);
      await until(
        'no voucher is before a till',
        async () => (await count('rewards', `voucher where state = 'PRESENTED'`)) === 0,
      );
      await until('all is heard', heard);

      expect(await count('points', `hold where state = 'HELD'`)).toBe(0);
    },
    TIMEOUT_MS,
  );

  test.each(crashes.map((crash) => [nameOf(crash), crash] as const))(
    'killed at %s is had or not had, and paid or not paid alike',
    async (name, { available, ends }) => {
      type Facts = {
        wallet: object;
        redemptions: { nodes: { state: string; reward: { code: string } | null; vouchers: { state: string }[] }[] };
      };
      const { member } = await operator.ask<{ member: Facts }>(FACTS, { id: shops.get(name)!.memberId });

      const ended = member.redemptions.nodes.map(({ state, reward, vouchers }) =>
        [reward?.code ?? 'points', state, ...vouchers.map((voucher) => voucher.state)].join(' '),
      );
      expect([member.wallet, ended]).toEqual([{ available, held: 0 }, ends]);
    },
  );

  test('leaves a ledger that adds up, the stock that was not had, and only used vouchers of recorded purchases', async () => {
    const { ledgerVerify } = await operator.ask<{ ledgerVerify: object }>(
      '{ ledgerVerify { intact firstBreak { reason } } }',
    );
    const [mug] = await queried<object>(
      deployment.dataDir,
      'rewards',
      `select stock::int from reward where code = 'crash-mug'`,
    );
    const used = await queried<{ id: string }>(
      deployment.dataDir,
      'rewards',
      `select reserved_for id from voucher where state = 'USED' order by 1`,
    );
    const recorded = await queried<{ id: string }>(deployment.dataDir, 'points', 'select id from purchase order by 1');

    expect(ledgerVerify).toEqual({ intact: true, firstBreak: null });
    const taken = crashes.filter(({ ends }) => ends === TAKEN.ends).length;
    expect(mug).toEqual({ stock: MUGS - taken });
    expect(recorded).toHaveLength(crashes.filter(({ act }) => act === pay).length);
    expect(used).toEqual(recorded);
  });
});
