// Vouchers, and what tills and points do with them.
import { Arg, Ctx, Directive, Extensions, FieldResolver, ID, Mutation, Query, Resolver, Root } from 'type-graphql';
import { audience, EVERYONE, scope } from '../../shared/audience.ts';
import { decodeId, encodeId } from '../../shared/id.ts';
import { Money } from '../../shared/prelude.type.ts';
import { answer } from '../../shared/refusal.ts';
import { CurrencyCode } from '../../shared/scalars.ts';
import type { RewardsContext } from '../context.ts';
import { IDEMPOTENCY } from '../error.type.ts';
import { readsRewards, seesCode, seesVoucher } from '../sight.rules.ts';
import { presentVouchers, useVoucher } from './use.service.ts';
import type { VoucherRow } from './voucher.entity.ts';
import {
  Voucher,
  VouchersPresentInput,
  VouchersPresentPayload,
  VoucherUseInput,
  VoucherUsePayload,
} from './voucher.type.ts';
import { voucherWorths } from './worth.service.ts';
import { PurchaseWorth } from './worth.type.ts';

/** The voucher of an id as clients write it; null when there is none or the viewer may not see it. */
export async function voucherOf(id: string, { viewer, loaders }: RewardsContext): Promise<VoucherRow | null> {
  const uuid = decodeId('vch', id);
  const row = uuid === null || !readsRewards(viewer) ? null : await loaders.vouchersById.load(uuid);
  return row !== null && seesVoucher(viewer, row) ? row : null;
}

@Resolver(() => Voucher)
export class VoucherResolver {
  @Directive('@cost(weight: 10)')
  @Extensions(audience('till', 'partner', 'operator'))
  @Extensions(scope('rewards:write'))
  @Mutation(() => VoucherUsePayload, {
    nullable: true,
    description: `Uses a voucher, once, at a location of the partner whose reward it is, or anywhere when it is no partner's. Scope \`rewards:write\`; needs an idempotency key. Codes: \`VOUCHER_UNKNOWN\`, \`VOUCHER_NOT_USABLE\`, \`LOCATION_UNKNOWN\`, \`TEXT_INVALID\`, ${IDEMPOTENCY}.`,
  })
  voucherUse(
    @Arg('input', () => VoucherUseInput, { description: 'Which one, and where.' }) input: VoucherUseInput,
    @Ctx() context: RewardsContext,
  ) {
    type Answered = { voucher: VoucherRow | null; replayed: boolean };
    return answer<Answered>({ voucher: null, replayed: false }, async () => {
      const { id, replayed } = await useVoucher(context, input);
      return { voucher: await context.loaders.vouchersById.load(id), replayed };
    });
  }

  @Extensions(audience('room'))
  @Mutation(() => VouchersPresentPayload, {
    description:
      'Internal: reserves vouchers for a purchase, all or none; asked by points before it records. Asked again for the same purchase nothing changes. Codes: `VOUCHER_UNKNOWN`, `VOUCHER_NOT_USABLE`, `PURCHASE_INVALID`.',
  })
  vouchersPresent(
    @Arg('input', () => VouchersPresentInput, { description: 'Which ones, for which purchase.' })
    input: VouchersPresentInput,
    @Ctx() context: RewardsContext,
  ) {
    return answer<{ vouchers: (VoucherRow | Error | null)[] }>({ vouchers: [] }, async () => ({
      vouchers: await context.loaders.vouchersById.loadMany(await presentVouchers(context, input)),
    }));
  }

  @Directive('@listSize(assumedSize: 10)')
  @Extensions(audience('room'))
  @Query(() => [PurchaseWorth], {
    description:
      'Internal: what vouchers take off a purchase at a partner now, asked by points for a quote; one for each code, in order. Nothing is reserved.',
  })
  voucherWorths(
    @Arg('codes', () => [String], { description: 'As they were typed or scanned.' }) codes: string[],
    @Arg('partnerId', () => ID, { description: '`ptn_…`: where they are presented.' }) partnerId: string,
    @Arg('currencyCode', () => CurrencyCode, {
      nullable: true,
      description: 'Money of the purchase: a voucher that is worth other money cannot be used. Left out: any.',
    })
    currencyCode: string | null = null,
    @Ctx() { space }: RewardsContext,
  ) {
    return voucherWorths(space.source, codes, { partnerId, currencyCode });
  }

  @FieldResolver(() => ID)
  id(@Root() row: VoucherRow): string {
    return encodeId('vch', row.id);
  }

  @FieldResolver(() => String, { nullable: true })
  code(@Root() row: VoucherRow, @Ctx() { viewer }: RewardsContext): string | null {
    return seesCode(viewer, row) ? row.code : null;
  }

  @Extensions(audience(...EVERYONE))
  @FieldResolver(() => Money, {
    nullable: true,
    description: 'What is left of its worth in money: all of it or nothing; null when its reward does not say.',
  })
  remaining(@Root() { worth, state }: VoucherRow): Money | null {
    if (worth === null || !('amount' in worth)) return null;
    return state === 'ISSUED' || state === 'PRESENTED' ? worth : { ...worth, amount: '0' };
  }
}
