// A member's code, and how it is changed.
import { Directive, Extensions, Field, ID, InputType, ObjectType } from 'type-graphql';
import { audience, EVERYONE } from '../../shared/audience.ts';
import { UserError } from '../error.type.ts';

@Extensions(audience(...EVERYONE))
@ObjectType({ description: 'What a member gives to friends, so that both are rewarded when they join.' })
export class ReferralCode {
  @Field(() => String, {
    description:
      'To be typed or said, `7KQ2M9XC`; case, blanks and hyphens make no difference, nor do O and 0, I, L and 1.',
  })
  code!: string;

  @Field(() => String, { description: 'The same as an address to open or share.' })
  link!: string;
}

@InputType({ description: 'A code of one’s own.' })
export class ReferralCodeChangeInput {
  @Field(() => String, {
    nullable: true,
    description:
      'Names this one attempt; 1 to 255 printable ASCII characters. Without one the change is made each time.',
  })
  idempotencyKey?: string | null;

  @Field(() => ID, { description: 'Whose code, `mbr_…`.' })
  memberId!: string;

  @Field(() => String, { description: '4 to 20 letters from A to Z, digits and hyphens; shown in upper case.' })
  code!: string;
}

@Extensions(audience('member', 'operator'))
@ObjectType({ description: 'The code that the member has now, or why it was not changed.' })
export class ReferralCodeChangePayload {
  @Field(() => ReferralCode, { nullable: true, description: 'The member’s code; null when refused.' })
  referralCode!: ReferralCode | null;

  @Field(() => Boolean, { description: 'True: the answer of an earlier request with this key.' })
  replayed!: boolean;

  @Directive('@listSize(assumedSize: 5)')
  @Field(() => [UserError], { description: 'Empty when there is a code.' })
  userErrors!: InstanceType<typeof UserError>[];
}
