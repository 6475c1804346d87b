// Rewards with the ledger itself: what the stub of points promises in the other tests, points keeps.
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { pino } from 'pino';
import { verify } from '../../subgraphs/points/ledger/verify.service.ts';
import { ROOM_DEFINITIONS } from '../../subgraphs/rooms.ts';
import { decodeId, encodeId, newId } from '../../subgraphs/shared/id.ts';
import type { RoomName } from '../../subgraphs/shared/config.ts';
import { openRoom, type Room } from '../../subgraphs/shared/room.ts';
import { SCOPES, type Viewer } from '../../subgraphs/shared/viewer.ts';
import { freshDatabase, SPACES } from '../support/postgres.ts';
import { operator, roomViewer, till } from '../support/viewer.ts';
import { CAPTURE, HOLD, key, only, REDEEM, REFUND, RELEASE } from './room.ts';

const NAMES = ['members', 'partners', 'points', 'rewards'] as const;
const rooms = {} as Record<RoomName, Room>;
const drops: (() => Promise<void>)[] = [];
let member: string;
let harbour: Viewer;

const ask = async (room: RoomName, viewer: Viewer, query: string, input: object) =>
  only(await rooms[room].execute({ query, variables: { input: { idempotencyKey: key(), ...input } } }, viewer, 'test'));
const rewardId = async (code: string) => {
  const { data } = await rooms.rewards.execute({ query: '{ rewards { nodes { id code } } }' }, operator, 'test');
  const { nodes } = data!['rewards'] as { nodes: { id: string; code: string }[] };
  return nodes.find((reward) => reward.code === code)!.id;
};
const balance = async () => {
  const query = `query ($r: [_Any!]!) { _entities(representations: $r) { ... on Member { wallets { available held } } } }`;
  const variables = { r: [{ __typename: 'Member', id: member }] };
  const [entity] = only(await rooms.points.execute({ query, variables }, operator, 'test'));
  return [entity.wallets[0].available, entity.wallets[0].held];
};
/** All that was told was heard, and what the clock has to do is done. */
async function settle() {
  for (const name of NAMES) await rooms[name].relay.drain();
  await rooms.rewards.clock.drain();
}

beforeAll(async () => {
  for (const name of NAMES) {
    const database = await freshDatabase(ROOM_DEFINITIONS[name]);
    rooms[name] = await openRoom(ROOM_DEFINITIONS[name], {
      databaseUrl: database.url,
      spaces: SPACES,
      programme: 'programmes/hybrid-retail.yaml',
      doors: (room) => {
        if (room === 'referrals') return { receive: async () => undefined } as unknown as Room;
        if (rooms[room] === undefined) throw new Error(`${room} is not open`);
        return rooms[room];
      },
      log: pino({ level: 'silent' }),
    });
    drops.push(() => database.drop());
  }
  // Its turns are the test's.
  await rooms.rewards.clock.stop();
  await settle();
  const [partner] = await rooms.partners.database
    .space('live')
    .source.query<{ id: string }[]>(`select id from partner where code = 'harbour'`);
  harbour = till(partner!.id, [...SCOPES]);
  const ENROLL = `mutation ($input: MemberEnrollInput!) { memberEnroll(input: $input) { member { id } userErrors { code } } }`;
  const identifiers = [{ kind: 'EMAIL', value: 'ada@example.com' }];
  member = (await ask('members', harbour, ENROLL, { identifiers })).member.id;
  const ADJUST = `mutation ($input: PointsAdjustInput!) { pointsAdjust(input: $input) { userErrors { code } } }`;
  await ask('points', operator, ADJUST, { memberId: member, currency: 'points', amount: 1000, reason: 'a start' });
});
afterAll(async () => {
  for (const name of NAMES) await rooms[name].close();
  for (const drop of drops) await drop();
});

test('a reward taken at once costs its points, and a refund gives them back', async () => {
  const before = await balance();

  const taken = await ask('rewards', operator, REDEEM, {
    memberId: member,
    rewardId: await rewardId('coffee'),
    quantity: 2,
  });
  const spent = await balance();
  await settle();
  const refunded = await ask('rewards', operator, REFUND, { redemptionId: taken.redemption.id });

  expect(taken).toMatchObject({
    redemption: { state: 'CONFIRMED' },
    member: { wallets: [{ available: 900, held: 0 }] },
    userErrors: [],
  });
  expect([before, spent]).toEqual([
    [1000, 0],
    [900, 0],
  ]);
  expect(refunded).toMatchObject({ redemption: { state: 'REFUNDED' }, userErrors: [] });
  expect(await balance()).toEqual(before);
});

