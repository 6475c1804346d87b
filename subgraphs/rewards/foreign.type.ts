// What rewards says in the words of points.
import { Directive, Extensions, Field, ObjectType } from 'type-graphql';
import { audience, EVERYONE } from '../shared/audience.ts';
import { SafeInt } from '../shared/scalars.ts';

@Directive('@key(fields: "code", resolvable: false)')
@Extensions(audience(...EVERYONE))
@ObjectType('PointsCurrency')
export class PointsCurrency {
  @Field(() => String)
  code!: string;
}

@Directive('@shareable')
@Extensions(audience(...EVERYONE))
@ObjectType({ description: 'An amount of one points currency.' })
export class PointsAmount {
  @Field(() => PointsCurrency, { nullable: true, description: 'Which points.' })
  currency!: PointsCurrency | null;

  @Field(() => SafeInt, { description: 'In the smallest unit.' })
  amount!: number;
}

export const pointsAmount = (code: string, amount: number): PointsAmount => ({ currency: { code }, amount });

@Extensions(audience(...EVERYONE))
@ObjectType('Wallet')
export class Wallet {
  @Directive('@external')
  @Field(() => PointsCurrency)
  currency!: PointsCurrency;

  @Directive('@external')
  @Field(() => SafeInt)
  available!: number;

  @Directive('@external')
  @Field(() => SafeInt)
  held!: number;
}
