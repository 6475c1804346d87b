// The ladder in the points room: steps in the transaction of what causes them, the night's job, grants, what is shown. Its
// time goes on from test to test.
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { encodeId, newId } from '../../../subgraphs/shared/id.ts';
import { checkInvariants } from '../ledger/invariant.ts';
import { BATCH, payload, sale, takeBack } from '../room.ts';
import { clerk, openLadder, till, type Ladder } from './room.ts';

const FILE = 'test/points/tier/spend.yaml';

let ladder: Ladder;
beforeAll(async () => {
  ladder = await openLadder(FILE);
  await ladder.at('2030-03-01T12:00:00Z');
});
afterAll(async () => {
  await checkInvariants(ladder.points.room.database.space('sandbox').source, null);
  await ladder.close();
});

const AT = '2030-03-01T10:00:00Z';
const steps = async (member: string) => (await ladder.moves(member)).map(({ from, to }) => `${from} → ${to}`);

describe('a purchase and its return', () => {
  test('lift over two levels at once, and each level gives what it gives', async () => {
    const member = newId();

    const answer = await ladder.buy(member, 600, AT);

    expect(answer.member.tier.code).toBe('gold');
    expect(answer.member.wallets[0].available).toBe(600 + 50 + 100);
    const at = '2030-03-01T10:00:00.000000Z';
    expect(await ladder.moves(member)).toEqual([
      { from: 'member', to: 'silver', at },
      { from: 'silver', to: 'gold', at },
    ]);
  });

  test('a level that is undone takes its bonus along, each by itself, and gives it again when it is reached again', async () => {
    const member = newId();
    const { purchase } = await ladder.buy(member, 600, AT);

    const half = await ladder.giveBack(purchase, { amount: '400' }, AT);
    const none = await ladder.giveBack(purchase, { whole: true }, AT);
    const again = await ladder.buy(member, 100, AT);

    expect(half.member).toMatchObject({ tier: { code: 'silver' }, wallets: [{ available: 200 + 50 }] });
    expect(none.member).toMatchObject({ tier: { code: 'member' }, wallets: [{ available: 0, deficit: 0 }] });
    expect(again.member).toMatchObject({ tier: { code: 'silver' }, wallets: [{ available: 100 + 50 }] });
    expect(await steps(member)).toEqual([
      'member → silver',
      'silver → gold',
      'gold → silver',
      'silver → member',
      'member → silver',
    ]);
  });

  test('undo each other in one batch as well', async () => {
    const member = newId();
    const purchase = sale(member, [{ sku: 'thing', unitPrice: '600' }], { occurredAt: AT, businessDate: '2030-03-01' });
    const reference = { location: 'north', receiptNumber: purchase.receiptNumber };
    const back = takeBack({ purchase: reference, whole: true, occurredAt: AT, businessDate: '2030-03-01' });

    const items = [{ purchase }, { return: back }];
    const { results } = await payload(ladder.points.ask(till, BATCH, { input: { items } }));

    expect(results).toMatchObject([{ state: 'RECORDED' }, { state: 'RECORDED' }]);
    expect((await ladder.tier(member)).code).toBe('member');
    expect(await ladder.rows('select available, deficit from wallet where member_id = $1', [member])).toEqual([
      { available: 0, deficit: 0 },
    ]);
  });

  test('at once with others take each step once', async () => {
    const member = newId();

    const answers = await Promise.all(Array.from({ length: 10 }, () => ladder.buy(member, 60, AT)));

    expect(await steps(member)).toEqual(['member → silver', 'silver → gold']);
    const given = answers.flatMap(({ entries }) => entries).reduce((sum, { amount }) => sum + amount, 0);
    expect(given).toBe(2 * 60 + 7 * 90 + 60 + 50 + 100);
  });

  test('of an earlier day count on it', async () => {
    const member = newId();

    await ladder.buy(member, 300, '2029-12-30T10:00:00Z');
    await ladder.buy(member, 300, AT);

    expect(await ladder.tier(member)).toMatchObject({
      code: 'silver',
      startedAt: '2029-12-30T10:00:00.000000Z',
      progress: [
        { metric: 'SPEND', current: '300', required: '500', nextTier: { code: 'gold' }, atRiskOn: null },
        { metric: 'SPEND', current: '300', required: '100', nextTier: null, atRiskOn: '2032-01-01' },
      ],
    });
  });

  test('of an earlier day have the tier of that day', async () => {
    const member = newId();
    await ladder.buy(member, 100, AT);

    const late = await ladder.buy(member, 10, '2030-02-01T10:00:00Z');
    const now = await ladder.buy(member, 10, '2030-03-01T10:30:00Z');

    expect([late, now].map(({ entries }) => entries[0].amount)).toEqual([10, 15]);
  });
});

