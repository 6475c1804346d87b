import { Directive, Extensions, Field, InputType, ObjectType, registerEnumType } from 'type-graphql';
import { audience, EVERYONE } from '../../shared/audience.ts';
import { Day, Locale } from '../../shared/scalars.ts';

const MessageChannel = { EMAIL: 'EMAIL', SMS: 'SMS', PUSH: 'PUSH' } as const;
registerEnumType(MessageChannel, {
  name: 'MessageChannel',
  description: 'How a message reaches a member.',
  valuesConfig: {
    EMAIL: { description: 'By e-mail.' },
    SMS: { description: 'By SMS.' },
    PUSH: { description: 'By a push message of the app.' },
  },
});

const ATTRIBUTE_VALUE =
  'Spelled as its declared type asks: a text, a number such as `2.5`, `true` or `false`, or a day such as `2026-08-14`.';

@Extensions(audience(...EVERYONE))
@ObjectType({ description: 'One custom attribute, declared by the programme.' })
export class MemberAttribute {
  @Field(() => String, { description: 'Its declared name.' })
  name!: string;

  @Field(() => String, { description: ATTRIBUTE_VALUE })
  value!: string;
}

@Extensions(audience(...EVERYONE))
@ObjectType({ description: 'What is known of the person; each field null until it is told.' })
export class MemberProfile {
  @Field(() => String, { nullable: true, description: 'First name.' })
  givenName!: string | null;

  @Field(() => String, { nullable: true, description: 'Last name.' })
  familyName!: string | null;

  @Field(() => Day, { nullable: true, description: 'Day of birth.' })
  birthday!: string | null;

  @Field(() => Locale, { nullable: true, description: 'The language to address the member in.' })
  locale!: string | null;

  @Field(() => String, { nullable: true, description: 'ISO 3166-1 alpha-2.' })
  country!: string | null;

  @Field(() => MessageChannel, {
    nullable: true,
    description: 'How the member likes to be reached; no consent by itself.',
  })
  preferredChannel!: string | null;

  @Directive('@listSize(assumedSize: 20)')
  @Field(() => [MemberAttribute], { description: 'Custom attributes that have a value, by name.' })
  attributes!: MemberAttribute[];
}

@InputType({ description: 'One custom attribute.' })
export class MemberAttributeInput {
  @Field(() => String, { description: 'Its declared name.' })
  name!: string;

  @Field(() => String, { nullable: true, description: `${ATTRIBUTE_VALUE} Null removes it.` })
  value?: string | null;
}

@InputType({ description: 'What to know of the person. A field left out stays as it is; null clears it.' })
export class MemberProfileInput {
  @Field(() => String, { nullable: true, description: 'First name, 1 to 100 characters.' })
  givenName?: string | null;

  @Field(() => String, { nullable: true, description: 'Last name, 1 to 100 characters.' })
  familyName?: string | null;

  @Field(() => Day, { nullable: true, description: 'Day of birth, from 1900 to today.' })
  birthday?: string | null;

  @Field(() => Locale, { nullable: true, description: 'The language to address the member in.' })
  locale?: string | null;

  @Field(() => String, { nullable: true, description: 'ISO 3166-1 alpha-2.' })
  country?: string | null;

  @Field(() => MessageChannel, {
    nullable: true,
    description: 'How the member likes to be reached; no consent by itself.',
  })
  preferredChannel?: string | null;

  @Field(() => [MemberAttributeInput], {
    nullable: true,
    description: 'Custom attributes to set; others stay as they are.',
  })
  attributes?: MemberAttributeInput[] | null;
}
