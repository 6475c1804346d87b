import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { setTimeout as sleep } from 'node:timers/promises';
import { post } from '../../../subgraphs/points/ledger/ledger.service.ts';
import { advanceClock } from '../../../subgraphs/shared/clock.ts';
import { newId } from '../../../subgraphs/shared/id.ts';
import type { TestRoom } from '../../support/room.ts';
import { checkLedger, openPoints } from '../room.ts';
import { codes, operations } from './operation.ts';

let points: TestRoom;
let ledger: ReturnType<typeof operations>;
beforeAll(async () => {
  points = await openPoints();
  ledger = operations(points);
});
afterEach(() => checkLedger(points));
afterAll(() => points.close());

const openHold = (member: string, asker: string, amount: number) => ({
  ...({ op: 'hold', asker, amount } as const),
  member,
  currency: 'points',
  actor_kind: 'SYSTEM' as const,
  actor_id: null,
});

/** Does something while a transaction of the room is open, and ends that one when the other waits for it. */
async function whileOpen<T>(
  first: (sql: { query<R>(text: string, values?: unknown[]): Promise<R> }) => Promise<unknown>,
  then: () => Promise<T>,
): Promise<T> {
  const runner = points.room.database.space('live').source.createQueryRunner();
  await runner.startTransaction();
  await first(runner.manager);
  const [second] = await Promise.all([then(), sleep(150).then(() => runner.commitTransaction())]);
  await runner.release();
  return second;
}

describe('a hold', () => {
  test('sets points aside, and its capture spends them', async () => {
    const member = await ledger.memberWith(100);
    const redemption = newId();

    const held = await ledger.hold(member, 60, redemption);
    const captured = await ledger.capture(redemption);

    expect(held).toMatchObject({ state: 'HELD', wallets: [{ available: 40, held: 60 }], userErrors: [] });
    expect(captured).toMatchObject({ holdId: held.holdId, state: 'CAPTURED', wallets: [{ available: 40, held: 0 }] });
    expect((await ledger.entries(member)).slice(1)).toEqual([
      { kind: 'HOLD', amount: 0 },
      { kind: 'CAPTURE', amount: -60 },
    ]);
  });

  test('captured in part gives the rest back to its own lots, latest first', async () => {
    const member = await ledger.memberWith(30, 30);
    const redemption = newId();
    await ledger.hold(member, 50, redemption);

    await ledger.capture(redemption, 35);

    expect(
      await points.query('select remaining, held, gone from lot where member_id = $1 order by seq', [member]),
    ).toEqual([
      { remaining: 0, held: 0, gone: 30 },
      { remaining: 25, held: 0, gone: 5 },
    ]);
  });

  test('asked again answers as it stands, also after it has ended', async () => {
    const member = await ledger.memberWith(100);
    const redemption = newId();
    const { holdId } = await ledger.hold(member, 60, redemption);
    const before = await ledger.hold(member, 60, redemption);
    await ledger.capture(redemption);

    const after = await ledger.hold(member, 60, redemption);

    expect(before).toMatchObject({ holdId, state: 'HELD' });
    expect(after).toMatchObject({ holdId, state: 'CAPTURED', wallets: [{ available: 40, held: 0 }], userErrors: [] });
  });

  test('asked again answers as it stands, although the member may no longer spend', async () => {
    const member = await ledger.memberWith(100);
    const redemption = newId();
    const { holdId } = await ledger.hold(member, 60, redemption);
    await points.query(`insert into member_copy values ($1, 'ACTIVE', false, true, 1)`, [member]);

    const again = await ledger.hold(member, 60, redemption);
    const another = await ledger.hold(member, 1);

    expect(again).toMatchObject({ holdId, state: 'HELD', userErrors: [] });
    expect(codes(another)).toEqual(['SPENDING_BLOCKED']);
  });

  test('of another amount or member under its id is refused', async () => {
    const member = await ledger.memberWith(100);
    const other = await ledger.memberWith(100);
    const redemption = newId();
    await ledger.hold(member, 60, redemption);

    const answers = [await ledger.hold(member, 61, redemption), await ledger.hold(other, 60, redemption)];

    expect(answers.map(codes)).toEqual([['IDEMPOTENCY_KEY_REUSED'], ['IDEMPOTENCY_KEY_REUSED']]);
    expect(await ledger.wallet(other)).toMatchObject({ available: 100, held: 0 });
  });

  test('of more than is available is refused and leaves its id free', async () => {
    const member = await ledger.memberWith(10);
    const redemption = newId();

    const refused = await ledger.hold(member, 11, redemption);
    await ledger.adjust(member, 1);
    const held = await ledger.hold(member, 11, redemption);

    expect(codes(refused)).toEqual(['INSUFFICIENT_POINTS']);
    expect(held).toMatchObject({ state: 'HELD', wallets: [{ available: 0, held: 11 }] });
  });

  test('ends once: captured, it is not released, and released, not captured', async () => {
    const member = await ledger.memberWith(100);
    const [one, two] = [newId(), newId()];
    await ledger.hold(member, 10, one);
    await ledger.hold(member, 20, two);
    await ledger.capture(one);
    await ledger.release(two);

    const late = [await ledger.release(one), await ledger.capture(two)];

    expect(late.map(({ state }) => state)).toEqual(['CAPTURED', 'RELEASED']);
    expect(await ledger.wallet(member)).toMatchObject({ available: 90, held: 0 });
  });

  test('ended by more than it holds, or by nothing, is refused and stays', async () => {
    const member = await ledger.memberWith(100);
    const redemption = newId();
    await ledger.hold(member, 10, redemption);

    const answers = [
      await ledger.capture(redemption, 11),
      await ledger.capture(redemption, 0),
      await ledger.capture(newId()),
    ];

    expect(answers.flatMap(codes)).toEqual(['HOLD_EXCEEDED', 'AMOUNT_INVALID', 'HOLD_NOT_OPEN']);
    expect(await ledger.wallet(member)).toMatchObject({ available: 90, held: 10 });
  });

  test('is released whole, once, however often that is asked', async () => {
    const member = await ledger.memberWith(100);
    const redemption = newId();
    await ledger.hold(member, 30, redemption);

    const states = [(await ledger.release(redemption, 10)).state, (await ledger.release(redemption, 10)).state];

    expect(states).toEqual(['RELEASED', 'RELEASED']);
    expect(await ledger.wallet(member)).toMatchObject({ available: 100, held: 0 });
  });
});

