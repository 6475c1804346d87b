import { membersRoom } from '../../subgraphs/members/main.ts';
import { partnersRoom } from '../../subgraphs/partners/main.ts';
import { INBOX_SQL } from '../../subgraphs/shared/inbox.ts';
import { CLOCK_SQL } from '../../subgraphs/shared/clock.ts';
import { Query, Resolver, Extensions } from 'type-graphql';
@Resolver()
class P {
  @Extensions({ audience: ['operator'] }) @Query(() => String, { nullable: true, description: 'x' }) pointsX() {
    return 'x';
  }
}
class M {
  name = 'points-0000000000009';
  async up(q: any) {
    await q.query(CLOCK_SQL + INBOX_SQL);
  }
  async down() {}
}
const h = async () => undefined;
export const ROOM_DEFINITIONS: any = {
  members: membersRoom,
  partners: partnersRoom,
  points: {
    name: 'points',
    entities: [],
    migrations: [M],
    subgraph: { resolvers: [P], references: {} },
    handlers: { 'member.changed': h, 'location.changed': h },
    context: (r: any) => r,
    applyProgramme: h,
  },
};
