// What rewards asks of members' points, many at once.
import { Directive, Extensions, Field, ID, ObjectType } from 'type-graphql';
import { audience } from '../../shared/audience.ts';
import { SafeInt } from '../../shared/scalars.ts';

@Directive('@inaccessible')
@Extensions(audience('room'))
@ObjectType({ description: 'One balance of a member.' })
export class PointsStandingBalance {
  @Field(() => String, { description: 'Code of the points currency.' })
  currency!: string;

  @Field(() => SafeInt, { description: 'Usable now.' })
  available!: number;
}

@Directive('@inaccessible')
@Extensions(audience('room'))
@ObjectType({ description: 'What a member has to spend, and its tier.' })
export class PointsStanding {
  @Field(() => ID, { description: '`mbr_…`' })
  memberId!: string;

  @Field(() => String, { description: 'Code of the tier.' })
  tierCode!: string;

  @Directive('@listSize(assumedSize: 4)')
  @Field(() => [PointsStandingBalance], { description: 'One for each spendable currency.' })
  balances!: PointsStandingBalance[];
}
