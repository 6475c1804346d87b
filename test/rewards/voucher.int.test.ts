import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { EventOf } from '../../schema/events.ts';
import { encodeId, newId } from '../../subgraphs/shared/id.ts';
import { operator, partner, roomViewer } from '../support/viewer.ts';
import {
  HARBOUR,
  harbourTill,
  HOLD,
  key,
  NORTH,
  northTill,
  only,
  PRESENT,
  REDEEM,
  REFUND,
  rewardsWorld,
  self,
  TILL_SCOPES,
  USE,
  uuidOf,
  type RewardsWorld,
} from './room.ts';

let world: RewardsWorld;
beforeAll(async () => void (world = await rewardsWorld()));
afterAll(() => world.close());

const points = roomViewer('points', 'live');

interface Had {
  member: string;
  redemptionId: string;
  codes: string[];
}

async function voucher(code = 'coffee', quantity = 1): Promise<Had> {
  const member = world.someone(100_000);
  const input = { idempotencyKey: key(), memberId: member, rewardId: await world.rewardId(code), quantity };
  const { redemption } = only(await world.ask(self(member), REDEEM, { input }));
  return { member, redemptionId: redemption.id, codes: redemption.vouchers.map((one: { code: string }) => one.code) };
}

const use = async (code: string, over: object = {}, viewer = harbourTill) =>
  only(await world.ask(viewer, USE, { input: { idempotencyKey: key(), code, location: 'harbour-shop', ...over } }));
const present = async (purchaseId: string, codes: string[], partnerId = HARBOUR) =>
  only(
    await world.ask(points, PRESENT, {
      input: { purchaseId: encodeId('pur', purchaseId), codes, partnerId: encodeId('ptn', partnerId) },
    }),
  );
const states = async (codes: string[]) =>
  (await world.query<{ state: string }>('select state from voucher_now where code = any($1) order by id', [codes])).map(
    ({ state }) => state,
  );
const recorded = (purchaseId: string, redemptionIds: string[] = []) => {
  const payload: EventOf<'purchase.recorded'>['payload'] = {
    purchaseId,
    memberId: null,
    partnerId: HARBOUR,
    locationId: newId(),
    occurredAt: '2026-03-02T10:00:00.000000Z',
    base: '10',
    redemptionIds: redemptionIds.map((id) => uuidOf('rdm', id)),
  };
  return world.hear({ name: 'purchase.recorded', aggregate: purchaseId, sequence: 1, payload });
};
const returned = (purchaseId: string, whole = true) => {
  const payload = { purchaseId, memberId: null, occurredAt: '2026-03-05T10:00:00.000000Z', base: '0', whole };
  return world.hear({ name: 'purchase.returned', aggregate: purchaseId, sequence: 2, payload });
};

