import { Directive, Extensions, Field, ID, InputType, ObjectType } from 'type-graphql';
import { audience } from '../../shared/audience.ts';
import type { Instant } from '../../shared/database.ts';
import { DateTime } from '../../shared/scalars.ts';

@Directive('@inaccessible')
@Extensions(audience('room'))
@ObjectType({ description: 'Who comes with an API key, as the gateway needs it.' })
export class ApiClientFacts {
  @Field(() => ID, { description: '`key_…`' })
  id!: string;

  @Field(() => String, { description: '`till`, `partner` or `operator`.' })
  kind!: string;

  @Field(() => ID, { nullable: true, description: '`ptn_…`; null for operators.' })
  partnerId!: string | null;

  @Directive('@listSize(assumedSize: 20)')
  @Field(() => [String], { description: 'What it may do.' })
  scopes!: string[];

  @Field(() => String, { description: 'The space that the key opens.' })
  space!: string;

  @Field(() => DateTime, {
    nullable: true,
    description: "When this key stops working, by the space's clock; null: never.",
  })
  expiresAt!: Instant | null;
}

@Directive('@inaccessible')
@InputType({ description: "A new api client of the operator's own." })
export class OperatorClientCreateInput {
  @Field(() => String, { description: 'For people; 1 to 100 characters.' })
  name!: string;

  @Field(() => [String], { description: 'What it may do; any scopes that there are.' })
  scopes!: string[];
}
