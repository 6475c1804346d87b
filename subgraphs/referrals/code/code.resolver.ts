import { Arg, Ctx, Directive, Extensions, Mutation, Resolver } from 'type-graphql';
import { audience, scope } from '../../shared/audience.ts';
import { answer } from '../../shared/refusal.ts';
import { visibleMember, type ReferralsContext } from '../context.ts';
import { changeCode } from './code.service.ts';
import { ReferralCodeChangeInput, ReferralCodeChangePayload, type ReferralCode } from './code.type.ts';

@Resolver()
export class CodeResolver {
  @Extensions(audience('member', 'operator'))
  @Extensions(scope('members:write'))
  @Directive('@cost(weight: 10)')
  @Mutation(() => ReferralCodeChangePayload, {
    nullable: true,
    description:
      'Chooses a member’s own code; codes that it had before go on working, 10 in all. Members change their own; operators need the scope `members:write`. Codes: IDEMPOTENCY_KEY_INVALID, IDEMPOTENCY_KEY_REUSED, IDEMPOTENCY_IN_PROGRESS, MEMBER_UNKNOWN, REFERRAL_CODE_INVALID, REFERRAL_CODE_TAKEN, REFERRAL_CODES_EXHAUSTED.',
  })
  referralCodeChange(
    @Arg('input', () => ReferralCodeChangeInput, { description: 'Whose code, and which.' })
    input: ReferralCodeChangeInput,
    @Ctx() context: ReferralsContext,
  ) {
    const { viewer } = context;
    type Answered = { referralCode: ReferralCode | null; replayed: boolean };
    return answer<Answered>({ referralCode: null, replayed: false }, async () => {
      const member = await visibleMember(input.memberId, context);
      const key = input.idempotencyKey ?? null;
      const request = key === null ? null : { owner: viewer.owner, mutation: 'referralCodeChange', key, input };
      const { memberId, replayed } = await changeCode(context, request, member?.id ?? null, input.code);
      return { referralCode: await context.loaders.codesByMemberId.load(memberId), replayed };
    });
  }
}
