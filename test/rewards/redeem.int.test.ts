import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { advanceClock } from '../../subgraphs/shared/clock.ts';
import { inSpace, operator } from '../support/viewer.ts';
import {
  CAPTURE,
  harbourTill,
  HOLD,
  key,
  northTill,
  only,
  REDEEM,
  REFUND,
  RELEASE,
  rewardsWorld,
  self,
  uuidOf,
  type RewardsWorld,
} from './room.ts';

let world: RewardsWorld;
beforeAll(async () => void (world = await rewardsWorld()));
afterAll(() => world.close());

const redeem = async (memberId: string, rewardId: string, over: object = {}, viewer = self(memberId)) =>
  only(await world.ask(viewer, REDEEM, { input: { idempotencyKey: key(), memberId, rewardId, ...over } }));
const hold = async (memberId: string, over: object, viewer = harbourTill) =>
  only(await world.ask(viewer, HOLD, { input: { idempotencyKey: key(), memberId, ...over } }));
const change = async (document: string, redemptionId: string, viewer = harbourTill, idempotencyKey = key()) =>
  only(await world.ask(viewer, document, { input: { idempotencyKey, redemptionId } }));
const stateOf = async (id: string) => {
  const rows = await world.query<{ state: string }>('select state from redemption where id = $1', [uuidOf('rdm', id)]);
  return rows[0]!.state;
};
const told = async (id: string) => {
  await world.room.relay.drain();
  return world.peers.points.heard.filter(({ event }) => event.aggregate === uuidOf('rdm', id)).length;
};

describe('a reward that is taken at once', () => {
  test('costs its points and gives a voucher for each, in one answer', async () => {
    const member = world.someone(500);

    const answer = await redeem(member, await world.rewardId('coffee'), { quantity: 3 });

    expect(answer).toMatchObject({
      redemption: {
        state: 'CONFIRMED',
        pointsSpent: { currency: { code: 'points' }, amount: 150 },
        pointsHeld: { amount: 0 },
        reward: { code: 'coffee' },
      },
      member: { id: member, wallets: [{ currency: { code: 'points' }, available: 350, held: 0 }] },
      replayed: false,
      userErrors: [],
    });
    const codes = answer.redemption.vouchers.map(({ code }: { code: string }) => code);
    expect(new Set(codes).size).toBe(3);
    for (const code of codes) expect(code).toMatch(/^([0-9A-HJKMNP-TV-Z]{4}-){3}[0-9A-HJKMNP-TV-Z]{4}$/);
    expect(world.points.holds.get(answer.redemption.id)!.state).toBe('CAPTURED');
  });

  test('under one key is taken once', async () => {
    const member = world.someone(500);
    const input = { idempotencyKey: key(), memberId: member, rewardId: await world.rewardId('coffee') };

    const first = only(await world.ask(self(member), REDEEM, { input }));
    const again = only(await world.ask(self(member), REDEEM, { input }));

    expect(again).toEqual({ ...first, replayed: true });
    expect(world.points.available(member)).toBe(450);
  });

  test('without the points is refused, restocks once and leaves its key free', async () => {
    const code = await world.offer({ stock: 5 });
    const member = world.someone(99);
    const input = { idempotencyKey: key(), memberId: member, rewardId: await world.rewardId(code) };

    const refused = only(await world.ask(self(member), REDEEM, { input }));
    await world.later();
    const stock = await world.stock(code);
    world.points.balances.set(member, 100);
    const taken = only(await world.ask(self(member), REDEEM, { input }));

    expect(refused).toMatchObject({ redemption: null, member: null, userErrors: [{ code: 'INSUFFICIENT_POINTS' }] });
    expect(stock).toBe(5);
    expect(taken).toMatchObject({ redemption: { state: 'CONFIRMED' }, replayed: false });
  });

  test('by 200 members of 50 is had by 50, and 150 keep their points', async () => {
    const code = await world.offer({ stock: 50 });
    const rewardId = await world.rewardId(code);
    const members = Array.from({ length: 200 }, () => world.someone(100));

    const answers = await Promise.all(members.map((member) => redeem(member, rewardId)));

    const won = answers.filter(({ redemption }) => redemption?.state === 'CONFIRMED');
    const lost = answers.filter(({ userErrors }) => userErrors[0]?.code === 'OUT_OF_STOCK');
    expect([won.length, lost.length, await world.stock(code)]).toEqual([50, 150, 0]);
    expect(members.filter((member) => world.points.available(member) === 100)).toHaveLength(150);
    expect(members.filter((member) => world.points.available(member) === 0)).toHaveLength(50);
  });

  test('50 times by a member who can afford one is had once', async () => {
    const code = await world.offer({ stock: 60 });
    const rewardId = await world.rewardId(code);
    const member = world.someone(199);

    const answers = await Promise.all(Array.from({ length: 50 }, () => redeem(member, rewardId)));

    expect(answers.filter(({ redemption }) => redemption?.state === 'CONFIRMED')).toHaveLength(1);
    expect(answers.filter(({ userErrors }) => userErrors[0]?.code === 'INSUFFICIENT_POINTS')).toHaveLength(49);
    expect(await world.stock(code)).toBe(59);
  });
});

