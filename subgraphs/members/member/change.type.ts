// What the mutations of a member answer with.
import { Directive, Extensions, Field, ObjectType } from 'type-graphql';
import { audience, EVERYONE } from '../../shared/audience.ts';
import type { UserErrorRow } from '../../shared/refusal.ts';
import { UserError } from '../error.type.ts';
import type { MemberRow } from './member.entity.ts';
import { Member } from './member.type.ts';

export const KEY_DESCRIPTION = '1 to 255 printable ASCII characters; makes sending the same request again safe.';

function changePayload(name: string) {
  @Extensions(audience(...EVERYONE))
  @ObjectType(name, { description: 'The member as it is now, or why it was not changed.' })
  class Payload {
    @Field(() => Member, {
      nullable: true,
      description: 'The member; null when refused, or hidden from this viewer now.',
    })
    member!: MemberRow | null;

    @Field(() => Boolean, { description: 'True: the answer of an earlier request with this key.' })
    replayed!: boolean;

    @Directive('@listSize(assumedSize: 5)')
    @Field(() => [UserError], { description: 'Empty when the change was made.' })
    userErrors!: UserErrorRow[];
  }
  return Payload;
}

export const MemberUpdatePayload = changePayload('MemberUpdatePayload');
export const MemberConsentSetPayload = changePayload('MemberConsentSetPayload');
export const MemberStatusSetPayload = changePayload('MemberStatusSetPayload');
export const MemberBlocksSetPayload = changePayload('MemberBlocksSetPayload');
