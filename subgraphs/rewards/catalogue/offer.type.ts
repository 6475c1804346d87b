// A reward as one member sees it.
import { Directive, Extensions, Field, ObjectType, registerEnumType } from 'type-graphql';
import { audience, EVERYONE } from '../../shared/audience.ts';
import { connectionType } from '../../shared/prelude.type.ts';
import { SafeInt } from '../../shared/scalars.ts';
import type { UnavailabilityCode } from './offer.rules.ts';
import { Reward, RewardPrice } from './reward.type.ts';

const OfferUnavailabilityCode: Record<UnavailabilityCode, string> = {
  MISSING_POINTS: 'MISSING_POINTS',
  TIER_REQUIRED: 'TIER_REQUIRED',
  OUTSIDE_WINDOW: 'OUTSIDE_WINDOW',
  OUT_OF_STOCK: 'OUT_OF_STOCK',
};
registerEnumType(OfferUnavailabilityCode, {
  name: 'OfferUnavailabilityCode',
  description: 'Why a member cannot have a reward now.',
  valuesConfig: {
    MISSING_POINTS: { description: 'Not enough points are available.' },
    TIER_REQUIRED: { description: 'It is for other tiers.' },
    OUTSIDE_WINDOW: { description: 'It cannot be had at this time.' },
    OUT_OF_STOCK: { description: 'Nothing is left of it.' },
  },
});

@Extensions(audience(...EVERYONE))
@ObjectType({ description: 'One reason why a member cannot have a reward now.' })
export class OfferUnavailability {
  @Field(() => OfferUnavailabilityCode, { description: 'Which reason.' })
  code!: string;

  @Field(() => String, { description: 'The same in words.' })
  message!: string;

  @Field(() => SafeInt, { nullable: true, description: 'How many points are missing; null for other reasons.' })
  missingPoints!: number | null;
}

@Extensions(audience(...EVERYONE))
@ObjectType({ description: 'A reward as one member sees it.' })
export class Offer {
  @Field(() => Reward, { description: 'What can be had.' })
  reward!: Reward;

  @Field(() => RewardPrice, { description: 'What it costs this member.' })
  price!: RewardPrice;

  @Field(() => Boolean, { description: 'Whether the member can have it now.' })
  available!: boolean;

  @Directive('@listSize(assumedSize: 4)')
  @Field(() => [OfferUnavailability], { description: 'Every reason why not; empty when available.' })
  unavailableReasons!: OfferUnavailability[];
}

export const OfferConnection = connectionType('Offer', Offer);
