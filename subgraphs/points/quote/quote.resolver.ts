// What a purchase would give.
import { Arg, Ctx, Directive, Extensions, Query, Resolver } from 'type-graphql';
import { audience, scope } from '../../shared/audience.ts';
import { Refused } from '../../shared/refusal.ts';
import { moneyDecimals } from '../../shared/scalars.ts';
import type { PointsContext } from '../context.ts';
import { LotState } from '../ledger/wallet.type.ts';
import type { Programme } from '../programme/programme.rules.ts';
import { quote, type Quote } from './quote.service.ts';
import { PurchaseQuote, PurchaseQuoteInput } from './quote.type.ts';

/** A query has no `userErrors`: what is refused says where. */
function told(error: unknown): unknown {
  if (!(error instanceof Refused)) return error;
  const where = error.field === null ? '' : `input.${error.field.join('.')}: `;
  return new Refused(error.code, `${where}${error.message} (${error.code})`);
}

/** Lots as the ledger would make them: what the member owes takes of those that can be used first. */
async function earnedBy({ programme, memberId, lots, now }: Quote, { loaders }: PointsContext) {
  const owed = new Map<string, number>();
  const earned = [];
  for (const { currency: code, amount, activatesAt, cancelsAt, expiresAt } of lots) {
    const waits = cancelsAt !== null || (activatesAt ?? '') > now;
    const wallet = await loaders.walletsByKey.load({ memberId: memberId!, currency: code, asOf: null });
    const debt = owed.get(code) ?? wallet.deficit;
    if (!waits) owed.set(code, Math.max(0, debt - amount));
    const isGone = !waits && (debt >= amount || (expiresAt !== null && expiresAt <= now));
    const currency = programme.currencies.find((known) => known.code === code)!;
    const state = waits ? LotState.PENDING : isGone ? LotState.CLOSED : LotState.AVAILABLE;
    earned.push({ currency, amount, state, activatesAt, expiresAt });
  }
  return earned;
}

const levelOf = ({ tiers }: Programme, code: string | null) =>
  code === null ? null : (tiers.levels.find((level) => level.code === code) ?? null);

@Resolver()
export class QuoteResolver {
  @Directive('@cost(weight: 10)')
  @Extensions(audience('till', 'partner', 'operator'))
  @Extensions(scope('purchases:write'))
  @Query(() => PurchaseQuote, {
    nullable: true,
    description:
      'What this purchase would give now, all that follows included: limits, a reached tier and its bonus, expiry. Writes nothing. What recording would refuse is an error that says where and why. Scope `purchases:write`.',
  })
  async purchaseQuote(
    @Arg('input', () => PurchaseQuoteInput, { description: 'As `purchaseRecord` takes it, without a receipt.' })
    input: PurchaseQuoteInput,
    @Ctx() context: PointsContext,
  ) {
    try {
      const quoted = await quote(context, input);
      const { programme, currencyCode, steps, discounts } = quoted;
      const money = (amount: Quote['payable']) => ({
        amount: amount.toFixed(moneyDecimals(currencyCode)),
        currencyCode,
      });
      return {
        earned: await earnedBy(quoted, context),
        tierBefore: levelOf(programme, quoted.tierBefore),
        tierAfter: levelOf(programme, quoted.tierAfter),
        discounts: discounts.map((discount) => ({ ...discount, amount: money(discount.amount) })),
        payable: money(quoted.payable),
        explanation: { ruleSetVersion: quoted.version, steps },
      };
    } catch (error) {
      throw told(error);
    }
  }
}
