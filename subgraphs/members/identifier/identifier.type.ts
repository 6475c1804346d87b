import { Extensions, Field, InputType, ObjectType, registerEnumType } from 'type-graphql';
import { audience } from '../../shared/audience.ts';
import { DateTime } from '../../shared/scalars.ts';
import { Partner } from '../partner/partner.type.ts';
import type { IdentifierKind } from './identifier.rules.ts';

export const MemberIdentifierKind = { CARD: 'CARD', EMAIL: 'EMAIL', PHONE: 'PHONE', EXTERNAL: 'EXTERNAL' } as const;
registerEnumType(MemberIdentifierKind, {
  name: 'MemberIdentifierKind',
  description: 'How a member is looked up.',
  valuesConfig: {
    CARD: { description: 'EAN-13 card number.' },
    EMAIL: { description: 'E-mail address.' },
    PHONE: { description: 'Phone, E.164.' },
    EXTERNAL: { description: "The partner's own id." },
  },
});

@InputType({ description: 'One way to find a member.' })
export class MemberIdentifierInput {
  @Field(() => MemberIdentifierKind, { description: 'Which kind of identifier.' })
  kind!: IdentifierKind;

  @Field(() => String, { description: 'Its value, as typed or scanned.' })
  value!: string;
}

@Extensions(audience('member', 'operator'))
@ObjectType({ description: 'One way in which a member can be found, in its normal spelling.' })
export class MemberIdentifier {
  @Field(() => MemberIdentifierKind, { description: 'Which kind of identifier.' })
  kind!: IdentifierKind;

  @Field(() => String, { description: 'Its value: `2901234567896`, `jane@example.com`, `+447700900123`.' })
  value!: string;

  @Field(() => Partner, { nullable: true, description: 'Whose own id it is; null for every other kind.' })
  partner!: Partner | null;

  @Field(() => DateTime, { description: 'Since when it finds this member.' })
  addedAt!: string;
}