describe('a tier that a person gives', () => {
  test('holds until it is taken back, beside what is earned', async () => {
    const member = newId();
    await ladder.buy(member, 120, AT);

    const { grant, member: shown } = await ladder.grant(member);
    const granted = await ladder.tier(member);
    const revoked = await ladder.revoke(grant.id);

    expect(shown.tier.code).toBe('gold');
    expect(granted.grants).toMatchObject([
      { id: grant.id, tier: { code: 'gold' }, until: '2031-01-01', reason: 'a guest', actor: { kind: 'OPERATOR' } },
    ]);
    expect(granted.endsAt).toBe('2031-01-01T22:00:00.000000Z');
    expect(revoked).toMatchObject({ member: { tier: { code: 'silver' } }, userErrors: [] });
    expect(revoked.grant.revokedAt).not.toBeNull();
    expect(await steps(member)).toEqual(['member → silver', 'silver → gold', 'gold → silver']);
    expect((await ladder.revoke(grant.id)).userErrors).toEqual([{ code: 'GRANT_NOT_OPEN', field: ['grantId'] }]);
  });

  test('is given once for a key', async () => {
    const member = newId();
    const key = { idempotencyKey: newId() };

    const [first, second] = [await ladder.grant(member, key), await ladder.grant(member, key)];

    expect(second).toMatchObject({ grant: { id: first.grant.id }, replayed: true });
    expect(await ladder.rows('select 1 from tier_grant where member_id = $1', [member])).toHaveLength(1);
  });

  test.each([
    [{ tier: 'member' }, 'TIER_UNKNOWN', 'tier'],
    [{ tier: 'platinum' }, 'TIER_UNKNOWN', 'tier'],
    [{ until: '2030-02-28' }, 'GRANT_INVALID', 'until'],
    [{ until: '2041-01-01' }, 'GRANT_INVALID', 'until'],
    [{ reason: ' ' }, 'REASON_MISSING', 'reason'],
    [{ memberId: 'mbr_nobody' }, 'MEMBER_UNKNOWN', 'memberId'],
  ])('%j is refused and leaves nothing', async (over, code, field) => {
    const member = newId();

    expect((await ladder.grant(member, over)).userErrors).toEqual([{ code, field: [field] }]);

    expect(await ladder.moves(member)).toEqual([]);
    expect(await ladder.rows('select 1 from tier_grant where member_id = $1', [member])).toEqual([]);
  });
});

test('what is shown: level, benefits, in the language asked for; a page of members costs a statement per table', async () => {
  const members = Array.from({ length: 20 }, newId);
  await ladder.buy(members[0]!, 500, AT);
  expect(await ladder.tier(members[0]!)).toMatchObject({
    name: 'Złoto',
    endsAt: '2031-12-31T22:00:00.000000Z',
    progress: [{ metric: 'SPEND', current: '500', required: '500', nextTier: null, atRiskOn: '2032-01-01' }],
    benefits: [
      { kind: 'DISCOUNT_PERCENT', code: 'gold-discount', name: null, value: '10' },
      { kind: 'ENTITLEMENT', code: 'lounge', name: 'Salonik', value: null },
    ],
  });
  ladder.points.statements.splice(0);

  const found = await payload(
    ladder.points.ask(
      clerk,
      `query ($of: [_Any!]!) { _entities(representations: $of) { ... on Member { tier { code startedAt } } } }`,
      { of: members.map((member) => ({ __typename: 'Member', id: encodeId('mbr', member) })) },
    ),
  );

  expect(found.map((one: { tier: { code: string } }) => one.tier.code)).toEqual(['gold', ...Array(19).fill('member')]);
  const tables = ladder.points.statements.flatMap((text) => /from (standing|tier_\w+)/.exec(text)?.[1] ?? []);
  expect(tables.toSorted()).toEqual(['standing', 'tier_change', 'tier_day']);
});

