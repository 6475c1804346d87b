// The subgraph without a database: its resolvers, and how its entities are found by their keys.
import { clockResolver } from '../shared/clock.resolver.ts';
import type { SubgraphDefinition } from '../shared/subgraph.ts';
import { CodeResolver } from './code/code.resolver.ts';
import { visibleMember, type ReferralsContext } from './context.ts';
import { MemberResolver } from './member.resolver.ts';
import { referralsProgramme } from './programme.ts';
import { programmeResolver } from '../shared/programme.resolver.ts';
import { referralOf, ReferralResolver } from './referral/referral.resolver.ts';

type Find = (id: string, context: ReferralsContext) => unknown;

const byId = (find: Find) => (reference: { id: string }, context: ReferralsContext) => find(reference.id, context);

export const referralsSubgraph: SubgraphDefinition = {
  resolvers: [
    MemberResolver,
    CodeResolver,
    ReferralResolver,
    clockResolver('referral'),
    programmeResolver('referral', referralsProgramme),
  ],
  references: { Member: byId(visibleMember), Referral: byId(referralOf) },
};
