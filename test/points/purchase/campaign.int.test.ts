// Budgets, several currencies and terms of rules, as purchases and returns meet them.
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { verify } from '../../../subgraphs/points/ledger/verify.service.ts';
import { newId } from '../../../subgraphs/shared/id.ts';
import type { TestRoom } from '../../support/room.ts';
import { checkLedger, northTill, openPoints, payload, RECORD, RETURN, sale, takeBack, type SaleLine } from '../room.ts';

let points: TestRoom;
beforeAll(async () => {
  points = await openPoints('test/points/campaigns.yaml');
});
afterEach(() => checkLedger(points));
afterAll(() => points.close());

let day = new Date().toISOString().slice(0, 10);
const today = () => ({ businessDate: day, occurredAt: new Date().toISOString() });
const record = (member: string, lines: SaleLine[], over: Record<string, unknown> = {}) =>
  payload(points.ask(northTill, RECORD, { input: sale(member, lines, { ...today(), ...over }) }));
const giveBack = (over: Record<string, unknown>) =>
  payload(points.ask(northTill, RETURN, { input: takeBack({ ...today(), ...over }) }));
const of = (category: string, unitPrice = '0', quantity = '1') => ({ sku: category, category, unitPrice, quantity });
interface Answer {
  entries: { kind: string; amount: number; currency: { code: string } }[];
  purchase: { id: string };
}
const given = ({ entries }: Pick<Answer, 'entries'>, code = 'points') =>
  entries.filter(({ currency }) => currency.code === code).reduce((sum, { amount }) => sum + amount, 0);
const budget = async (account: string) =>
  (
    await points.query<{ points: number; money: string; moves: number }>(
      `select points, money, (select sum(m.points)::int from budget_move m where m.account = b.account) moves
       from budget b where account = $1`,
      [account],
    )
  )[0];

describe('a budget', () => {
  test('for 60 gives exactly 60 to 100 purchases at once, and what comes back is there again', async () => {
    const answers: Answer[] = await Promise.all(
      Array.from({ length: 100 }, () => record(newId(), [of('launch', '0.10')])),
    );
    const winners = answers.filter((answer) => given(answer) === 1);

    expect(winners).toHaveLength(60);
    expect(await budget('launch')).toEqual({ points: 60, money: '0', moves: 60 });

    for (const { purchase } of winners.slice(0, 7)) await giveBack({ purchase: { id: purchase.id }, whole: true });
    const again: Answer[] = await Promise.all(Array.from({ length: 9 }, () => record(newId(), [of('launch', '0.10')])));

    expect(again.filter((answer) => given(answer) === 1)).toHaveLength(7);
    expect(await budget('launch')).toEqual({ points: 60, money: '0', moves: 60 });
  });

  test('that was changed behind its moves is found by the verification', async () => {
    const source = points.room.database.space('live').source;
    await points.query(`update budget set points = points - 1 where account = 'launch'`);

    expect((await verify(source, null)).firstBreak?.reason).toBe('budget launch is not the sum of its moves');

    await points.query(`update budget set points = points + 1 where account = 'launch'`);
  });

  test('in money pays for as many points as it can, and says what it took', async () => {
    const answers = [];
    for (let n = 0; n < 4; n += 1) answers.push(await record(newId(), [of('thrift', '0.10')]));

    expect(answers.map((answer) => given(answer))).toEqual([20, 20, 10, 0]);
    expect(await budget('thrift')).toMatchObject({ points: 0, money: '0.5' });
    expect(
      answers[2].entries.find((entry: Answer['entries'][number]) => entry.currency.code === 'points').explanation.steps,
    ).toContainEqual(expect.objectContaining({ rule: 'thrift', amount: -10 }));
  });

  test('limits what reached levels give, and gets it back when a return undoes them', async () => {
    const members = [newId(), newId(), newId()];
    const first = [];
    for (const member of members) first.push(await record(member, [{ sku: 'sofa', unitPrice: '1200' }]));

    expect(first.map((answer) => given(answer))).toEqual([1210, 1210, 1205]);
    expect(first.map(({ member }) => member.tier.code)).toEqual(['silver', 'silver', 'silver']);

    const back = await giveBack({ purchase: { id: first[0].purchase.id }, whole: true });

    expect(given(back)).toBe(-1210);
    expect(back.member.tier.code).toBe('member');
    expect(given(await record(newId(), [{ sku: 'sofa', unitPrice: '1200' }]))).toBe(1210);
  });
});

