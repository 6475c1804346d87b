// Policies of a currency, as purchases and returns meet them.
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { newId } from '../../subgraphs/shared/id.ts';
import type { TestRoom } from '../support/room.ts';
import { operations } from './ledger/operation.ts';
import { northTill, openPoints, payload, RECORD, RETURN, sale, takeBack } from './room.ts';
import { verify } from '../../subgraphs/points/ledger/verify.service.ts';

let points: TestRoom;
let ledger: ReturnType<typeof operations>;
beforeAll(async () => {
  points = await openPoints('test/points/policies.yaml');
  ledger = operations(points);
});
afterEach(async () => {
  const { firstBreak } = await verify(points.room.database.space('live').source, null);
  if (firstBreak !== null) throw new Error(firstBreak.reason);
});
afterAll(() => points.close());

const record = (member: string, total: number, over: Record<string, unknown> = {}) =>
  payload(points.ask(northTill, RECORD, { input: sale(member, [{ sku: 'thing', unitPrice: String(total) }], over) }));
const giveBack = (over: Record<string, unknown>) => payload(points.ask(northTill, RETURN, { input: takeBack(over) }));
const given = (answer: { entries: { amount: number }[] }) =>
  answer.entries.reduce((sum, { amount }) => sum + amount, 0);
const dayOf = (day: string) => ({ businessDate: day, occurredAt: `${day}T10:00:00Z` });

describe('a cap', () => {
  test('of a purchase takes what is above it, and says so', async () => {
    const { entries } = await record(newId(), 350);

    expect(entries).toMatchObject([{ amount: 300 }]);
    expect(entries[0].explanation.summary).toBe(
      '300 points: 350 for £350.00 (one-per-pound); -50 by the limit of 300 per purchase',
    );
    expect(entries[0].explanation.steps).toEqual([
      { rule: 'one-per-pound', applied: true, required: '1 GBP', actual: '350.00 GBP', amount: 350, reason: null },
      { rule: 'per-purchase', applied: true, required: '300', actual: '0', amount: -50, reason: null },
    ]);
  });

  test('of a day lets through what is left of it, then nothing, and the next day all again', async () => {
    const member = newId();

    const amounts = [];
    for (const total of [290, 290, 290]) amounts.push(given(await record(member, total)));
    amounts.push(given(await record(member, 290, dayOf('2026-03-03'))));

    expect(amounts).toEqual([290, 210, 0, 290]);
  });

  test('holds for purchases of one moment at once', async () => {
    const member = newId();

    const answers = await Promise.all(Array.from({ length: 12 }, () => record(member, 100)));

    expect(answers.reduce((sum, answer) => sum + given(answer), 0)).toBe(500);
  });

  test('keeps for good what it left a purchase: returns in parts end where one whole return ends', async () => {
    const member = newId();
    await record(member, 290);
    const { purchase, entries } = await record(member, 290);
    expect(entries[0].amount).toBe(210);
    const back = (amount: string) => giveBack({ purchase: { id: purchase.id }, amount });

    const taken = [];
    for (const amount of ['50', '40', '100', '100']) taken.push(given(await back(amount)));

    expect(taken).toEqual([0, -10, -100, -100]);
    expect(await ledger.wallet(member)).toMatchObject({ available: 290 });
  });

  test('gives room back with what a return takes', async () => {
    const member = newId();
    const { purchase } = await record(member, 300);
    await record(member, 200);
    await giveBack({ purchase: { id: purchase.id }, whole: true });

    expect(given(await record(member, 290))).toBe(290);
    expect(given(await record(member, 290))).toBe(10);
  });
});

describe('a return of points that were spent', () => {
  test('is owed up to the limit, and beyond it is the programme’s loss, which the ledger records', async () => {
    const member = newId();
    const { purchase } = await record(member, 200);
    await ledger.adjust(member, -180);

    const { entries } = await giveBack({ purchase: { id: purchase.id }, whole: true });

    expect(entries).toMatchObject([{ kind: 'REVERSE', amount: -70 }]);
    expect(await ledger.wallet(member)).toEqual({ pending: 0, available: 0, held: 0, deficit: 50 });
    expect(
      await points.query(
        `select m.source, m.amount from move m where member_id = $1 and target = 'REVERSED' order by seq, n`,
        [member],
      ),
    ).toEqual([
      { source: 'AVAILABLE', amount: 20 },
      { source: 'DEFICIT', amount: 50 },
      { source: 'LOST', amount: 130 },
    ]);
  });
});
