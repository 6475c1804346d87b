import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { encodeId, newId } from '../../../subgraphs/shared/id.ts';
import type { TestRoom } from '../../support/room.ts';
import { operator } from '../../support/viewer.ts';
import { checkLedger, northTill, openPoints, payload, RECORD, sale } from '../room.ts';
import { ADJUST, codes, operations } from './operation.ts';

let points: TestRoom;
let ledger: ReturnType<typeof operations>;
beforeAll(async () => {
  points = await openPoints();
  ledger = operations(points);
});
afterEach(() => checkLedger(points));
afterAll(() => points.close());

const remembered = (key: string) => points.query('select mutation from request where key = $1', [key]);

describe('an adjustment', () => {
  test('with the same key and input gives the first answer, replayed', async () => {
    const member = newId();
    const idempotencyKey = newId();

    const first = await ledger.adjust(member, 10, { idempotencyKey });
    const again = await ledger.adjust(member, 10, { idempotencyKey });

    expect(first).toMatchObject({ replayed: false, entry: { kind: 'ADJUST', amount: 10, runningBalance: 10 } });
    expect(again).toEqual({ ...first, replayed: true });
    expect(await ledger.entries(member)).toHaveLength(1);
  });

  test.each([
    ['amount', { amount: 11 }],
    ['reason', { reason: 'another' }],
    ['member', { memberId: encodeId('mbr', newId()) }],
  ])('with the same key and another %s is refused', async (_, over) => {
    const member = newId();
    const idempotencyKey = newId();
    await ledger.adjust(member, 10, { idempotencyKey });

    const refused = await ledger.adjust(member, 10, { idempotencyKey, ...over });

    expect(refused).toMatchObject({ entry: null, replayed: false });
    expect(codes(refused)).toEqual(['IDEMPOTENCY_KEY_REUSED']);
    expect(await ledger.entries(member)).toHaveLength(1);
  });

  test('that was refused leaves its key free and no trace', async () => {
    const member = newId();
    const idempotencyKey = newId();

    const refused = await ledger.adjust(member, -5, { idempotencyKey });
    const traces = [await ledger.wallet(member), await ledger.entries(member), await remembered(idempotencyKey)];
    await ledger.adjust(member, 8);
    const accepted = await ledger.adjust(member, -5, { idempotencyKey });

    expect(codes(refused)).toEqual(['INSUFFICIENT_POINTS']);
    expect(traces).toEqual([null, [], []]);
    expect(accepted).toMatchObject({ replayed: false, entry: { amount: -5, runningBalance: 3 } });
  });

  test('that emptied the wallet is replayed, not refused for want of points', async () => {
    const member = await ledger.memberWith(5);
    const idempotencyKey = newId();
    await ledger.adjust(member, -5, { idempotencyKey });

    const again = await ledger.adjust(member, -5, { idempotencyKey });

    expect(again).toMatchObject({ replayed: true, entry: { amount: -5 }, userErrors: [] });
  });

  test('of another owner may have the same key', async () => {
    const member = newId();
    const idempotencyKey = newId();
    const input = {
      idempotencyKey,
      memberId: encodeId('mbr', member),
      currency: 'points',
      amount: 10,
      reason: 'a test',
    };

    const answers = [
      await payload(points.ask(operator, ADJUST, { input })),
      await payload(points.ask({ ...operator, owner: 'key:second' }, ADJUST, { input })),
    ];

    expect(answers.map(({ replayed }) => replayed)).toEqual([false, false]);
    expect(await ledger.wallet(member)).toMatchObject({ available: 20 });
  });

  test.each([
    ['of 0', { amount: 0 }, 'AMOUNT_INVALID'],
    ['without a reason', { reason: '  ' }, 'REASON_MISSING'],
    ['in a currency that there is not', { currency: 'gold' }, 'CURRENCY_UNKNOWN'],
    ['of an id that is none', { memberId: 'mbr_none' }, 'MEMBER_UNKNOWN'],
    ['without a key', { idempotencyKey: null }, 'IDEMPOTENCY_KEY_MISSING'],
    ['with an empty key', { idempotencyKey: '' }, 'IDEMPOTENCY_KEY_INVALID'],
  ])('%s is refused and leaves no trace', async (_, over, code) => {
    const member = newId();

    const refused = await ledger.adjust(member, 10, over);

    expect(codes(refused)).toEqual([code]);
    expect(await ledger.wallet(member)).toBeNull();
  });

  test('beyond what a wallet can count is refused and leaves no trace', async () => {
    const member = await ledger.memberWith(Number.MAX_SAFE_INTEGER);

    const refused = await ledger.adjust(member, 1);

    expect(codes(refused)).toEqual(['AMOUNT_INVALID']);
    expect(await ledger.wallet(member)).toMatchObject({ available: Number.MAX_SAFE_INTEGER });
  });
});

