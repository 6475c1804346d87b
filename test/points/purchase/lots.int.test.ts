// Lots of one purchase whose terms differ: each loses with a return what its own rules give less. In a sandbox, whose clock is moved.
import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import { verify } from '../../../subgraphs/points/ledger/verify.service.ts';
import { advanceClock, now } from '../../../subgraphs/shared/clock.ts';
import type { Space } from '../../../subgraphs/shared/database.ts';
import { newId } from '../../../subgraphs/shared/id.ts';
import type { TestRoom } from '../../support/room.ts';
import { inSpace } from '../../support/viewer.ts';
import { northTill, openPoints, payload, RECORD, RETURN, sale, takeBack, type SaleLine } from '../room.ts';

const till = inSpace('sandbox', northTill);
const CONFIRM = `mutation ($input: PurchaseConfirmInput!) { purchaseConfirm(input: $input) { entries { kind } userErrors { code } } }`;

let points: TestRoom;
let sandbox: Space;
beforeAll(async () => {
  points = await openPoints('test/points/campaigns.yaml');
  sandbox = points.room.database.space('sandbox');
});
afterEach(async () => {
  const { firstBreak } = await verify(sandbox.source, null);
  if (firstBreak !== null) throw new Error(firstBreak.reason);
});
afterAll(() => points.close());

const milk = { sku: 'milk', unitPrice: '50' };
const of = (category: string, quantity = '1', unitPrice = '0') => ({ sku: category, category, unitPrice, quantity });
const at = async () => {
  const occurredAt = await now(sandbox.source);
  return { occurredAt, businessDate: occurredAt.slice(0, 10) };
};
async function buy(member: string, lines: SaleLine[]): Promise<string> {
  const { purchase } = await payload(points.ask(till, RECORD, { input: sale(member, lines, await at()) }));
  return purchase.id as string;
}
const giveBack = async (id: string, over: object) =>
  payload(points.ask(till, RETURN, { input: takeBack({ ...(await at()), purchase: { id }, ...over }) }));
const one = (sku: string) => ({ lines: [{ sku, quantity: '1' }] });
const confirm = (purchaseId: string) =>
  payload(points.ask(till, CONFIRM, { input: { idempotencyKey: newId(), purchaseId } }));
const wallet = async (member: string) => {
  const [row] = await points.query<{ pending: number; available: number; deficit: number }>(
    `select pending, available, deficit from wallets_at(array[$1::uuid], array['points'], null)`,
    [member],
    'sandbox',
  );
  return [row!.pending, row!.available, row!.deficit];
};
/** Of each open lot what is left, and in how many days it expires, 100 for more; null: never. */
const lots = (member: string) =>
  points.query<{ left: number; days: number | null }>(
    `select remaining + pending "left", case when expires_at is not null then least(100, (expires_at at time zone 'Europe/Riga')::date
       - (clock() at time zone 'Europe/Riga')::date) end days from lot
     where member_id = $1 and currency = 'points' and open order by seq, n`,
    [member],
    'sandbox',
  );

test('what waits stays waiting when what can be used goes', async () => {
  const member = newId();
  const purchase = await buy(member, [milk, of('tea', '1', '1')]);

  await giveBack(purchase, one('milk'));

  expect(await wallet(member)).toEqual([5, 1, 0]);
  expect((await confirm(purchase)).userErrors).toEqual([]);
  expect(await wallet(member)).toEqual([0, 6, 0]);
});

test('what lasts a year goes with what gave it, not what lasts ten days', async () => {
  const member = newId();
  const purchase = await buy(member, [milk, of('tea', '2', '1'), of('cake')]);
  await confirm(purchase);

  await giveBack(purchase, one('milk'));

  expect(await lots(member)).toEqual([
    { left: 2, days: 100 },
    { left: 10, days: 11 },
    { left: 3, days: null },
  ]);

  await giveBack(purchase, one('tea'));

  expect(await lots(member)).toEqual([
    { left: 1, days: 100 },
    { left: 5, days: 11 },
    { left: 3, days: null },
  ]);
});

test('what nobody confirmed costs nothing when it comes back, and the entry explains itself', async () => {
  const member = newId();
  const purchase = await buy(member, [milk, of('tea', '2')]);
  await advanceClock(sandbox, 'P31D');

  await giveBack(purchase, one('tea'));

  expect(await wallet(member)).toEqual([0, 50, 0]);

  await giveBack(purchase, { whole: true });

  const [entry] = await points.query<{ amount: number; steps: { kind: string; amount: number }[] }>(
    `select amount, explanation -> 'steps' steps from entry
     where member_id = $1 and currency = 'points' order by seq desc limit 1`,
    [member],
    'sandbox',
  );
  expect(await wallet(member)).toEqual([0, 0, 0]);
  expect(entry!.amount).toBe(-50);
  expect(entry!.steps.reduce((sum, { amount }) => sum + amount, 0)).toBe(-50);
  expect(entry!.steps).toContainEqual({ rule: 'cancelled', kind: 'cancelled', applied: true, amount: 5 });
});

test('what is kept of a confirmed purchase and gives more waits for nothing', async () => {
  const member = newId();
  const purchase = await buy(member, [of('box', '2', '6'), of('cake', '1', '1')]);
  await confirm(purchase);
  await advanceClock(sandbox, 'P31D');

  await giveBack(purchase, one('box'));

  expect(await wallet(member)).toEqual([0, 7 + 3 + 15, 0]);

  await giveBack(purchase, { whole: true });

  expect(await wallet(member)).toEqual([0, 0, 0]);
});

test('a late purchase waits for its confirmation from its recording on', async () => {
  const member = newId();
  const { occurredAt } = await at();
  await advanceClock(sandbox, 'P9D');
  const late = sale(member, [of('tea')], { ...(await at()), occurredAt });
  const { purchase } = await payload(points.ask(till, RECORD, { input: late }));
  await advanceClock(sandbox, 'P25D');

  expect((await confirm(purchase.id)).userErrors).toEqual([]);
  expect(await wallet(member)).toEqual([0, 5, 0]);
});

test('lots that wait differ by how long they wait and how they then expire', async () => {
  const member = newId();
  const purchase = await buy(member, [of('box', '1', '6'), of('cake'), of('slow')]);

  expect((await wallet(member)).slice(0, 2)).toEqual([15 + 3 + 7, 6]);

  await advanceClock(sandbox, 'P40D');

  expect((await confirm(purchase)).userErrors).toEqual([]);
  expect((await wallet(member)).slice(0, 2)).toEqual([0, 6 + 7]);
});

test('a return that only changes the terms takes and gives at once: nothing is lost, nothing is owed', async () => {
  const member = newId();
  const purchase = await buy(member, [of('shift', '2', '60')]);
  const before = await wallet(member);

  await giveBack(purchase, one('shift'));

  expect(before).toEqual([0, 120 + 10, 0]);
  expect(await wallet(member)).toEqual([0, 60 + 10, 0]);
  const steps = await points.query<{ kind: string; amount: number; sum: number }>(
    `select kind, amount, (select sum((step ->> 'amount')::int)::int from jsonb_array_elements(explanation -> 'steps') step) "sum"
     from entry where member_id = $1 and currency = 'points' order by seq`,
    [member],
    'sandbox',
  );
  expect(steps.map(({ kind, amount }) => [kind, amount])).toEqual([
    ['EARN', 130],
    ['EARN', 10],
    ['REVERSE', -70],
  ]);
  expect(steps.every(({ amount, sum }) => amount === sum)).toBe(true);
});