describe('rules', () => {
  test('of several currencies give each its entry, and a return takes each back', async () => {
    const member = newId();
    const { entries, purchase } = await record(member, [{ sku: 'book', unitPrice: '12.90' }]);

    expect(given({ entries })).toBe(12);
    expect(given({ entries }, 'stars')).toBe(1);

    const part = await giveBack({ purchase: { id: purchase.id }, amount: '2.90' });

    expect([given(part), given(part, 'stars')]).toEqual([-2, 0]);

    const rest = await giveBack({ purchase: { id: purchase.id }, whole: true });

    expect([given(rest), given(rest, 'stars')]).toEqual([-10, -1]);
  });

  test('whose terms differ make lots of their own; a confirmation gives each its own expiry', async () => {
    const member = newId();
    const { purchase } = await record(member, [
      of('tea', '0', '2'),
      of('cake', '0', '1'),
      { sku: 'mug', unitPrice: '4' },
    ]);
    const lots = () =>
      points.query(
        `select l.amount, l.pending, l.remaining, (expires_at - earned_at) between '9 days' and '12 days' "soon", expires_at is null "never"
         from lot l join entry e using (member_id, currency, seq) where e.member_id = $1 and currency = 'points' order by n`,
        [member],
      );

    expect(await lots()).toMatchObject([
      { amount: 4, pending: 0, remaining: 4, soon: false, never: false },
      { amount: 10, pending: 10, remaining: 0 },
      { amount: 3, pending: 3, remaining: 0 },
    ]);

    const confirmed = await payload(
      points.ask(
        northTill,
        'mutation ($input: PurchaseConfirmInput!) { purchaseConfirm(input: $input) { entries { kind moved: amount } userErrors { code } } }',
        { input: { idempotencyKey: newId(), purchaseId: purchase.id } },
      ),
    );

    expect(confirmed).toMatchObject({ entries: [{ kind: 'ACTIVATE' }], userErrors: [] });
    expect(await lots()).toMatchObject([
      { amount: 4, remaining: 4 },
      { amount: 10, pending: 0, remaining: 10, soon: true },
      { amount: 3, pending: 0, remaining: 3, never: true },
    ]);
  });

  test('that surprise draw anew for each purchase, whatever came back before', async () => {
    const member = newId();
    const bought: Answer[] = [];
    for (let n = 0; n < 6; n += 1) {
      bought.push(await record(member, [of('lucky', '1')]));
      if (n % 2 === 1) await giveBack({ purchase: { id: bought[n - 1]!.purchase.id }, whole: true });
    }

    const drawn = await points.query<{ draw: string; points: number }>(
      `select facts -> 'facts' -> 'member' -> 'draws' ->> 'lucky' draw, coalesce((select sum(amount) from entry e
         where e.origin = p.id and e.kind = 'EARN' and e.currency = 'points'), 0)::int points
       from purchase p where member_id = $1 order by id`,
      [member],
    );

    expect(new Set(drawn.map(({ draw }) => draw)).size).toBe(6);
    expect(drawn.map((one) => one.points)).toEqual(drawn.map(({ draw }) => (Number(draw) < 0.5 ? 8 : 1)));
  });

  test('that give more for what is kept give it, and a whole return takes all of it back', async () => {
    const member = newId();
    const { purchase, entries } = await record(member, [of('small', '6', '2')]);

    expect(given({ entries })).toBe(12);

    const part = await giveBack({ purchase: { id: purchase.id }, lines: [{ sku: 'small', quantity: '1' }] });

    expect(given(part)).toBe(34);

    const rest = await giveBack({ purchase: { id: purchase.id }, whole: true });

    expect(given(rest)).toBe(-46);
    expect(rest.member.wallets).toContainEqual({ currency: { code: 'points' }, available: 0, deficit: 0 });
  });
});
