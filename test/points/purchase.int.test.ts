import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { newId } from '../../subgraphs/shared/id.ts';
import type { TestRoom } from '../support/room.ts';
import {
  BATCH,
  checkLedger,
  harbourTill,
  northTill,
  openPoints,
  payload,
  RECORD,
  RETURN,
  sale,
  takeBack,
} from './room.ts';

let points: TestRoom;
beforeAll(async () => void (points = await openPoints()));
afterEach(() => checkLedger(points));
afterAll(() => points.close());

const record = (input: object, viewer = northTill) => payload(points.ask(viewer, RECORD, { input }));
const giveBack = (input: object, viewer = northTill) => payload(points.ask(viewer, RETURN, { input }));
const batch = (items: object[], viewer = northTill) => payload(points.ask(viewer, BATCH, { input: { items } }));

const wallet = (available: number, deficit = 0) => [{ currency: { code: 'points' }, available, deficit }];

describe('a purchase', () => {
  test('gives its points in its own answer, explained', async () => {
    const member = newId();

    const answer = await record(
      sale(member, [
        { sku: 'mug', quantity: '3', unitPrice: '4.99', discount: '0.50' },
        { sku: 'tea', unitPrice: '12.345' },
      ]),
    );

    expect(answer.userErrors).toEqual([]);
    expect(answer.purchase.total).toEqual({ amount: '26.82', currencyCode: 'GBP' });
    expect(answer.purchase.channel.code).toBe('north-shops');
    expect(answer.entries).toMatchObject([
      {
        kind: 'EARN',
        amount: 26,
        lot: { state: 'AVAILABLE', expiresAt: '2028-03-31T23:00:00.000000Z' },
        explanation: {
          summary: '26 points: 26 for £26.82 (A point for each pound)',
          ruleSetVersion: '1',
          steps: [{ rule: 'one-point-per-pound', applied: true, required: '1 GBP', actual: '26.82 GBP', amount: 26 }],
        },
      },
    ]);
    expect(answer.member).toMatchObject({ tier: { code: 'member' }, wallets: [{ available: 26, pending: 0 }] });
  });

  test('without a member is recorded and gives nothing', async () => {
    const answer = await record(sale(null, [{ sku: 'mug', unitPrice: '40' }]));

    expect(answer).toMatchObject({ entries: [], member: null, replayed: false, userErrors: [] });
    expect(answer.purchase.id).toMatch(/^pur_/);
  });

  test('in another currency counts at the rate of its day', async () => {
    const answer = await record(sale(newId(), [{ sku: 'mug', unitPrice: '100' }], { currencyCode: 'EUR' }));

    expect(answer.entries).toMatchObject([{ amount: 86 }]);
  });

  test('lifts the tier in the same transaction', async () => {
    const answer = await record(sale(newId(), [{ sku: 'sofa', unitPrice: '512' }]));

    expect(answer.member.tier).toEqual({ code: 'silver' });
  });

  test('sent 20 times at once is recorded once', async () => {
    const member = newId();
    const input = sale(member, [{ sku: 'mug', unitPrice: '10' }]);

    const answers = await Promise.all(Array.from({ length: 20 }, () => record(input)));

    expect(answers.filter((answer) => !answer.replayed)).toHaveLength(1);
    expect(new Set(answers.map((answer) => answer.purchase.id)).size).toBe(1);
    expect(new Set(answers.map((answer) => answer.entries[0].id)).size).toBe(1);
    expect(answers.every((answer) => answer.member.wallets[0].available === 10)).toBe(true);
  });

  test('without a member, sent 20 times at once with 20 keys, is recorded once', async () => {
    const input = sale(null, [{ sku: 'mug', unitPrice: '10' }]);

    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, index) =>
        record({ ...input, idempotencyKey: `${input.idempotencyKey}-${index}` }),
      ),
    );

    expect(answers.filter((answer) => !answer.replayed)).toHaveLength(1);
    expect(new Set(answers.map((answer) => answer.purchase.id)).size).toBe(1);
  });

  test('refuses another input under its key, and another content under its receipt', async () => {
    const input = sale(newId(), [{ sku: 'mug', unitPrice: '10' }]);
    await record(input);
    const other = { ...input, lines: [{ number: 1, sku: 'mug', quantity: '1', unitPrice: '11' }] };

    expect((await record(other)).userErrors).toMatchObject([{ code: 'IDEMPOTENCY_KEY_REUSED' }]);
    expect((await record({ ...other, idempotencyKey: 'another' })).userErrors).toMatchObject([
      { code: 'RECEIPT_CONFLICT' },
    ]);
  });

  test('leaves its key free when it is refused', async () => {
    const input = sale(newId(), [{ sku: 'mug', unitPrice: '10' }], { total: '11' });

    const refused = await record(input);
    const accepted = await record({ ...input, total: '10.01' });

    expect(refused).toMatchObject({
      purchase: null,
      entries: [],
      userErrors: [{ code: 'TOTAL_MISMATCH', field: ['total'] }],
    });
    expect(accepted).toMatchObject({ replayed: false, userErrors: [] });
  });

  test.each([
    ['a location of another partner', { location: 'harbour' }, 'LOCATION_UNKNOWN'],
    ['a location that is nowhere', { location: 'moon' }, 'LOCATION_UNKNOWN'],
    ['a member that is nobody', { member: { kind: 'EXTERNAL', value: 'nobody' } }, 'MEMBER_UNKNOWN'],
    ['no key', { idempotencyKey: null }, 'IDEMPOTENCY_KEY_MISSING'],
    ['a key that is none', { idempotencyKey: 'ż' }, 'IDEMPOTENCY_KEY_INVALID'],
    ['no lines', { lines: [] }, 'LINES_INVALID'],
    ['a quantity of 0', { lines: [{ number: 1, sku: 'a', quantity: '0', unitPrice: '1' }] }, 'QUANTITY_INVALID'],
    ['a price below 0', { lines: [{ number: 1, sku: 'a', quantity: '1', unitPrice: '-1' }] }, 'PRICE_INVALID'],
    [
      'a discount above the line',
      { lines: [{ number: 1, sku: 'a', quantity: '1', unitPrice: '1', discount: '2' }] },
      'DISCOUNT_INVALID',
    ],
    ['money without a rate', { currencyCode: 'CHF' }, 'CURRENCY_UNKNOWN'],
    ['a moment far ahead', { occurredAt: '2999-01-01T00:00:00Z' }, 'OCCURRED_IN_FUTURE'],
    [
      'an amount beyond reason',
      { lines: [{ number: 1, sku: 'a', quantity: '999999999', unitPrice: '999999999' }] },
      'AMOUNT_INVALID',
    ],
  ])('with %s is refused and leaves no trace', async (_, over, code) => {
    const count = () =>
      points.query(
        'select (select count(*) from purchase) p, (select count(*) from entry) e, (select count(*) from request) r',
      );
    const before = await count();

    const answer = await record(sale(newId(), [{ sku: 'mug', unitPrice: '10' }], over));

    expect(answer).toMatchObject({ purchase: null, entries: [], member: null, userErrors: [{ code }] });
    expect(await count()).toEqual(before);
  });

  test('of a member whose earning is blocked is recorded without points', async () => {
    const memberId = newId();
    const payloadOf = { memberId, status: 'ACTIVE' as const, earningBlocked: true, spendingBlocked: false };
    await points.room.receive(
      'live',
      [{ id: newId(), name: 'member.changed', aggregate: memberId, sequence: 2, payload: payloadOf }],
      'members',
    );

    const answer = await record(sale(memberId, [{ sku: 'sofa', unitPrice: '500' }]));

    expect(answer).toMatchObject({ entries: [], member: { tier: { code: 'member' } }, userErrors: [] });
  });
});

