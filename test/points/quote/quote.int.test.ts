// What a quote says besides the points: why there are none, what a draft would do, what vouchers may not be used.
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { DateTime } from 'luxon';
import { encodeId, newId } from '../../../subgraphs/shared/id.ts';
import { ago, DOCUMENT, of, openCampaigns } from '../campaigns.ts';

let world: Awaited<ReturnType<typeof openCampaigns>>;
beforeAll(async () => void (world = await openCampaigns()));
afterAll(() => world.points.close());

const BOOK = { sku: 'book', unitPrice: '5' };

describe('a quote that gives nothing says why, and no rule’s reason', () => {
  test.each([
    ['blocked', { earningBlocked: true }, 0],
    ['blocked', { status: 'SUSPENDED' }, 0],
    ['late', {}, 40],
  ])('%s', async (reason, over, days) => {
    const member = newId();
    await world.tell(member, over);

    const { earned, explanation } = await world.quote(member, [BOOK], ago(days));

    expect(earned).toEqual([]);
    expect(explanation.steps).toEqual([{ rule: 'purchase', applied: false, reason, amount: null }]);
  });
});

test('a quote knows what a reached level gives of a budget, and takes nothing of it', async () => {
  const member = newId();
  const quoted = () => world.quote(member, [{ sku: 'sofa', unitPrice: '1200' }]);
  const first = await quoted();

  expect(first).toMatchObject({ tierBefore: { code: 'member' }, tierAfter: { code: 'silver' } });
  expect(first.earned.map(({ amount }: { amount: number }) => amount)).toEqual([1200, 1, 10]);
  expect(await quoted()).toEqual(first);
  expect(await world.points.query('select from budget')).toEqual([]);
});

test('under a draft with another ladder the member stands where the draft has it now, with that level’s discount', async () => {
  const member = newId();
  await world.record(member, [{ sku: 'sofa', unitPrice: '1200' }]);
  const { draft, userErrors } = await world.draft(
    DOCUMENT.replace(
      /- \{ code: member, name: Member \}[^]*$/,
      `- { code: guest, name: Guest }
      - { code: friend, name: Friend, from: { spend: '500' }, benefits: [{ discountPercent: '10' }] }
`,
    ).replace('tiers: [silver]', 'tiers: [friend]'),
  );

  expect(userErrors).toEqual([]);

  const quoted = await world.quote(member, [{ sku: 'book', unitPrice: '50' }], { ruleSetVersion: draft.version });

  expect(quoted).toMatchObject({
    tierBefore: { code: 'friend' },
    tierAfter: { code: 'friend' },
    discounts: [{ kind: 'TIER', code: 'friend-discount', amount: { amount: '5.00' } }],
    payable: { amount: '45.00' },
  });
});

test('a draft’s rules ask for a birthday that those in force do not ask for', async () => {
  const { members } = world.points.peers;
  const { answer } = members;
  const born = DateTime.now().setZone('Europe/Riga').toISODate();
  members.answer = (asked) =>
    asked.query.includes('memberFacts')
      ? { memberFacts: [{ id: encodeId('mbr', member), birthday: born, enrolledOn: born }] }
      : answer(asked);
  const member = newId();
  const rule = '- { code: cake-day, currency: points, give: { fixed: { points: 9 } }, when: { birthday: day } }';
  const { draft } = await world.draft(DOCUMENT.replace('- code: welcome', `${rule}\n        - code: welcome`));

  const { earned } = await world.quote(member, [BOOK], { ruleSetVersion: draft.version });
  members.answer = answer;

  expect(earned.map(({ amount }: { amount: number }) => amount)).toEqual([14, 1]);
});

test('rewards are asked of vouchers with the purchase’s money, for a quote as for recording', async () => {
  const { rewards } = world.points.peers;
  const { answer } = rewards;
  const refusal = { code: 'VOUCHER_NOT_USABLE', message: 'The voucher is worth money in EUR, the purchase is in GBP.' };
  const nothing = { amount: null, currencyCode: null, percent: null, sku: null, rewardCode: null };
  rewards.answer = ({ query }) =>
    query.includes('voucherWorths')
      ? { vouchers: [{ ...nothing, refusal }], redemptions: [] }
      : { vouchersPresent: { userErrors: [refusal] } };
  try {
    const recorded = await world.record(null, [of('book', '5')], { vouchers: ['EURO'] });

    expect(recorded.userErrors).toMatchObject([{ code: 'VOUCHER_NOT_USABLE' }]);
    await expect(world.quote(null, [of('book', '5')], { vouchers: ['EURO'] })).rejects.toThrow('VOUCHER_NOT_USABLE');
    expect(rewards.asked.slice(-2)).toMatchObject([
      { variables: { input: { currencyCode: 'GBP' } } },
      { variables: { currencyCode: 'GBP' } },
    ]);
  } finally {
    rewards.answer = answer;
  }
});
