// The subgraph without a database: its resolvers, and how its entities are found by their keys.
import type { SubgraphDefinition } from '../shared/subgraph.ts';
import { visibleMember, type PointsContext } from './context.ts';
import { entryOf, ExplanationResolver, ExplanationStepResolver, LedgerEntryResolver } from './ledger/entry.resolver.ts';
import { OperationResolver } from './ledger/operation.resolver.ts';
import { ProofResolver, ProofStepResolver } from './ledger/proof.resolver.ts';
import { StandingResolver } from './ledger/standing.resolver.ts';
import { TransferResolver } from './ledger/transfer.resolver.ts';
import { LotResolver, PointsCurrencyResolver, WalletResolver } from './ledger/wallet.resolver.ts';
import { EventResolver } from './event/event.resolver.ts';
import { MemberResolver } from './member.resolver.ts';
import { SandboxClockResolver } from './sandbox/clock.resolver.ts';
import { ReviewResolver } from './review/review.resolver.ts';
import { QuoteResolver } from './quote/quote.resolver.ts';
import { ProgrammeResolver } from './programme/programme.resolver.ts';
import {
  MemberTierResolver,
  TierBenefitResolver,
  TierGrantResolver,
  TierResolver,
  TierSchemePreviewResolver,
  TierSchemeResolver,
} from './tier/tier.resolver.ts';
import { purchaseOf, PurchaseResolver } from './purchase/purchase.resolver.ts';
import { TermsResolver } from './words/terms.resolver.ts';

type Find = (id: string, context: PointsContext) => unknown;

const byId = (find: Find) => (reference: { id: string }, context: PointsContext) => find(reference.id, context);

export const pointsSubgraph: SubgraphDefinition = {
  resolvers: [
    PurchaseResolver,
    ProgrammeResolver,
    MemberResolver,
    PointsCurrencyResolver,
    WalletResolver,
    LotResolver,
    LedgerEntryResolver,
    ExplanationResolver,
    ExplanationStepResolver,
    OperationResolver,
    ProofResolver,
    ProofStepResolver,
    StandingResolver,
    TransferResolver,
    EventResolver,
    QuoteResolver,
    ReviewResolver,
    SandboxClockResolver,
    TermsResolver,
    MemberTierResolver,
    TierBenefitResolver,
    TierGrantResolver,
    TierResolver,
    TierSchemePreviewResolver,
    TierSchemeResolver,
  ],
  references: {
    Member: byId(visibleMember),
    Purchase: byId(purchaseOf),
    LedgerEntry: byId(entryOf),
    PointsCurrency: async ({ code }: { code: string }, { programme }: PointsContext) =>
      (await programme()).currencies.find((currency) => currency.code === code) ?? null,
  },
};
