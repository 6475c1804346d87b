// Members as clients read them, and what rooms ask about them.
import { Arg, Ctx, Directive, Extensions, FieldResolver, ID, Int, Query, Resolver, Root } from 'type-graphql';
import { audience, EVERYONE, scope } from '../../shared/audience.ts';
import { decodeId, encodeId } from '../../shared/id.ts';
import { connection, pageArguments, type Connection } from '../../shared/page.ts';
import { Paged } from '../../shared/prelude.type.ts';
import { hasScope } from '../../shared/viewer.ts';
import type { MembersContext } from '../context.ts';
import type { ConsentRow } from '../consent/consent.loader.ts';
import { Consent, ConsentConnection } from '../consent/consent.type.ts';
import type { IdentifierRow } from '../identifier/identifier.entity.ts';
import { MemberIdentifier } from '../identifier/identifier.type.ts';
import type { ProfileRow } from '../profile/profile.entity.ts';
import { displayName } from '../profile/profile.rules.ts';
import { MemberProfile } from '../profile/profile.type.ts';
import { StatusChangeConnection } from '../status/status-change.type.ts';
import type { StatusChangeRow } from '../status/status.loader.ts';
import type { MemberRow } from './member.entity.ts';
import { membersThereAre, newestMembers, newestSharingMembers } from './member.loader.ts';
import { Member, MemberConnection } from './member.type.ts';
import { seesCard, seesPerson } from './sight.rules.ts';

const FIRST = { defaultValue: 20, description: '1 to 100.' };
const AFTER = { nullable: true, description: 'A cursor of this list; from its beginning when left out.' };

/** A member by its key, asked by the gateway for other rooms' references: a way in like any other. */
export async function memberReference(
  { id }: { id: string },
  { viewer, loaders }: MembersContext,
): Promise<MemberRow | null> {
  const memberId = decodeId('mbr', id);
  return memberId === null || !hasScope(viewer, 'members:read') ? null : loaders.visibleMemberById.load(memberId);
}

@Resolver(() => Member)
export class MemberResolver {
  @Extensions(audience(...EVERYONE))
  @Extensions(scope('members:read'))
  @Query(() => Member, {
    nullable: true,
    description: 'One member; null when there is none or the viewer may not see it.',
  })
  async member(
    @Arg('id', () => ID, { description: '`mbr_…`' }) id: string,
    @Ctx() { loaders }: MembersContext,
  ): Promise<MemberRow | null> {
    const memberId = decodeId('mbr', id);
    return memberId === null ? null : loaders.visibleMemberById.load(memberId);
  }

  @Extensions(audience('partner', 'operator'))
  @Extensions(scope('members:read'))
  @Paged()
  @Query(() => MemberConnection, {
    nullable: true,
    description: 'Members, newest first: all for operators, for a partner those who share their data with it now.',
  })
  async members(
    @Arg('first', () => Int, FIRST) first: number,
    @Arg('after', () => String, AFTER) after: string | null | undefined,
    @Ctx() { viewer, space }: MembersContext,
  ): Promise<Connection<MemberRow>> {
    const page = pageArguments(first, after, 1);
    const rows =
      viewer.kind === 'operator'
        ? await newestMembers(space.source, page)
        : viewer.partnerId === undefined
          ? []
          : await newestSharingMembers(space.source, viewer.partnerId, page);
    return connection(rows, page, (row) => [encodeId('mbr', row.id)]);
  }

  @Extensions(audience('member'))
  @Query(() => Member, {
    nullable: true,
    description: 'The member of the token; null before it enrolled, and for every other credential.',
  })
  async me(@Ctx() { loaders, services }: MembersContext): Promise<MemberRow | null> {
    const own = await services.members.own();
    return own === null ? null : loaders.visibleMemberById.load(own);
  }

