import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { encodeId, newId } from '../../../subgraphs/shared/id.ts';
import type { TestRoom } from '../../support/room.ts';
import { member as asMember, operator, roomViewer } from '../../support/viewer.ts';
import { checkLedger, openPoints, payload } from '../room.ts';
import { codes, operations, tally } from './operation.ts';

let points: TestRoom;
let ledger: ReturnType<typeof operations>;
beforeAll(async () => {
  points = await openPoints('test/points/policies.yaml');
  ledger = operations(points);
});
afterEach(() => checkLedger(points));
afterAll(() => points.close());

const TRANSFER = `mutation ($input: PointsTransferInput!) { pointsTransfer(input: $input) {
  entries { kind amount runningBalance lots { amount earnedAt expiresAt } } replayed userErrors { code field } } }`;
const CONVERT = `mutation ($input: PointsConvertInput!) { pointsConvert(input: $input) {
  entries { kind amount currency { code } reason } replayed userErrors { code field } } }`;
const SPEND = `mutation ($input: PointsSpendInput!) { pointsSpend(input: $input) {
  entries { kind amount } userErrors { code field } } }`;

const transfer = (from: string, to: string, amount: number, over: object = {}, viewer = operator) =>
  payload(
    points.ask(viewer, TRANSFER, {
      input: {
        idempotencyKey: newId(),
        fromMemberId: encodeId('mbr', from),
        toMemberId: encodeId('mbr', to),
        currency: 'points',
        amount,
        ...over,
      },
    }),
  );
const convert = (member: string, amount: number, over: object = {}) =>
  payload(
    points.ask(operator, CONVERT, {
      input: {
        idempotencyKey: newId(),
        memberId: encodeId('mbr', member),
        fromCurrency: 'points',
        toCurrency: 'miles',
        amount,
        ...over,
      },
    }),
  );
const spend = (parts: [string, number | null][], amount: number, idempotencyKey: string = newId()) =>
  payload(
    points.ask(roomViewer('rewards', 'live'), SPEND, {
      input: {
        idempotencyKey,
        currency: 'points',
        amount,
        reason: 'a picnic',
        parts: parts.map(([member, max]) => ({ memberId: encodeId('mbr', member), max })),
      },
    }),
  );
const available = async (member: string) => (await ledger.wallet(member))?.available ?? 0;

describe('a transfer', () => {
  test('takes amount and fee, and gives lots that expire as they would have', async () => {
    const from = await ledger.memberWith(100, 100);
    const to = newId();
    const [first, second] = await points.query<{ earned_at: string; expires_at: string }>(
      'select earned_at, expires_at from lot where member_id = $1 order by seq',
      [from],
    );

    const { entries, userErrors } = await transfer(from, to, 150);

    expect(userErrors).toEqual([]);
    expect(entries).toEqual([
      { kind: 'TRANSFER', amount: -154, runningBalance: 46, lots: [] },
      {
        kind: 'TRANSFER',
        amount: 150,
        runningBalance: 150,
        lots: [
          { amount: 100, earnedAt: first!.earned_at, expiresAt: first!.expires_at },
          { amount: 50, earnedAt: second!.earned_at, expiresAt: second!.expires_at },
        ],
      },
    ]);
  });

  test('sent again happened once, and to another member under its key is refused', async () => {
    const from = await ledger.memberWith(100);
    const to = newId();
    const key = { idempotencyKey: newId() };

    const first = await transfer(from, to, 40, key);
    const again = await transfer(from, to, 40, key);
    const other = await transfer(from, newId(), 40, key);

    expect([first.replayed, again.replayed]).toEqual([false, true]);
    expect(again.entries).toEqual(first.entries);
    expect(codes(other)).toEqual(['IDEMPOTENCY_KEY_REUSED']);
    expect(await available(to)).toBe(40);
  });

  test('pays what the receiver owes first', async () => {
    const from = await ledger.memberWith(100);
    const to = await ledger.memberWith(10);
    await ledger.reverse((await ledger.earn(to, 30)).entry.id);
    const { entry } = await ledger.earn(to, 30);
    await ledger.adjust(to, -40);
    await ledger.reverse(entry.id);

    await transfer(from, to, 50);

    expect(await ledger.wallet(to)).toEqual({ pending: 0, available: 20, held: 0, deficit: 0 });
  });

  test.each([
    ['to itself', (a: string) => [a, a, 10], 'TRANSFER_REFUSED'],
    ['of nothing', (a: string, b: string) => [a, b, 0], 'AMOUNT_INVALID'],
    ['of what the fee makes too much', (a: string, b: string) => [a, b, 98], 'INSUFFICIENT_POINTS'],
    ['above the limit of a day', (a: string, b: string) => [a, b, 1001], 'TRANSFER_EXCEEDED'],
  ] as const)('%s is refused and leaves no trace', async (_, inputs, code) => {
    const [from, to] = [await ledger.memberWith(100), await ledger.memberWith(1)];
    const [a, b, amount] = inputs(from, to) as [string, string, number];

    expect(codes(await transfer(a, b, amount))).toEqual([code]);

    expect([await available(from), await available(to)]).toEqual([100, 1]);
    expect(await points.query('select * from transfer_use where member_id = $1', [from])).toEqual([]);
  });

  test('a currency that the programme keeps with its member is refused', async () => {
    const [from, to] = [await ledger.memberWith(100), newId()];

    expect(codes(await transfer(from, to, 1, { currency: 'miles' }))).toEqual(['TRANSFER_REFUSED']);
    expect(codes(await transfer(from, to, 1, { currency: 'gold' }))).toEqual(['CURRENCY_UNKNOWN']);
  });

  test('a member sends its own points and sees its own side alone; of others it knows nothing', async () => {
    const [from, to] = [await ledger.memberWith(100), await ledger.memberWith(5)];

    const sent = await transfer(from, to, 10, {}, asMember(from));
    const stolen = await transfer(to, from, 5, {}, asMember(from));

    expect(sent.entries).toEqual([{ kind: 'TRANSFER', amount: -11, runningBalance: 89, lots: [] }]);
    expect(codes(stolen)).toEqual(['MEMBER_UNKNOWN']);
  });

  test('in circles at once ends, and points are neither lost nor made', async () => {
    const members = await Promise.all(Array.from({ length: 4 }, () => ledger.memberWith(200)));

    const answers = await Promise.all(
      Array.from({ length: 48 }, (_, index) =>
        transfer(members[index % 4]!, members[(index + 1 + (index >> 2)) % 4]!, 5 + index),
      ),
    );

    expect(Object.keys(tally(answers.map((answer) => codes(answer)[0] ?? 'OK')))).toEqual(
      expect.not.arrayContaining(['IDEMPOTENCY_IN_PROGRESS']),
    );
    const fees = await points.query<{ fees: number }>(
      `select coalesce(sum(m.amount), 0)::bigint fees from move m where m.target = 'SPENT' and m.member_id = any($1)`,
      [members],
    );
    const left = await Promise.all(members.map(available));
    expect(left.reduce((sum, each) => sum + each, 0)).toBe(800 - fees[0]!.fees);
  });
});

