import { Extensions, Field, ID, InputType, ObjectType, registerEnumType } from 'type-graphql';
import { audience, EVERYONE } from '../../shared/audience.ts';
import { connectionType } from '../../shared/prelude.type.ts';
import { DateTime } from '../../shared/scalars.ts';
import { Partner } from '../partner/partner.type.ts';
import type { ConsentPurpose as Purpose } from './consent.rules.ts';

const ConsentPurpose = {
  MARKETING_EMAIL: 'MARKETING_EMAIL',
  MARKETING_SMS: 'MARKETING_SMS',
  MARKETING_PUSH: 'MARKETING_PUSH',
  PROFILING: 'PROFILING',
  PARTNER_SHARING: 'PARTNER_SHARING',
} as const;
registerEnumType(ConsentPurpose, {
  name: 'ConsentPurpose',
  description: 'What a member agrees to, or not.',
  valuesConfig: {
    MARKETING_EMAIL: { description: 'Marketing by e-mail.' },
    MARKETING_SMS: { description: 'Marketing by SMS.' },
    MARKETING_PUSH: { description: 'Marketing by push messages.' },
    PROFILING: { description: 'Personal offers drawn from what the member buys.' },
    PARTNER_SHARING: { description: 'Sharing the profile with one named partner.' },
  },
});

const ConsentSource = { MEMBER: 'member', TILL: 'till', PARTNER: 'partner', OPERATOR: 'operator' } as const;
registerEnumType(ConsentSource, {
  name: 'ConsentSource',
  description: 'Through which kind of credential a consent was decided.',
  valuesConfig: {
    MEMBER: { description: 'The member itself.' },
    TILL: { description: 'A till, for the member who stood at it.' },
    PARTNER: { description: 'A partner’s own program.' },
    OPERATOR: { description: 'The programme’s staff.' },
  },
});

@Extensions(audience(...EVERYONE))
@ObjectType({ description: 'One purpose, agreed to or not.' })
export class Consent {
  @Field(() => ConsentPurpose, { description: 'What it is about.' })
  purpose!: Purpose;

  @Field(() => Boolean, { description: 'True: agreed to; false: refused or withdrawn.' })
  granted!: boolean;

  @Field(() => DateTime, { description: 'When it was decided.' })
  decidedAt!: string;

  @Field(() => Partner, { nullable: true, description: 'Whom the data is shared with; null for every other purpose.' })
  partner!: Partner | null;

  @Field(() => ConsentSource, { description: 'Through which kind of credential it was decided.' })
  source!: string;

  @Extensions(audience('operator'))
  @Field(() => String, { nullable: true, description: 'Owner of the credential through which it was decided.' })
  recordedBy!: string | null;

  @Field(() => String, { nullable: true, description: 'Version of the terms that the member was shown, `2026-03`.' })
  termsVersion!: string | null;
}

export const ConsentConnection = connectionType('Consent', Consent);

@InputType({ description: 'A decision about one purpose.' })
export class ConsentInput {
  @Field(() => ConsentPurpose, { description: 'What it is about.' })
  purpose!: Purpose;

  @Field(() => Boolean, { description: 'True: agreed to; false: refused or withdrawn.' })
  granted!: boolean;

  @Field(() => ID, {
    nullable: true,
    description:
      '`ptn_…`, whom the data is shared with: required for PARTNER_SHARING, left out for every other purpose.',
  })
  partnerId?: string | null;

  @Field(() => String, {
    nullable: true,
    description: 'Version of the terms that the member was shown, at most 50 characters.',
  })
  termsVersion?: string | null;
}