describe('a return', () => {
  test('of half a receipt leaves what the kept half gives', async () => {
    const member = newId();
    const bought = await record(sale(member, [{ sku: 'mug', quantity: '3', unitPrice: '33.40' }]));
    expect(bought.member.tier.code).toBe('bronze');

    const back = await giveBack(
      takeBack({ purchase: { id: bought.purchase.id }, lines: [{ number: 1, quantity: '1' }] }),
    );

    expect(back).toMatchObject({
      purchases: [{ id: bought.purchase.id, returned: { amount: '33.40', currencyCode: 'GBP' } }],
      lines: [{ index: 0, accepted: true, quantity: '1', reason: null }],
      entries: [{ kind: 'REVERSE', amount: -34, reverses: { id: bought.entries[0].id } }],
      member: { tier: { code: 'member' }, wallets: wallet(66) },
      userErrors: [],
    });
  });

  test('in parts of every kind ends where one whole return ends', async () => {
    const member = newId();
    const lines = [
      { sku: 'mug', quantity: '3', unitPrice: '3.33' },
      { sku: 'tea', quantity: '2.5', unitPrice: '7.77' },
    ];
    const bought = await record(sale(member, lines));
    const purchase = { id: bought.purchase.id };

    await giveBack(
      takeBack({
        purchase,
        lines: [
          { sku: 'mug', quantity: '1' },
          { number: 2, quantity: '0.5' },
        ],
      }),
    );
    await giveBack(takeBack({ purchase, amount: '1.23' }));
    await giveBack(takeBack({ purchase, lines: [{ sku: 'mug', quantity: '1' }] }));
    const last = await giveBack(takeBack({ purchase, whole: true }));

    expect(last).toMatchObject({
      purchases: [{ returned: bought.purchase.total }],
      member: { tier: { code: 'member' }, wallets: wallet(0) },
    });
    expect((await giveBack(takeBack({ purchase, whole: true }))).userErrors).toMatchObject([
      { code: 'RETURN_EXCEEDS_PURCHASE' },
    ]);
  });

  test('of more than was bought is refused line by line', async () => {
    const bought = await record(
      sale(newId(), [
        { sku: 'mug', quantity: '2', unitPrice: '10' },
        { sku: 'tea', unitPrice: '5' },
      ]),
    );

    const back = await giveBack(
      takeBack({
        purchase: { location: 'north', receiptNumber: bought.purchase.receiptNumber },
        lines: [
          { sku: 'mug', quantity: '3' },
          { sku: 'tea', quantity: '1' },
          { sku: 'gin', quantity: '1' },
        ],
      }),
    );

    expect(back.lines).toMatchObject([
      { accepted: false, quantity: '0', reason: 'RETURN_EXCEEDS_PURCHASE', purchase: null },
      { accepted: true, quantity: '1', reason: null, purchase: { id: bought.purchase.id } },
      { accepted: false, quantity: '0', reason: 'RETURN_UNMATCHED', purchase: null },
    ]);
  });

  test('without a receipt is matched to the latest sales of the item, the same price first', async () => {
    const member = newId();
    const at = (day: string) => ({ occurredAt: `2026-03-${day}T10:00:00Z`, businessDate: `2026-03-${day}` });
    const first = await record(sale(member, [{ sku: 'mug', quantity: '2', unitPrice: '10' }], at('01')));
    const second = await record(sale(member, [{ sku: 'mug', quantity: '2', unitPrice: '20' }], at('02')));
    await record(sale(member, [{ sku: 'mug', quantity: '2', unitPrice: '10' }], at('20')));
    const who = { member: { kind: 'EXTERNAL', value: member } };

    const cheap = await giveBack(takeBack({ ...who, lines: [{ sku: 'mug', quantity: '1', unitPrice: '10' }] }));
    const most = await giveBack(
      takeBack({
        ...who,
        lines: [
          { sku: 'mug', quantity: '5' },
          { sku: 'gin', quantity: '1' },
        ],
      }),
    );
    const none = await giveBack(takeBack({ ...who, lines: [{ sku: 'mug', quantity: '1' }] }));

    expect(cheap.lines).toMatchObject([{ accepted: true, purchase: { id: first.purchase.id } }]);
    expect(most.lines).toMatchObject([
      { accepted: true, quantity: '3', reason: 'RETURN_UNMATCHED', purchase: { id: second.purchase.id } },
      { accepted: false, quantity: '0', reason: 'RETURN_UNMATCHED' },
    ]);
    expect(
      most.entries.map((entry: { amount: number }) => entry.amount).toSorted((a: number, b: number) => a - b),
    ).toEqual([-40, -10]);
    expect(none).toMatchObject({
      userErrors: [{ code: 'RETURN_UNMATCHED' }],
      lines: [{ accepted: false }],
      entries: [],
    });
  });

  test('sent again gives its first answer; its receipt with other content is refused', async () => {
    const bought = await record(sale(newId(), [{ sku: 'mug', quantity: '2', unitPrice: '10' }]));
    const input = takeBack({ purchase: { id: bought.purchase.id }, lines: [{ number: 1, quantity: '1' }] });
    const first = await giveBack(input);

    const again = await giveBack(input);
    const otherKey = await giveBack({ ...input, idempotencyKey: 'again' });
    const other = await giveBack({ ...input, idempotencyKey: 'other', lines: [{ number: 1, quantity: '2' }] });

    expect(again).toEqual({ ...first, replayed: true });
    expect(otherKey).toEqual({ ...first, replayed: true });
    expect(other.userErrors).toMatchObject([{ code: 'RECEIPT_CONFLICT' }]);
  });

  test('of another partner’s purchase finds nothing', async () => {
    const bought = await record(sale(newId(), [{ sku: 'mug', unitPrice: '10' }]));

    const back = await giveBack(
      takeBack({ location: 'harbour', purchase: { id: bought.purchase.id }, whole: true }),
      harbourTill,
    );

    expect(back.userErrors).toMatchObject([{ code: 'PURCHASE_UNKNOWN' }]);
  });
});