describe('a conversion', () => {
  test('gives what the rate of the day says, rounded down, and says so', async () => {
    const member = await ledger.memberWith(100);

    const { entries } = await convert(member, 10);

    expect(entries).toEqual([
      { kind: 'CONVERT', amount: -10, currency: { code: 'points' }, reason: '1 points = 0.333 miles' },
      { kind: 'CONVERT', amount: 333, currency: { code: 'miles' }, reason: '1 points = 0.333 miles' },
    ]);
  });

  test('without a rate, of nothing, or of more than there is, is refused', async () => {
    const member = await ledger.memberWith(100);

    expect(codes(await convert(member, 5, { fromCurrency: 'miles', toCurrency: 'points' }))).toEqual([
      'CURRENCY_UNKNOWN',
    ]);
    expect(codes(await convert(member, 0))).toEqual(['AMOUNT_INVALID']);
    expect(codes(await convert(member, 101))).toEqual(['INSUFFICIENT_POINTS']);
    expect(await available(member)).toBe(100);
  });
});

describe('spending together', () => {
  test('takes from each in turn, up to its limit', async () => {
    const [a, b, c] = [await ledger.memberWith(30), await ledger.memberWith(100), await ledger.memberWith(100)];

    const { entries } = await spend(
      [
        [a, null],
        [b, 50],
        [c, null],
      ],
      90,
    );

    expect(entries).toEqual([
      { kind: 'SPEND', amount: -30 },
      { kind: 'SPEND', amount: -50 },
      { kind: 'SPEND', amount: -10 },
    ]);
    expect([await available(a), await available(b), await available(c)]).toEqual([0, 50, 90]);
  });

  test('of more than their limits allow takes nothing from anybody', async () => {
    const [a, b] = [await ledger.memberWith(30), await ledger.memberWith(100)];

    expect(codes(await spend([[a, 10], [b, 60]], 71))).toEqual(['INSUFFICIENT_POINTS']); // prettier-ignore
    expect([await available(a), await available(b)]).toEqual([30, 100]);
  });

  test('by two households that share members at once takes what there is once', async () => {
    const [a, b] = [await ledger.memberWith(60), await ledger.memberWith(60)];

    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, index) => spend(index % 2 === 0 ? [[a, null], [b, null]] : [[b, null], [a, null]], 50)), // prettier-ignore
    );

    expect(tally(answers.map((answer) => codes(answer)[0] ?? 'OK'))).toEqual({ OK: 2, INSUFFICIENT_POINTS: 18 });
    expect((await available(a)) + (await available(b))).toBe(20);
  });
});
