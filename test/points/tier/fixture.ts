// Ladders and lives for the tables of the unit tests.
import { Big } from 'big.js';
import { tierScheme, type TierScheme } from '../../../subgraphs/points/programme/tier.rules.ts';
import { heldRanks, type TierFacts } from '../../../subgraphs/points/tier/claim.rules.ts';

/** `silver` from 100, `gold` from 500, unless told otherwise. */
export const schemeOf = (over: object): TierScheme =>
  tierScheme.parse({
    window: 'calendar-year',
    levels: [
      { code: 'member', name: 'Member' },
      { code: 'silver', name: 'Silver', from: { spend: '100' } },
      { code: 'gold', name: 'Gold', from: { spend: '500' } },
    ],
    ...over,
  });

/** Days with what was spent on them, or whatever else. */
export const factsOf = (spent: Record<string, number | object>, over: Partial<TierFacts> = {}): TierFacts => ({
  counted: Object.entries(spent)
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([day, what]) => ({
      day,
      purchases: 0,
      points: 0,
      ...(typeof what === 'number' ? { spend: Big(what) } : { spend: Big(0), ...what }),
    })),
  balances: [],
  enrolledOn: null,
  grants: [],
  ...over,
});

/** `2026-03-01 gold`: each day on which the tier changes. */
export const changes = (scheme: TierScheme, facts: TierFacts): string[] =>
  heldRanks(scheme, facts)
    .slice(1)
    .map(({ from, rank }) => `${from} ${scheme.levels[rank]!.code}`);