  @Extensions(audience('room'))
  @Directive('@listSize(assumedSize: 1000)')
  @Query(() => [Boolean], {
    description:
      'Internal: whether each member is known to a partner: it presented an identifier to it, was enrolled by it, or shares its data with it now. In order.',
  })
  async membersKnown(
    @Arg('memberIds', () => [ID], { description: '`mbr_…`' }) memberIds: string[],
    @Arg('partnerId', () => ID, { description: '`ptn_…`' }) partnerId: string,
    @Ctx() { services }: MembersContext,
  ): Promise<boolean[]> {
    const ids = memberIds.map((id) => decodeId('mbr', id));
    return services.members.known(ids, decodeId('ptn', partnerId));
  }

  @Extensions(audience('room'))
  @Directive('@listSize(assumedSize: 1000)')
  @Query(() => [ID], {
    nullable: 'items',
    description: 'Internal: which of these members there are. In order, null for none.',
  })
  async membersByIds(
    @Arg('ids', () => [ID], { description: '`mbr_…`' }) ids: string[],
    @Ctx() { space }: MembersContext,
  ): Promise<(string | null)[]> {
    const known = await membersThereAre(
      space.source,
      ids.flatMap((id) => decodeId('mbr', id) ?? []),
    );
    return ids.map((id) => (known.has(decodeId('mbr', id) ?? '') ? id : null));
  }

  @FieldResolver(() => ID)
  id(@Root() member: MemberRow): string {
    return encodeId('mbr', member.id);
  }

  @FieldResolver(() => String)
  async displayName(@Root() member: MemberRow, @Ctx() { loaders }: MembersContext): Promise<string | null> {
    if (!seesPerson(await loaders.sightByMemberId.load(member.id))) return null;
    return displayName(await loaders.profileByMemberId.load(member.id));
  }

  @FieldResolver(() => String)
  async cardNumber(@Root() member: MemberRow, @Ctx() { loaders, viewer }: MembersContext): Promise<string | null> {
    if (!seesCard(await loaders.sightByMemberId.load(member.id), viewer, member)) return null;
    const identifiers = await loaders.identifiersByMemberId.load(member.id);
    return identifiers.find(({ kind }) => kind === 'CARD')?.value ?? null;
  }

  @FieldResolver(() => [Consent])
  async consents(@Root() member: MemberRow, @Ctx() { loaders, viewer }: MembersContext): Promise<ConsentRow[] | null> {
    const seen = await loaders.sightByMemberId.load(member.id);
    if (!seesPerson(seen)) return null;
    const consents = await loaders.consentsByMemberId.load(member.id);
    return seen === 'everything' ? consents : consents.filter(({ partnerId }) => partnerId === viewer.partnerId);
  }

  @FieldResolver(() => ConsentConnection)
  async consentHistory(
    @Root() member: MemberRow,
    @Arg('first', () => Int, FIRST) first: number,
    @Arg('after', () => String, AFTER) after: string | null | undefined,
    @Ctx() { loaders }: MembersContext,
  ): Promise<Connection<ConsentRow>> {
    const page = pageArguments(first, after, 1);
    const rows = await loaders.consentHistoryByMemberId.load({ memberId: member.id, page });
    return connection(rows, page, ({ position }) => [position]);
  }

  @FieldResolver(() => MemberProfile)
  async profile(@Root() member: MemberRow, @Ctx() { loaders }: MembersContext): Promise<ProfileRow | null> {
    if (!seesPerson(await loaders.sightByMemberId.load(member.id))) return null;
    return loaders.profileByMemberId.load(member.id);
  }

  @FieldResolver(() => [MemberIdentifier])
  identifiers(@Root() member: MemberRow, @Ctx() { loaders }: MembersContext): Promise<IdentifierRow[]> {
    return loaders.identifiersByMemberId.load(member.id);
  }

  @FieldResolver(() => StatusChangeConnection)
  async statusHistory(
    @Root() member: MemberRow,
    @Arg('first', () => Int, FIRST) first: number,
    @Arg('after', () => String, AFTER) after: string | null | undefined,
    @Ctx() { loaders }: MembersContext,
  ): Promise<Connection<StatusChangeRow>> {
    const page = pageArguments(first, after, 1);
    const rows = await loaders.statusHistoryByMemberId.load({ memberId: member.id, page });
    return connection(rows, page, ({ position }) => [position]);
  }
}
