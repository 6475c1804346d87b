import { clockResolver } from '../shared/clock.resolver.ts';
import type { SubgraphDefinition } from '../shared/subgraph.ts';
import { ConsentResolver } from './consent/consent.resolver.ts';
import { EnrolmentResolver } from './enrolment/enrolment.resolver.ts';
import { IdentifierResolver } from './identifier/identifier.resolver.ts';
import { MemberFactsResolver } from './member/facts.resolver.ts';
import { MemberResolver, memberReference } from './member/member.resolver.ts';
import { ProfileResolver } from './profile/profile.resolver.ts';
import { membersProgramme } from './programme.ts';
import { programmeResolver } from '../shared/programme.resolver.ts';
import { StatusResolver } from './status/status.resolver.ts';

export const membersSubgraph: SubgraphDefinition = {
  resolvers: [
    MemberResolver,
    MemberFactsResolver,
    IdentifierResolver,
    ProfileResolver,
    ConsentResolver,
    EnrolmentResolver,
    StatusResolver,
    clockResolver('member'),
    programmeResolver('member', membersProgramme),
  ],
  references: { Member: memberReference },
};
