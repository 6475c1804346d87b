import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { post, type Posting } from '../../../subgraphs/points/ledger/ledger.service.ts';
import { newId } from '../../../subgraphs/shared/id.ts';
import type { TestRoom } from '../../support/room.ts';
import { checkLedger, openPoints } from '../room.ts';
import { codes, operations, tally } from './operation.ts';

let points: TestRoom;
let ledger: ReturnType<typeof operations>;
beforeAll(async () => {
  points = await openPoints();
  ledger = operations(points);
});
afterEach(() => checkLedger(points));
afterAll(() => points.close());

const times = <T>(count: number, work: (index: number) => Promise<T>): Promise<T[]> =>
  Promise.all(Array.from({ length: count }, (_, index) => work(index)));

/** `OK`, or the code of the refusal. */
const outcome = (answer: { userErrors: { code: string }[] }): string => codes(answer)[0] ?? 'OK';

const inWallet = (member: string) => ({ member, currency: 'points', actor_kind: 'SYSTEM' as const, actor_id: null });
const credit = (member: string, amount: number, expires_at: string | null = null): Posting => ({
  ...inWallet(member),
  op: 'credit',
  kind: 'EARN',
  amount,
  origin: newId(),
  earned_at: '2026-03-01T00:00:00Z',
  expires_at,
  funder: null,
});
const debit = (member: string, amount: number): Posting => ({
  ...inWallet(member),
  op: 'debit',
  kind: 'SPEND',
  amount,
  origin: newId(),
});

describe('a member who can afford one', () => {
  test('of 50 holds at once gets one', async () => {
    const member = await ledger.memberWith(60, 40);

    const answers = await times(50, () => ledger.hold(member, 70));

    expect(tally(answers.map(outcome))).toEqual({ OK: 1, INSUFFICIENT_POINTS: 49 });
    expect(await ledger.wallet(member)).toEqual({ pending: 0, available: 30, held: 70, deficit: 0 });
    expect(await points.query('select state from hold where member_id = $1', [member])).toEqual([{ state: 'HELD' }]);
  });

  test('of 50 debits at once gets one, and a refusal leaves no trace', async () => {
    const member = await ledger.memberWith(100);

    const answers = await times(50, () => ledger.adjust(member, -100));

    expect(tally(answers.map(outcome))).toEqual({ OK: 1, INSUFFICIENT_POINTS: 49 });
    expect(await ledger.wallet(member)).toEqual({ pending: 0, available: 0, held: 0, deficit: 0 });
    expect(await ledger.entries(member)).toEqual([
      { kind: 'ADJUST', amount: 100 },
      { kind: 'ADJUST', amount: -100 },
    ]);
  });

  test('of 25 holds and 25 debits at once gets one', async () => {
    const member = await ledger.memberWith(100);

    const answers = await times(50, (index) =>
      index % 2 === 0 ? ledger.hold(member, 100) : ledger.adjust(member, -100),
    );

    expect(tally(answers.map(outcome))).toEqual({ OK: 1, INSUFFICIENT_POINTS: 49 });
  });
});

test('what leaves a wallet in 60 debits of all sizes at once is the sum of those that succeeded', async () => {
  const member = await ledger.memberWith(50, 50, 50, 50);

  const answers = await times(60, (index) => ledger.adjust(member, -(1 + (index % 13))));

  const left = answers.reduce((sum, answer) => sum - (answer.entry?.amount ?? 0), 0);
  expect(await ledger.wallet(member)).toMatchObject({ available: 200 - left });
  expect(tally(answers.map(outcome)).OK).toBe((await ledger.entries(member)).length - 4);
});

test('the first credits of a new member at once make one wallet', async () => {
  const member = newId();

  await times(20, () => ledger.adjust(member, 5));

  expect(await ledger.wallet(member)).toMatchObject({ available: 100 });
});

test('batches over the same members in crossing order all succeed when they lock in one order', async () => {
  const { source } = points.room.database.space('live');
  const members = Array.from({ length: 12 }, newId).toSorted();
  for (const member of members) await post(source, [credit(member, 1000)]);

  await times(24, (index) => {
    const overlapping = members.filter((_, place) => (place + index) % 3 !== 0);
    return source.transaction((tx) =>
      post(
        tx,
        overlapping.flatMap((member) => [credit(member, 7), debit(member, 5)]),
      ),
    );
  });

  const wallets = await Promise.all(members.map((member) => ledger.wallet(member)));
  expect(wallets.map((wallet) => wallet!.available)).toEqual(members.map(() => 1000 + 16 * 2));
});

