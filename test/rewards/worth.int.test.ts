import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { encodeId, newId } from '../../subgraphs/shared/id.ts';
import { operator, roomViewer } from '../support/viewer.ts';
import {
  CREATE,
  HARBOUR,
  harbourTill,
  HOLD,
  key,
  NORTH,
  northTill,
  only,
  PRESENT,
  REDEEM,
  rewardsWorld,
  self,
  USE,
  type RewardsWorld,
} from './room.ts';

let world: RewardsWorld;
beforeAll(async () => void (world = await rewardsWorld()));
afterAll(() => world.close());

const points = roomViewer('points', 'live');
const FIELDS = 'rewardCode amount currencyCode percent sku refusal { code field }';
const VOUCHERS = `query ($codes: [String!]!, $partnerId: ID!, $currencyCode: CurrencyCode) {
  voucherWorths(codes: $codes, partnerId: $partnerId, currencyCode: $currencyCode) { ${FIELDS} } }`;
const REDEMPTIONS = `query ($ids: [ID!]!) { redemptionWorths(ids: $ids) { ${FIELDS} } }`;

const NOTHING = { rewardCode: null, amount: null, currencyCode: null, percent: null, sku: null, refusal: null };
const refused = (code: string, index = 0) => ({ ...NOTHING, refusal: { code, field: ['codes', String(index)] } });

const worths = async (codes: string[], partnerId = HARBOUR, currencyCode: string | null = null) =>
  only(await world.ask(points, VOUCHERS, { codes, partnerId: encodeId('ptn', partnerId), currencyCode }));

async function voucher(code: string): Promise<string> {
  const memberId = world.someone(100_000);
  const input = { idempotencyKey: key(), memberId, rewardId: await world.rewardId(code), quantity: 1 };
  return only(await world.ask(self(memberId), REDEEM, { input })).redemption.vouchers[0].code;
}

async function held(wish: object): Promise<string> {
  const input = { idempotencyKey: key(), memberId: world.someone(100_000), ...wish };
  return only(await world.ask(harbourTill, HOLD, { input })).redemption.id;
}

const POUNDS = { amount: '7.50', currencyCode: 'GBP' };

describe('a voucher takes off a purchase', () => {
  test.each([
    ['an amount', { kind: 'AMOUNT_DISCOUNT', value: POUNDS }, POUNDS],
    ['a gift card', { kind: 'GIFT_CARD', value: POUNDS }, POUNDS],
    ['a percentage', { kind: 'PERCENT_DISCOUNT', percent: '12.5' }, { percent: '12.5' }],
    ['a product', { kind: 'FREE_PRODUCT', sku: 'ESPRESSO' }, { sku: 'ESPRESSO' }],
    ['nothing that it does not say', { kind: 'PERCENT_DISCOUNT' }, {}],
    ['nothing for a seat, whatever it is worth', { kind: 'EXPERIENCE', value: POUNDS }, {}],
  ])('%s', async (_, fields, expected) => {
    const rewardCode = await world.offer(fields);

    expect(await worths([await voucher(rewardCode)])).toEqual([{ ...NOTHING, rewardCode, ...expected }]);
  });

  test('as it was when it was issued, and an operator’s change counts from then on', async () => {
    const rewardCode = await world.offer({ kind: 'PERCENT_DISCOUNT', percent: '10' });
    const before = await voucher(rewardCode);
    const input = { idempotencyKey: key(), rewardId: await world.rewardId(rewardCode), percent: '20' };
    const change = 'mutation ($input: RewardUpdateInput!) { rewardUpdate(input: $input) { reward { percent sku } } }';
    expect(only(await world.ask(operator, change, { input })).reward).toEqual({ percent: '20', sku: null });

    const answers = await worths([before, await voucher(rewardCode)]);

    expect(answers.map(({ percent }: { percent: string }) => percent)).toEqual(['10', '20']);
  });

  test('once, and of several each its own, in order, however they are typed', async () => {
    const [card, coffee] = [await voucher('gift-card-20'), await voucher('coffee')];

    expect(await worths([card, coffee, card.toLowerCase()])).toEqual([
      { ...NOTHING, rewardCode: 'gift-card-20', amount: '20.00', currencyCode: 'GBP' },
      { ...NOTHING, rewardCode: 'coffee' },
      { ...NOTHING, rewardCode: 'gift-card-20' },
    ]);
  });
});