describe('a release', () => {
  test('that comes before its hold refuses it when it comes', async () => {
    const member = await ledger.memberWith(100);
    const redemption = newId();

    const released = await ledger.release(redemption);
    const late = await ledger.hold(member, 10, redemption);

    expect(released).toMatchObject({ state: 'RELEASED', wallets: [], userErrors: [] });
    expect(codes(late)).toEqual(['HOLD_NOT_OPEN']);
    expect(await ledger.wallet(member)).toMatchObject({ available: 100, held: 0 });
  });

  test('that meets its hold under way waits for it and releases it', async () => {
    const member = await ledger.memberWith(100);
    const redemption = newId();

    const released = await whileOpen(
      (tx) => post(tx, [openHold(member, redemption, 10)]),
      () => ledger.release(redemption),
    );

    expect(released).toMatchObject({ state: 'RELEASED', wallets: [{ available: 100, held: 0 }] });
    expect(await ledger.wallet(member)).toMatchObject({ available: 100, held: 0 });
  });

  test('that is under way when its hold comes refuses it', async () => {
    const member = await ledger.memberWith(100);
    const redemption = newId();

    const late = await whileOpen(
      (tx) =>
        tx.query(`insert into hold (id, asker_id, amount, state) values (uuidv7(), $1, 0, 'RELEASED')`, [redemption]),
      () => ledger.hold(member, 10, redemption),
    );

    expect(codes(late)).toEqual(['HOLD_NOT_OPEN']);
    expect(await ledger.entries(member)).toHaveLength(1);
  });

  test('of points that have expired meanwhile expires them by an entry of its own', async () => {
    const space = points.room.database.space('sandbox');
    const { source } = space;
    const [member, asker] = [newId(), newId()];
    const [{ soon }] = await source.query<[{ soon: string }]>(`select clock() + interval '1 day' soon`);
    const wallet = { member, currency: 'points', actor_kind: 'SYSTEM' as const, actor_id: null };
    const credit = { ...wallet, op: 'credit' as const, kind: 'EARN' as const, earned_at: soon, funder: null };
    await post(source, [
      { ...credit, amount: 10, expires_at: soon, origin: newId() },
      { ...credit, amount: 7, expires_at: null, origin: newId() },
      { ...wallet, op: 'hold', asker, amount: 12 },
    ]);
    await advanceClock(space, 'P2D');

    await post(source, [{ ...wallet, op: 'release', asker }]);

    expect(
      await source.query('select kind, amount, moved, available, held from entry where member_id = $1 and seq > 3', [
        member,
      ]),
    ).toEqual([
      { kind: 'RELEASE', amount: 0, moved: 12, available: 17, held: 0 },
      { kind: 'EXPIRE', amount: -10, moved: 10, available: 7, held: 0 },
    ]);
  });
});
