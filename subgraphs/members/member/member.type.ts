// A member as the API shows it. What a till or a partner sees of it is decided field by field in `sight.rules.ts`.
import { Directive, Extensions, Field, ID, ObjectType } from 'type-graphql';
import { audience, EVERYONE } from '../../shared/audience.ts';
import { connectionType, Paged } from '../../shared/prelude.type.ts';
import { DateTime } from '../../shared/scalars.ts';
import { Consent, ConsentConnection } from '../consent/consent.type.ts';
import { MemberIdentifier } from '../identifier/identifier.type.ts';
import { MemberProfile } from '../profile/profile.type.ts';
import { StatusChangeConnection } from '../status/status-change.type.ts';
import { MemberStatus } from '../status/status.type.ts';
import type { Status } from './member.entity.ts';

const CONSENTED = 'A till or a partner needs the consent PARTNER_SHARING with its partner; else null.';

@Directive('@key(fields: "id")')
@Extensions(audience(...EVERYONE))
@ObjectType({ description: 'A person in the programme.' })
export class Member {
  @Field(() => ID, { description: '`mbr_…`' })
  id!: string;

  @Field(() => MemberStatus, { description: 'Whether the member takes part.' })
  status!: Status;

  @Field(() => String, { nullable: true, description: `What to call the member; null without a name. ${CONSENTED}` })
  displayName!: string | null;

  @Field(() => String, {
    nullable: true,
    description:
      'EAN-13, the first of the member’s cards. Also shown to the partner that enrolled the member; other tills and partners need the consent PARTNER_SHARING, else null.',
  })
  cardNumber!: string | null;

  @Field(() => DateTime, { description: 'Since when the member is in the programme.' })
  enrolledAt!: string;

  @Directive('@listSize(assumedSize: 10)')
  @Field(() => [Consent], {
    nullable: true,
    description: `Current state of each consent that was decided. ${CONSENTED} It then sees the one about itself only.`,
  })
  consents!: Consent[] | null;

  @Extensions(audience('member', 'operator'))
  @Paged()
  @Field(() => ConsentConnection, { nullable: true, description: 'Every decision about consents, newest first.' })
  consentHistory!: InstanceType<typeof ConsentConnection> | null;

  @Field(() => MemberProfile, { nullable: true, description: `What is known of the person. ${CONSENTED}` })
  profile!: MemberProfile | null;

  @Extensions(audience('member', 'operator'))
  @Directive('@listSize(assumedSize: 5)')
  @Field(() => [MemberIdentifier], { nullable: true, description: 'All ways to find the member, oldest first.' })
  identifiers!: MemberIdentifier[] | null;

  @Extensions(audience('member', 'operator'))
  @Field(() => Boolean, { nullable: true, description: 'True: purchases give no points.' })
  earningBlocked!: boolean | null;

  @Extensions(audience('member', 'operator'))
  @Field(() => Boolean, { nullable: true, description: 'True: points cannot be spent.' })
  spendingBlocked!: boolean | null;

  @Extensions(audience('operator'))
  @Paged()
  @Field(() => StatusChangeConnection, {
    nullable: true,
    description: 'Every change of status and blocks, newest first, with its reason and who made it.',
  })
  statusHistory!: InstanceType<typeof StatusChangeConnection> | null;
}

export const MemberConnection = connectionType('Member', Member);
