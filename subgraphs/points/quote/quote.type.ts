// What a purchase would give, as the API shows it.
import { Directive, Extensions, Field, ID, InputType, ObjectType, registerEnumType } from 'type-graphql';
import { audience } from '../../shared/audience.ts';
import { Money } from '../../shared/prelude.type.ts';
import { CurrencyCode, DateTime, Decimal, SafeInt } from '../../shared/scalars.ts';
import { Explanation } from '../ledger/entry.type.ts';
import { LotState, PointsCurrency } from '../ledger/wallet.type.ts';
import { MemberIdentifierInput, PurchaseLineInput } from '../purchase/purchase.input.type.ts';
import { Tier } from '../tier/tier.type.ts';
import type { QuoteInput } from './quote.service.ts';

const KINDS = {
  PRICE: 'A price of the programme’s rules.',
  TIER: 'The percentage of the member’s tier.',
  VOUCHER: 'A voucher.',
  POINTS: 'A redemption that is held: points as payment, or a reward.',
};
const DiscountKind = Object.fromEntries(Object.keys(KINDS).map((kind) => [kind, kind]));
registerEnumType(DiscountKind, {
  name: 'DiscountKind',
  description: 'What takes something off a purchase.',
  valuesConfig: Object.fromEntries(Object.entries(KINDS).map(([kind, description]) => [kind, { description }])),
});

const SEEN = audience('till', 'partner', 'operator');

@Extensions(SEEN)
@ObjectType({ description: 'Something taken off what a purchase costs.' })
export class Discount {
  @Field(() => DiscountKind, { description: 'What takes it off.' })
  kind!: string;

  @Field(() => String, { description: 'Code of the rule, of the tier’s benefit, of the reward or of the points.' })
  code!: string;

  @Field(() => Money, { description: 'In the purchase’s currency.' })
  amount!: Money;
}

@Extensions(SEEN)
@ObjectType({ description: 'Points that a purchase would give: a lot of them.' })
export class QuotedPoints {
  @Field(() => PointsCurrency, { description: 'Which points.' })
  currency!: PointsCurrency;

  @Field(() => SafeInt, { description: 'In the currency’s smallest unit.' })
  amount!: number;

  @Field(() => LotState, { description: 'Whether they could be used at once.' })
  state!: LotState;

  @Field(() => DateTime, {
    nullable: true,
    description: 'When they would become usable; null: at once, or when confirmed.',
  })
  activatesAt!: string | null;

  @Field(() => DateTime, { nullable: true, description: 'When they would expire; null: never, or not known yet.' })
  expiresAt!: string | null;
}

@Extensions(SEEN)
@ObjectType({
  description: 'What a purchase would give: what recording it at this moment would answer. Nothing is written.',
})
export class PurchaseQuote {
  @Directive('@listSize(assumedSize: 4)')
  @Field(() => [QuotedPoints], { description: 'Lots that would be made, those of a reached tier included.' })
  earned!: QuotedPoints[];

  @Field(() => Tier, { nullable: true, description: 'The member’s tier now; null without a member.' })
  tierBefore!: Tier | null;

  @Field(() => Tier, { nullable: true, description: 'The member’s tier afterwards; null without a member.' })
  tierAfter!: Tier | null;

  @Directive('@listSize(assumedSize: 10)')
  @Field(() => [Discount], {
    description:
      'What could be taken off: prices of rules, the tier’s percentage, vouchers, points; each of what is left.',
  })
  discounts!: Discount[];

  @Field(() => Money, { description: 'What is left to pay.' })
  payable!: Money;

  @Field(() => Explanation, {
    description: 'Each rule looked at: what it gives, or why not; one step, `purchase`, where no rule is asked.',
  })
  explanation!: Explanation;
}

@InputType({ description: 'A purchase as it would be recorded.' })
export class PurchaseQuoteInput implements QuoteInput {
  @Field(() => MemberIdentifierInput, { nullable: true, description: 'Who buys; left out: an anonymous receipt.' })
  member!: MemberIdentifierInput | null;

  @Field(() => String, { description: 'Code of the location, `northside-london`.' })
  location!: string;

  @Field(() => String, { nullable: true, description: 'The till at the location.' })
  terminal!: string | null;

  @Field(() => String, { nullable: true, description: 'Who serves.' })
  cashier!: string | null;

  @Field(() => DateTime, { description: 'When it is bought; at most 24 h ahead.' })
  occurredAt!: string;

  @Field(() => CurrencyCode, { description: 'Of every amount.' })
  currencyCode!: string;

  @Field(() => String, {
    nullable: true,
    description:
      'A version or a draft, `draft-3`, to count by, with the tier that the member would have now; the rules in force at `occurredAt` when left out.',
  })
  ruleSetVersion!: string | null;

  @Field(() => [PurchaseLineInput], { description: '1 to 2 000 items.' })
  lines!: PurchaseLineInput[];

  @Field(() => [ID], { nullable: true, description: 'Redemptions that are held, as if captured by this purchase.' })
  redemptionIds!: string[] | null;

  @Field(() => [String], { nullable: true, description: 'Codes of vouchers that the purchase would use.' })
  vouchers!: string[] | null;

  @Field(() => [String], { nullable: true, description: 'How it is paid, by the till’s own words, `gift-card`.' })
  paymentMethods!: string[] | null;

  @Field(() => Decimal, { nullable: true, description: 'The till’s own total, as for recording.' })
  total!: string | null;
}
