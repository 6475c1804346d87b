// A ladder that hangs on points and balances: what is pending, expires or comes from elsewhere moves it without a purchase.
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { encodeId, newId } from '../../../subgraphs/shared/id.ts';
import { checkInvariants } from '../ledger/invariant.ts';
import { payload } from '../room.ts';
import { clerk, openLadder, type Ladder } from './room.ts';

let ladder: Ladder;
beforeAll(async () => {
  ladder = await openLadder('test/points/tier/status.yaml');
  await ladder.at('2030-03-01T12:00:00Z');
});
afterAll(async () => {
  await checkInvariants(ladder.points.room.database.space('sandbox').source, null);
  await ladder.close();
});

const adjust = (member: string, amount: number) =>
  payload(
    ladder.points.ask(
      clerk,
      `mutation ($input: PointsAdjustInput!) { pointsAdjust(input: $input) { userErrors { code } } }`,
      {
        input: {
          idempotencyKey: newId(),
          memberId: encodeId('mbr', member),
          currency: 'status',
          amount,
          reason: 'a gift',
        },
      },
    ),
  );
const code = async (member: string) => (await ladder.tier(member)).code;
const progress = async (member: string) =>
  (await ladder.tier(member)).progress.map(
    ({ metric, current, nextTier }: { metric: string; current: string; nextTier: { code: string } | null }) =>
      `${metric} ${current} ${nextTier?.code ?? 'kept'}`,
  );

test('a member’s year: pending, usable, given, expired, out of the window', async () => {
  const member = newId();
  const told: string[] = [];
  const look = async (what: string) =>
    told.push(`${what}: ${await code(member)}, ${(await progress(member)).join(', ')}`);

  const { purchase } = await ladder.buy(member, 150, '2030-03-01T10:00:00Z');
  await look('pending');
  await ladder.night();
  await ladder.at('2030-03-15T11:00:00Z');
  await look('usable, nobody has looked');
  await ladder.night();
  await look('written down, with a bonus');
  await ladder.giveBack(purchase, { amount: '60' }, '2030-03-15T10:30:00Z');
  await look('a part returned');
  await ladder.buy(member, 50, '2030-03-15T10:40:00Z');
  await adjust(member, 300);
  await look('given, nobody has looked');
  await ladder.at('2030-03-16T01:00:00Z');
  await ladder.night();
  await ladder.at('2030-09-17T12:00:00Z');
  await look('expired, nobody has looked');
  await ladder.night();
  await ladder.at('2031-04-30T12:00:00Z');
  await look('out of the window, nobody has looked');
  await ladder.night();

  expect(told).toEqual([
    'pending: member, POINTS_EARNED 0 silver',
    'usable, nobody has looked: silver, POINTS_EARNED 150 gold, STATUS_POINTS 150 gold, POINTS_EARNED 150 kept',
    'written down, with a bonus: silver, POINTS_EARNED 155 gold, STATUS_POINTS 155 gold, POINTS_EARNED 155 kept',
    'a part returned: member, POINTS_EARNED 90 silver',
    'given, nobody has looked: gold, POINTS_EARNED 90 kept, STATUS_POINTS 390 kept',
    'expired, nobody has looked: silver, POINTS_EARNED 150 gold, STATUS_POINTS 50 gold, POINTS_EARNED 150 kept',
    'out of the window, nobody has looked: member, POINTS_EARNED 0 silver',
  ]);
  expect((await ladder.moves(member)).map(({ from, to, at }) => `${at.slice(0, 16)} ${from} → ${to}`)).toEqual([
    '2030-03-14T22:00 member → silver',
    '2030-03-15T10:30 silver → member',
    '2030-03-15T10:30 member → silver',
    '2030-03-15T10:30 silver → gold',
    '2030-09-15T21:00 gold → silver',
    '2031-03-14T22:00 silver → member',
  ]);
});