describe('a voucher', () => {
  test('is used once, and the same request again says so', async () => {
    const { codes } = await voucher();
    const input = {
      idempotencyKey: key(),
      code: codes[0]!.toLowerCase(),
      location: 'harbour-shop',
      receiptNumber: 'R1',
    };

    const first = only(await world.ask(harbourTill, USE, { input }));
    const again = only(await world.ask(harbourTill, USE, { input }));

    expect(first).toMatchObject({
      voucher: { code: codes[0], state: 'USED', remaining: null },
      replayed: false,
      userErrors: [],
    });
    expect(first.voucher.usedAt).not.toBeNull();
    expect(again).toEqual({ ...first, replayed: true });
    expect((await use(codes[0]!)).userErrors).toEqual([{ code: 'VOUCHER_NOT_USABLE', field: ['code'] }]);
  });

  test('at 100 tills at once is used at one', async () => {
    const { codes } = await voucher();

    const answers = await Promise.all(Array.from({ length: 100 }, () => use(codes[0]!)));

    expect(answers.filter(({ userErrors }) => userErrors.length === 0)).toHaveLength(1);
    expect(answers.filter(({ userErrors }) => userErrors[0]?.code === 'VOUCHER_NOT_USABLE')).toHaveLength(99);
  });

  test('says what it is worth, and nothing when it is used', async () => {
    const { codes } = await voucher('gift-card-20');

    const { voucher: used } = await use(codes[0]!);

    expect(used.remaining).toEqual({ amount: '0', currencyCode: 'GBP' });
  });

  test('is unknown at another partner, and usable anywhere when it is no partner’s', async () => {
    const coffee = await voucher('coffee');
    const card = await voucher('gift-card-20');
    const north = { location: 'northside-shop' };

    expect((await use(coffee.codes[0]!, north, northTill)).userErrors).toEqual([
      { code: 'VOUCHER_UNKNOWN', field: ['code'] },
    ]);
    expect((await use(card.codes[0]!, north, northTill)).voucher.state).toBe('USED');
    expect(await states(coffee.codes)).toEqual(['ISSUED']);
  });

  test.each([
    ['a code that is none', { code: '0000-0000-0000-0001' }, 'VOUCHER_UNKNOWN'],
    ['a code that nobody has', { code: '0000-0000-0000-0000' }, 'VOUCHER_UNKNOWN'],
    ['a location of another partner', { location: 'northside-shop' }, 'LOCATION_UNKNOWN'],
    ['a location that is nowhere', { location: 'moon' }, 'LOCATION_UNKNOWN'],
    ['a receipt without a number', { receiptNumber: ' ' }, 'TEXT_INVALID'],
    ['no key', { idempotencyKey: null }, 'IDEMPOTENCY_KEY_MISSING'],
  ])('with %s is refused', async (_, over, code) => {
    const { codes } = await voucher();

    expect(await use(codes[0]!, over)).toMatchObject({ voucher: null, userErrors: [{ code }] });
    expect(await states(codes)).toEqual(['ISSUED']);
  });

  test('expires by its time, whether or not anything has run', async () => {
    const { codes, redemptionId, member } = await voucher();
    await world.query('update voucher set expires_at = clock() where code = $1', [codes[0]]);

    expect(await states(codes)).toEqual(['EXPIRED']);
    expect((await use(codes[0]!)).userErrors).toMatchObject([{ code: 'VOUCHER_NOT_USABLE' }]);
    const refund = only(await world.ask(self(member), REFUND, { input: { idempotencyKey: key(), redemptionId } }));
    expect(refund.userErrors).toMatchObject([{ code: 'VOUCHER_NOT_USABLE' }]);
  });

  test('that was used cannot be refunded', async () => {
    const { codes, redemptionId, member } = await voucher('coffee', 2);
    await use(codes[1]!);

    const refund = only(await world.ask(self(member), REFUND, { input: { idempotencyKey: key(), redemptionId } }));

    expect(refund).toMatchObject({ redemption: null, userErrors: [{ code: 'VOUCHER_NOT_USABLE' }] });
    expect((await states(codes)).toSorted()).toEqual(['ISSUED', 'USED']);
  });

  test('used and refunded at once is one of both', async () => {
    const { codes, redemptionId, member } = await voucher();

    const [used, refunded] = await Promise.all([
      use(codes[0]!),
      world.ask(self(member), REFUND, { input: { idempotencyKey: key(), redemptionId } }).then(only),
    ]);

    expect([used, refunded].filter(({ userErrors }) => userErrors.length === 0)).toHaveLength(1);
    expect(await states(codes)).toEqual([used.userErrors.length === 0 ? 'USED' : 'CANCELLED']);
  });
});

describe('vouchers of a purchase', () => {
  test('are reserved all or none', async () => {
    const { codes } = await voucher('coffee', 2);
    const other = await voucher();
    await use(other.codes[0]!);
    const purchase = newId();

    const refused = await present(purchase, [...codes, other.codes[0]!]);
    const before = await states(codes);
    const accepted = await present(purchase, codes);

    expect(refused).toMatchObject({
      vouchers: [],
      userErrors: [{ code: 'VOUCHER_NOT_USABLE', field: ['codes', '2'] }],
    });
    expect(before).toEqual(['ISSUED', 'ISSUED']);
    expect(accepted.vouchers.map(({ state }: { state: string }) => state)).toEqual(['PRESENTED', 'PRESENTED']);
    expect(await present(purchase, codes)).toEqual(accepted);
    expect((await present(newId(), codes)).userErrors).toMatchObject([{ code: 'VOUCHER_NOT_USABLE' }]);
    expect((await use(codes[0]!)).userErrors).toMatchObject([{ code: 'VOUCHER_NOT_USABLE' }]);
  });

  test('are not reserved at another partner', async () => {
    const { codes } = await voucher();

    expect((await present(newId(), codes, NORTH)).userErrors).toMatchObject([
      { code: 'VOUCHER_UNKNOWN', field: ['codes', '0'] },
    ]);
  });

  test('for 50 purchases at once are reserved for one', async () => {
    const { codes } = await voucher('coffee', 3);

    const answers = await Promise.all(
      Array.from({ length: 50 }, (_, index) => present(newId(), index % 2 === 0 ? codes : codes.toReversed())),
    );

    expect(answers.filter(({ userErrors }) => userErrors.length === 0)).toHaveLength(1);
  });

  // R: recorded, T: returned whole, P: returned in part.
  test.each([
    ['R', ['USED']],
    ['RR', ['USED']],
    ['RP', ['USED']],
    ['PR', ['USED']],
    ['RT', ['ISSUED']],
    ['TR', ['ISSUED']],
    ['RTR', ['ISSUED']],
    ['TTR', ['ISSUED']],
    ['TRT', ['ISSUED']],
    ['PRTR', ['ISSUED']],
  ])('after %s are %s', async (order, expected) => {
    const { codes } = await voucher();
    const purchase = newId();
    await present(purchase, codes);

    for (const event of order) {
      await (event === 'R' ? recorded(purchase) : returned(purchase, event === 'T'));
    }

    expect(await states(codes)).toEqual(expected);
  });

  test('whose purchase nobody heard of are what points says', async () => {
    const [came, never] = [await voucher(), await voucher()];
    const [first, second] = [newId(), newId()];
    await present(first, came.codes);
    await present(second, never.codes);
    world.points.recorded.add(encodeId('pur', first));

    await world.later();

    expect([await states(came.codes), await states(never.codes)]).toEqual([['USED'], ['ISSUED']]);
    await recorded(first);
    expect(await states(came.codes)).toEqual(['USED']);
  });

  test('that were just reserved are left alone', async () => {
    const { codes } = await voucher();
    await present(newId(), codes);

    await world.room.clock.drain();

    expect(await states(codes)).toEqual(['PRESENTED']);
  });
});