test('a hold binds its points until it is released or captured', async () => {
  const points = { currency: 'points', amount: 100 };
  const released = (await ask('rewards', harbour, HOLD, { memberId: member, points })).redemption;
  const held = await balance();
  await ask('rewards', harbour, RELEASE, { redemptionId: released.id });
  const back = await balance();
  const captured = (await ask('rewards', harbour, HOLD, { memberId: member, points })).redemption;
  const answer = await ask('rewards', harbour, CAPTURE, { redemptionId: captured.id });
  await settle();

  expect([held, back]).toEqual([
    [900, 100],
    [1000, 0],
  ]);
  expect(answer.redemption).toMatchObject({ state: 'CONFIRMED', pointsSpent: { amount: 100 }, vouchers: [] });
  expect(await balance()).toEqual([900, 0]);
});

test('more points than there are is refused', async () => {
  const points = { currency: 'points', amount: 1_000_000 };

  const answer = await ask('rewards', harbour, HOLD, { memberId: member, points });

  expect(answer).toMatchObject({ redemption: null, userErrors: [{ code: 'INSUFFICIENT_POINTS' }] });
});

test('a purchase takes a held redemption and vouchers, and its return gives the vouchers back', async () => {
  const before = (await balance())[0];
  const { redemption: coffee } = await ask('rewards', harbour, REDEEM, {
    memberId: member,
    rewardId: await rewardId('coffee'),
  });
  const points = { currency: 'points', amount: 100 };
  const { redemption: held } = await ask('rewards', harbour, HOLD, { memberId: member, points });
  const RECORD = `mutation ($input: PurchaseRecordInput!) { purchaseRecord(input: $input) { purchase { id } userErrors { code field message } } }`;
  const receipt = { location: 'harbour-dover', businessDate: '2026-03-02', occurredAt: '2026-03-02T10:00:00Z' };
  const sale = {
    ...receipt,
    member: { kind: 'EMAIL', value: 'ada@example.com' },
    terminal: 'till-1',
    receiptNumber: 'R1',
    currencyCode: 'GBP',
    lines: [{ number: 1, sku: 'mug', quantity: '1', unitPrice: '10' }],
    redemptionIds: [held.id],
    vouchers: [coffee.vouchers[0].code],
  };

  const recorded = await ask('points', harbour, RECORD, sale);
  await settle();
  const query = 'query ($id: ID!) { redemption(id: $id) { state vouchers { state } } }';
  const look = async (id: string) => only(await rooms.rewards.execute({ query, variables: { id } }, operator, 'test'));
  const after = [await look(held.id), await look(coffee.id)];
  const RETURN = `mutation ($input: PurchaseReturnInput!) { purchaseReturn(input: $input) { userErrors { code message } } }`;
  const returned = await ask('points', harbour, RETURN, {
    ...receipt,
    receiptNumber: 'C1',
    purchase: { id: recorded.purchase.id },
    whole: true,
  });
  await settle();

  expect(recorded.userErrors).toEqual([]);
  expect(after).toEqual([
    { state: 'CONFIRMED', vouchers: [] },
    { state: 'CONFIRMED', vouchers: [{ state: 'USED' }] },
  ]);
  expect(returned.userErrors).toEqual([]);
  expect((await look(coffee.id)).vouchers).toEqual([{ state: 'ISSUED' }]);
  expect((await balance())[0]).toBe(before - 50);
});

test('a redemption that was left on the way is cancelled, and a hold that comes late is refused', async () => {
  const before = await balance();
  const id = newId();
  const source = rooms.rewards.database.space('live').source;
  await source.query(
    `insert into redemption (id, member_id, quantity, currency, points, two_steps, state, wake_at)
     values ($1, $2, 1, 'points', 10, false, 'REQUESTED', clock())`,
    [id, decodeId('mbr', member)],
  );

  await settle();
  const HOLD_POINTS = `mutation ($input: PointsHoldInput!) { pointsHold(input: $input) { state userErrors { code } } }`;
  const late = { idempotencyKey: encodeId('rdm', id), memberId: member, currency: 'points', amount: 10 };
  const answer = await ask('points', roomViewer('rewards', 'live'), HOLD_POINTS, late);

  const [row] = await source.query<{ state: string }[]>('select state from redemption where id = $1', [id]);
  expect(row).toEqual({ state: 'CANCELLED' });
  expect(answer).toEqual({ state: null, userErrors: [{ code: 'HOLD_NOT_OPEN' }] });
  expect(await balance()).toEqual(before);
});

test('the ledger holds together after all of it', async () => {
  expect((await verify(rooms.points.database.space('live').source, null)).firstBreak).toBeNull();
});