describe('a voucher that cannot be used is refused as when it is presented', () => {
  const presented = async (codes: string[], partnerId: string, currencyCode: string | null = null) => {
    const input = { purchaseId: encodeId('pur', newId()), codes, partnerId: encodeId('ptn', partnerId), currencyCode };
    return only(await world.ask(points, PRESENT, { input })).userErrors[0]?.code;
  };

  test('one that nobody has, and another partner’s', async () => {
    const coffee = await voucher('coffee');

    for (const [code, partnerId] of [
      ['0000-0000-0000-0000', HARBOUR],
      ['nonsense', HARBOUR],
      [coffee, NORTH],
    ] as const) {
      expect(await worths([code], partnerId)).toEqual([refused(await presented([code], partnerId))]);
    }
  });

  test('one that was used, is before another purchase or has expired; asking changes nothing', async () => {
    const [used, waiting, late, good] = [
      await voucher('coffee'),
      await voucher('coffee'),
      await voucher('coffee'),
      await voucher('coffee'),
    ];
    const use = { idempotencyKey: key(), code: used, location: 'harbour-shop' };
    await world.ask(harbourTill, USE, { input: use });
    const input = { purchaseId: encodeId('pur', newId()), codes: [waiting], partnerId: encodeId('ptn', HARBOUR) };
    await world.ask(points, PRESENT, { input });
    await world.query('update voucher set expires_at = clock() where code = $1', [late]);
    const states = () => world.query('select code, state from voucher_now order by code');
    const before = await states();

    const answers = await worths([used, waiting, late, good]);

    expect(answers).toEqual([
      ...[0, 1, 2].map((index) => refused('VOUCHER_NOT_USABLE', index)),
      { ...NOTHING, rewardCode: 'coffee' },
    ]);
    expect(await states()).toEqual(before);
    for (const code of [used, waiting, late]) expect(await presented([code], HARBOUR)).toBe('VOUCHER_NOT_USABLE');
  });

  test('one that is worth money of another currency than the purchase’s, unless its worth takes nothing off', async () => {
    const money = await voucher(await world.offer({ kind: 'GIFT_CARD', value: POUNDS }));
    const seat = await voucher(await world.offer({ kind: 'EXPERIENCE', value: POUNDS }));
    const percent = await voucher(await world.offer({ kind: 'PERCENT_DISCOUNT', percent: '10' }));

    const [euros, pounds] = [await worths([money], HARBOUR, 'EUR'), await worths([money], HARBOUR, 'GBP')];
    const others = await worths([seat, percent], HARBOUR, 'EUR');

    expect(euros).toEqual([refused('VOUCHER_NOT_USABLE')]);
    expect(pounds).toMatchObject([{ ...POUNDS, refusal: null }]);
    expect(others).toMatchObject([{ refusal: null }, { refusal: null, percent: '10' }]);
    expect(await presented([money], HARBOUR, 'EUR')).toBe('VOUCHER_NOT_USABLE');
    expect(await presented([seat, percent], HARBOUR, 'EUR')).toBeUndefined();
    expect(await presented([money], HARBOUR, 'GBP')).toBeUndefined();
  });

  test.each([
    ['tills', northTill],
    ['operators', operator],
  ])('and nobody is told by %s', async (_, viewer) => {
    const { data } = await world.ask(viewer, VOUCHERS, { codes: [], partnerId: encodeId('ptn', NORTH) });
    const { data: redemptions } = await world.ask(viewer, REDEMPTIONS, { ids: [] });

    expect([data ?? null, redemptions ?? null]).toEqual([null, null]);
  });
});

describe('a held redemption', () => {
  test('takes off what its reward’s voucher would; points as payment are points’ affair', async () => {
    const rewardCode = await world.offer({ kind: 'FREE_PRODUCT', sku: 'ESPRESSO' });
    const reward = await held({ rewardId: await world.rewardId(rewardCode) });
    const payment = await held({ points: { currency: 'points', amount: 10 } });
    const ids = [payment, reward, encodeId('rdm', newId()), 'nonsense'];

    expect(only(await world.ask(points, REDEMPTIONS, { ids }))).toEqual([
      NOTHING,
      { ...NOTHING, rewardCode, sku: 'ESPRESSO' },
      NOTHING,
      NOTHING,
    ]);
  });
});

test.each([
  ['a percentage of a product', { kind: 'FREE_PRODUCT', percent: '10' }],
  ['a product of a discount', { kind: 'AMOUNT_DISCOUNT', sku: 'ESPRESSO' }],
  ['two worths', { kind: 'PERCENT_DISCOUNT', percent: '10', value: POUNDS }],
  ['more than all', { kind: 'PERCENT_DISCOUNT', percent: '100.1' }],
  ['no per cent at all', { kind: 'PERCENT_DISCOUNT', percent: '0' }],
])('a reward with %s is refused', async (_, fields) => {
  const name = { en: 'A reward' };
  const price = { currency: 'points', points: 100 };
  const input = { idempotencyKey: key(), code: `r-${key()}`, name, price, ...fields };

  expect(only(await world.ask(operator, CREATE, { input })).userErrors).toMatchObject([{ code: 'REWARD_INVALID' }]);
});
