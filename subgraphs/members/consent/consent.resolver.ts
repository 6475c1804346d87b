import { Arg, Ctx, Extensions, Field, FieldResolver, ID, InputType, Mutation, Resolver, Root } from 'type-graphql';
import { audience, EVERYONE, scope } from '../../shared/audience.ts';
import { encodeId } from '../../shared/id.ts';
import type { Changed, MembersContext } from '../context.ts';
import { KEY_DESCRIPTION, MemberConsentSetPayload } from '../member/change.type.ts';
import { Partner } from '../partner/partner.type.ts';
import type { ConsentRow } from './consent.loader.ts';
import { Consent, ConsentInput } from './consent.type.ts';

@InputType({ description: 'Records a decision of a member about one purpose.' })
export class MemberConsentSetInput extends ConsentInput {
  @Field(() => String, { nullable: true, description: KEY_DESCRIPTION })
  idempotencyKey?: string | null;

  @Field(() => ID, { description: '`mbr_…`' })
  memberId!: string;
}

@Resolver(() => Consent)
export class ConsentResolver {
  @FieldResolver(() => Partner)
  partner(@Root() { partnerId }: ConsentRow): Partner | null {
    return partnerId === null ? null : { id: encodeId('ptn', partnerId) };
  }

  @Extensions(audience(...EVERYONE))
  @Extensions(scope('members:write'))
  @Mutation(() => MemberConsentSetPayload, {
    nullable: true,
    description:
      'Gives or withdraws a consent: the member itself, operators, and partners with which the member shares its data. Codes: IDEMPOTENCY_KEY_INVALID, IDEMPOTENCY_KEY_REUSED, IDEMPOTENCY_IN_PROGRESS, MEMBER_UNKNOWN, CONSENT_INVALID, PARTNER_UNKNOWN.',
  })
  async memberConsentSet(
    @Arg('input', () => MemberConsentSetInput, { description: 'Whose decision, and what it is.' })
    input: MemberConsentSetInput,
    @Ctx() context: MembersContext,
  ): Promise<Changed> {
    return context.change({}, () => context.services.consents.set(input));
  }
}
