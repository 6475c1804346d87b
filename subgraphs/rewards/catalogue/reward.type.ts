// A reward as the API shows it.
import { Directive, Extensions, Field, ID, ObjectType, registerEnumType } from 'type-graphql';
import { audience, EVERYONE } from '../../shared/audience.ts';
import type { Instant } from '../../shared/database.ts';
import { connectionType, Money } from '../../shared/prelude.type.ts';
import { DateTime, SafeInt } from '../../shared/scalars.ts';
import { PointsAmount, pointsAmount } from '../foreign.type.ts';
import type { RewardRow } from './reward.entity.ts';
import { REWARD_KINDS } from './reward.rules.ts';

export const RewardKind = Object.fromEntries(REWARD_KINDS.map((kind) => [kind, kind]));
registerEnumType(RewardKind, {
  name: 'RewardKind',
  description: 'What kind of thing a reward is.',
  valuesConfig: {
    PERCENT_DISCOUNT: { description: 'A part off a price.' },
    AMOUNT_DISCOUNT: { description: 'An amount off a price.' },
    FREE_PRODUCT: { description: 'A thing for nothing.' },
    SERVICE: { description: 'Something that is done for the member.' },
    EXPERIENCE: { description: 'Something to take part in; its stock is the seats.' },
    GIFT_CARD: { description: 'Money to spend at a partner.' },
    IN_KIND: { description: 'A bonus in kind, such as data or minutes.' },
  },
});

@Extensions(audience(...EVERYONE))
@ObjectType({ description: 'What a reward costs.' })
export class RewardPrice {
  @Field(() => PointsAmount, { description: 'In points.' })
  points!: PointsAmount;

  @Field(() => Money, { nullable: true, description: 'What is paid at the counter besides; null: nothing.' })
  money!: Money | null;
}

export const priceOf = ({ currency, points, document }: RewardRow): RewardPrice => ({
  points: pointsAmount(currency, points),
  money: document.price.money ?? null,
});

@Extensions(audience(...EVERYONE))
@ObjectType({ description: 'How much there is of a reward.' })
export class RewardStock {
  @Field(() => SafeInt, { description: 'What can still be had; what is held counts as gone.' })
  remaining!: number;
}

@Directive('@key(fields: "id")')
@Extensions(audience(...EVERYONE))
@ObjectType({ description: 'What can be had.' })
export class Reward {
  @Field(() => ID, { description: '`rwd_` and 26 characters.' })
  id!: string;

  @Field(() => String, { description: 'Unique in the programme, `coffee`; stays the same.' })
  code!: string;

  @Field(() => RewardKind, { description: 'What kind of thing it is.' })
  kind!: string;

  @Directive('@listSize(assumedSize: 4)')
  @Field(() => [String], { nullable: true, description: 'Codes of the tiers that may have it; null: all.' })
  tiers!: string[] | null;

  @Field(() => DateTime, { nullable: true, description: 'From when it can be had; null: always.' })
  availableFrom!: Instant | null;

  @Field(() => DateTime, { nullable: true, description: 'Until when it can be had; null: without end.' })
  availableUntil!: Instant | null;

  @Extensions(audience('partner', 'operator'))
  @Field(() => DateTime, {
    nullable: true,
    description: 'From when the catalogue shows it; null: always, or another partner’s.',
  })
  visibleFrom!: Instant | null;

  @Extensions(audience('partner', 'operator'))
  @Field(() => DateTime, {
    nullable: true,
    description: 'Until when the catalogue shows it; null: without end, or another partner’s.',
  })
  visibleUntil!: Instant | null;
}

export const RewardConnection = connectionType('Reward', Reward);
