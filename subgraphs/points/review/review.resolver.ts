// Purchases that came late, and what becomes of them.
import { Arg, Ctx, Directive, Extensions, Int, Mutation, Query, Resolver } from 'type-graphql';
import { audience, scope } from '../../shared/audience.ts';
import { decodeId, newId } from '../../shared/id.ts';
import { pageArguments } from '../../shared/page.ts';
import { Paged } from '../../shared/prelude.type.ts';
import { answer } from '../../shared/refusal.ts';
import { hasScope, requireKey } from '../../shared/viewer.ts';
import type { PointsContext } from '../context.ts';
import { waitingPurchases } from '../purchase/purchase.loader.ts';
import { PurchaseRecordPayload } from '../purchase/purchase.payload.type.ts';
import { PurchaseConnection } from '../purchase/purchase.type.ts';
import { decide } from './review.service.ts';
import { PurchaseReviewDecideInput } from './review.type.ts';

const KEY_CODES = 'IDEMPOTENCY_KEY_MISSING, IDEMPOTENCY_KEY_INVALID, IDEMPOTENCY_KEY_REUSED, IDEMPOTENCY_IN_PROGRESS';

@Resolver()
export class ReviewResolver {
  @Extensions(audience('operator'))
  @Extensions(scope('points:manage'))
  @Paged()
  @Query(() => PurchaseConnection, {
    nullable: true,
    description:
      'Purchases that came later than the programme takes without a look and wait for a decision, the first to come first. Scopes `points:manage` and `purchases:read`.',
  })
  purchaseReviews(
    @Arg('first', () => Int, { defaultValue: 20, description: '1 to 100.' }) first: number,
    @Arg('after', () => String, { nullable: true, description: 'An `endCursor`.' }) after: string | null | undefined,
    @Ctx() { viewer, space }: PointsContext,
  ) {
    if (!hasScope(viewer, 'purchases:read')) return null;
    return waitingPurchases(space.source, pageArguments(first, after, 2));
  }

  @Directive('@cost(weight: 10)')
  @Extensions(audience('operator'))
  @Extensions(scope('points:manage'))
  @Mutation(() => PurchaseRecordPayload, {
    description: `Decides on a purchase that waits for a review, once. Approved, it gives what the rules and the tier of its own day give, of what caps and budgets have left; which purchase of the member it is, and what surprises draw, is as of now. Scope \`points:manage\`. Codes: ${KEY_CODES}, REASON_MISSING, REVIEW_NOT_OPEN, MEMBER_NOT_ACTIVE, EARNING_BLOCKED.`,
  })
  purchaseReviewDecide(
    @Arg('input', () => PurchaseReviewDecideInput, { description: 'Which purchase, and what becomes of it.' })
    input: PurchaseReviewDecideInput,
    @Ctx() context: PointsContext,
  ) {
    const { loaders } = context;
    const nothing = { purchase: null as object | null, entries: [] as object[], member: null as object | null };
    return answer({ ...nothing, replayed: false }, async () => {
      const purchaseId = decodeId('pur', input.purchaseId) ?? newId();
      const { approve, reason } = input;
      const decided = await decide(context, requireKey(input.idempotencyKey), { purchaseId, approve, reason });
      const { memberId, steps } = decided.answer;
      const entries = await loaders.entriesByOrigin.loadMany([purchaseId, ...steps]);
      return {
        purchase: await loaders.purchasesById.load(purchaseId),
        entries: entries.flat(),
        member: { id: memberId },
        replayed: decided.replayed,
      };
    });
  }
}
