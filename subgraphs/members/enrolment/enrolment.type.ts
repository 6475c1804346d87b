import { Directive, Extensions, Field, InputType, ObjectType } from 'type-graphql';
import { audience, EVERYONE } from '../../shared/audience.ts';
import type { UserErrorRow } from '../../shared/refusal.ts';
import { ConsentInput } from '../consent/consent.type.ts';
import { UserError } from '../error.type.ts';
import { MemberIdentifierInput } from '../identifier/identifier.type.ts';
import { KEY_DESCRIPTION } from '../member/change.type.ts';
import type { MemberRow } from '../member/member.entity.ts';
import { Member } from '../member/member.type.ts';
import { MemberProfileInput } from '../profile/profile.type.ts';

@InputType({ description: 'Brings a person into the programme.' })
export class MemberEnrollInput {
  @Field(() => String, { nullable: true, description: KEY_DESCRIPTION })
  idempotencyKey?: string | null;

  @Field(() => [MemberIdentifierInput], {
    description: 'At least one, at most 10; a member’s token is one itself. A card is generated when none is brought.',
  })
  identifiers!: MemberIdentifierInput[];

  @Field(() => MemberProfileInput, { nullable: true, description: 'What is known of the person.' })
  profile?: MemberProfileInput | null;

  @Field(() => [ConsentInput], { nullable: true, description: 'What the person decided, at most 50.' })
  consents?: ConsentInput[] | null;

  @Field(() => String, {
    nullable: true,
    description:
      'Code of the member who brought this one. One that is no good never blocks the enrolment, and one with an identifier that is taken is dropped: `existing` says so.',
  })
  referralCode?: string | null;
}

@Extensions(audience(...EVERYONE))
@ObjectType({ description: 'The member, new or found, or why nobody was enrolled.' })
export class MemberEnrollPayload {
  @Field(() => Member, { nullable: true, description: 'The member; null when refused.' })
  member!: MemberRow | null;

  @Field(() => Boolean, {
    description: 'True when an identifier already belonged to this member; nothing was changed then.',
  })
  existing!: boolean;

  @Field(() => Boolean, { description: 'True: the answer of an earlier request with this key.' })
  replayed!: boolean;

  @Directive('@listSize(assumedSize: 5)')
  @Field(() => [UserError], { description: 'Empty when there is a member.' })
  userErrors!: UserErrorRow[];
}
