import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { rewardsProgramme } from '../../subgraphs/rewards/programme.ts';
import { encodeId } from '../../subgraphs/shared/id.ts';
import { takeFile } from '../../subgraphs/shared/programme.ts';
import { member, operator } from '../support/viewer.ts';
import {
  CREATE,
  HARBOUR,
  key,
  MEADOW,
  NORTH,
  northDesk,
  only,
  REDEEM,
  rewardsWorld,
  self,
  type RewardsWorld,
} from './room.ts';

let world: RewardsWorld;
beforeAll(async () => void (world = await rewardsWorld()));
afterAll(() => world.close());

/** Applies the shipped programme's file as a start does, after it was changed. */
async function apply(change: (text: string) => string): Promise<void> {
  const file = join(mkdtempSync(join(tmpdir(), 'rewards-')), 'programme.yaml');
  writeFileSync(file, change(readFileSync('programmes/hybrid-retail.yaml', 'utf8')));
  await takeFile(rewardsProgramme, { space: world.room.database.space('live'), told: () => undefined }, file);
}

const UPDATE = `mutation ($input: RewardUpdateInput!) { rewardUpdate(input: $input) {
  reward { code name(locale: "pl") price { points { amount } } tiers voucherDays refundable } replayed userErrors { code field } } }`;
const ADJUST = `mutation ($input: RewardStockAdjustInput!) { rewardStockAdjust(input: $input) {
  reward { stock { remaining } } replayed userErrors { code field } } }`;
const REWARDS = `query ($first: Int!, $after: String, $filter: RewardFilter) { rewards(first: $first, after: $after, filter: $filter) {
  nodes { code kind name(locale: "lv") price { points { currency { code } amount } money { amount currencyCode } }
    partner { id name } stock { remaining } value { amount } } pageInfo { hasNextPage endCursor } totalCount } }`;
const OFFERS = `query ($r: [_Any!]!, $only: Boolean) { _entities(representations: $r) { ... on Member { id
  offers(first: 100, availableOnly: $only) { nodes { reward { code partner { id name } } price { points { amount } } available
    unavailableReasons { code message missingPoints } } }
  redemptions(first: 5) { nodes { id state vouchers { state } reward { code } } } } } }`;

const page = async (variables: object) => only(await world.ask(member(), REWARDS, { first: 100, ...variables }));
const offersOf = async (memberId: string, availableOnly = false) =>
  only(await world.ask(self(memberId), OFFERS, { r: [{ __typename: 'Member', id: memberId }], only: availableOnly }))[0]
    .offers.nodes;

describe('the catalogue', () => {
  test('has what the programme’s file says, in the language asked for', async () => {
    const { nodes, totalCount } = await page({});

    expect(totalCount).toBe(4);
    expect(nodes.map(({ code }: { code: string }) => code)).toEqual([
      'book-evening',
      'coffee',
      'gift-card-20',
      'northside-5',
    ]);
    expect(nodes[1]).toEqual({
      code: 'coffee',
      kind: 'FREE_PRODUCT',
      name: 'Kafija',
      price: { points: { currency: { code: 'points' }, amount: 50 }, money: null },
      partner: { id: encodeId('ptn', HARBOUR), name: 'Harbour Coffee' },
      stock: null,
      value: null,
    });
    expect(nodes[2]).toMatchObject({
      price: { money: { amount: '5.00', currencyCode: 'GBP' } },
      partner: null,
      value: { amount: '20.00' },
    });
    expect(nodes[0].stock).toEqual({ remaining: 20 });
  });

  test('is read by pages and filters', async () => {
    const first = await page({ first: 3 });
    const second = await page({ first: 3, after: first.pageInfo.endCursor });

    expect([first.pageInfo.hasNextPage, second.pageInfo.hasNextPage, second.nodes.length]).toEqual([true, false, 1]);
    const codes = async (filter: object) => (await page({ filter })).nodes.map(({ code }: { code: string }) => code);
    expect(await codes({ kinds: ['GIFT_CARD'] })).toEqual(['gift-card-20']);
    expect(await codes({ partnerId: encodeId('ptn', MEADOW) })).toEqual(['book-evening']);
    expect(await codes({ partnerId: 'ptn_x' })).toEqual([]);
    expect(await codes({ maxPoints: 300 })).toEqual(['book-evening', 'coffee']);
  });

  test('stays as it is when the file is applied again, also what was changed since', async () => {
    const rewardId = await world.rewardId('northside-5');
    const change = { idempotencyKey: key(), rewardId, price: { currency: 'points', points: 450 } };
    only(await world.ask(operator, UPDATE, { input: change }));
    const rows = () => world.query('select * from reward order by code');
    const before = await rows();

    await apply((text) => `${text}# says the same\n`);

    expect(await rows()).toEqual(before);
    only(
      await world.ask(operator, UPDATE, {
        input: { ...change, idempotencyKey: key(), price: { currency: 'points', points: 500 } },
      }),
    );
  });

  test('follows the file where that says another thing, but for the stock', async () => {
    await apply((text) => text.replace('points: 300', 'points: 333').replace('stock: 20', 'stock: 99'));
    const changed = (await page({})).nodes[0];
    await apply((text) => text);

    expect(changed).toMatchObject({
      code: 'book-evening',
      price: { points: { amount: 333 } },
      stock: { remaining: 20 },
    });
    expect((await page({})).nodes[0].price.points.amount).toBe(300);
  });

  test('shows no reward of a partner that is not known yet', async () => {
    await world.query(`update reward set partner_id = null where code = 'book-evening'`);

    const { nodes, totalCount } = await page({});
    await world.hear({
      name: 'partner.changed',
      aggregate: MEADOW,
      sequence: 2,
      payload: { partnerId: MEADOW, code: 'meadow', name: 'Meadow Books' },
    });

    expect([nodes.length, totalCount]).toEqual([3, 3]);
    expect((await page({})).totalCount).toBe(4);
  });

  test('refuses a file that names what is not there, with its place', async () => {
    const { rewardsFile } = await import('../../subgraphs/rewards/programme.ts');
    const reward = {
      code: 'a',
      kind: 'SERVICE',
      name: { en: 'A' },
      price: { currency: 'moons', points: 1 },
      tiers: ['king'],
    };
    const file = {
      points: { currencies: [{ code: 'points' }], tiers: { levels: [] } },
      rewards: [reward, { ...reward, price: { currency: 'points', points: 1 } }],
    };

    const { error } = rewardsFile.safeParse(file);

    expect(error!.issues.map(({ path, message }) => `${path.join('.')}: ${message}`)).toEqual([
      'rewards.0.price.currency: moons is no currency of points',
      'rewards.1.code: a is there twice',
      'rewards.1.tiers: one of these is no tier of points',
    ]);
  });
});

