// Wallets, lots and expiries.
import { Arg, Ctx, Directive, FieldResolver, ID, Int, Resolver, Root } from 'type-graphql';
import { encodeId } from '../../shared/id.ts';
import { connection, pageArguments } from '../../shared/page.ts';
import { Paged } from '../../shared/prelude.type.ts';
import { Locale, SafeInt } from '../../shared/scalars.ts';
import type { PointsContext } from '../context.ts';
import type { Programme } from '../programme/programme.rules.ts';
import { nameIn } from '../words/name.rules.ts';
import { expiriesByDay, type DayExpiry } from './expiry.rules.ts';
import type { LotRow, WalletRow } from './wallet.loader.ts';
import {
  Lot,
  LotConnection,
  LotFunding,
  LotState,
  PointsCurrency,
  Wallet,
  WalletExpiry,
  WalletExpiryConnection,
} from './wallet.type.ts';

/** A page of a list that is at hand; what a cursor named and is gone now begins it anew. */
function pageOf<Row>(
  rows: Row[],
  first: number,
  after: string | null,
  keyLength: number,
  key: (row: Row) => (string | number)[],
) {
  const page = pageArguments(first, after, keyLength);
  const text = (row: Row) => JSON.stringify(key(row).map(String));
  const start = page.after === null ? 0 : rows.findIndex((row) => text(row) === JSON.stringify(page.after)) + 1;
  return connection(rows.slice(start, start + page.first + 1), page, key);
}

@Resolver(() => PointsCurrency)
export class PointsCurrencyResolver {
  @FieldResolver(() => String)
  name(
    @Root() { code, name }: Programme['currencies'][number],
    @Arg('locale', () => Locale, { nullable: true, description: 'English when left out or not there.' })
    locale: string | null | undefined,
  ): string {
    return nameIn(name, locale, code);
  }
}

@Resolver(() => Wallet)
export class WalletResolver {
  @FieldResolver(() => PointsCurrency)
  currency(@Root() wallet: WalletRow, @Ctx() context: PointsContext) {
    return context.currency(wallet.currency);
  }

  @FieldResolver(() => WalletExpiry, { nullable: true, description: 'What expires first; null when nothing expires.' })
  async nextExpiry(@Root() wallet: WalletRow, @Ctx() context: PointsContext): Promise<DayExpiry | null> {
    return (await this.#expiries(wallet, context))[0] ?? null;
  }

  @Paged()
  @FieldResolver(() => WalletExpiryConnection, { description: 'What expires when, earliest first.' })
  async expiries(
    @Root() wallet: WalletRow,
    @Arg('first', () => Int, { defaultValue: 20, description: '1 to 100.' }) first: number,
    @Arg('after', () => String, { nullable: true, description: 'An `endCursor`.' }) after: string | null,
    @Ctx() context: PointsContext,
  ) {
    return pageOf(await this.#expiries(wallet, context), first, after, 1, (expiry) => [expiry.expiresOn]);
  }

  @Paged()
  @FieldResolver(() => LotConnection, {
    description: 'Open lots, earliest expiry first; a till or a partner sees those that its partner pays for.',
  })
  async lots(
    @Root() wallet: WalletRow,
    @Arg('first', () => Int, { defaultValue: 20, description: '1 to 100.' }) first: number,
    @Arg('after', () => String, { nullable: true, description: 'An `endCursor`.' }) after: string | null,
    @Ctx() { viewer, loaders }: PointsContext,
  ) {
    const lots = await loaders.lotsByWallet.load(wallet);
    const all = viewer.kind === 'member' || viewer.kind === 'operator';
    const seen = all ? lots : lots.filter((lot) => lot.funder === viewer.partnerId);
    return pageOf(seen, first, after, 2, (lot) => [lot.seq, lot.n]);
  }

  async #expiries(wallet: WalletRow, context: PointsContext): Promise<DayExpiry[]> {
    const { timeZone } = await context.programme();
    return expiriesByDay(await context.loaders.lotsByWallet.load(wallet), timeZone);
  }
}

@Resolver(() => Lot)
export class LotResolver {
  @FieldResolver(() => ID)
  id(@Root() lot: LotRow): string {
    return `${encodeId('lot', lot.entryId)}${lot.n === 0 ? '' : `.${lot.n}`}`;
  }

  @FieldResolver(() => LotState)
  state(@Root() lot: LotRow): LotState {
    if (lot.pending > 0) return LotState.PENDING;
    return lot.remaining > 0 ? LotState.AVAILABLE : LotState.CLOSED;
  }

  @FieldResolver(() => SafeInt)
  remaining(@Root() lot: LotRow): number {
    return lot.pending + lot.remaining;
  }

  @Directive('@listSize(assumedSize: 2)')
  @FieldResolver(() => [LotFunding])
  funding(@Root() lot: LotRow): LotFunding[] {
    return [{ partner: lot.funder === null ? null : { id: encodeId('ptn', lot.funder) }, share: '1' }];
  }
}