describe('a reward is refused, and nothing changes,', () => {
  const cases: [string, string, () => Promise<Record<string, unknown>>][] = [
    ['in a quantity of 0', 'QUANTITY_INVALID', async () => ({ quantity: 0 })],
    ['in a quantity of 11', 'QUANTITY_INVALID', async () => ({ quantity: 11 })],
    ['that is none', 'REWARD_UNKNOWN', async () => ({ rewardId: 'rwd_x' })],
    [
      'that is not visible',
      'REWARD_UNKNOWN',
      async () => ({
        rewardId: await world.rewardId(await world.offer({ visible: { until: '2020-01-01T00:00:00Z' } })),
      }),
    ],
    [
      'outside its window',
      'OUTSIDE_WINDOW',
      async () => ({
        rewardId: await world.rewardId(await world.offer({ available: { from: '2999-01-01T00:00:00Z' } })),
      }),
    ],
    ['for other tiers', 'TIER_REQUIRED', async () => ({ rewardId: await world.rewardId('book-evening') })],
    [
      'of which too little is left',
      'OUT_OF_STOCK',
      async () => ({ rewardId: await world.rewardId(await world.offer({ stock: 1 })), quantity: 2 }),
    ],
    ['for another member', 'MEMBER_UNKNOWN', async () => ({ memberId: world.someone(1000) })],
    ['without a key', 'IDEMPOTENCY_KEY_MISSING', async () => ({ idempotencyKey: null })],
  ];
  test.each(cases)('%s', async (_, code, over) => {
    const member = world.someone(1000);
    const input = {
      idempotencyKey: key(),
      memberId: member,
      rewardId: await world.rewardId('coffee'),
      ...(await over()),
    };
    const counts = () =>
      world.query(
        'select (select count(*) from redemption) d, (select sum(stock) from reward) s, (select count(*) from voucher) v',
      );
    const before = await counts();

    const answer = only(await world.ask(self(member), REDEEM, { input }));

    expect(answer).toMatchObject({ redemption: null, member: null, userErrors: [{ code }] });
    expect(await counts()).toEqual(before);
    expect(world.points.available(member)).toBe(1000);
  });

  test('at the till of another partner', async () => {
    const answer = await redeem(world.someone(1000), await world.rewardId('coffee'), {}, northTill);

    expect(answer.userErrors).toMatchObject([{ code: 'REWARD_OF_OTHER_PARTNER' }]);
  });

  test('at a till that does not know the member', async () => {
    const member = world.someone(1000);
    world.strangers.add(member);

    expect((await redeem(member, await world.rewardId('coffee'), {}, harbourTill)).userErrors).toMatchObject([
      { code: 'MEMBER_UNKNOWN' },
    ]);
  });
});

describe('when points dies', () => {
  const ways = [
    // operation, how it dies, what the caller sees, what it becomes, points left of 100, vouchers
    ['pointsHold', 'deaf', 'REQUESTED', 'CANCELLED', 100, 0],
    ['pointsHold', 'dumb', 'REQUESTED', 'CANCELLED', 100, 0],
    ['pointsCapture', 'deaf', 'CONFIRMED', 'CONFIRMED', 0, 1],
    ['pointsCapture', 'dumb', 'CONFIRMED', 'CONFIRMED', 0, 1],
  ] as const;
  test.each(ways)(
    'at %s (%s), the caller sees %s and it becomes %s',
    async (operation, mood, seen, became, left, vouchers) => {
      const code = await world.offer({ stock: 3 });
      const member = world.someone(100);
      world.points.mood = { [operation]: mood };

      const answer = await redeem(member, await world.rewardId(code));
      world.points.mood = {};
      await world.later();

      expect(answer).toMatchObject({ redemption: { state: seen }, userErrors: [] });
      expect(await stateOf(answer.redemption.id)).toBe(became);
      expect(world.points.available(member)).toBe(left);
      expect(await world.stock(code)).toBe(3 - vouchers);
      expect(await told(answer.redemption.id)).toBe(vouchers);
      expect(
        await world.query('select 1 from voucher where redemption_id = $1', [uuidOf('rdm', answer.redemption.id)]),
      ).toHaveLength(vouchers);
    },
  );

  test('and stays away, everything waits, and ends once it is back', async () => {
    const code = await world.offer({ stock: 3 });
    const member = world.someone(100);
    world.points.mood = { pointsHold: 'dumb', pointsRelease: 'deaf' };

    const { redemption } = await redeem(member, await world.rewardId(code));
    await expect(world.later()).rejects.toThrow('points is away');
    const waiting = await stateOf(redemption.id);
    world.points.mood = {};
    await world.later();

    expect(waiting).toBe('CANCELLING');
    expect(await stateOf(redemption.id)).toBe('CANCELLED');
    expect([world.points.available(member), await world.stock(code)]).toEqual([100, 3]);
  });

  test('and a late answer cannot make a voucher whose points went back', async () => {
    const code = await world.offer({ stock: 3 });
    const member = world.someone(100);
    let slow = true;
    world.points.before = async (operation) => {
      if (operation !== 'pointsHold' || !slow) return;
      slow = false;
      await world.later();
    };

    const answer = await redeem(member, await world.rewardId(code));
    world.points.before = async () => undefined;

    expect(answer.redemption).toMatchObject({ state: 'CANCELLED', vouchers: [] });
    expect([world.points.available(member), await world.stock(code)]).toEqual([100, 3]);
  });

  test('and its hold is released while its answer is on the way', async () => {
    const code = await world.offer({ stock: 3 });
    const member = world.someone(100);
    const answer = world.points.answer;
    world.peers.points.answer = async (request) => {
      const data = await answer(request);
      if (request.query.includes('pointsHold')) await world.later();
      return data;
    };

    const { redemption } = await redeem(member, await world.rewardId(code));
    world.peers.points.answer = answer;

    expect(redemption).toMatchObject({ state: 'CANCELLED', vouchers: [] });
    expect([world.points.available(member), await world.stock(code)]).toEqual([100, 3]);
  });
});

