import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { encodeId, newId } from '../../subgraphs/shared/id.ts';
import { SCOPES } from '../../subgraphs/shared/viewer.ts';
import type { TestRoom } from '../support/room.ts';
import { operator, roomViewer, till } from '../support/viewer.ts';
import {
  checkLedger,
  NORTH,
  northTill,
  openPoints,
  payload,
  RECORD,
  RETURN,
  sale,
  takeBack,
  UNUSABLE,
} from './room.ts';

let points: TestRoom;
beforeAll(async () => void (points = await openPoints()));
afterEach(() => checkLedger(points));
afterAll(() => points.close());

const rewards = roomViewer('rewards', 'live');
const record = (input: object) => payload(points.ask(northTill, RECORD, { input }));
const giveBack = (input: object) => payload(points.ask(northTill, RETURN, { input }));

const HOLD = `mutation ($input: PointsHoldInput!) { pointsHold(input: $input) { state userErrors { code } } }`;
const RELEASE = `mutation ($input: PointsHoldEndInput!) { pointsRelease(input: $input) { state userErrors { code } } }`;
const CAPTURE = `mutation ($input: PointsHoldEndInput!) { pointsCapture(input: $input) { state capture { id amount } userErrors { code } } }`;
const REVERSE = `mutation ($input: PointsReverseInput!) { pointsReverse(input: $input) { entry { kind amount } userErrors { code } } }`;
const OUTCOMES = `mutation ($ids: [ID!]!) { purchaseOutcomes(purchaseIds: $ids) }`;

/** A member with 100 points, of which `held` are set aside for a redemption. */
async function holder(held: number) {
  const member = newId();
  await record(sale(member, [{ sku: 'mug', unitPrice: '100' }], { receiptNumber: `E-${member}` }));
  const redemptionId = encodeId('rdm', newId());
  const input = {
    idempotencyKey: redemptionId,
    memberId: encodeId('mbr', member),
    currency: 'points',
    amount: held,
    forPurchase: true,
  };
  expect(await payload(points.ask(rewards, HOLD, { input }))).toEqual({ state: 'HELD', userErrors: [] });
  return { member, redemptionId };
}

const available = async (member: string) => {
  const [row] = await points.query<{ available: number; held: number }>(
    'select available, held from wallet where member_id = $1',
    [member],
  );
  return row!;
};

