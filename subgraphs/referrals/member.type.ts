// What referrals adds to a member is in its resolver: the list of referrals names members again.
import { Directive, Extensions, Field, ID, ObjectType } from 'type-graphql';
import { audience, EVERYONE } from '../shared/audience.ts';

@Directive('@key(fields: "id")')
@Extensions(audience(...EVERYONE))
@ObjectType('Member')
export class Member {
  @Field(() => ID)
  id!: string;
}
