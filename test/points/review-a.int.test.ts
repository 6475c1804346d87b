// Temporary: R1.
import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import { advanceClock, now } from '../../subgraphs/shared/clock.ts';
import type { Space } from '../../subgraphs/shared/database.ts';
import { newId, encodeId } from '../../subgraphs/shared/id.ts';
import type { TestRoom } from '../support/room.ts';
import { inSpace } from '../support/viewer.ts';
import { BATCH, northTill, openPoints, payload, RECORD, RETURN, sale, takeBack } from './room.ts';

let points: TestRoom;
let sandbox: Space;
const till = inSpace('sandbox', northTill);
const op = inSpace('sandbox', { ...northTill, kind: 'operator', scopes: ['points:read','purchases:review','purchases:read','programme:write','purchases:write','points:adjust'] } as typeof northTill);
beforeAll(async () => { points = await openPoints('test/points/campaigns.yaml'); sandbox = points.room.database.space('sandbox'); });
afterAll(() => points.close());
const q = (text: string, v: unknown[] = []) => sandbox.source.query<any[]>(text, v);
const today = async () => { const occurredAt = await now(sandbox.source); return { occurredAt, businessDate: occurredAt.slice(0, 10) }; };
const of = (category: string, unitPrice = '0', quantity = '1') => ({ sku: category, category, unitPrice, quantity });
const rec = async (m: string, lines: any[], over = {}) => payload(points.ask(till, RECORD, { input: sale(m, lines, { ...(await today()), ...over }) }));
const back = async (over: any) => payload(points.ask(till, RETURN, { input: takeBack({ ...(await today()), ...over }) }));
const wallet = (m: string) => q(`select available, pending, deficit from wallet where member_id=$1 and currency='points'`, [m]);

test('same key twice in a batch: budget', async () => {
  const items = [];
  for (let n = 0; n < 90; n += 1) {
    const a = newId(), b = newId();
    const key = `dup-${n}`;
    items.push({ purchase: sale(a, [of('launch', '0.10')], { ...(await today()), idempotencyKey: key }) });
  }
  for (let n = 0; n < 90; n += 1) items.push({ purchase: sale(newId(), [of('other', '0.10')], { ...(await today()), idempotencyKey: `dup-${n}` }) });
  const half = 45;
  const batches = [[...items.slice(0, half), ...items.slice(90, 90 + half)], [...items.slice(half, 90), ...items.slice(90 + half)]];
  let total = 0;
  for (const b of batches) { const r = await payload(points.ask(till, BATCH, { input: { items: b } })); total += r.summary.points; console.log(JSON.stringify(r.summary)); }
  console.log('launch points given', total, JSON.stringify(await q(`select * from budget`)), 'launch earns', JSON.stringify(await q(`select sum(amount) from entry where kind='EARN' and currency='points'`)));
});

test('review approve that lifts a tier', async () => {
  const m = newId();
  const at = new Date(Date.parse(await now(sandbox.source)) - 40 * 86400_000).toISOString();
  const r = await rec(m, [{ sku: 'sofa', unitPrice: '1200' }], { occurredAt: at, businessDate: at.slice(0, 10) });
  console.log(JSON.stringify(r));
  const res = await points.ask(op, `mutation ($input: PurchaseReviewDecideInput!) { purchaseReviewDecide(input: $input) { purchase { id } userErrors { code message } } }`, { input: { idempotencyKey: newId(), purchaseId: r.purchase.id, approve: true, reason: 'ok' } });
  console.log('approve', JSON.stringify(res).slice(0, 1500));
});

test('return of milk takes the teas pending', async () => {
  const m = newId();
  const r = await rec(m, [{ sku: 'milk', unitPrice: '50' }, of('tea', '0', '1')]);
  console.log('bought', JSON.stringify(await wallet(m)));
  await back({ purchase: { id: r.purchase.id }, lines: [{ sku: 'milk', quantity: '1' }] });
  console.log('after milk returned: expect pending 5 available 0:', JSON.stringify(await wallet(m)));
  await advanceClock(sandbox, 'P31D');
  await q('select ledger_sweep(100)');
  console.log('never confirmed: expect 0:', JSON.stringify(await wallet(m)));
});

test('partial return after cancellation', async () => {
  const m = newId();
  const r = await rec(m, [{ sku: 'milk', unitPrice: '50' }, of('tea', '0', '2')]);
  await advanceClock(sandbox, 'P31D');
  await q('select ledger_sweep(100)');
  console.log('cancelled: expect 50', JSON.stringify(await wallet(m)));
  const b = await back({ purchase: { id: r.purchase.id }, lines: [{ sku: 'tea', quantity: '1' }] });
  console.log(JSON.stringify(b.userErrors), 'one tea returned: expect 50:', JSON.stringify(await wallet(m)));
  await back({ purchase: { id: r.purchase.id }, lines: [{ sku: 'tea', quantity: '1' }] });
  console.log('both teas returned: expect 50:', JSON.stringify(await wallet(m)));
});