describe('an earning of another room', () => {
  test('with the same key is the same entry', async () => {
    const member = newId();
    const idempotencyKey = newId();

    const first = await ledger.earn(member, 10, { idempotencyKey });
    const again = await ledger.earn(member, 10, { idempotencyKey });

    expect(again).toEqual(first);
    expect(await ledger.entries(member)).toEqual([{ kind: 'EARN', amount: 10 }]);
  });

  test('with the same key and another amount is refused', async () => {
    const member = newId();
    const idempotencyKey = newId();
    await ledger.earn(member, 10, { idempotencyKey });

    expect(codes(await ledger.earn(member, 11, { idempotencyKey }))).toEqual(['IDEMPOTENCY_KEY_REUSED']);
    expect(await ledger.entries(member)).toHaveLength(1);
  });

  test('of 0 is refused and leaves its key free', async () => {
    const member = newId();
    const idempotencyKey = newId();

    expect(codes(await ledger.earn(member, 0, { idempotencyKey }))).toEqual(['AMOUNT_INVALID']);
    expect(await remembered(idempotencyKey)).toEqual([]);
    expect((await ledger.earn(member, 4, { idempotencyKey })).entry).toMatchObject({ amount: 4 });
  });
});

describe('a reversal of another room', () => {
  test('with the same key is the same entry, which names what it reverses', async () => {
    const member = newId();
    const { entry } = await ledger.earn(member, 10);
    const key = newId();

    const first = await ledger.reverse(entry.id, key);
    const again = await ledger.reverse(entry.id, key);

    expect(first.entry).toMatchObject({ kind: 'REVERSE', amount: -10, reverses: { id: entry.id } });
    expect(again).toEqual(first);
  });

  test('of an entry that is reversed already is refused and leaves its key free', async () => {
    const member = newId();
    const { entry } = await ledger.earn(member, 10);
    await ledger.reverse(entry.id);
    const key = newId();

    expect(codes(await ledger.reverse(entry.id, key))).toEqual(['ENTRY_NOT_REVERSIBLE']);
    expect(await remembered(key)).toEqual([]);
    expect(await ledger.entries(member)).toHaveLength(2);
  });

  test('of a debit gives every lot its own back', async () => {
    const member = await ledger.memberWith(10, 10);
    const { entry } = await ledger.adjust(member, -15);

    const { entry: back } = await ledger.reverse(entry.id);

    expect(back).toMatchObject({ amount: 15, runningBalance: 20 });
    expect(await points.query('select remaining from lot where member_id = $1 order by seq', [member])).toEqual([
      { remaining: 10 },
      { remaining: 10 },
    ]);
  });

  test('of what a purchase gave, of a reversal, and of no entry is refused', async () => {
    const member = newId();
    const { entries } = await payload(
      points.ask(northTill, RECORD, { input: sale(member, [{ sku: 'mug', unitPrice: '9' }]) }),
    );
    const { entry } = await ledger.earn(member, 10);
    const { entry: reversal } = await ledger.reverse(entry.id);

    const answers = await Promise.all(
      [entries[0].id, reversal.id, encodeId('ent', newId()), 'nothing'].map((id) => ledger.reverse(id)),
    );

    expect(answers.map(codes)).toEqual(Array.from({ length: 4 }, () => ['ENTRY_NOT_REVERSIBLE']));
    expect(await ledger.wallet(member)).toMatchObject({ available: 9 });
  });

  test('of spent points leaves a deficit, which the next credit pays first', async () => {
    const member = newId();
    const { entry } = await ledger.earn(member, 10);
    await ledger.adjust(member, -8);

    await ledger.reverse(entry.id);
    const owing = await ledger.wallet(member);
    await ledger.adjust(member, 20);

    expect(owing).toEqual({ pending: 0, available: 0, held: 0, deficit: 8 });
    expect(await ledger.wallet(member)).toEqual({ pending: 0, available: 12, held: 0, deficit: 0 });
  });
});
