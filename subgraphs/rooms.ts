// Every room there is. A process runs all of them or one.
import { membersRoom } from './members/main.ts';
import { partnersRoom } from './partners/main.ts';
import { pointsRoom } from './points/main.ts';
import { referralsRoom } from './referrals/main.ts';
import { rewardsRoom } from './rewards/main.ts';
import type { RoomName } from './shared/config.ts';
import type { RoomDefinition } from './shared/room.ts';

export const ROOM_DEFINITIONS = {
  members: membersRoom,
  points: pointsRoom,
  rewards: rewardsRoom,
  referrals: referralsRoom,
  partners: partnersRoom,
} as Record<RoomName, RoomDefinition>;