describe('what a till cannot help', () => {
  test('an item with signs that cannot be kept is refused alone', async () => {
    const good = () => ({ purchase: sale(newId(), [{ sku: 'mug', unitPrice: '10' }]) });
    const odd = (sku: string) => ({ purchase: sale(newId(), [{ sku, unitPrice: '10' }]) });

    const { results } = await batch([good(), odd('b\u0000'), good(), odd('\ud800')]);

    expect(results.map((result: { state: string }) => result.state)).toEqual([
      'RECORDED',
      'REFUSED',
      'RECORDED',
      'REFUSED',
    ]);
    expect(results[1].userErrors).toMatchObject([{ code: 'TEXT_INVALID', field: ['lines', '0', 'sku'] }]);
  });

  test('a wallet that is full refuses its own item alone', async () => {
    const full = newId();
    await record(sale(full, [{ sku: 'mug', unitPrice: '1' }]));
    const room = 9007199254740991 - 5;
    await points.query(`select * from ledger_post($1)`, [
      JSON.stringify([
        {
          op: 'credit',
          kind: 'ADJUST',
          member: full,
          currency: 'points',
          amount: room,
          origin: newId(),
          earned_at: '2026-01-01T00:00:00Z',
          actor_kind: 'SYSTEM',
        },
      ]),
    ]);

    const { results } = await batch([
      { purchase: sale(full, [{ sku: 'sofa', unitPrice: '100' }]) },
      { purchase: sale(newId(), [{ sku: 'mug', unitPrice: '10' }]) },
    ]);

    expect(results.map((result: { state: string }) => result.state)).toEqual(['REFUSED', 'RECORDED']);
    expect(results[0].userErrors).toMatchObject([{ code: 'AMOUNT_INVALID' }]);
  });

  test('after an amount was given back the goods can still be returned, and nothing is given back twice', async () => {
    const member = newId();
    const bought = await record(
      sale(member, [
        { sku: 'mug', unitPrice: '10' },
        { sku: 'tea', unitPrice: '10' },
      ]),
    );
    const purchase = { id: bought.purchase.id };

    await giveBack(takeBack({ purchase, amount: '11' }));
    const first = await giveBack(takeBack({ purchase, lines: [{ number: 1, quantity: '1' }] }));
    const second = await giveBack(
      takeBack({ member: { kind: 'EXTERNAL', value: member }, lines: [{ sku: 'tea', quantity: '1' }] }),
    );

    expect(first.lines).toMatchObject([{ accepted: true }]);
    expect(second.lines).toMatchObject([{ accepted: true }]);
    expect(second).toMatchObject({
      purchases: [{ returned: { amount: '20.00' } }],
      member: { wallets: wallet(0) },
    });
  });

  test('sent again while members is away, it gives its first answer', async () => {
    const input = sale(newId(), [{ sku: 'mug', unitPrice: '10' }]);
    const first = await record(input);
    points.peers.members.away = true;

    const again = await record(input);
    points.peers.members.away = false;

    expect(again).toEqual({ ...first, replayed: true });
  });

  test('returns without a receipt in one batch find enough sales for all of them', async () => {
    const member = newId();
    const day = (n: number) => `2026-02-${String(n).padStart(2, '0')}`;
    for (let n = 1; n <= 6; n += 1) {
      await record(
        sale(member, [{ sku: 'mug', unitPrice: '10' }], { businessDate: day(n), occurredAt: `${day(n)}T10:00:00Z` }),
      );
    }
    const back = () => ({
      return: takeBack({ member: { kind: 'EXTERNAL', value: member }, lines: [{ sku: 'mug', quantity: '2' }] }),
    });

    const { results } = await batch([back(), back(), back(), back()]);

    expect(results.map((result: { state: string }) => result.state)).toEqual([
      'RECORDED',
      'RECORDED',
      'RECORDED',
      'REFUSED',
    ]);
  });

  test('a return by receipt or by item costs the same among many purchases', async () => {
    const plan = async (text: string) => JSON.stringify(await points.query(`explain (format json) ${text}`));
    await points.query(
      `insert into purchase select uuidv7(), null, partner_id, channel_id, channel_code, location_id, null, null,
         'many-' || n, business_date, occurred_at, recorded_at, currency_code, decimals, rate, total, 0, rule_version, false,
         input_hash, 1, facts, '{}'
       from (select * from purchase limit 1) p, generate_series(1, 20000) n`,
    );
    await points.query('analyze purchase');

    const { statements } = await import('../../subgraphs/points/purchase/recorded.service.ts').then(
      ({ REFERENCED }) => ({
        statements: REFERENCED,
      }),
    );
    const found = await plan(statements.replace('$1', `'[{"partner_id": "${newId()}", "id": "${newId()}"}]'::jsonb`));

    expect(found).not.toContain('Seq Scan","Parent Relationship":"Inner"');
    expect(found).not.toMatch(/"Node Type":"Seq Scan"[^{}]*"Relation Name":"purchase"/);
  });
});

