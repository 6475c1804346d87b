// Lookups by identifier: one for clients, and batched ones for the gateway and other rooms.
import { Arg, Ctx, Directive, Extensions, FieldResolver, ID, Query, Resolver, Root } from 'type-graphql';
import { audience, EVERYONE, scope } from '../../shared/audience.ts';
import { decodeId, encodeId } from '../../shared/id.ts';
import { Refused } from '../../shared/refusal.ts';
import type { MembersContext } from '../context.ts';
import type { MemberRow } from '../member/member.entity.ts';
import { Member } from '../member/member.type.ts';
import { Partner } from '../partner/partner.type.ts';
import type { IdentifierRow } from './identifier.entity.ts';
import { MemberIdentifier, MemberIdentifierInput } from './identifier.type.ts';

/** A room that names a partner wrongly is at fault: answering would leave the partner without its acquaintance. */
function requirePartnerId(id: string): string {
  const partnerId = decodeId('ptn', id);
  if (partnerId === null) throw new Refused('PARTNER_UNKNOWN', `${id} is no id of a partner.`);
  return partnerId;
}

const memberIdOf = (uuid: string | null): string | null => (uuid === null ? null : encodeId('mbr', uuid));

@Resolver(() => MemberIdentifier)
export class IdentifierResolver {
  @FieldResolver(() => Partner)
  partner(@Root() row: IdentifierRow): Partner | null {
    return row.kind === 'EXTERNAL' ? { id: encodeId('ptn', row.namespace) } : null;
  }

  @Extensions(audience(...EVERYONE))
  @Extensions(scope('members:read'))
  @Query(() => Member, {
    nullable: true,
    description:
      'The member with this identifier; null when there is none. To a till or a partner the member is known from then on. A member finds only itself.',
  })
  async memberByIdentifier(
    @Arg('identifier', () => MemberIdentifierInput, {
      description: 'Any kind; EXTERNAL is the asking partner’s own id.',
    })
    identifier: MemberIdentifierInput,
    @Ctx() { viewer, loaders, services }: MembersContext,
  ): Promise<MemberRow | null> {
    const [memberId] = await services.identifiers.presented([identifier], viewer.partnerId ?? null);
    return memberId ? loaders.visibleMemberById.load(memberId) : null;
  }

  @Extensions(audience('room'))
  @Directive('@listSize(assumedSize: 1000)')
  @Query(() => [ID], {
    nullable: 'items',
    description:
      'Internal: ids for identifiers, in order, null where unknown. Asked by points when a purchase names an identifier.',
  })
  async memberIdsByIdentifier(
    @Arg('identifiers', () => [MemberIdentifierInput], { description: 'What was presented.' })
    identifiers: MemberIdentifierInput[],
    @Arg('partnerId', () => ID, { nullable: true, description: 'To whom: the members are known to it from then on.' })
    partnerId: string | null | undefined,
    @Ctx() { services }: MembersContext,
  ): Promise<(string | null)[]> {
    const found = await services.identifiers.presented(
      identifiers,
      partnerId == null ? null : requirePartnerId(partnerId),
    );
    return found.map(memberIdOf);
  }

  @Extensions(audience('room'))
  @Query(() => ID, { nullable: true, description: "Internal: the member of a token's subject; null before enrolment." })
  async memberIdBySubject(
    @Arg('issuer', () => String, { description: '`iss` of the token.' }) issuer: string,
    @Arg('subject', () => String, { description: '`sub` of the token.' }) subject: string,
    @Ctx() { services }: MembersContext,
  ): Promise<string | null> {
    return memberIdOf(await services.identifiers.bySubject(issuer, subject));
  }
}
