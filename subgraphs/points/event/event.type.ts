// What members do besides buying, as it is told and answered.
import { Directive, Extensions, Field, ID, InputType, ObjectType } from 'type-graphql';
import { audience } from '../../shared/audience.ts';
import { DateTime } from '../../shared/scalars.ts';
import { UserError } from '../error.type.ts';
import { Explanation, LedgerEntry } from '../ledger/entry.type.ts';
import { Member } from '../member.type.ts';
import { MemberIdentifierInput } from '../purchase/purchase.input.type.ts';
import type { EventInput } from './reading.service.ts';

@InputType({ description: 'One thing that an event says of itself.' })
export class EventAttributeInput {
  @Field(() => String, { description: 'Its name, as the event’s type declares it.' })
  name!: string;

  @Field(() => String, {
    description:
      'Its value by the declared type: a text of 1 to 200 characters, nothing personal; a number, `5.2`; `true` or `false`; a day, `2026-08-14`.',
  })
  value!: string;
}

@InputType({ description: 'Something that a member did. Exactly one of `member` and `memberId`.' })
export class EventRecordInput implements EventInput {
  @Field(() => String, { nullable: true, description: 'Names this one attempt; 1 to 255 printable ASCII characters.' })
  idempotencyKey!: string | null;

  @Field(() => MemberIdentifierInput, { nullable: true, description: 'Who did it, by an identifier.' })
  member!: MemberIdentifierInput | null;

  @Field(() => ID, { nullable: true, description: '`mbr_…` Who did it; a member that is known to the partner.' })
  memberId!: string | null;

  @Field(() => String, { description: 'Code of a type of event of the programme, `review`.' })
  type!: string;

  @Field(() => DateTime, { description: 'When it happened; at most 24 h ahead.' })
  occurredAt!: string;

  @Field(() => String, { nullable: true, description: 'Code of the location where it happened.' })
  location!: string | null;

  @Field(() => [EventAttributeInput], { nullable: true, description: 'What its type declares, each once.' })
  attributes!: EventAttributeInput[] | null;
}

@Extensions(audience('till', 'partner', 'operator'))
@ObjectType({ description: 'Something that a member did besides buying.' })
export class MemberEvent {
  @Field(() => ID, { description: '`evt_…`' })
  id!: string;

  @Field(() => String, { description: 'Code of its type.' })
  type!: string;

  @Field(() => DateTime, { description: 'When it happened.' })
  occurredAt!: string;

  @Field(() => Explanation, {
    description:
      'Each rule on events of its type, applied or why not; of an event within the cooldown, or beyond `most`, that alone.',
  })
  explanation!: Explanation;
}

@Extensions(audience('till', 'partner', 'operator'))
@ObjectType({ description: 'The answer to an event.' })
export class EventRecordPayload {
  @Field(() => MemberEvent, { nullable: true, description: 'What was recorded.' })
  event!: MemberEvent | null;

  @Directive('@listSize(assumedSize: 5)')
  @Field(() => [LedgerEntry], { description: 'What it gave, and what levels gave that were reached by it.' })
  entries!: LedgerEntry[];

  @Field(() => Member, { nullable: true, description: 'Who did it.' })
  member!: Member | null;

  @Field(() => Boolean, { description: 'True when this is the answer of an earlier request.' })
  replayed!: boolean;

  @Directive('@listSize(assumedSize: 5)')
  @Field(() => [UserError], { description: 'Why it was refused.' })
  userErrors!: InstanceType<typeof UserError>[];
}