describe('a redemption in two steps', () => {
  test('is held, and captured with its voucher', async () => {
    const member = world.someone(120);

    const held = await hold(member, { rewardId: await world.rewardId('coffee'), ttlSeconds: 60 });
    const captured = await change(CAPTURE, held.redemption.id);

    expect(held.redemption).toMatchObject({ state: 'HELD', pointsHeld: { amount: 50 }, vouchers: [] });
    expect(held.redemption.holdExpiresAt).not.toBeNull();
    expect(captured.redemption).toMatchObject({
      state: 'CONFIRMED',
      pointsSpent: { amount: 50 },
      vouchers: [{ state: 'ISSUED' }],
    });
    expect(captured.redemption.vouchers[0].code).not.toBeNull();
    expect(world.points.available(member)).toBe(70);
  });

  test('is released, and everything is back', async () => {
    const code = await world.offer({ stock: 1 });
    const member = world.someone(100);
    const { redemption } = await hold(member, { rewardId: await world.rewardId(code) });

    const released = await change(RELEASE, redemption.id);

    expect(released.redemption).toMatchObject({ state: 'RELEASED', pointsHeld: { amount: 0 } });
    expect([world.points.available(member), await world.stock(code)]).toEqual([100, 1]);
    expect((await change(CAPTURE, redemption.id)).userErrors).toMatchObject([{ code: 'REDEMPTION_NOT_HELD' }]);
  });

  test('runs out, and everything is back', async () => {
    const code = await world.offer({ stock: 1 });
    const member = world.someone(100);
    const { redemption } = await hold(member, { rewardId: await world.rewardId(code) });
    await world.query(`update redemption set hold_expires_at = clock() where id = $1`, [uuidOf('rdm', redemption.id)]);

    const late = await change(CAPTURE, redemption.id);
    await world.later();

    expect(late.userErrors).toMatchObject([{ code: 'REDEMPTION_NOT_HELD' }]);
    expect(await stateOf(redemption.id)).toBe('CANCELLED');
    expect([world.points.available(member), await world.stock(code)]).toEqual([100, 1]);
  });

  test('runs out by the time of its sandbox', async () => {
    const tester = inSpace('sandbox', operator);
    const member = world.someone(100);
    const { redemption } = await hold(member, { points: { currency: 'points', amount: 30 }, ttlSeconds: 900 }, tester);
    const state = async () => {
      await world.room.clock.drain();
      const query = `query ($id: ID!) { redemption(id: $id) { state } }`;
      return only(await world.ask(tester, query, { id: redemption.id })).state;
    };
    const sandbox = world.room.database.space('sandbox');

    const before = await state();
    await advanceClock(sandbox, 'PT14M');
    const during = await state();
    await advanceClock(sandbox, 'PT2M');

    expect([before, during, await state()]).toEqual(['HELD', 'HELD', 'CANCELLED']);
    expect(world.points.available(member)).toBe(100);
  });

  test('that a purchase captured when it ran out is for good', async () => {
    const member = world.someone(100);
    const { redemption } = await hold(member, { points: { currency: 'points', amount: 30 } });
    world.points.holds.get(redemption.id)!.state = 'CAPTURED';

    await world.later();

    expect(await stateOf(redemption.id)).toBe('CONFIRMED');
    expect((await change(REFUND, redemption.id)).userErrors).toMatchObject([{ code: 'REDEMPTION_NOT_REFUNDABLE' }]);
  });

  test('is released later when points does not answer', async () => {
    const member = world.someone(100);
    const { redemption } = await hold(member, { points: { currency: 'points', amount: 30 } });
    world.points.mood = { pointsRelease: 'dumb' };

    const released = await change(RELEASE, redemption.id);
    world.points.mood = {};
    await world.later();

    expect(released).toMatchObject({ redemption: { state: 'HELD' }, userErrors: [] });
    expect(await stateOf(redemption.id)).toBe('RELEASED');
    expect(world.points.available(member)).toBe(100);
  });

  test('captured and released 20 times at once ends once', async () => {
    const member = world.someone(100);
    const { redemption } = await hold(member, { rewardId: await world.rewardId('coffee') });

    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, index) => change(index % 2 === 0 ? CAPTURE : RELEASE, redemption.id)),
    );
    await world.later();

    const state = await stateOf(redemption.id);
    expect(['CONFIRMED', 'RELEASED']).toContain(state);
    expect(world.points.holds.get(redemption.id)!.state).toBe(state === 'CONFIRMED' ? 'CAPTURED' : 'RELEASED');
    expect(answers.some(({ userErrors }) => userErrors[0]?.code === 'REDEMPTION_NOT_HELD')).toBe(true);
  });

  test.each([
    [
      'both a reward and points',
      { rewardId: 'rwd_x', points: { currency: 'points', amount: 1 } },
      'REDEMPTION_INVALID',
    ],
    ['neither', {}, 'REDEMPTION_INVALID'],
    ['59 seconds', { points: { currency: 'points', amount: 1 }, ttlSeconds: 59 }, 'TTL_INVALID'],
    ['more than 30 days', { points: { currency: 'points', amount: 1 }, ttlSeconds: 2_592_001 }, 'TTL_INVALID'],
    ['no points', { points: { currency: 'points', amount: 0 } }, 'AMOUNT_INVALID'],
    ['a currency that is none', { points: { currency: 'moons', amount: 1 } }, 'CURRENCY_UNKNOWN'],
  ])('of %s is refused', async (_, over, code) => {
    expect((await hold(world.someone(100), over)).userErrors).toMatchObject([{ code }]);
  });

  test('is not another partner’s to capture or release', async () => {
    const { redemption } = await hold(world.someone(100), { points: { currency: 'points', amount: 1 } });

    for (const document of [CAPTURE, RELEASE, REFUND]) {
      expect((await change(document, redemption.id, northTill)).userErrors).toMatchObject([
        { code: 'REDEMPTION_UNKNOWN' },
      ]);
    }
    expect((await change(CAPTURE, redemption.id, operator)).redemption.state).toBe('CONFIRMED');
  });
});

