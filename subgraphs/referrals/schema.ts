// The subgraph without a database: its resolvers, and how its entities are found by their keys.
import type { SubgraphDefinition } from '../shared/subgraph.ts';
import { CodeResolver } from './code/code.resolver.ts';
import { visibleMember, type ReferralsContext } from './context.ts';
import { MemberResolver } from './member.resolver.ts';
import { referralOf, ReferralResolver } from './referral/referral.resolver.ts';

type Find = (id: string, context: ReferralsContext) => unknown;

const byId = (find: Find) => (reference: { id: string }, context: ReferralsContext) => find(reference.id, context);

export const referralsSubgraph: SubgraphDefinition = {
  resolvers: [MemberResolver, CodeResolver, ReferralResolver],
  references: { Member: byId(visibleMember), Referral: byId(referralOf) },
};