describe('offers', () => {
  test('say each reason why a member cannot have a reward', async () => {
    const offers = await offersOf(world.someone(60));

    expect(
      offers.map(({ reward, available, unavailableReasons }: Record<string, any>) => [
        reward.code,
        available,
        unavailableReasons.map(({ code, missingPoints }: Record<string, unknown>) => [code, missingPoints]),
      ]),
    ).toEqual([
      [
        'book-evening',
        false,
        [
          ['MISSING_POINTS', 240],
          ['TIER_REQUIRED', null],
        ],
      ],
      ['coffee', true, []],
      ['gift-card-20', false, [['MISSING_POINTS', 1440]]],
      ['northside-5', false, [['MISSING_POINTS', 440]]],
    ]);
    expect(offers[0].unavailableReasons[0].message).toBe('240 more points are needed.');
  });

  test('that are available only are those that say they are', async () => {
    await world.offer({ stock: 0, price: { currency: 'points', points: 1 } });
    await world.offer({ available: { until: '2020-01-01T00:00:00Z' }, price: { currency: 'points', points: 1 } });
    for (const [balance, tier] of [
      [0, 'member'],
      [60, 'silver'],
      [300, 'silver'],
      [2000, 'gold'],
    ] as const) {
      const one = world.someone(balance, tier);
      const all = await offersOf(one);

      expect(await offersOf(one, true)).toEqual(all.filter(({ available }: { available: boolean }) => available));
    }
  });

  test('of 50 members cost as many statements as of one, and points is asked once', async () => {
    const members = Array.from({ length: 50 }, () => world.someone(60));
    const ask = async (ids: string[]) => {
      world.statements.length = 0;
      world.peers.points.asked.length = 0;
      const r = ids.map((id) => ({ __typename: 'Member', id }));
      const entities = only(await world.ask(operator, OFFERS, { r, only: false }));
      expect(entities.every((entity: Record<string, any>) => entity.offers.nodes.length >= 4)).toBe(true);
      return { statements: world.statements.length, asked: world.peers.points.asked.length };
    };

    const one = await ask(members.slice(0, 1));
    const fifty = await ask(members);

    expect(one).toEqual({ statements: 3, asked: 1 });
    expect(fifty).toEqual(one);
  });

  test('and redemptions with their vouchers of 10 members cost as many statements as of one', async () => {
    const members = Array.from({ length: 10 }, () => world.someone(1000));
    for (const memberId of members) {
      const input = { idempotencyKey: key(), memberId, rewardId: await world.rewardId('coffee') };
      only(await world.ask(self(memberId), REDEEM, { input }));
    }
    const ask = async (ids: string[]) => {
      world.statements.length = 0;
      const r = ids.map((id) => ({ __typename: 'Member', id }));
      const entities = only(await world.ask(operator, OFFERS, { r, only: false }));
      expect(entities.map(({ redemptions }: Record<string, any>) => redemptions.nodes[0])).toEqual(
        ids.map(() =>
          expect.objectContaining({ state: 'CONFIRMED', vouchers: [{ state: 'ISSUED' }], reward: { code: 'coffee' } }),
        ),
      );
      return world.statements.length;
    };

    expect([await ask(members.slice(0, 1)), await ask(members)]).toEqual([5, 5]);
  });

  test('and their partners’ rewards with counts cost a fixed number of statements', async () => {
    const PARTNERS = `query ($r: [_Any!]!) { _entities(representations: $r) { ... on Partner { rewards { nodes { code partner { name } } totalCount } } } }`;
    world.statements.length = 0;

    const entities = only(
      await world.ask(member(), PARTNERS, {
        r: [NORTH, HARBOUR, MEADOW].map((id) => ({ __typename: 'Partner', id: encodeId('ptn', id) })),
      }),
    );

    expect(entities.map(({ rewards }: Record<string, any>) => [rewards.nodes[0].code, rewards.totalCount])).toEqual([
      ['northside-5', 1],
      ['coffee', 1],
      ['book-evening', 1],
    ]);
    expect(world.statements).toHaveLength(3);
  });
});

