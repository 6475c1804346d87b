// Entities of other rooms that points refers to by their key.
import { Directive, Extensions, Field, ID, ObjectType } from 'type-graphql';
import { audience, EVERYONE } from '../shared/audience.ts';

@Directive('@key(fields: "id", resolvable: false)')
@Extensions(audience(...EVERYONE))
@ObjectType('Partner')
export class Partner {
  @Field(() => ID)
  id!: string;
}

@Directive('@key(fields: "id", resolvable: false)')
@Extensions(audience(...EVERYONE))
@ObjectType('Channel')
export class Channel {
  @Field(() => ID)
  id!: string;

  @Directive('@external')
  @Field(() => String)
  code!: string;
}
