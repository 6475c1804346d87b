import { Extensions, Field, ObjectType } from 'type-graphql';
import { audience } from '../../shared/audience.ts';
import { connectionType } from '../../shared/prelude.type.ts';
import { DateTime } from '../../shared/scalars.ts';
import type { Status } from '../member/member.entity.ts';
import { MemberStatus } from './status.type.ts';

@Extensions(audience('operator'))
@ObjectType({ description: 'One change of a member’s status or blocks: how they stood from then on.' })
export class MemberStatusChange {
  @Field(() => MemberStatus, { description: 'The status from then on.' })
  status!: Status;

  @Field(() => Boolean, { description: 'Whether purchases gave no points from then on.' })
  earningBlocked!: boolean;

  @Field(() => Boolean, { description: 'Whether points could not be spent from then on.' })
  spendingBlocked!: boolean;

  @Field(() => String, { description: 'Why, in the words of who changed it.' })
  reason!: string;

  @Field(() => String, { description: 'Owner of the credential that changed it.' })
  changedBy!: string;

  @Field(() => DateTime, { description: 'When it was changed.' })
  changedAt!: string;
}

export const StatusChangeConnection = connectionType('MemberStatusChange', MemberStatusChange);
