// A member's place in the tier scheme as the API shows it.
import { Directive, Extensions, Field, ObjectType, registerEnumType } from 'type-graphql';
import { audience, EVERYONE } from '../../shared/audience.ts';
import { DateTime, Decimal } from '../../shared/scalars.ts';

export enum TierMetric {
  SPEND = 'SPEND',
}
registerEnumType(TierMetric, {
  name: 'TierMetric',
  description: 'What a ladder is climbed by.',
  valuesConfig: { SPEND: { description: 'Purchases less returns, in the base currency.' } },
});

export enum TierBenefitKind {
  DISCOUNT_PERCENT = 'DISCOUNT_PERCENT',
}
registerEnumType(TierBenefitKind, {
  name: 'TierBenefitKind',
  description: 'What a tier gives.',
  valuesConfig: { DISCOUNT_PERCENT: { description: 'A percentage off, given by the till.' } },
});

@Extensions(audience(...EVERYONE))
@ObjectType({ description: 'A step of a ladder, as the programme defines it.' })
export class Tier {
  @Field(() => String, { description: 'Its name in the API.' })
  code!: string;

  @Field(() => String, { description: 'Its name for people.' })
  name!: string;
}

@Extensions(audience('member', 'operator'))
@ObjectType({ description: 'How far a member has come to the next step.' })
export class TierProgress {
  @Field(() => TierMetric, { description: 'What is counted.' })
  metric!: TierMetric;

  @Field(() => Decimal, { description: 'What the member has.' })
  current!: string;

  @Field(() => Decimal, { description: 'What the next step asks for; at the top, what the tier asked for.' })
  required!: string;

  @Field(() => Tier, { nullable: true, description: 'The next step; null at the top.' })
  nextTier!: Tier | null;
}

@Extensions(audience(...EVERYONE))
@ObjectType({ description: 'Something that a tier gives.' })
export class TierBenefit {
  @Field(() => TierBenefitKind, { description: 'What kind.' })
  kind!: TierBenefitKind;

  @Field(() => String, { description: 'Its name in the API.' })
  code!: string;

  @Field(() => Decimal, { nullable: true, description: 'A percentage.' })
  value!: string | null;
}

@Extensions(audience(...EVERYONE))
@ObjectType({ description: 'A member’s place in a tier scheme.' })
export class MemberTier {
  @Field(() => String, { description: 'The tier’s name in the API.' })
  code!: string;

  @Field(() => String, { description: 'The tier’s name for people.' })
  name!: string;

  @Field(() => DateTime, {
    nullable: true,
    description: 'Since when this tier or a higher one has been held; null for the level that everyone begins with.',
  })
  startedAt!: string | null;

  @Field(() => DateTime, { nullable: true, description: 'When it ends; null: a tier by lifetime spend has no end.' })
  endsAt!: string | null;

  @Extensions(audience('member', 'operator'))
  @Directive('@listSize(assumedSize: 3)')
  @Field(() => [TierProgress], {
    nullable: true,
    description:
      'What is missing to the next step; null for a till or a partner, as it counts purchases at all brands.',
  })
  progress!: TierProgress[] | null;

  @Directive('@listSize(assumedSize: 10)')
  @Field(() => [TierBenefit], { description: 'What the tier gives.' })
  benefits!: TierBenefit[];
}
