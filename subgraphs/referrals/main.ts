// The referrals room: who brought whom, and what both get for it.
import type { RoomDefinition } from '../shared/room.ts';
import { referralsContext } from './context.ts';
import { handlers } from './events.ts';
import { Referrals0001 } from './migrations/0001-referrals.ts';
import { Programme0002 } from './migrations/0002-programme.ts';
import { referralsProgramme } from './programme.ts';
import { ReferralRow } from './referral/referral.entity.ts';
import { settleDue } from './referral/reward.service.ts';
import { referralsSubgraph } from './schema.ts';

export const referralsRoom: RoomDefinition = {
  name: 'referrals',
  entities: [ReferralRow],
  migrations: [Referrals0001, Programme0002],
  subgraph: referralsSubgraph,
  handlers,
  context: referralsContext,
  programme: referralsProgramme,
  tick: settleDue,
};
