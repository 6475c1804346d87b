import type { RoomDefinition } from '../shared/room.ts';
import { membersContext } from './context.ts';
import { handlers } from './events.ts';
import { IdentifierRow } from './identifier/identifier.entity.ts';
import { MemberRow } from './member/member.entity.ts';
import { Members0001 } from './migrations/0001-members.ts';
import { Programme0002 } from './migrations/0002-programme.ts';
import { ProfileRow } from './profile/profile.entity.ts';
import { membersProgramme } from './programme.ts';
import { membersSubgraph } from './schema.ts';

export const membersRoom: RoomDefinition = {
  name: 'members',
  entities: [MemberRow, IdentifierRow, ProfileRow],
  migrations: [Members0001, Programme0002],
  subgraph: membersSubgraph,
  handlers,
  context: membersContext,
  programme: membersProgramme,
};