describe('a batch', () => {
  test('answers each item; sent again in whole or part it changes nothing', async () => {
    const member = newId();
    const bought = sale(member, [{ sku: 'mug', quantity: '2', unitPrice: '10' }]);
    const items = [
      { purchase: bought },
      {
        return: takeBack({
          purchase: { location: 'north', receiptNumber: bought.receiptNumber },
          lines: [{ number: 1, quantity: '1' }],
        }),
      },
      { purchase: sale(member, [{ sku: 'tea', unitPrice: '-1' }]) },
      { purchase: { ...bought, idempotencyKey: 'twice' } },
      {},
      { purchase: sale(null, [{ sku: 'tea', unitPrice: '3' }]) },
    ];

    const first = await batch(items);
    const again = await batch(items.slice(0, 3));

    expect(first.results.map((result: { state: string }) => result.state)).toEqual([
      'RECORDED',
      'RECORDED',
      'REFUSED',
      'REPLAYED',
      'REFUSED',
      'RECORDED',
    ]);
    expect(first.results[1].entries).toMatchObject([{ amount: -10 }]);
    expect(first.results[4].userErrors).toMatchObject([{ code: 'ITEM_INVALID' }]);
    expect(first.summary).toEqual({ recorded: 3, replayed: 1, refused: 2, points: 10 });
    expect(again.summary).toEqual({ recorded: 0, replayed: 2, refused: 1, points: 0 });
    expect(again.results[0].entries).toEqual(first.results[0].entries);
  });

  test('the same batches sent at once in opposite orders are recorded once', async () => {
    const members = Array.from({ length: 8 }, newId);
    const items = Array.from({ length: 40 }, (_, index) => ({
      purchase: sale(index % 5 === 0 ? null : members[index % 8]!, [{ sku: 'mug', unitPrice: '10' }]),
    }));

    const summaries = await Promise.all(
      [items, items.toReversed(), items, items.toReversed()].map(async (sent) => (await batch(sent)).summary),
    );

    const total = (field: string) => summaries.reduce((sum, summary) => sum + summary[field], 0);
    expect([total('recorded'), total('replayed'), total('refused')]).toEqual([40, 120, 0]);
    expect(total('points')).toBe(320);
  });
});
