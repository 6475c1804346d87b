import { Arg, Ctx, Extensions, Field, FieldResolver, ID, InputType, Mutation, Resolver, Root } from 'type-graphql';
import { audience, EVERYONE, scope } from '../../shared/audience.ts';
import type { Changed, MembersContext } from '../context.ts';
import { KEY_DESCRIPTION, MemberUpdatePayload } from '../member/change.type.ts';
import type { ProfileRow } from './profile.entity.ts';
import { MemberAttribute, MemberProfile, MemberProfileInput } from './profile.type.ts';

@InputType({ description: 'Changes what is known of a person.' })
export class MemberUpdateInput {
  @Field(() => String, { nullable: true, description: KEY_DESCRIPTION })
  idempotencyKey?: string | null;

  @Field(() => ID, { description: '`mbr_…`' })
  memberId!: string;

  @Field(() => MemberProfileInput, { description: 'The fields to change.' })
  profile!: MemberProfileInput;
}

@Resolver(() => MemberProfile)
export class ProfileResolver {
  @FieldResolver(() => [MemberAttribute])
  attributes(@Root() { attributes }: ProfileRow): MemberAttribute[] {
    return Object.entries(attributes)
      .map(([name, value]) => ({ name, value }))
      .toSorted((a, b) => (a.name < b.name ? -1 : 1));
  }

  @Extensions(audience(...EVERYONE))
  @Extensions(scope('members:write'))
  @Mutation(() => MemberUpdatePayload, {
    nullable: true,
    description:
      'Changes a profile: the member itself, operators, and partners with which the member shares its data. Codes: IDEMPOTENCY_KEY_INVALID, IDEMPOTENCY_KEY_REUSED, IDEMPOTENCY_IN_PROGRESS, MEMBER_UNKNOWN, PROFILE_INVALID, ATTRIBUTE_UNKNOWN, ATTRIBUTE_INVALID.',
  })
  async memberUpdate(
    @Arg('input', () => MemberUpdateInput, { description: 'Whom, and what.' }) input: MemberUpdateInput,
    @Ctx() context: MembersContext,
  ): Promise<Changed> {
    return context.change({}, () => context.services.profiles.update(input));
  }
}