describe('a reward of a partner', () => {
  const fields = (over: object = {}) => ({
    idempotencyKey: key(),
    code: `own-${key()}`,
    kind: 'PERCENT_DISCOUNT',
    name: { en: 'A tenth off', pl: 'Dziesiąta część taniej' },
    price: { currency: 'points', points: 200 },
    partnerId: encodeId('ptn', NORTH),
    stock: 5,
    ...over,
  });

  test('is made, changed and counted by it, each once per key', async () => {
    const input = fields();
    const made = only(await world.ask(northDesk, CREATE, { input }));
    const again = only(await world.ask(northDesk, CREATE, { input }));
    const rewardId = made.reward.id;
    const change = {
      idempotencyKey: key(),
      rewardId,
      tiers: ['gold'],
      voucherDays: 10,
      price: { currency: 'points', points: 210 },
    };
    const changed = only(await world.ask(northDesk, UPDATE, { input: change }));
    const freed = only(await world.ask(northDesk, UPDATE, { input: { idempotencyKey: key(), rewardId, tiers: null } }));
    const more = { idempotencyKey: key(), rewardId, by: 3 };
    const adjusted = only(await world.ask(northDesk, ADJUST, { input: more }));
    const replayed = only(await world.ask(northDesk, ADJUST, { input: more }));

    expect(again).toEqual({ ...made, replayed: true });
    expect(changed.reward).toEqual({
      code: input.code,
      name: 'Dziesiąta część taniej',
      price: { points: { amount: 210 } },
      tiers: ['gold'],
      voucherDays: 10,
      refundable: false,
    });
    expect(freed.reward).toMatchObject({ tiers: null, voucherDays: 10 });
    expect([adjusted.reward, replayed.reward]).toEqual([{ stock: { remaining: 8 } }, { stock: { remaining: 8 } }]);
  });

  test.each([
    ['another partner’s', { partnerId: encodeId('ptn', HARBOUR) }, 'PARTNER_UNKNOWN'],
    ['nobody’s', { partnerId: null }, 'PARTNER_UNKNOWN'],
    ['of a code that is taken', { code: 'coffee' }, 'CODE_TAKEN'],
    ['of no price', { price: { currency: 'points', points: 0 } }, 'REWARD_INVALID'],
    ['in a currency that is none', { price: { currency: 'moons', points: 1 } }, 'CURRENCY_UNKNOWN'],
    ['for a tier that is none', { tiers: ['king'] }, 'TIER_UNKNOWN'],
    ['of less than nothing', { stock: -1 }, 'STOCK_INVALID'],
    ['without a key', { idempotencyKey: null }, 'IDEMPOTENCY_KEY_MISSING'],
  ])('that is %s is refused', async (_, over, code) => {
    const count = () => world.query('select count(*) from reward');
    const before = await count();

    const answer = only(await world.ask(northDesk, CREATE, { input: fields(over) }));

    expect(answer).toMatchObject({ reward: null, userErrors: [{ code }] });
    expect(await count()).toEqual(before);
  });

  test('is not another’s to change, and its stock never below 0', async () => {
    const coffee = await world.rewardId('coffee');
    const own = await world.rewardId(only(await world.ask(northDesk, CREATE, { input: fields() })).reward.code);
    const codes = async (document: string, input: object) =>
      only(await world.ask(northDesk, document, { input: { idempotencyKey: key(), ...input } })).userErrors.map(
        ({ code }: { code: string }) => code,
      );

    expect(await codes(UPDATE, { rewardId: coffee, refundable: false })).toEqual(['REWARD_UNKNOWN']);
    expect(await codes(ADJUST, { rewardId: coffee, by: 1 })).toEqual(['REWARD_UNKNOWN']);
    expect(await codes(ADJUST, { rewardId: own, by: -6 })).toEqual(['STOCK_INVALID']);
    expect(await codes(UPDATE, { rewardId: own, name: null })).toEqual(['REWARD_INVALID']);
    const unlimited = await world.rewardId(await world.offer({ partnerId: encodeId('ptn', NORTH) }));
    expect(await codes(ADJUST, { rewardId: unlimited, by: 1 })).toEqual(['STOCK_UNLIMITED']);
  });
});
