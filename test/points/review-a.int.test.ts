// Temporary: R1.
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { readFileSync, writeFileSync } from 'node:fs';
import { advanceClock, now } from '../../subgraphs/shared/clock.ts';
import type { Space } from '../../subgraphs/shared/database.ts';
import { newId } from '../../subgraphs/shared/id.ts';
import type { TestRoom } from '../support/room.ts';
import { inSpace } from '../support/viewer.ts';
import { BATCH, northTill, openPoints, payload, RECORD, RETURN, sale, takeBack } from './room.ts';

let points: TestRoom;
let sandbox: Space;
const till = inSpace('sandbox', northTill);
const op = inSpace('sandbox', { ...northTill, kind: 'operator', scopes: ['points:read','points:manage','purchases:read'] } as typeof northTill);
const YAML = readFileSync('test/points/campaigns.yaml', 'utf8').replace(`        - code: lucky
`, `        - { code: visit, currency: stars, give: { perVisit: { points: 100 } } }
        - code: lucky
`).replace(`value: '0.01',`, `value: '0.01', deficit: { limit: 0, beyond: clamp },`).replace(`        - code: lucky
`, `        - { code: deal, currency: points, give: { fixed: { points: 40 } }, when: { items: { categories: [deal] }, maximum: '10' }, pending: { confirmation: { days: 30 } } }
        - { code: huge, currency: points, give: { perAmount: { points: 9007199254740991, each: '0.01' } }, when: { items: { categories: [huge] } } }
        - { code: daily, currency: points, give: { perItem: { points: 10 } }, when: { items: { categories: [daily] } }, caps: [{ code: per-day, per: day, max: 30 }] }
        - code: lucky
`);
writeFileSync('/tmp/r1x/a.yaml', YAML);
beforeAll(async () => { points = await openPoints('/tmp/r1x/a.yaml'); sandbox = points.room.database.space('sandbox'); });
afterAll(() => points.close());
const q = (text: string, v: unknown[] = []) => sandbox.source.query<any[]>(text, v);
const today = async () => { const occurredAt = await now(sandbox.source); return { occurredAt, businessDate: occurredAt.slice(0, 10) }; };
const ago = async (days: number) => { const occurredAt = new Date(Date.parse(await now(sandbox.source)) - days * 86400_000).toISOString(); return { occurredAt, businessDate: occurredAt.slice(0, 10) }; };
const of = (category: string, unitPrice = '0', quantity = '1') => ({ sku: category, category, unitPrice, quantity });
const rec = async (m: string, lines: any[], over = {}) => payload(points.ask(till, RECORD, { input: sale(m, lines, { ...(await today()), ...over }) }));
const back = async (over: any) => payload(points.ask(till, RETURN, { input: takeBack({ ...(await today()), ...over }) }));
const wallet = (m: string, c = 'points') => q(`select available, pending, deficit from wallet where member_id=$1 and currency=$2`, [m, c]);
const approve = (id: string) => points.ask(op, `mutation ($input: PurchaseReviewDecideInput!) { purchaseReviewDecide(input: $input) { purchase { id } userErrors { code message } } }`, { input: { idempotencyKey: newId(), purchaseId: id, approve: true, reason: 'ok' } });
const confirm = (id: string) => points.ask(till, `mutation ($input: PurchaseConfirmInput!) { purchaseConfirm(input: $input) { entries { kind amount moved } userErrors { code message } } }`, { input: { idempotencyKey: newId(), purchaseId: id } });
const lots = (m: string) => q(`select l.n, l.amount, l.pending, l.remaining, l.reversed, l.earned_at::date earned, l.expires_at::date expires, l.cancels_at::date cancels from lot l join entry e using (member_id, currency, seq) where e.member_id = $1 and currency = 'points' order by l.seq, l.n`, [m]);


test('gives more after the confirmation came', async () => {
  const m = newId();
  const r = await rec(m, [of('deal', '6', '2')]);
  await advanceClock(sandbox, 'P40D');
  await back({ purchase: { id: r.purchase.id }, lines: [{ sku: 'deal', quantity: '1' }] });
  console.log('kept gives 6 + 40', JSON.stringify(await wallet(m)), JSON.stringify(await q('select given from purchase where id=(select max(id::text)::uuid from purchase)')), JSON.stringify((await confirm(r.purchase.id))));
});
test('huge', async () => {
  const m = newId();
  const r = await points.ask(till, RECORD, { input: sale(m, [of('huge', '1000000')], await today()) });
  console.log('huge', JSON.stringify(r).slice(0, 600));
  const t = await today();
  const b = await points.ask(till, BATCH, { input: { items: [{ purchase: sale(m, [of('a', '1')], t) }, { purchase: sale(m, [of('huge', '1000000')], t) }, { purchase: sale(m, [of('b', '1')], t) }] } });
  console.log('batch', JSON.stringify(b).slice(0, 800));
});
test('cap of the wrong member', async () => {
  const a = newId(), b = newId();
  const t = await today();
  const r = await payload(points.ask(till, BATCH, { input: { items: [{ purchase: sale(a, [of('daily', '0', '9')], { ...t, idempotencyKey: 'same' }) }, { purchase: sale(b, [of('daily', '0', '9')], { ...t, idempotencyKey: 'same' }) }] } }));
  console.log(JSON.stringify(r.results.map((x: any) => [x.state, x.userErrors.map((e: any) => e.code)])), 'a', a, JSON.stringify(await q('select member_id, cap, used from cap_use')));
  await rec(a, [of('daily', '0', '9')], t);
  console.log('a has (at most 30)', JSON.stringify(await wallet(a)));
});
test('approve while blocked', async () => {
  const m = newId();
  const r = await rec(m, [{ sku: 'x', unitPrice: '10' }], await ago(20));
  await q(`insert into member_copy (member_id, status, earning_blocked, spending_blocked, segments, sequence) values ($1, 'SUSPENDED', true, false, '{}', 1)`, [m]);
  console.log('approve blocked', JSON.stringify(await approve(r.purchase.id)), JSON.stringify(await wallet(m)));
});
test('replay by receipt', async () => {
  const m = newId();
  const s = sale(m, [{ sku: 'sofa', unitPrice: '1200' }], await today());
  const one = await payload(points.ask(till, RECORD, { input: s }));
  const two = await payload(points.ask(till, RECORD, { input: { ...s } }));
  const { idempotencyKey: _, ...rest } = s;
  const three = await payload(points.ask(till, RECORD, { input: { ...rest, idempotencyKey: newId() } }));
  console.log(one.entries.length, two.entries.length, three.entries.length, JSON.stringify(three.userErrors), three.replayed);
});