describe('a hold', () => {
  test('asked for 20 times at once under one id is held once', async () => {
    const member = await ledger.memberWith(100);
    const redemption = newId();

    const answers = await times(20, () => ledger.hold(member, 30, redemption));

    expect(tally(answers.map(({ holdId, state }) => `${holdId} ${state}`))).toEqual({
      [`${answers[0].holdId} HELD`]: 20,
    });
    expect(await ledger.wallet(member)).toMatchObject({ available: 70, held: 30 });
  });

  test.each(Array.from({ length: 5 }, (_, round) => [round]))(
    'captured and released ten times at once ends once (round %i)',
    async () => {
      const member = await ledger.memberWith(20, 20);
      const redemption = newId();
      await ledger.hold(member, 30, redemption);

      const answers = await times(20, (index) =>
        index % 2 === 0 ? ledger.capture(redemption) : ledger.release(redemption),
      );

      const { state } = answers[0];
      expect(tally(answers.map((answer) => answer.state))).toEqual({ [state]: 20 });
      expect(await ledger.wallet(member)).toMatchObject({ available: state === 'CAPTURED' ? 10 : 40, held: 0 });
      expect(await ledger.entries(member)).toHaveLength(4);
    },
  );

  test('and its release at once leave nothing held, whichever comes first', async () => {
    const member = await ledger.memberWith(100);
    const redemptions = Array.from({ length: 40 }, newId);

    const answers = await Promise.all(
      redemptions.flatMap((redemption) => [ledger.release(redemption), ledger.hold(member, 1, redemption)]),
    );

    const ends = answers.filter((_, index) => index % 2 === 0);
    const begins = answers.filter((_, index) => index % 2 === 1);
    expect(tally(ends.map(({ state }) => state))).toEqual({ RELEASED: 40 });
    expect(begins.filter((begin) => outcome(begin) !== 'OK').every((begin) => outcome(begin) === 'HOLD_NOT_OPEN')).toBe(
      true,
    );
    expect(await ledger.wallet(member)).toEqual({ pending: 0, available: 100, held: 0, deficit: 0 });
  });

  test('under one id for two members at once is held for one and refused to the other', async () => {
    const members = [await ledger.memberWith(50), await ledger.memberWith(50)];
    const redemption = newId();

    const answers = await times(20, (index) => ledger.hold(members[index % 2]!, 50, redemption));

    expect(tally(answers.map(outcome))).toEqual({ OK: 10, IDEMPOTENCY_KEY_REUSED: 10 });
  });

  test('captured in part by ten at once is captured once, and the rest is back', async () => {
    const member = await ledger.memberWith(100);
    const redemption = newId();
    await ledger.hold(member, 100, redemption);

    const answers = await times(10, () => ledger.capture(redemption, 40));

    expect(tally(answers.map(({ state }) => state))).toEqual({ CAPTURED: 10 });
    expect(await ledger.wallet(member)).toEqual({ pending: 0, available: 60, held: 0, deficit: 0 });
  });
});

describe('one key', () => {
  test('sent 20 times at once adjusts once and is replayed 19 times', async () => {
    const member = newId();
    const idempotencyKey = newId();

    const answers = await times(20, () => ledger.adjust(member, 25, { idempotencyKey }));

    expect(tally(answers.map(({ replayed }) => String(replayed)))).toEqual({ false: 1, true: 19 });
    expect(tally(answers.map(({ entry }) => entry.id))).toEqual({ [answers[0].entry.id]: 20 });
    expect(await ledger.entries(member)).toEqual([{ kind: 'ADJUST', amount: 25 }]);
  });

  test('that empties the wallet is replayed and never told that points are missing', async () => {
    const member = await ledger.memberWith(25);
    const idempotencyKey = newId();

    const answers = await times(20, () => ledger.adjust(member, -25, { idempotencyKey }));

    expect(tally(answers.map(outcome))).toEqual({ OK: 20 });
    expect(await ledger.wallet(member)).toMatchObject({ available: 0 });
  });
});

test('an entry reversed by 20 at once under keys of their own is reversed once', async () => {
  const member = newId();
  const { entry } = await ledger.earn(member, 30);

  const answers = await times(20, () => ledger.reverse(entry.id));

  expect(tally(answers.map(outcome))).toEqual({ OK: 1, ENTRY_NOT_REVERSIBLE: 19 });
  expect(await ledger.wallet(member)).toEqual({ pending: 0, available: 0, held: 0, deficit: 0 });
});

test('what fell due is written down once by the ten who come next', async () => {
  const { source } = points.room.database.space('live');
  const member = newId();
  const [{ soon }] = (await points.query<{ soon: string }>(`select clock() + interval '150 ms' soon`)) as [
    { soon: string },
  ];
  await post(source, [credit(member, 40, soon), credit(member, 5)]);
  await points.query('select pg_sleep(0.2)');

  await times(10, () => ledger.adjust(member, 1));

  const kinds = (await ledger.entries(member)).map(({ kind }) => kind);
  expect(tally(kinds)).toEqual({ EARN: 2, EXPIRE: 1, ADJUST: 10 });
  expect(await ledger.wallet(member)).toMatchObject({ available: 15 });
});