describe('a purchase with redemptions', () => {
  test('captures what is held, in its own transaction', async () => {
    const { member, redemptionId } = await holder(40);

    const answer = await record(sale(member, [{ sku: 'sofa', unitPrice: '10' }], { redemptionIds: [redemptionId] }));

    expect(answer.entries.map(({ kind, amount }: { kind: string; amount: number }) => [kind, amount])).toEqual(
      expect.arrayContaining([
        ['EARN', 10],
        ['CAPTURE', -40],
      ]),
    );
    expect(await available(member)).toEqual({ available: 70, held: 0 });
  });

  test('is all or nothing: one that is not held refuses it whole', async () => {
    const { member, redemptionId } = await holder(40);
    const other = await holder(5);

    const unknown = sale(member, [{ sku: 'sofa', unitPrice: '10' }], { redemptionIds: [redemptionId, 'rdm_nothing'] });
    const foreign = sale(member, [{ sku: 'sofa', unitPrice: '10' }], { redemptionIds: [other.redemptionId] });
    const twice = sale(member, [{ sku: 'sofa', unitPrice: '10' }], { redemptionIds: [redemptionId, redemptionId] });

    for (const input of [unknown, foreign, twice]) {
      expect(await record(input)).toMatchObject({ purchase: null, userErrors: [{ code: 'REDEMPTION_NOT_HELD' }] });
    }
    expect(await available(member)).toEqual({ available: 60, held: 40 });
  });

  test('never takes what a redemption of one step holds', async () => {
    const { member } = await holder(10);
    const redemptionId = encodeId('rdm', newId());
    const held = { idempotencyKey: redemptionId, memberId: encodeId('mbr', member), currency: 'points', amount: 5 };
    await payload(points.ask(rewards, HOLD, { input: held }));

    const input = sale(member, [{ sku: 'sofa', unitPrice: '10' }], { redemptionIds: [redemptionId] });

    expect(await record(input)).toMatchObject({ purchase: null, userErrors: [{ code: 'REDEMPTION_NOT_HELD' }] });
  });

  test('and its release at once end the hold once', async () => {
    const { member, redemptionId } = await holder(40);
    const input = sale(member, [{ sku: 'sofa', unitPrice: '10' }], { redemptionIds: [redemptionId] });

    const [answer, released] = await Promise.all([
      record(input),
      payload(points.ask(rewards, RELEASE, { input: { redemptionId } })),
    ]);

    const captured = answer.purchase !== null;
    expect(released.state).toBe(captured ? 'CAPTURED' : 'RELEASED');
    expect(await available(member)).toEqual({ available: captured ? 70 : 100, held: 0 });
  });

  test('gives the points back with what comes back, pro rata, to their own lots', async () => {
    const { member, redemptionId } = await holder(41);
    const input = sale(member, [{ sku: 'mug', quantity: '3', unitPrice: '10' }], { redemptionIds: [redemptionId] });
    const { purchase } = await record(input);
    const at = { purchase: { id: purchase.id } };

    const third = await giveBack(takeBack({ ...at, lines: [{ number: 1, quantity: '1' }] }));
    const rest = await giveBack(takeBack({ ...at, whole: true }));

    const sums = (answer: { entries: { amount: number }[] }) =>
      answer.entries.map(({ amount }) => amount).toSorted((a, b) => a - b);
    expect(sums(third)).toEqual([-10, 13]);
    expect(sums(rest)).toEqual([-20, 28]);
    expect(await available(member)).toEqual({ available: 100, held: 0 });
    expect(
      await points.query('select pending + remaining "left" from lot where member_id = $1 order by seq', [member]),
    ).toEqual([{ left: 100 }, { left: 0 }]);
  });

  test('sent again captures nothing twice', async () => {
    const { member, redemptionId } = await holder(40);
    const input = sale(member, [{ sku: 'sofa', unitPrice: '10' }], { redemptionIds: [redemptionId] });
    const first = await record(input);

    expect(await record(input)).toEqual({ ...first, replayed: true });
    expect(await available(member)).toEqual({ available: 70, held: 0 });
  });
});

test('a captured hold that no purchase made is undone once; one of a purchase only by its return', async () => {
  const alone = await holder(40);
  const { capture } = await payload(points.ask(rewards, CAPTURE, { input: { redemptionId: alone.redemptionId } }));
  const bought = await holder(40);
  const { entries } = await record(
    sale(bought.member, [{ sku: 'sofa', unitPrice: '10' }], { redemptionIds: [bought.redemptionId] }),
  );
  const ofPurchase = entries.find((entry: { kind: string }) => entry.kind === 'CAPTURE').id;
  const reverse = (idempotencyKey: string, entryId: string) =>
    payload(points.ask(rewards, REVERSE, { input: { idempotencyKey, entryId } }));

  const undone = await reverse('undo-1', capture.id);
  const again = await reverse('undo-2', capture.id);
  const refused = await reverse('undo-3', ofPurchase);

  expect(undone).toEqual({ entry: { kind: 'REVERSE', amount: 40 }, userErrors: [] });
  expect(again.userErrors).toEqual([{ code: 'ENTRY_NOT_REVERSIBLE' }]);
  expect(refused.userErrors).toEqual([{ code: 'ENTRY_NOT_REVERSIBLE' }]);
  expect(await available(alone.member)).toEqual({ available: 100, held: 0 });
});

test('a redemption for good captures its hold, whenever and however often that is heard', async () => {
  const { member, redemptionId } = await holder(40);
  const { decodeId } = await import('../../subgraphs/shared/id.ts');
  const uuid = decodeId('rdm', redemptionId)!;
  const event = () => ({
    id: newId(),
    name: 'redemption.confirmed' as const,
    aggregate: uuid,
    sequence: 1,
    payload: { redemptionId: uuid, memberId: member },
  });

  await points.room.receive('live', [event(), event()], 'rewards');
  await points.room.receive('live', [event()], 'rewards');

  expect(await available(member)).toEqual({ available: 60, held: 0 });
});

