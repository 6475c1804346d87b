// Whether a voucher may be used, and what it then takes off a purchase.
import type { RewardKind } from '../catalogue/reward.rules.ts';
import type { VoucherState } from './voucher.entity.ts';

/** What a voucher is worth, as its reward said when it was issued: money, a part in per cent, one of a product. */
export type Worth = { amount: string; currencyCode: string } | { percent: string } | { sku: string };

export interface Presented {
  state: VoucherState;
  /** The partner of its reward; null: none. */
  partnerId: string | null;
  reservedFor: string | null;
  kind: RewardKind;
  worth: Worth | null;
}

/** Where a voucher is presented, for which purchase and its money; null: for none, or not known yet. */
export interface Presentation {
  partnerId: string | null;
  purchaseId: string | null;
  currencyCode: string | null;
}

/** Why a voucher cannot be used, for a purchase that may have it already; null: it can. */
export function unusable(
  voucher: Presented | undefined,
  { partnerId, purchaseId, currencyCode }: Presentation,
): { code: 'VOUCHER_UNKNOWN' | 'VOUCHER_NOT_USABLE'; message: string } | null {
  // Another partner's voucher is as unknown here as one that never was.
  if (voucher === undefined || (voucher.partnerId !== null && voucher.partnerId !== partnerId)) {
    return {
      code: 'VOUCHER_UNKNOWN',
      message: 'There is no voucher with this code, or it is for another partner.',
    };
  }
  const { state, reservedFor, kind, worth } = voucher;
  if (state !== 'ISSUED' && (purchaseId === null || reservedFor !== purchaseId)) {
    return { code: 'VOUCHER_NOT_USABLE', message: `The voucher is not to be used: it is ${state}.` };
  }
  const { currencyCode: money } = takenOff(kind, worth) as { currencyCode?: string };
  if (money === undefined || currencyCode === null || money === currencyCode) return null;
  return {
    code: 'VOUCHER_NOT_USABLE',
    message: `The voucher is worth money in ${money}, the purchase is in ${currencyCode}.`,
  };
}

/** Whose vouchers take nothing off a purchase, whatever they are worth. */
export const NOT_OFF: readonly RewardKind[] = ['SERVICE', 'EXPERIENCE', 'IN_KIND'];

export const takenOff = (kind: RewardKind, worth: Worth | null): Partial<Worth> =>
  worth === null || NOT_OFF.includes(kind) ? {} : worth;
