// A receipt as the API shows it.
import { Directive, Extensions, Field, ID, Int, ObjectType } from 'type-graphql';
import { audience, EVERYONE } from '../../shared/audience.ts';
import { connectionType, Money } from '../../shared/prelude.type.ts';
import { DateTime, Day, Decimal } from '../../shared/scalars.ts';
import { Channel, Partner } from '../foreign.type.ts';
import { LedgerEntry } from '../ledger/entry.type.ts';
import { PurchaseReview } from '../review/review.type.ts';

@Extensions(audience(...EVERYONE))
@ObjectType({ description: 'One item of a receipt.' })
export class PurchaseLine {
  @Field(() => Int, { description: 'Its number on the receipt.' })
  number!: number;

  @Field(() => String, { description: 'The item.' })
  sku!: string;

  @Field(() => String, { nullable: true, description: 'The item’s name on the receipt.' })
  name!: string | null;

  @Field(() => Decimal, { description: 'How much was bought.' })
  quantity!: string;

  @Field(() => Decimal, { description: 'How much of it came back.' })
  returnedQuantity!: string;
}

@Directive('@key(fields: "id")')
@Extensions(audience(...EVERYONE))
@ObjectType({ description: 'A receipt.' })
export class Purchase {
  @Field(() => ID, { description: '`pur_…`' })
  id!: string;

  @Field(() => String, { description: 'The till’s number of it; with location and day it is unique.' })
  receiptNumber!: string;

  @Field(() => Day, { description: 'Day of the till.' })
  businessDate!: string;

  @Field(() => DateTime, { description: 'When it was bought.' })
  occurredAt!: string;

  @Field(() => Money, { description: 'Sum of its lines, tax included, discounts taken off.' })
  total!: Money;

  @Field(() => Money, { description: 'What was given back for returns.' })
  returned!: Money;

  @Directive('@listSize(assumedSize: 20)')
  @Field(() => [PurchaseLine], { description: 'Its items, by number.' })
  lines!: PurchaseLine[];

  @Directive('@listSize(assumedSize: 5)')
  @Field(() => [LedgerEntry], { description: 'Earned by it and taken back from it, oldest first.' })
  entries!: LedgerEntry[];

  @Field(() => PurchaseReview, {
    nullable: true,
    description:
      'What became of it when it came late, which its member sees too; null: it came in time, or for nobody who earns.',
  })
  review!: string | null;

  @Field(() => Partner, { nullable: true, description: 'Whose location it was bought at.' })
  partner!: Partner | null;

  @Directive('@provides(fields: "code")')
  @Field(() => Channel, { nullable: true, description: 'By which channel it was bought.' })
  channel!: Channel | null;
}

export const PurchaseConnection = connectionType('Purchase', Purchase);
