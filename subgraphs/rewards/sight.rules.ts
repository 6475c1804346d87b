// Who sees what, and who may do what. A code is money in the hand: a till or a partner sees it only where its own brand
// made the redemption or has the voucher before it, and never one of another partner's reward.
import type { Viewer } from '../shared/viewer.ts';

const isProgram = ({ kind }: Viewer): boolean => kind === 'till' || kind === 'partner';
const isOwn = (viewer: Viewer, partnerId: string | null): boolean =>
  isProgram(viewer) && partnerId !== null && viewer.partnerId === partnerId;

/** Members need no scope, programs and staff do. */
export const readsRewards = ({ kind, scopes }: Viewer): boolean => kind === 'member' || scopes.includes('rewards:read');

/** What is visible is public; a partner sees its own before and after too, an operator everything. */
export function seesReward(viewer: Viewer, reward: { partnerId: string | null; visible: boolean }): boolean {
  if (viewer.kind === 'operator') return true;
  if (viewer.kind === 'member' || isProgram(viewer)) {
    return reward.visible || seesShelf(viewer, reward.partnerId);
  }
  return false;
}

/** From when until when the catalogue shows it: an operator, and the partner whose it is. */
export const seesShelf = (viewer: Viewer, partnerId: string | null): boolean =>
  viewer.kind === 'operator' || (viewer.kind === 'partner' && isOwn(viewer, partnerId));

/** A till or a partner hands out its own rewards and those of no partner. */
export const handsOut = (viewer: Viewer, partnerId: string | null): boolean =>
  !isProgram(viewer) || partnerId === null || isOwn(viewer, partnerId);

/** An operator manages all rewards, a partner its own; null: of no partner. */
export const managesReward = (viewer: Viewer, partnerId: string | null): boolean =>
  viewer.scopes.includes('rewards:manage') &&
  (viewer.kind === 'operator' || (viewer.kind === 'partner' && isOwn(viewer, partnerId)));

export interface RedemptionFacts {
  memberId: string;
  /** The partner at which it was taken. */
  takenBy: string | null;
  /** The partner of its reward. */
  partnerId: string | null;
}

export function seesRedemption(viewer: Viewer, { memberId, takenBy, partnerId }: RedemptionFacts): boolean {
  if (viewer.kind === 'member') return viewer.memberId === memberId;
  return viewer.kind === 'operator' || isOwn(viewer, takenBy) || isOwn(viewer, partnerId);
}

/** Captures, releases, refunds: whoever took it, and operators. */
export function handlesRedemption(viewer: Viewer, { memberId, takenBy }: RedemptionFacts): boolean {
  if (viewer.kind === 'member') return viewer.memberId === memberId;
  return viewer.kind === 'operator' || isOwn(viewer, takenBy);
}

export type VoucherFacts = RedemptionFacts & {
  /** The partner that has it before it, or had. */
  presentedTo: string | null;
};

export const seesVoucher = (viewer: Viewer, voucher: VoucherFacts): boolean =>
  seesRedemption(viewer, voucher) || isOwn(viewer, voucher.presentedTo);

export function seesCode(viewer: Viewer, voucher: VoucherFacts): boolean {
  if (viewer.kind === 'room') return true;
  if (!isProgram(viewer)) return seesVoucher(viewer, voucher);
  const usableHere = voucher.partnerId === null || isOwn(viewer, voucher.partnerId);
  return usableHere && (isOwn(viewer, voucher.takenBy) || isOwn(viewer, voucher.presentedTo));
}
