import { Directive, Extensions, Field, ID, ObjectType } from 'type-graphql';
import { audience, EVERYONE } from '../../shared/audience.ts';

@Directive('@key(fields: "id")')
@Extensions(audience(...EVERYONE))
@ObjectType('Partner')
export class Partner {
  @Field(() => ID)
  id!: string;

  @Directive('@external')
  @Field(() => String)
  name!: string;
}
