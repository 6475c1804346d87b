// What rules of other rooms ask of a member.
import { Directive, Extensions, Field, ID, ObjectType } from 'type-graphql';
import { audience } from '../../shared/audience.ts';
import { Day } from '../../shared/scalars.ts';

@Directive('@inaccessible')
@Extensions(audience('room'))
@ObjectType({ description: 'What rules need to know of a member. Rooms ask for it, and keep none of it.' })
export class MemberFacts {
  @Field(() => ID, { description: '`mbr_…`' })
  id!: string;

  @Field(() => Day, { nullable: true, description: 'Day of birth; null when it is not known.' })
  birthday!: string | null;

  @Field(() => Day, { description: 'Day of the enrolment, in the programme’s time zone.' })
  enrolledOn!: string;
}
