// Tiers: their names in people's languages, those that people give, and what another scheme would do.
import { Arg, Ctx, Directive, Extensions, FieldResolver, ID, Int, Mutation, Query, Resolver, Root } from 'type-graphql';
import { audience, scope } from '../../shared/audience.ts';
import { readDocument } from '../../shared/document.ts';
import { encodeId } from '../../shared/id.ts';
import { connection, pageArguments } from '../../shared/page.ts';
import { Paged } from '../../shared/prelude.type.ts';
import { answer } from '../../shared/refusal.ts';
import { Locale } from '../../shared/scalars.ts';
import { requireKey } from '../../shared/viewer.ts';
import type { PointsContext } from '../context.ts';
import { Actor } from '../ledger/entry.type.ts';
import { answerDocument } from '../programme/check.service.ts';
import { sections } from '../programme/programme.rules.ts';
import { TierMove } from '../programme/programme.type.ts';
import type { TierScheme } from '../programme/tier.rules.ts';
import type { Name } from '../programme/value.rules.ts';
import { nameIn } from '../words/name.rules.ts';
import { grantTier, revokeGrant } from './grant.service.ts';
import {
  TierGrantInput,
  TierGrantPayload,
  TierGrantRevokeInput,
  TierMoverConnection,
  TierSchemePreview,
} from './grant.type.ts';
import { tierMoves, tierMovers } from './preview.service.ts';
import type { TierView } from './progress.rules.ts';
import type { GrantRow } from './tier.loader.ts';
import { MemberTier, Tier, TierBenefit, TierGrant } from './tier.type.ts';

const KEY_CODES = 'IDEMPOTENCY_KEY_MISSING, IDEMPOTENCY_KEY_INVALID, IDEMPOTENCY_KEY_REUSED, IDEMPOTENCY_IN_PROGRESS';

const LOCALE = { nullable: true, description: 'English when left out or not there.' };
type LocaleArg = string | null | undefined;

interface Named {
  code: string;
  name: Name;
}

@Resolver(() => Tier)
export class TierResolver {
  @FieldResolver(() => String, { description: 'Its name for people.' })
  name(@Root() { name, code }: Named, @Arg('locale', () => Locale, LOCALE) locale: LocaleArg): string {
    return nameIn(name, locale, code);
  }
}

@Resolver(() => TierBenefit)
export class TierBenefitResolver {
  @FieldResolver(() => String, { nullable: true, description: 'Its name for people; null when it has none.' })
  name(
    @Root() { name }: TierView['benefits'][number],
    @Arg('locale', () => Locale, LOCALE) locale: LocaleArg,
  ): string | null {
    return name === null ? null : nameIn(name, locale);
  }
}

@Resolver(() => MemberTier)
export class MemberTierResolver {
  @FieldResolver(() => String, { description: 'The tier’s name for people.' })
  name(@Root() { name, code }: Named, @Arg('locale', () => Locale, LOCALE) locale: LocaleArg): string {
    return nameIn(name, locale, code);
  }

  @FieldResolver(() => [TierGrant], { nullable: true })
  grants(@Root() { grants }: TierView, @Ctx() { loaders }: PointsContext) {
    return loaders.tierGrantsById.loadMany(grants.map(({ id }) => id));
  }
}

@Resolver(() => TierGrant)
export class TierGrantResolver {
  @FieldResolver(() => ID)
  id(@Root() { id }: GrantRow): string {
    return encodeId('tgr', id);
  }

  @FieldResolver(() => Tier, { nullable: true })
  async tier(@Root() { tier }: GrantRow, @Ctx() { programme }: PointsContext) {
    return (await programme()).tiers.levels.find(({ code }) => code === tier) ?? null;
  }

  @FieldResolver(() => Actor)
  actor(@Root() { actorKind, actorId }: GrantRow): TierGrant['actor'] {
    return { kind: actorKind, id: actorId };
  }
}

type Answered = { grant: GrantRow | null; member: { id: string } | null; replayed: boolean };
const NOTHING: Answered = { grant: null, member: null, replayed: false };

@Resolver()
export class TierSchemeResolver {
  @Directive('@cost(weight: 10)')
  @Extensions(audience('operator'))
  @Extensions(scope('points:manage'))
  @Mutation(() => TierGrantPayload, {
    description: `Gives a member a tier until the end of a day, with a reason; what it earns itself counts beside it. Scope \`points:manage\`. Codes: ${KEY_CODES}, REASON_MISSING, MEMBER_UNKNOWN, TIER_UNKNOWN, GRANT_INVALID.`,
  })
  tierGrant(
    @Arg('input', () => TierGrantInput, { description: 'Whom, which tier, until when, why.' }) input: TierGrantInput,
    @Ctx() context: PointsContext,
  ) {
    return answer<Answered>(NOTHING, async () => {
      const { grantId, memberId, replayed } = await grantTier(context, requireKey(input.idempotencyKey), input);
      return { grant: await context.loaders.tierGrantsById.load(grantId), member: { id: memberId }, replayed };
    });
  }

  @Directive('@cost(weight: 10)')
  @Extensions(audience('operator'))
  @Extensions(scope('points:manage'))
  @Mutation(() => TierGrantPayload, {
    description: `Takes a tier back that was given, from now on. Scope \`points:manage\`. Codes: ${KEY_CODES}, REASON_MISSING, GRANT_NOT_OPEN.`,
  })
  tierGrantRevoke(
    @Arg('input', () => TierGrantRevokeInput, { description: 'Which grant, why.' }) input: TierGrantRevokeInput,
    @Ctx() context: PointsContext,
  ) {
    return answer<Answered>(NOTHING, async () => {
      const { grantId, memberId, replayed } = await revokeGrant(context, requireKey(input.idempotencyKey), input);
      return { grant: await context.loaders.tierGrantsById.load(grantId), member: { id: memberId }, replayed };
    });
  }

  @Directive('@cost(weight: 500)')
  @Extensions(audience('operator'))
  @Extensions(scope('points:manage'))
  @Query(() => TierSchemePreview, {
    nullable: true,
    description:
      'Which members the ladder of another document would move as of now; writes nothing. It looks at every member. Scope `points:manage`. Codes: PROGRAMME_INVALID.',
  })
  tierSchemePreview(@Arg('document', () => String, { description: 'The programme, YAML.' }) document: string) {
    return answerDocument<Preview>({ scheme: null }, async () => ({
      scheme: readDocument(document, sections).data.points.tiers,
    }));
  }
}

interface Preview {
  scheme: TierScheme | null;
}

@Resolver(() => TierSchemePreview)
export class TierSchemePreviewResolver {
  @FieldResolver(() => [TierMove])
  async moves(@Root() { scheme }: Preview, @Ctx() { space, programme }: PointsContext) {
    return scheme === null ? [] : tierMoves(space.source, await programme(), scheme);
  }

  @Paged()
  @FieldResolver(() => TierMoverConnection, { nullable: true })
  async members(
    @Root() { scheme }: Preview,
    @Arg('first', () => Int, { defaultValue: 20, description: '1 to 100.' }) first: number,
    @Arg('after', () => String, { nullable: true, description: 'An `endCursor`.' }) after: string | null | undefined,
    @Ctx() { space, programme }: PointsContext,
  ) {
    const page = pageArguments(first, after, 1);
    const movers = scheme === null ? [] : await tierMovers(space.source, await programme(), scheme, page);
    const rows = movers.map((mover) => ({ ...mover, member: { id: mover.memberId } }));
    return connection(rows, page, ({ memberId }) => [memberId]);
  }
}
