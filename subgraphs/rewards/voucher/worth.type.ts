// What points' quote is told of vouchers and held redemptions.
import { Directive, Extensions, Field, ObjectType } from 'type-graphql';
import { audience } from '../../shared/audience.ts';
import type { UserErrorRow } from '../../shared/refusal.ts';
import { CurrencyCode, Decimal } from '../../shared/scalars.ts';
import { UserError } from '../error.type.ts';

@Directive('@inaccessible')
@Extensions(audience('room'))
@ObjectType({
  description:
    'What a voucher or a held redemption takes off a purchase: money, a percentage, one of a product, or nothing.',
})
export class PurchaseWorth {
  @Field(() => String, {
    nullable: true,
    description: 'Of its reward; null: points as payment, or nothing that can be used.',
  })
  rewardCode!: string | null;

  @Field(() => Decimal, { nullable: true, description: 'Money that it takes off, of `currencyCode`.' })
  amount!: string | null;

  @Field(() => CurrencyCode, { nullable: true, description: 'Of `amount`.' })
  currencyCode!: string | null;

  @Field(() => Decimal, { nullable: true, description: 'How many per cent it takes off.' })
  percent!: string | null;

  @Field(() => String, { nullable: true, description: 'SKU of the product of which one costs nothing.' })
  sku!: string | null;

  @Field(() => UserError, { nullable: true, description: 'Why it cannot be used; null: it can.' })
  refusal!: UserErrorRow | null;
}