describe('another scheme', () => {
  const document = readFileSync(FILE, 'utf8').replace("from: { spend: '500' }", "from: { spend: '110' }");
  const PREVIEW = `query ($document: String!, $first: Int!, $after: String) { tierSchemePreview(document: $document) {
    moves { from { code } to { code } members } members(first: $first, after: $after) {
      nodes { member { id } from { code } to { code } } pageInfo { hasNextPage endCursor } } userErrors { code message } } }`;
  const preview = (variables: object) =>
    payload(ladder.points.ask(clerk, PREVIEW, { document, first: 100, after: null, ...variables }));

  test('says before it is applied who would move where, page by page, and moves nobody', async () => {
    const before = await ladder.rows('select count(*) from tier_change');

    const all = await preview({});
    const first = await preview({ first: 1 });
    const second = await preview({ first: 1, after: first.members.pageInfo.endCursor });

    expect(all).toMatchObject({
      moves: [{ from: { code: 'silver' }, to: { code: 'gold' }, members: 3 }],
      members: { pageInfo: { hasNextPage: false } },
      userErrors: [],
    });
    expect(all.members.nodes).toHaveLength(3);
    expect([...first.members.nodes, ...second.members.nodes]).toEqual(all.members.nodes.slice(0, 2));
    expect(await ladder.rows('select count(*) from tier_change')).toEqual(before);
  });

  test('that cannot be read is refused with its faults', async () => {
    const { moves, userErrors } = await preview({ document: 'points: {}' });

    expect(moves).toEqual([]);
    expect(userErrors[0].code).toBe('PROGRAMME_INVALID');
  });
});

describe('time', () => {
  const midnight = (year: number) => `${year - 1}-12-31T22:00:00.000000Z`;
  let member: string;
  let other: string;

  test('takes a level at a time, whether or not anybody has looked', async () => {
    [member, other] = [newId(), newId()];
    for (const one of [member, other]) await ladder.buy(one, 600, AT);
    await ladder.at('2031-12-31T21:59:00Z');
    await ladder.night();
    expect((await ladder.tier(member)).code).toBe('gold');

    await ladder.at('2033-02-01T12:00:00Z');

    expect(await ladder.tier(member)).toMatchObject({ code: 'member', startedAt: null, endsAt: null });
    expect(await steps(member)).toEqual(['member → silver', 'silver → gold']);
  });

  test('is written down before a purchase that comes before the night', async () => {
    const { member: bought, entries } = await ladder.buy(other, 200, '2033-02-01T11:00:00Z');

    expect(bought.tier.code).toBe('silver');
    expect(entries[0].amount).toBe(200);
    expect((await ladder.moves(other)).slice(2)).toEqual([
      { from: 'gold', to: 'silver', at: midnight(2032) },
      { from: 'silver', to: 'member', at: midnight(2033) },
      { from: 'member', to: 'silver', at: '2033-02-01T11:00:00.000000Z' },
    ]);
  });

  test('is written down once, late, as it would have been at each midnight', async () => {
    await ladder.night();
    const written = await ladder.moves(member);

    expect(await ladder.night()).toBe(0);

    expect(written.slice(2)).toEqual([
      { from: 'gold', to: 'silver', at: midnight(2032) },
      { from: 'silver', to: 'member', at: midnight(2033) },
    ]);
    expect(await ladder.moves(member)).toEqual(written);
    expect(await ladder.rows('select tier, due_at from standing where member_id = $1', [member])).toEqual([
      { tier: 'member', due_at: null },
    ]);
  });
});
