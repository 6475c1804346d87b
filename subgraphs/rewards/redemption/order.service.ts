// What one redemption takes of a reward, and whether it may: decided in the transaction that reserves it.
import type { Transaction } from '../../shared/database.ts';
import { decodeId } from '../../shared/id.ts';
import { Refused } from '../../shared/refusal.ts';
import { admitsTier, type Standing } from '../catalogue/offer.rules.ts';
import type { RewardRow } from '../catalogue/reward.entity.ts';
import type { RewardsContext } from '../context.ts';
import { handsOut, seesReward } from '../sight.rules.ts';
import { isQuantity, QUANTITY_MAX } from './redemption.rules.ts';
import type { NewRedemption } from './step.service.ts';

export const refuse = (code: string, message: string, ...field: string[]) => new Refused(code, message, { field });

export interface Wanted {
  reward: RewardRow | null;
  standing: Standing | null;
}

/** The reward, and what its gate must know; asked before the transaction. */
export async function wanted({ loaders }: RewardsContext, rewardId: string, memberId: string): Promise<Wanted> {
  const id = decodeId('rwd', rewardId);
  const reward = id === null ? null : await loaders.rewardsById.load(id);
  const gated = reward !== null && reward.tiers !== null;
  return { reward, standing: gated ? await loaders.standingsByMemberId.load(memberId) : null };
}

/** Takes from the stock; how many were taken of a stock that counts. */
async function reserve(tx: Transaction, rewardId: string, quantity: number): Promise<number> {
  const [[left]] = await tx.query<[{ stock: number | null }[], number]>(
    'update reward set stock = stock - $2 where id = $1 and (stock is null or stock >= $2) returning stock',
    [rewardId, quantity],
  );
  if (left === undefined) throw refuse('OUT_OF_STOCK', 'Nothing, or not enough, is left of this reward.', 'rewardId');
  return left.stock === null ? 0 : quantity;
}

export type Order = Omit<NewRedemption, 'id' | 'memberId' | 'takenBy' | 'ttlSeconds'>;

export async function orderReward(
  tx: Transaction,
  { viewer }: RewardsContext,
  { reward, standing }: Wanted,
  quantity: number,
): Promise<Order> {
  if (!isQuantity(quantity)) throw refuse('QUANTITY_INVALID', `A quantity is 1 to ${QUANTITY_MAX}.`, 'quantity');
  if (reward === null || !seesReward(viewer, reward)) {
    throw refuse('REWARD_UNKNOWN', 'There is no such reward.', 'rewardId');
  }
  if (!handsOut(viewer, reward.partnerId)) {
    throw refuse('REWARD_OF_OTHER_PARTNER', 'Another partner hands this reward out.', 'rewardId');
  }
  if (!reward.open) throw refuse('OUTSIDE_WINDOW', 'The reward cannot be had at this time.', 'rewardId');
  if (standing !== null && !admitsTier(reward.tiers, standing.tierCode)) {
    throw refuse('TIER_REQUIRED', `The reward is for these tiers: ${reward.tiers!.join(', ')}.`, 'rewardId');
  }
  const reserved = await reserve(tx, reward.id, quantity);
  return { rewardId: reward.id, quantity, currency: reward.currency, points: reward.points * quantity, reserved };
}
