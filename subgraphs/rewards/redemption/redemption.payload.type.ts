// What clients send to take a reward, and what they get.
import { Directive, Extensions, Field, ID, InputType, Int, ObjectType } from 'type-graphql';
import { audience, EVERYONE } from '../../shared/audience.ts';
import type { UserErrorRow } from '../../shared/refusal.ts';
import { SafeInt } from '../../shared/scalars.ts';
import { UserError } from '../error.type.ts';
import { Member } from '../member.type.ts';
import type { RedemptionRow } from './redemption.entity.ts';
import type { WalletAnswer } from './points.service.ts';
import { Redemption } from './redemption.type.ts';

const KEY = { nullable: true, description: 'Names this one attempt; 1 to 255 printable ASCII characters.' };

@InputType({ description: 'A reward to be taken at once.' })
export class RewardRedeemInput {
  @Field(() => String, KEY)
  idempotencyKey?: string | null;

  @Field(() => ID, { description: '`mbr_…`: who takes it.' })
  memberId!: string;

  @Field(() => ID, { description: '`rwd_…`' })
  rewardId!: string;

  @Field(() => Int, { defaultValue: 1, description: 'How many, 1 to 10; each gets a voucher.' })
  quantity!: number;
}

@InputType({ description: 'An amount of one points currency.' })
export class PointsAmountInput {
  @Field(() => String, { description: 'Code of a points currency.' })
  currency!: string;

  @Field(() => SafeInt, { description: 'Above 0, in the smallest unit.' })
  amount!: number;
}

@InputType({ description: 'A reward, or points as payment, to be set aside: exactly one of `rewardId` and `points`.' })
export class RedemptionHoldInput {
  @Field(() => String, KEY)
  idempotencyKey?: string | null;

  @Field(() => ID, { description: '`mbr_…`: who takes it.' })
  memberId!: string;

  @Field(() => ID, { nullable: true, description: '`rwd_…`; its price is locked.' })
  rewardId?: string | null;

  @Field(() => PointsAmountInput, { nullable: true, description: 'Points to pay with.' })
  points?: PointsAmountInput | null;

  @Field(() => Int, { defaultValue: 900, description: 'How long it is held, 60 to 2 592 000 seconds.' })
  ttlSeconds!: number;
}

@InputType({ description: 'A held redemption that shall be for good.' })
export class RedemptionCaptureInput {
  @Field(() => String, KEY)
  idempotencyKey?: string | null;

  @Field(() => ID, { description: '`rdm_…`' })
  redemptionId!: string;
}

@InputType({ description: 'A held redemption to be given back.' })
export class RedemptionReleaseInput {
  @Field(() => String, KEY)
  idempotencyKey?: string | null;

  @Field(() => ID, { description: '`rdm_…`' })
  redemptionId!: string;
}

@InputType({ description: 'A confirmed redemption to be given back.' })
export class RedemptionRefundInput {
  @Field(() => String, KEY)
  idempotencyKey?: string | null;

  @Field(() => ID, { description: '`rdm_…`' })
  redemptionId!: string;
}

/** The answer to one mutation; each has a type of its own, so that each can grow. */
function payloadType(name: string, description: string) {
  @Extensions(audience(...EVERYONE))
  @ObjectType(`${name}Payload`, { description })
  class Payload {
    @Field(() => Redemption, { nullable: true, description: 'The redemption as it is now; null when refused.' })
    redemption!: RedemptionRow | null;

    @Field(() => Boolean, { description: 'True when this answer was given before.' })
    replayed!: boolean;

    @Directive('@listSize(assumedSize: 5)')
    @Field(() => [UserError], { description: 'Why it was refused; empty when it was not.' })
    userErrors!: UserErrorRow[];
  }
  return Payload;
}

export const RedemptionHoldPayload = payloadType('RedemptionHold', 'What became of a hold.');
export const RedemptionCapturePayload = payloadType('RedemptionCapture', 'What became of a capture.');
export const RedemptionReleasePayload = payloadType('RedemptionRelease', 'What became of a release.');
export const RedemptionRefundPayload = payloadType('RedemptionRefund', 'What became of a refund.');

@Extensions(audience(...EVERYONE))
@ObjectType({ description: 'What became of a reward that was taken at once.' })
export class RewardRedeemPayload {
  @Field(() => Redemption, { nullable: true, description: 'The redemption as it is now; null when refused.' })
  redemption!: RedemptionRow | null;

  @Directive('@provides(fields: "wallets { currency { code } available held }")')
  @Field(() => Member, {
    nullable: true,
    description:
      'The member with the balances that the ledger answered; null when it did not, or without the scope `points:read`.',
  })
  member!: { id: string; wallets: WalletAnswer[] } | null;

  @Field(() => Boolean, { description: 'True when this answer was given before.' })
  replayed!: boolean;

  @Directive('@listSize(assumedSize: 5)')
  @Field(() => [UserError], { description: 'Why it was refused; empty when it was not.' })
  userErrors!: UserErrorRow[];
}
