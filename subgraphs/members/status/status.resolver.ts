import { Arg, Ctx, Extensions, Field, ID, InputType, Mutation, Resolver } from 'type-graphql';
import { audience, scope } from '../../shared/audience.ts';
import type { Changed, MembersContext } from '../context.ts';
import { KEY_DESCRIPTION, MemberBlocksSetPayload, MemberStatusSetPayload } from '../member/change.type.ts';
import type { Status } from '../member/member.entity.ts';
import { MemberStatus } from './status.type.ts';

const REASON = 'Why, 1 to 500 characters; kept with who changed it.';

@InputType({ description: 'Sets the status of a member.' })
export class MemberStatusSetInput {
  @Field(() => String, { nullable: true, description: KEY_DESCRIPTION })
  idempotencyKey?: string | null;

  @Field(() => ID, { description: '`mbr_…`' })
  memberId!: string;

  @Field(() => MemberStatus, { description: 'The status from now on.' })
  status!: Status;

  @Field(() => String, { description: REASON })
  reason!: string;
}

@InputType({ description: 'Blocks or unblocks earning and spending of a member, each by itself.' })
export class MemberBlocksSetInput {
  @Field(() => String, { nullable: true, description: KEY_DESCRIPTION })
  idempotencyKey?: string | null;

  @Field(() => ID, { description: '`mbr_…`' })
  memberId!: string;

  @Field(() => Boolean, {
    nullable: true,
    description: 'True: purchases give no points. Stays as it is when left out.',
  })
  earningBlocked?: boolean | null;

  @Field(() => Boolean, { nullable: true, description: 'True: points cannot be spent. Stays as it is when left out.' })
  spendingBlocked?: boolean | null;

  @Field(() => String, { description: REASON })
  reason!: string;
}

const CODES =
  'Codes: IDEMPOTENCY_KEY_INVALID, IDEMPOTENCY_KEY_REUSED, IDEMPOTENCY_IN_PROGRESS, MEMBER_UNKNOWN, REASON_INVALID.';

@Resolver()
export class StatusResolver {
  @Extensions(audience('operator'))
  @Extensions(scope('members:manage'))
  @Mutation(() => MemberStatusSetPayload, {
    nullable: true,
    description: `Sets the status of a member, in either direction. ${CODES}`,
  })
  async memberStatusSet(
    @Arg('input', () => MemberStatusSetInput, { description: 'Whom, to which status, and why.' })
    input: MemberStatusSetInput,
    @Ctx() context: MembersContext,
  ): Promise<Changed> {
    return context.change({}, () => context.services.statuses.setStatus(input));
  }

  @Extensions(audience('operator'))
  @Extensions(scope('members:manage'))
  @Mutation(() => MemberBlocksSetPayload, {
    nullable: true,
    description: `Blocks or unblocks earning and spending of a member. ${CODES}`,
  })
  async memberBlocksSet(
    @Arg('input', () => MemberBlocksSetInput, { description: 'Whom, what, and why.' }) input: MemberBlocksSetInput,
    @Ctx() context: MembersContext,
  ): Promise<Changed> {
    return context.change({}, () => context.services.statuses.setBlocks(input));
  }
}
