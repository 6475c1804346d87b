// What stands between a member and a reward, as data and in words. `offer.loader.ts` says the same in SQL, for lists.
export interface OfferedReward {
  currency: string;
  points: number;
  stock: number | null;
  tiers: string[] | null;
  open: boolean;
}

export interface Standing {
  tierCode: string;
  balances: { currency: string; available: number }[];
}

export type UnavailabilityCode = 'MISSING_POINTS' | 'TIER_REQUIRED' | 'OUTSIDE_WINDOW' | 'OUT_OF_STOCK';

export interface Unavailability {
  code: UnavailabilityCode;
  message: string;
  missingPoints: number | null;
}

const reason = (code: UnavailabilityCode, message: string, missingPoints: number | null = null): Unavailability => ({
  code,
  message,
  missingPoints,
});

export const admitsTier = (tiers: string[] | null, tierCode: string): boolean =>
  tiers === null || tiers.includes(tierCode);

/** Empty when the member can have it now. */
export function unavailability(reward: OfferedReward, { tierCode, balances }: Standing): Unavailability[] {
  const available = balances.find(({ currency }) => currency === reward.currency)?.available ?? 0;
  const missing = reward.points - available;
  return [
    ...(missing > 0 ? [reason('MISSING_POINTS', `${missing} more ${reward.currency} are needed.`, missing)] : []),
    ...(admitsTier(reward.tiers, tierCode)
      ? []
      : [reason('TIER_REQUIRED', `It is for these tiers: ${reward.tiers!.join(', ')}.`)]),
    ...(reward.open ? [] : [reason('OUTSIDE_WINDOW', 'It cannot be had at this time.')]),
    ...(reward.stock === 0 ? [reason('OUT_OF_STOCK', 'Nothing is left of it.')] : []),
  ];
}
