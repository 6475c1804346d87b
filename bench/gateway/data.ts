// Members with all that the five schemas say of them, made once and held as objects: what a resolver gives is ready, so
// that no database stands between a gateway and its limit.
import { encodeId, type IdPrefix } from '../../subgraphs/shared/id.ts';

const MEMBERS = 1_000;
const PARTNERS = 4;
const REWARDS = 20;
const ENTRIES = 10;
const REDEMPTIONS = 5;

const idAt = (prefix: IdPrefix, index: number): string =>
  encodeId(prefix, `01900000-0000-7000-8000-${index.toString(16).padStart(12, '0')}`);
const dayAt = (index: number): string => new Date(Date.UTC(2026, 0, 1 + index)).toISOString().slice(0, 10);
const instantAt = (index: number): string => `${dayAt(index)}T09:30:00.000Z`;
const upTo = <T>(count: number, make: (index: number) => T): T[] => Array.from({ length: count }, (_, n) => make(n));

export const memberIds = upTo(MEMBERS, (index) => idAt('mbr', index));

export const partners = upTo(PARTNERS, (index) => ({
  id: idAt('ptn', index),
  code: `brand-${index}`,
  name: `Brand “${index}” & Sons`,
}));

const points = { code: 'points', name: 'Points', decimals: 0, spendable: true };
const stars = { code: 'stars', name: 'Stars', decimals: 2, spendable: false };

const rewards = upTo(REWARDS, (index) => ({
  id: idAt('rwd', index),
  code: `reward-${index}`,
  name: `Reward number ${index}, a cup of coffee`,
  kind: 'FREE_PRODUCT',
  partner: partners[index % PARTNERS],
}));

const members = memberIds.map((id, index) => ({
  id,
  status: 'ACTIVE',
  displayName: `Ada Example ${index}`,
  cardNumber: String(2_900_000_000_000 + index),
  enrolledAt: instantAt(index % 300),
  consents: upTo(3, (n) => ({
    purpose: n === 2 ? 'PARTNER_SHARING' : ['MARKETING_EMAIL', 'PROFILING'][n],
    partner: n === 2 ? partners[index % PARTNERS] : null,
    granted: n !== 1,
    decidedAt: instantAt(n),
    source: 'MEMBER',
  })),
}));

const tierOf = (index: number) => ({
  code: ['member', 'bronze', 'silver', 'gold'][index % 4],
  name: ['Member', 'Bronze', 'Silver', 'Gold'][index % 4],
  startedAt: instantAt(index % 30),
  endsAt: null,
  progress: [
    { metric: 'SPEND', current: `${index}.50`, required: '1000.00', nextTier: { code: 'gold', name: 'Gold' } },
    { metric: 'SPEND', current: `${index}.50`, required: '5000.00', nextTier: null },
  ],
  benefits: [{ kind: 'DISCOUNT_PERCENT', code: `discount-${index % 4}`, value: '5' }],
});

const walletsOf = (index: number) =>
  [points, stars].map((currency) => ({
    currency,
    available: 1_000 + index,
    pending: index % 50,
    held: 0,
    deficit: 0,
    nextExpiry: currency === points ? { expiresOn: dayAt(400), amount: 120 } : null,
  }));

const entriesOf = (index: number) =>
  upTo(ENTRIES, (n) => ({
    id: idAt('ent', index * ENTRIES + n),
    kind: n % 3 === 0 ? 'SPEND' : 'EARN',
    amount: n % 3 === 0 ? -50 : 75,
    currency: points,
    occurredAt: instantAt(n),
    postedAt: instantAt(n),
    lot: n % 3 === 0 ? null : { expiresAt: instantAt(700 + n) },
    runningBalance: 1_000 + index - n * 10,
    explanation: { summary: `One point for each pound of receipt ${index}-${n}` },
  }));

const offersOf = (index: number) =>
  rewards.map((reward, n) => ({
    reward,
    price: { points: { currency: points, amount: 100 * (n + 1) }, money: null },
    available: 100 * (n + 1) <= 1_000 + index,
    unavailableReasons:
      100 * (n + 1) <= 1_000 + index
        ? []
        : [{ code: 'MISSING_POINTS', message: 'More points are needed.', missingPoints: 100 * n - 900 - index }],
  }));

const redemptionsOf = (index: number) =>
  upTo(REDEMPTIONS, (n) => ({
    id: idAt('rdm', index * REDEMPTIONS + n),
    state: 'CONFIRMED',
    requestedAt: instantAt(n),
    vouchers: [{ code: `ABCD-EFGH-${n}JKL-MNPQ`, state: 'ISSUED', expiresAt: instantAt(500) }],
    reward: rewards[(index + n) % REWARDS],
  }));

const codeOf = (index: number) => ({ code: `ADA${index}`, link: `https://loyalty.example/join?code=ADA${index}` });
const summaryOf = (index: number) => ({ attributed: index % 9, qualified: index % 5, rewarded: 1, pointsEarned: 200 });

const byId = <T>(make: (index: number) => T): ReadonlyMap<string, T> =>
  new Map(memberIds.map((id, index) => [id, make(index)]));

/** A member in the words of each room that knows it. */
export const memberIn = {
  members: byId((index) => members[index]!),
  points: byId((index) => ({
    id: memberIds[index],
    tier: tierOf(index),
    wallets: walletsOf(index),
    entries: entriesOf(index),
  })),
  rewards: byId((index) => ({ id: memberIds[index], offers: offersOf(index), redemptions: redemptionsOf(index) })),
  referrals: byId((index) => ({
    id: memberIds[index],
    referralCode: codeOf(index),
    referralSummary: summaryOf(index),
  })),
};

/** A page of a list behind a cursor, which is a place in it. */
export function page<T>(list: readonly T[], { first, after }: { first: number; after?: string | null }) {
  const from = after === undefined || after === null ? 0 : Number(after);
  const nodes = list.slice(from, from + first);
  const end = from + nodes.length;
  return {
    nodes,
    edges: nodes.map((node, index) => ({ cursor: String(from + index + 1), node })),
    pageInfo: {
      hasNextPage: end < list.length,
      hasPreviousPage: from > 0,
      startCursor: String(from),
      endCursor: String(end),
    },
  };
}

export const memberList = [...memberIn.members.values()];