describe('a purchase with vouchers', () => {
  const lastAsked = () => points.peers.rewards.asked.at(-1)!.variables['input'] as { purchaseId: string };

  test('is recorded under the id for which they were reserved, sent again under the same', async () => {
    const input = sale(newId(), [{ sku: 'sofa', unitPrice: '10' }], { vouchers: ['A', 'B'] });

    const answer = await record(input);
    const again = await record(input);

    expect(answer.purchase.id).toBe(lastAsked().purchaseId);
    expect(again).toEqual({ ...answer, replayed: true });
  });

  test('is refused whole when one cannot be used', async () => {
    const input = sale(newId(), [{ sku: 'sofa', unitPrice: '10' }], { vouchers: ['A', UNUSABLE] });

    expect(await record(input)).toMatchObject({ purchase: null, userErrors: [{ code: 'VOUCHER_NOT_USABLE' }] });
    expect(await payload(points.ask(rewards, OUTCOMES, { ids: [lastAsked().purchaseId] }))).toEqual([false]);
  });

  test('that rewards was told does not exist takes another id when it comes after all', async () => {
    points.peers.rewards.answer = () => {
      throw new Error('rewards died before it answered');
    };
    const input = sale(newId(), [{ sku: 'sofa', unitPrice: '10' }], { vouchers: ['A'] });
    await expect(record(input)).rejects.toThrow('INTERNAL_SERVER_ERROR');
    const { purchaseId } = lastAsked();
    points.peers.rewards.answer = () => ({ vouchersPresent: { userErrors: [] } });

    const outcome = await payload(points.ask(rewards, OUTCOMES, { ids: [purchaseId] }));
    const answer = await record(input);

    expect(outcome).toEqual([false]);
    expect(answer.userErrors).toEqual([]);
    expect(answer.purchase.id).not.toBe(purchaseId);
    expect(await payload(points.ask(rewards, OUTCOMES, { ids: [answer.purchase.id, purchaseId] }))).toEqual([
      true,
      false,
    ]);
  });

  test('and the question of its outcome at once agree', async () => {
    let outcome: Promise<boolean[]> | undefined;
    points.peers.rewards.answer = ({ variables }) => {
      outcome = payload(
        points.ask(rewards, OUTCOMES, { ids: [(variables['input'] as { purchaseId: string }).purchaseId] }),
      );
      return { vouchersPresent: { userErrors: [] } };
    };
    for (let round = 0; round < 10; round += 1) {
      const answer = await record(sale(newId(), [{ sku: 'sofa', unitPrice: '10' }], { vouchers: ['A'] }));

      expect(await outcome).toEqual([answer.purchase !== null]);
    }
  });
});

describe('goodwill', () => {
  const GOODWILL = `mutation ($input: PointsGoodwillInput!) { pointsGoodwill(input: $input) {
    entry { kind amount lot { funding { partner { id } } } } replayed userErrors { code message } } }`;
  const staff = till(NORTH, [...SCOPES]);
  let counter = 0;
  const give = (viewer: typeof staff, amount: number, memberId = encodeId('mbr', newId())) => {
    counter += 1;
    const input = {
      idempotencyKey: `goodwill-${counter}`,
      memberId,
      currency: 'points',
      amount,
      reason: 'cold coffee',
    };
    return payload(points.ask(viewer, GOODWILL, { input }));
  };

  test('is paid by the partner of who gives it, so much a day', async () => {
    const first = await give(staff, 400);
    const tooMuch = await give(staff, 101);
    const rest = await give(staff, 100);

    expect(first.entry).toEqual({
      kind: 'ADJUST',
      amount: 400,
      lot: { funding: [{ partner: { id: encodeId('ptn', NORTH) } }] },
    });
    expect(tooMuch).toMatchObject({ entry: null, userErrors: [{ code: 'GOODWILL_EXCEEDED' }] });
    expect(rest.userErrors).toEqual([]);
  });

  test('at once never exceeds the day’s limit', async () => {
    const person = { ...operator, owner: 'key:clerk' };

    const answers = await Promise.all(Array.from({ length: 12 }, () => give(person, 100)));

    expect(answers.filter((answer) => answer.entry !== null)).toHaveLength(5);
  });
});
