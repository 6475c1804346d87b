// The test clock, as clients move it.
import { Directive, Extensions, Field, InputType, ObjectType } from 'type-graphql';
import { audience } from '../../shared/audience.ts';
import { DateTime } from '../../shared/scalars.ts';
import { UserError } from '../error.type.ts';

@InputType({ description: 'How far time moves: exactly one of `by` and `to`.' })
export class SandboxClockAdvanceInput {
  @Field(() => String, { nullable: true, description: 'Names this one attempt; 1 to 255 printable ASCII characters.' })
  idempotencyKey!: string | null;

  @Field(() => String, { nullable: true, description: 'An ISO 8601 span, counted in UTC: `P30D`, `P1M`, `PT12H`.' })
  by!: string | null;

  @Field(() => DateTime, { nullable: true, description: 'When it shall be: later than now, until the year 2999.' })
  to!: string | null;
}

@Extensions(audience('operator'))
@ObjectType({ description: 'The sandbox’s time.' })
export class SandboxClockAdvancePayload {
  @Field(() => DateTime, { nullable: true, description: 'When it is now; null when refused.' })
  now!: string | null;

  @Field(() => Boolean, { description: 'True when an earlier request with this key had moved it.' })
  replayed!: boolean;

  @Directive('@listSize(assumedSize: 5)')
  @Field(() => [UserError], { description: 'Why it was refused.' })
  userErrors!: InstanceType<typeof UserError>[];
}