describe('a held redemption in a purchase', () => {
  test.each([
    ['coffee', ['ISSUED'], 'REDEMPTION_NOT_REFUNDABLE'],
    ['gift-card-20', ['USED'], 'VOUCHER_NOT_USABLE'],
    [null, [], 'REDEMPTION_NOT_REFUNDABLE'],
  ])('of %s is confirmed once, and its voucher is %p, whatever comes back', async (code, expected, refusal) => {
    const member = world.someone(1_500);
    const wish =
      code === null ? { points: { currency: 'points', amount: 10 } } : { rewardId: await world.rewardId(code) };
    const held = only(
      await world.ask(harbourTill, HOLD, { input: { idempotencyKey: key(), memberId: member, ...wish } }),
    );
    const purchase = newId();

    await recorded(purchase, [held.redemption.id]);
    await returned(purchase);
    await recorded(purchase, [held.redemption.id]);

    const [row] = await world.query<{ state: string; by_purchase: boolean }>(
      'select state, by_purchase from redemption where id = $1',
      [uuidOf('rdm', held.redemption.id)],
    );
    const vouchers = await world.query<{ state: string }>('select state from voucher where redemption_id = $1', [
      uuidOf('rdm', held.redemption.id),
    ]);
    expect(row).toEqual({ state: 'CONFIRMED', by_purchase: true });
    expect(vouchers.map(({ state }) => state)).toEqual(expected);
    const refund = only(
      await world.ask(operator, REFUND, { input: { idempotencyKey: key(), redemptionId: held.redemption.id } }),
    );
    expect(refund.userErrors).toMatchObject([{ code: refusal }]);
  });
});

describe('a code', () => {
  const LIST = `query ($r: [_Any!]!) { _entities(representations: $r) {
    ... on Member { redemptions { nodes { id vouchers { code state } } } } } }`;
  const codesSeen = async (viewer: Parameters<RewardsWorld['ask']>[0], memberId: string) => {
    const [entity] = only(await world.ask(viewer, LIST, { r: [{ __typename: 'Member', id: memberId }] }));
    return entity?.redemptions.nodes.flatMap(({ vouchers }: { vouchers: { code: string }[] }) =>
      vouchers.map(({ code }) => code),
    );
  };

  test('in a list is for its member and operators; a partner sees that there is one', async () => {
    const { member, codes } = await voucher();

    expect(await codesSeen(self(member), member)).toEqual(codes);
    expect(await codesSeen(operator, member)).toEqual(codes);
    expect(await codesSeen(harbourTill, member)).toEqual([null]);
    expect(await codesSeen(partner(HARBOUR, [...TILL_SCOPES]), member)).toEqual([null]);
    expect(await codesSeen(northTill, member)).toEqual([]);
  });

  test('is for the till that it was presented to', async () => {
    const { member, codes } = await voucher();
    await use(codes[0]!);

    expect(await codesSeen(harbourTill, member)).toEqual(codes);
    expect(await codesSeen(northTill, member)).toEqual([]);
  });
});
