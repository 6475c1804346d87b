// Taking a reward, in one step or in two, and giving it back.
import { Arg, Ctx, Directive, Extensions, Mutation, Resolver } from 'type-graphql';
import { audience, EVERYONE, scope } from '../../shared/audience.ts';
import { answer } from '../../shared/refusal.ts';
import { hasScope } from '../../shared/viewer.ts';
import type { RewardsContext } from '../context.ts';
import { IDEMPOTENCY } from '../error.type.ts';
import type { WalletAnswer } from './points.service.ts';
import {
  captureRedemption,
  holdRedemption,
  redeemReward,
  refundRedemption,
  releaseRedemption,
  type Taken,
} from './redeem.service.ts';
import type { RedemptionRow } from './redemption.entity.ts';
import {
  RedemptionCaptureInput,
  RedemptionCapturePayload,
  RedemptionHoldInput,
  RedemptionHoldPayload,
  RedemptionRefundInput,
  RedemptionRefundPayload,
  RedemptionReleaseInput,
  RedemptionReleasePayload,
  RewardRedeemInput,
  RewardRedeemPayload,
} from './redemption.payload.type.ts';

const TAKES = `\`MEMBER_UNKNOWN\`, \`REWARD_UNKNOWN\`, \`REWARD_OF_OTHER_PARTNER\`, \`QUANTITY_INVALID\`, \`OUTSIDE_WINDOW\`, \`TIER_REQUIRED\`, \`OUT_OF_STOCK\`, \`INSUFFICIENT_POINTS\`, \`SPENDING_BLOCKED\`, \`CURRENCY_UNKNOWN\`, \`AMOUNT_INVALID\`, ${IDEMPOTENCY}`;

type Answered = {
  redemption: RedemptionRow | null;
  member: { id: string; wallets: WalletAnswer[] } | null;
  replayed: boolean;
};

function answered(context: RewardsContext, work: () => Promise<Taken>) {
  const { viewer, loaders } = context;
  return answer<Answered>({ redemption: null, member: null, replayed: false }, async () => {
    const { redemptionId, memberId, wallets, replayed } = await work();
    const seen = wallets !== null && hasScope(viewer, 'points:read');
    return {
      redemption: await loaders.redemptionsById.clear(redemptionId).load(redemptionId),
      member: seen ? { id: memberId, wallets } : null,
      replayed,
    };
  });
}

@Resolver()
export class RedeemResolver {
  @Directive('@cost(weight: 10)')
  @Extensions(audience(...EVERYONE))
  @Extensions(scope('rewards:write'))
  @Mutation(() => RewardRedeemPayload, {
    nullable: true,
    description: `Takes a reward at once: the points leave, the vouchers are there. A member takes for itself, a till or a partner for members that it knows, of its own rewards and those of no partner. When the ledger does not answer, the state is REQUESTED and resolves within a minute. Scope \`rewards:write\`; needs an idempotency key. Codes: ${TAKES}.`,
  })
  rewardRedeem(
    @Arg('input', () => RewardRedeemInput, { description: 'Who takes what.' }) input: RewardRedeemInput,
    @Ctx() context: RewardsContext,
  ) {
    return answered(context, () => redeemReward(context, input));
  }

  @Directive('@cost(weight: 10)')
  @Extensions(audience(...EVERYONE))
  @Extensions(scope('rewards:write'))
  @Mutation(() => RedemptionHoldPayload, {
    nullable: true,
    description: `Sets a reward and its points aside, or points to pay with: to be captured, named in a purchase's \`redemptionIds\`, or released. Ends by itself. Scope \`rewards:write\`; needs an idempotency key. Codes: \`REDEMPTION_INVALID\`, \`TTL_INVALID\`, ${TAKES}.`,
  })
  redemptionHold(
    @Arg('input', () => RedemptionHoldInput, { description: 'Who takes what, and for how long.' })
    input: RedemptionHoldInput,
    @Ctx() context: RewardsContext,
  ) {
    return answered(context, () => holdRedemption(context, input));
  }

  @Directive('@cost(weight: 10)')
  @Extensions(audience(...EVERYONE))
  @Extensions(scope('rewards:write'))
  @Mutation(() => RedemptionCapturePayload, {
    nullable: true,
    description: `Makes a held redemption one for good, for whoever took it. Scope \`rewards:write\`; needs an idempotency key. Codes: \`REDEMPTION_UNKNOWN\`, \`REDEMPTION_NOT_HELD\`, ${IDEMPOTENCY}.`,
  })
  redemptionCapture(
    @Arg('input', () => RedemptionCaptureInput, { description: 'Which one.' }) input: RedemptionCaptureInput,
    @Ctx() context: RewardsContext,
  ) {
    return answered(context, () => captureRedemption(context, input));
  }

  @Directive('@cost(weight: 10)')
  @Extensions(audience(...EVERYONE))
  @Extensions(scope('rewards:write'))
  @Mutation(() => RedemptionReleasePayload, {
    nullable: true,
    description: `Gives a held redemption back: points to their own lots, stock too. One that a purchase has captured meanwhile is CONFIRMED. Scope \`rewards:write\`; needs an idempotency key. Codes: \`REDEMPTION_UNKNOWN\`, \`REDEMPTION_NOT_HELD\`, ${IDEMPOTENCY}.`,
  })
  redemptionRelease(
    @Arg('input', () => RedemptionReleaseInput, { description: 'Which one.' }) input: RedemptionReleaseInput,
    @Ctx() context: RewardsContext,
  ) {
    return answered(context, () => releaseRedemption(context, input));
  }

  @Directive('@cost(weight: 10)')
  @Extensions(audience(...EVERYONE))
  @Extensions(scope('rewards:write'))
  @Mutation(() => RedemptionRefundPayload, {
    nullable: true,
    description: `Gives a confirmed redemption back, if its reward allows and none of its vouchers was used or has expired: points to their own lots, stock too. What a purchase has captured comes back by a return of it. Scope \`rewards:write\`; needs an idempotency key. Codes: \`REDEMPTION_UNKNOWN\`, \`REDEMPTION_NOT_REFUNDABLE\`, \`VOUCHER_NOT_USABLE\`, ${IDEMPOTENCY}.`,
  })
  redemptionRefund(
    @Arg('input', () => RedemptionRefundInput, { description: 'Which one.' }) input: RedemptionRefundInput,
    @Ctx() context: RewardsContext,
  ) {
    return answered(context, () => refundRedemption(context, input));
  }
}
