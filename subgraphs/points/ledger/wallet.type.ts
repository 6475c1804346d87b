// A member's account as the API shows it: a value, so that `asOf` never has to cross a subgraph.
import { Directive, Extensions, Field, ID, Int, ObjectType, registerEnumType } from 'type-graphql';
import { audience, EVERYONE } from '../../shared/audience.ts';
import { connectionType } from '../../shared/prelude.type.ts';
import { DateTime, Day, Decimal, SafeInt } from '../../shared/scalars.ts';
import { Partner } from '../foreign.type.ts';

@Directive('@key(fields: "code")')
@Extensions(audience(...EVERYONE, 'room'))
@ObjectType({ description: 'A kind of points.' })
export class PointsCurrency {
  @Field(() => String, { description: 'Its name in the API, `points`.' })
  code!: string;

  @Field(() => String, { description: 'Its name for people.' })
  name!: string;

  @Field(() => Int, { description: 'Digits after the point: amounts are in the smallest unit.' })
  decimals!: number;

  @Field(() => Boolean, { description: 'False for points that only count for a status.' })
  spendable!: boolean;
}

export enum LotState {
  PENDING = 'PENDING',
  AVAILABLE = 'AVAILABLE',
  CLOSED = 'CLOSED',
}
registerEnumType(LotState, {
  name: 'LotState',
  description: 'Where a lot stands.',
  valuesConfig: {
    PENDING: { description: 'Not yet usable.' },
    AVAILABLE: { description: 'Something of it can be used.' },
    CLOSED: { description: 'All of it is gone or expired.' },
  },
});

@Extensions(audience(...EVERYONE))
@ObjectType({ description: 'Who pays for a part of a lot.' })
export class LotFunding {
  @Field(() => Partner, { nullable: true, description: 'The partner that pays; null: the programme itself.' })
  partner!: Partner | null;

  @Field(() => Decimal, { description: 'Part of the cost, 0 to 1.' })
  share!: string;
}

@Extensions(audience(...EVERYONE))
@ObjectType({ description: 'A credit with what is left of it, and its expiry.' })
export class Lot {
  @Field(() => ID, { description: '`lot_…`' })
  id!: string;

  @Field(() => LotState, { description: 'Where it stands.' })
  state!: LotState;

  @Field(() => SafeInt, { description: 'What it was made with.' })
  amount!: number;

  @Field(() => SafeInt, { description: 'What is left of it, pending or available; what is held has left it.' })
  remaining!: number;

  @Field(() => DateTime, { description: 'When it was earned.' })
  earnedAt!: string;

  @Field(() => DateTime, { nullable: true, description: 'When it became or becomes usable; null: at once.' })
  activatesAt!: string | null;

  @Field(() => DateTime, { nullable: true, description: 'When it expires; null: never.' })
  expiresAt!: string | null;

  @Directive('@listSize(assumedSize: 2)')
  @Field(() => [LotFunding], { description: 'Who pays for it.' })
  funding!: LotFunding[];
}

@Extensions(audience(...EVERYONE))
@ObjectType({ description: 'What expires on one day.' })
export class WalletExpiry {
  @Field(() => Day, { description: 'The last day on which it can be used, in the programme’s time zone.' })
  expiresOn!: string;

  @Field(() => SafeInt, { description: 'In the smallest unit.' })
  amount!: number;
}

export const LotConnection = connectionType('Lot', Lot);
export const WalletExpiryConnection = connectionType('WalletExpiry', WalletExpiry);

@Directive('@shareable')
@Extensions(audience(...EVERYONE, 'room'))
@ObjectType({ description: 'One member’s account in one points currency. A value: not an entity.' })
export class Wallet {
  @Field(() => PointsCurrency, { description: 'Its kind of points.' })
  currency!: PointsCurrency;

  @Field(() => SafeInt, { description: 'Usable.' })
  available!: number;

  @Field(() => SafeInt, { description: 'Not yet usable.' })
  pending!: number;

  @Field(() => SafeInt, { description: 'Set aside for redemptions.' })
  held!: number;

  @Field(() => SafeInt, { description: 'Owed by the member; the next credits absorb it.' })
  deficit!: number;
}