describe('a refund', () => {
  test('gives points and stock back and voids the voucher, once', async () => {
    const code = await world.offer({ stock: 2, refundable: true });
    const member = world.someone(100);
    const { redemption } = await redeem(member, await world.rewardId(code));

    const idempotencyKey = key();
    const refunded = await change(REFUND, redemption.id, self(member), idempotencyKey);
    const again = await change(REFUND, redemption.id, self(member), idempotencyKey);

    expect(refunded.redemption).toMatchObject({
      state: 'REFUNDED',
      pointsSpent: { amount: 0 },
      vouchers: [{ state: 'CANCELLED' }],
    });
    expect(again).toEqual({ ...refunded, replayed: true });
    expect([world.points.available(member), await world.stock(code)]).toEqual([100, 2]);
  });

  test('is refused where the reward does not allow it', async () => {
    const member = world.someone(100);
    const { redemption } = await redeem(member, await world.rewardId(await world.offer({})));

    const answer = await change(REFUND, redemption.id, self(member));

    expect(answer).toMatchObject({ redemption: null, userErrors: [{ code: 'REDEMPTION_NOT_REFUNDABLE' }] });
    expect(await stateOf(redemption.id)).toBe('CONFIRMED');
  });

  test('that points does not answer is done later, once', async () => {
    const code = await world.offer({ stock: 2, refundable: true });
    const member = world.someone(100);
    const { redemption } = await redeem(member, await world.rewardId(code));
    world.points.mood = { pointsReverse: 'dumb' };

    const answer = await change(REFUND, redemption.id, self(member));
    world.points.mood = {};
    await world.later();
    await world.later();

    expect(answer.redemption).toMatchObject({ state: 'CONFIRMED', vouchers: [{ state: 'CANCELLED' }] });
    expect(await stateOf(redemption.id)).toBe('REFUNDED');
    expect([world.points.available(member), await world.stock(code)]).toEqual([100, 2]);
  });
});
