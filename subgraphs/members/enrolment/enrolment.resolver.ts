import { Arg, Ctx, Directive, Extensions, Mutation, Resolver } from 'type-graphql';
import { audience, EVERYONE, scope } from '../../shared/audience.ts';
import type { Changed, MembersContext } from '../context.ts';
import { MemberEnrollInput, MemberEnrollPayload } from './enrolment.type.ts';

@Resolver()
export class EnrolmentResolver {
  @Extensions(audience(...EVERYONE))
  @Extensions(scope('members:write'))
  @Directive('@cost(weight: 10)')
  @Mutation(() => MemberEnrollPayload, {
    nullable: true,
    description:
      'Enrols a member by any channel; a member’s token enrols its own subject. An identifier that is taken gives the member that has it, unchanged. Codes: IDEMPOTENCY_KEY_INVALID, IDEMPOTENCY_KEY_REUSED, IDEMPOTENCY_IN_PROGRESS, IDENTIFIER_MISSING, IDENTIFIER_INVALID, IDENTIFIER_CONFLICT, PROFILE_INVALID, ATTRIBUTE_UNKNOWN, ATTRIBUTE_INVALID, CONSENT_INVALID, PARTNER_UNKNOWN.',
  })
  async memberEnroll(
    @Arg('input', () => MemberEnrollInput, { description: 'Who, and what is known of the person.' })
    input: MemberEnrollInput,
    @Ctx() context: MembersContext,
  ): Promise<Changed & { existing: boolean }> {
    return context.change({ existing: false }, () => context.services.enrolments.enroll(input));
  }
}
