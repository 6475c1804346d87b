// A member's place in the tier scheme as the API shows it, and tiers that people give.
import { Directive, Extensions, Field, ID, ObjectType, registerEnumType } from 'type-graphql';
import { audience, EVERYONE } from '../../shared/audience.ts';
import { DateTime, Day, Decimal } from '../../shared/scalars.ts';
import { Actor } from '../ledger/entry.type.ts';

export enum TierMetric {
  SPEND = 'SPEND',
  POINTS_EARNED = 'POINTS_EARNED',
  STATUS_POINTS = 'STATUS_POINTS',
  PURCHASES = 'PURCHASES',
}
registerEnumType(TierMetric, {
  name: 'TierMetric',
  description: 'What a ladder is climbed by.',
  valuesConfig: {
    SPEND: { description: 'Purchases less returns in the scheme’s window, in the base currency.' },
    POINTS_EARNED: { description: 'Points that became usable in the window, in their smallest unit.' },
    STATUS_POINTS: { description: 'The balance of the scheme’s points, in their smallest unit; below 0 when owed.' },
    PURCHASES: { description: 'Purchases in the window that are kept.' },
  },
});

export enum TierBenefitKind {
  MULTIPLIER = 'MULTIPLIER',
  DISCOUNT_PERCENT = 'DISCOUNT_PERCENT',
  ENTITLEMENT = 'ENTITLEMENT',
}
registerEnumType(TierBenefitKind, {
  name: 'TierBenefitKind',
  description: 'What a tier gives.',
  valuesConfig: {
    MULTIPLIER: { description: 'So many times the points.' },
    DISCOUNT_PERCENT: { description: 'A percentage off, given by the till.' },
    ENTITLEMENT: { description: 'Something that the member may have, such as free delivery.' },
  },
});

@Extensions(audience(...EVERYONE))
@ObjectType({ description: 'A step of a ladder, as the programme defines it.' })
export class Tier {
  @Field(() => String, { description: 'Its name in the API.' })
  code!: string;
}

@Extensions(audience('member', 'operator'))
@ObjectType({ description: 'How far a member has come to the next step, or to keeping the present one.' })
export class TierProgress {
  @Field(() => TierMetric, { description: 'What is counted.' })
  metric!: TierMetric;

  @Field(() => Decimal, { description: 'What the member has.' })
  current!: string;

  @Field(() => Decimal, { description: 'What the step asks for.' })
  required!: string;

  @Field(() => Tier, {
    nullable: true,
    description: 'The next step; null where it says what keeps the present one: at the top, and where it has an end.',
  })
  nextTier!: Tier | null;

  @Field(() => Day, {
    nullable: true,
    description: 'The day on which the present tier ends unless it is earned again; null when it has no end.',
  })
  atRiskOn!: string | null;
}

@Extensions(audience(...EVERYONE))
@ObjectType({ description: 'Something that a tier gives.' })
export class TierBenefit {
  @Field(() => TierBenefitKind, { description: 'What kind.' })
  kind!: TierBenefitKind;

  @Field(() => String, { description: 'Its name in the API.' })
  code!: string;

  @Field(() => Decimal, { nullable: true, description: 'A factor or a percentage; null for an entitlement.' })
  value!: string | null;
}

@Extensions(audience('operator'))
@ObjectType({ description: 'A tier that a person gave to a member.' })
export class TierGrant {
  @Field(() => ID, { description: '`tgr_…`' })
  id!: string;

  @Field(() => Tier, { nullable: true, description: 'The tier; null when the programme has dropped it.' })
  tier!: Tier | null;

  @Field(() => DateTime, { description: 'Since when.' })
  grantedAt!: string;

  @Field(() => Day, { description: 'Its last day.' })
  until!: string;

  @Field(() => String, { description: 'Why.' })
  reason!: string;

  @Field(() => Actor, { description: 'Who gave it.' })
  actor!: Actor;

  @Field(() => DateTime, { nullable: true, description: 'When it was taken back; null when it was not.' })
  revokedAt!: string | null;
}

@Extensions(audience(...EVERYONE))
@ObjectType({ description: 'A member’s place in a tier scheme.' })
export class MemberTier {
  @Field(() => String, { description: 'The tier’s name in the API.' })
  code!: string;

  @Field(() => DateTime, {
    nullable: true,
    description: 'Since when this tier or a higher one has been held; null for the level that everyone begins with.',
  })
  startedAt!: string | null;

  @Field(() => DateTime, {
    nullable: true,
    description: 'When it ends unless it is earned again; null when it has no end.',
  })
  endsAt!: string | null;

  @Extensions(audience('member', 'operator'))
  @Directive('@listSize(assumedSize: 3)')
  @Field(() => [TierProgress], {
    nullable: true,
    description:
      'What is missing to the next step, and what keeps this one; null for a till or a partner, as it counts purchases at all brands.',
  })
  progress!: TierProgress[] | null;

  @Directive('@listSize(assumedSize: 10)')
  @Field(() => [TierBenefit], { description: 'What the tier gives.' })
  benefits!: TierBenefit[];

  @Extensions(audience('operator'))
  @Directive('@listSize(assumedSize: 2)')
  @Field(() => [TierGrant], { nullable: true, description: 'Tiers that people gave and that are valid today.' })
  grants!: TierGrant[] | null;
}
