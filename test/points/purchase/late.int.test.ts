// Purchases that come later than the programme takes without a look, and what a person's approval makes of them.
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { newId } from '../../../subgraphs/shared/id.ts';
import { ago, DOCUMENT, given, of, openCampaigns, type Answer } from '../campaigns.ts';
import { checkLedger } from '../room.ts';

let world: Awaited<ReturnType<typeof openCampaigns>>;
beforeAll(async () => void (world = await openCampaigns()));
afterEach(() => checkLedger(world.points));
afterAll(() => world.points.close());

const LATE = ago(40);

test('an approval may lift the tier, whatever the step takes of a budget', async () => {
  const { purchase } = await world.record(newId(), [{ sku: 'sofa', unitPrice: '1200' }], LATE);

  const decided = await world.decide(purchase.id);

  expect(decided).toMatchObject({ purchase: { review: 'APPROVED' }, member: { tier: { code: 'silver' } } });
  expect(given(decided)).toBe(1210);
});

describe('of what waits and what came in time', () => {
  const waitingOf = async (category: string) => {
    const member = newId();
    const waiting: Answer[] = [];
    for (let n = 0; n < 3; n += 1) waiting.push(await world.record(member, [of(category, '1')], LATE));
    return { member, waiting: waiting.map(({ purchase }) => purchase.id) };
  };
  const approved = async (ids: string[]) => {
    const answers: Answer[] = [];
    for (const id of ids) answers.push(await world.decide(id));
    return answers.map((answer) => given(answer));
  };

  test('one alone is the first purchase', async () => {
    const { member, waiting } = await waitingOf('first');
    const inTime: Answer = await world.record(member, [of('first', '1')]);

    expect([given(inTime), ...(await approved(waiting))]).toEqual([101, 1, 1, 1]);
  });

  test('one alone is the visit of a day', async () => {
    const {
      waiting: [declined, ...others],
    } = await waitingOf('visit');
    await world.decide(declined!, false);

    expect(await approved(others)).toEqual([3, 1]);
  });

  test('each draws for itself', async () => {
    const { member, waiting } = await waitingOf('lucky');
    await world.record(member, [of('lucky', '1')]);
    await approved(waiting);

    const draws = await world.points.query<{ draw: string }>(
      `select facts -> 'facts' -> 'member' -> 'draws' ->> 'lucky' draw from purchase where member_id = $1`,
      [member],
    );

    expect(new Set(draws.map(({ draw }) => draw)).size).toBe(4);
  });
});

describe('a member that may not earn', () => {
  test.each([
    ['is blocked', { earningBlocked: true }],
    ['is suspended', { status: 'SUSPENDED' }],
  ])(
    'because it %s gets nothing by an approval; its purchase goes on waiting, and can be declined',
    async (_, over) => {
      const member = newId();
      const { purchase } = await world.record(member, [of('first', '1')], LATE);
      await world.tell(member, over);

      const refused = await world.decide(purchase.id);
      const declined = await world.decide(purchase.id, false);

      expect(refused.userErrors).toMatchObject([{ code: 'EARNING_BLOCKED' }]);
      expect(declined).toMatchObject({ purchase: { review: 'DECLINED' }, entries: [], userErrors: [] });
    },
  );
});

test('how late is late, the version in force now says, for purchases and events', async () => {
  const event = () => world.hello(newId(), ago(20));
  const buy = () => world.record(newId(), [of('book', '5')], ago(20));
  expect([given(await buy()), (await event()).userErrors]).toMatchObject([0, [{ code: 'EVENT_TOO_OLD' }]]);

  const { programme } = await world.apply(DOCUMENT.replace('lateDays: 10', 'lateDays: 30'));

  expect(programme).toMatchObject({ state: 'IN_FORCE' });
  expect([given(await buy()), await event()]).toMatchObject([5, { entries: [{ amount: 3 }], userErrors: [] }]);
});
