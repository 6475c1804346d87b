// A referral as the API shows it. Neither side is told who the other is.
import { Directive, Extensions, Field, ID, Int, ObjectType, registerEnumType } from 'type-graphql';
import { audience } from '../../shared/audience.ts';
import { connectionType } from '../../shared/prelude.type.ts';
import { DateTime, SafeInt } from '../../shared/scalars.ts';
import { Member } from '../member.type.ts';

export enum ReferralState {
  REGISTERED = 'REGISTERED',
  QUALIFIED = 'QUALIFIED',
  REWARDED = 'REWARDED',
  REJECTED = 'REJECTED',
  REVERSED = 'REVERSED',
}
registerEnumType(ReferralState, {
  name: 'ReferralState',
  description: 'How far a referral has come.',
  valuesConfig: {
    REGISTERED: { description: 'The referee enrolled with the code, and has no purchase of the minimum yet.' },
    QUALIFIED: {
      description: 'The referee has a purchase of the minimum; the reward waits until it can no longer come back.',
    },
    REWARDED: { description: 'Both sides have their points.' },
    REJECTED: { description: 'The code brought nothing; `rejection` says why.' },
    REVERSED: { description: 'The purchase came back after the reward, and the points were taken back. For good.' },
  },
});

const REJECTIONS = {
  UNKNOWN_CODE: 'The code is nobody’s.',
  OWN_CODE: 'The code is the referee’s own.',
  SECOND_CODE: 'The referee was brought by someone already.',
  EXISTING_MEMBER: 'The referee was a member already.',
  CYCLE: 'The owner of the code was brought by the referee, or by someone whom the referee brought.',
};
const ReferralRejection = Object.fromEntries(Object.keys(REJECTIONS).map((name) => [name, name]));
registerEnumType(ReferralRejection, {
  name: 'ReferralRejection',
  description: 'Why a code brought nothing.',
  valuesConfig: Object.fromEntries(Object.entries(REJECTIONS).map(([name, description]) => [name, { description }])),
});

@Directive('@key(fields: "id")')
@Extensions(audience('member', 'operator'))
@ObjectType({ description: 'Who brought whom. Its two members see it, and operators.' })
export class Referral {
  @Field(() => ID, { description: '`ref_…`' })
  id!: string;

  @Field(() => ReferralState, { description: 'How far it has come.' })
  state!: ReferralState;

  @Field(() => ReferralRejection, { nullable: true, description: 'Why it was rejected; null when it was not.' })
  rejection!: string | null;

  @Field(() => DateTime, { description: 'When the referee enrolled with the code.' })
  attributedAt!: string;

  @Field(() => Member, {
    nullable: true,
    description: 'Who gave the code; null for the referee, and when the code is nobody’s.',
  })
  referrer!: Member | null;

  @Field(() => Member, { nullable: true, description: 'Who joined with it; null for the referrer.' })
  referee!: Member | null;
}

export const ReferralConnection = connectionType('Referral', Referral);

@Extensions(audience('member', 'operator'))
@ObjectType({ description: 'What a member’s referrals have come to.' })
export class ReferralSummary {
  @Field(() => Int, { description: 'Members who enrolled with a code of this member’s; rejected ones do not count.' })
  attributed!: number;

  @Field(() => Int, { description: 'Of them, those with a purchase of the minimum, rewarded or about to be.' })
  qualified!: number;

  @Field(() => Int, { description: 'Of them, those whose reward was paid and not taken back.' })
  rewarded!: number;

  @Field(() => SafeInt, { description: 'Points that the ledger gave this member for them, less what was reversed.' })
  pointsEarned!: number;
}
