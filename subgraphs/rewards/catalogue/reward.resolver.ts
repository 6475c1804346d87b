// The catalogue, for everyone.
import { Arg, Ctx, Directive, Extensions, FieldResolver, ID, Int, Query, Resolver, Root } from 'type-graphql';
import { audience, EVERYONE, scope } from '../../shared/audience.ts';
import { decodeId, encodeId } from '../../shared/id.ts';
import { pageArguments } from '../../shared/page.ts';
import { Money, Paged } from '../../shared/prelude.type.ts';
import type { Instant } from '../../shared/database.ts';
import { DateTime, Decimal, Locale } from '../../shared/scalars.ts';
import type { RewardsContext } from '../context.ts';
import type { PartnerRow } from '../partner/copy.loader.ts';
import { Partner } from '../partner/partner.type.ts';
import { readsRewards, seesReward, seesShelf } from '../sight.rules.ts';
import type { RewardRow } from './reward.entity.ts';
import { RewardFilter } from './reward.input.type.ts';
import { catalogueCount, cataloguePage } from './reward.loader.ts';
import { priceOf, Reward, RewardConnection, RewardPrice, RewardStock } from './reward.type.ts';
import { textIn } from './text.rules.ts';

/** The reward of an id as clients write it; null when there is none or the viewer may not see it. */
export async function rewardOf(id: string, { viewer, loaders }: RewardsContext): Promise<RewardRow | null> {
  const uuid = decodeId('rwd', id);
  const row = uuid === null || !readsRewards(viewer) ? null : await loaders.rewardsById.load(uuid);
  return row !== null && seesReward(viewer, row) ? row : null;
}

const LOCALE = { nullable: true, description: 'English when left out or not there.' };
type LocaleArg = string | null | undefined;

@Resolver(() => Reward)
export class RewardResolver {
  @Extensions(audience(...EVERYONE))
  @Extensions(scope('rewards:read'))
  @Query(() => Reward, {
    nullable: true,
    description: 'A reward; null when there is none or it is not for you. Programs need the scope `rewards:read`.',
  })
  reward(@Arg('id', () => ID, { description: '`rwd_…`' }) id: string, @Ctx() context: RewardsContext) {
    return rewardOf(id, context);
  }

  @Paged()
  @Extensions(audience(...EVERYONE))
  @Extensions(scope('rewards:read'))
  @Query(() => RewardConnection, {
    nullable: true,
    description:
      'The catalogue, by code: what is visible now; a partner sees its own before and after too, an operator everything. Programs need the scope `rewards:read`.',
  })
  async rewards(
    @Arg('first', () => Int, { defaultValue: 20, description: '1 to 100.' }) first: number,
    @Arg('after', () => String, { nullable: true, description: 'An `endCursor`.' }) after: string | null | undefined,
    @Arg('filter', () => RewardFilter, { nullable: true, description: 'All when left out.' })
    filter: RewardFilter | null | undefined,
    @Ctx() { space, horizon }: RewardsContext,
  ) {
    const partner = filter?.partnerId ?? null;
    const partnerId = partner === null ? null : decodeId('ptn', partner);
    const kinds = partner !== null && partnerId === null ? [] : (filter?.kinds ?? null);
    const wanted = { kinds, partnerId, pointsMax: filter?.maxPoints ?? null };
    const page = await cataloguePage(space.source, horizon, wanted, pageArguments(first, after, 1));
    return { ...page, total: () => catalogueCount(space.source, horizon, wanted) };
  }

  @FieldResolver(() => ID)
  id(@Root() row: RewardRow): string {
    return encodeId('rwd', row.id);
  }

  @FieldResolver(() => DateTime, { nullable: true })
  visibleFrom(@Root() row: RewardRow, @Ctx() { viewer }: RewardsContext): Instant | null {
    return seesShelf(viewer, row.partnerId) ? row.visibleFrom : null;
  }

  @FieldResolver(() => DateTime, { nullable: true })
  visibleUntil(@Root() row: RewardRow, @Ctx() { viewer }: RewardsContext): Instant | null {
    return seesShelf(viewer, row.partnerId) ? row.visibleUntil : null;
  }

  @FieldResolver(() => String, { description: 'Its name.' })
  name(@Root() { document }: RewardRow, @Arg('locale', () => Locale, LOCALE) locale: LocaleArg): string {
    return textIn(document.name, locale);
  }

  @FieldResolver(() => String, { nullable: true, description: 'What it is.' })
  description(@Root() { document }: RewardRow, @Arg('locale', () => Locale, LOCALE) locale: LocaleArg) {
    return document.description === undefined ? null : textIn(document.description, locale);
  }

  @FieldResolver(() => String, { nullable: true, description: 'Its terms.' })
  terms(@Root() { document }: RewardRow, @Arg('locale', () => Locale, LOCALE) locale: LocaleArg) {
    return document.terms === undefined ? null : textIn(document.terms, locale);
  }

  @FieldResolver(() => String, { nullable: true, description: 'Of its picture, `https://…`.' })
  pictureUrl(@Root() { document }: RewardRow): string | null {
    return document.pictureUrl ?? null;
  }

  @FieldResolver(() => RewardPrice, { description: 'What it costs.' })
  price(@Root() row: RewardRow): RewardPrice {
    return priceOf(row);
  }

  @FieldResolver(() => Money, {
    nullable: true,
    description: 'What its voucher is worth in money; null: it does not say.',
  })
  value(@Root() { document }: RewardRow): Money | null {
    return document.value ?? null;
  }

  @FieldResolver(() => Decimal, {
    nullable: true,
    description: 'How many per cent its voucher takes off a purchase; null: it does not say.',
  })
  percent(@Root() { document }: RewardRow): string | null {
    return document.percent ?? null;
  }

  @FieldResolver(() => String, {
    nullable: true,
    description: 'SKU of the product that its voucher gives for nothing; null: it does not say.',
  })
  sku(@Root() { document }: RewardRow): string | null {
    return document.sku ?? null;
  }

  @Directive('@provides(fields: "name")')
  @FieldResolver(() => Partner, { nullable: true, description: 'Whose it is; null: the programme’s own.' })
  partner(@Root() { partnerId }: RewardRow, @Ctx() { loaders }: RewardsContext): Promise<PartnerRow> | null {
    return partnerId === null ? null : loaders.partnersById.load(partnerId);
  }

  @FieldResolver(() => RewardStock, { nullable: true, description: 'Null when unlimited.' })
  stock(@Root() { stock }: RewardRow): RewardStock | null {
    return stock === null ? null : { remaining: stock };
  }

  @FieldResolver(() => Int, { nullable: true, description: 'Days that its vouchers last; null: for ever.' })
  voucherDays(@Root() { document }: RewardRow): number | null {
    return document.voucherDays ?? null;
  }

  @FieldResolver(() => Boolean, { description: 'Whether an unused one can be given back for its points.' })
  refundable(@Root() { document }: RewardRow): boolean {
    return document.refundable;
  }
}

@Resolver(() => RewardConnection)
export class RewardConnectionResolver {
  @FieldResolver(() => Int, { description: 'How many there are on all pages.' })
  totalCount(@Root() { total }: { total: () => Promise<number> }): Promise<number> {
    return total();
  }
}
