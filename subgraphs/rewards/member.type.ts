// What rewards adds to a member.
import { Directive, Extensions, Field, ID, ObjectType } from 'type-graphql';
import { audience, EVERYONE } from '../shared/audience.ts';
import { Wallet } from './foreign.type.ts';

@Directive('@key(fields: "id")')
@Extensions(audience(...EVERYONE))
@ObjectType('Member')
export class Member {
  @Field(() => ID)
  id!: string;

  @Directive('@external')
  @Field(() => [Wallet], { nullable: true })
  wallets!: Wallet[] | null;
}
