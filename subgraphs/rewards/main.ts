// The rewards room: what can be had, and the sagas of having it.
import type { RoomDefinition } from '../shared/room.ts';
import { RewardRow } from './catalogue/reward.entity.ts';
import { rewardsContext } from './context.ts';
import { handlers } from './events.ts';
import { Rewards0001 } from './migrations/0001-rewards.ts';
import { Programme0002 } from './migrations/0002-programme.ts';
import { rewardsProgramme } from './programme.ts';
import { RedemptionRow } from './redemption/redemption.entity.ts';
import { settleDue } from './redemption/settle.service.ts';
import { rewardsSubgraph } from './schema.ts';
import { settleReservations } from './voucher/use.service.ts';
import { VoucherRow } from './voucher/voucher.entity.ts';

export const rewardsRoom: RoomDefinition = {
  name: 'rewards',
  entities: [RewardRow, RedemptionRow, VoucherRow],
  migrations: [Rewards0001, Programme0002],
  subgraph: rewardsSubgraph,
  handlers,
  context: rewardsContext,
  programme: rewardsProgramme,
  // One that cannot go on does not keep the other.
  async tick(request) {
    const results = await Promise.allSettled([settleDue(request), settleReservations(request)]);
    const failed = results.find((result) => result.status === 'rejected');
    if (failed !== undefined) throw failed.reason;
    return results.reduce((sum, result) => sum + (result.status === 'fulfilled' ? result.value : 0), 0);
  },
};
