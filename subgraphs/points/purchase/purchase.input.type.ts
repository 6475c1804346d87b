// What tills send. Names follow POSLog where it has one; money and quantities are decimal strings.
import { Field, ID, InputType, Int, registerEnumType } from 'type-graphql';
import { CurrencyCode, DateTime, Day, Decimal } from '../../shared/scalars.ts';
import type {
  BatchItemInput,
  PurchaseInput,
  PurchaseReferenceInput as Reference,
  ReturnInput,
} from './item.service.ts';

const IDENTIFIERS = {
  CARD: 'EAN-13 card number.',
  EMAIL: 'E-mail address.',
  PHONE: 'Phone, E.164.',
  EXTERNAL: "The partner's own id.",
};
const MemberIdentifierKind = Object.fromEntries(Object.keys(IDENTIFIERS).map((kind) => [kind, kind]));
registerEnumType(MemberIdentifierKind, {
  name: 'MemberIdentifierKind',
  description: 'How a member is looked up.',
  valuesConfig: Object.fromEntries(Object.entries(IDENTIFIERS).map(([kind, description]) => [kind, { description }])),
});

@InputType({ description: 'One way to find a member.' })
export class MemberIdentifierInput {
  @Field(() => MemberIdentifierKind, { description: 'Which kind of identifier.' })
  kind!: string;

  @Field(() => String, { description: 'Its value, as typed or scanned.' })
  value!: string;
}

@InputType({ description: 'One item of a receipt.' })
export class PurchaseLineInput {
  @Field(() => Int, { description: 'Its number on the receipt; each once.' })
  number!: number;

  @Field(() => String, { description: 'The item, 1 to 200 characters.' })
  sku!: string;

  @Field(() => String, { nullable: true, description: 'The item’s name on the receipt.' })
  name!: string | null;

  @Field(() => String, { nullable: true, description: 'The item’s category.' })
  category!: string | null;

  @Field(() => String, { nullable: true, description: 'The item’s brand.' })
  brand!: string | null;

  @Field(() => Decimal, { description: 'Above 0, at most 6 decimals.' })
  quantity!: string;

  @Field(() => Decimal, {
    description: 'Price of one, tax included, before the discount; 0 or more, at most 6 decimals.',
  })
  unitPrice!: string;

  @Field(() => Decimal, { nullable: true, description: 'Taken off the whole line; 0 when left out.' })
  discount!: string | null;

  @Field(() => Decimal, { nullable: true, description: 'Tax in the price, in per cent, `20`.' })
  taxRate!: string | null;
}

@InputType({ description: 'A receipt to record.' })
export class PurchaseRecordInput implements PurchaseInput {
  @Field(() => String, { nullable: true, description: 'Names this one attempt; 1 to 255 printable ASCII characters.' })
  idempotencyKey!: string | null;

  @Field(() => MemberIdentifierInput, { nullable: true, description: 'Who bought; left out: an anonymous receipt.' })
  member!: MemberIdentifierInput | null;

  @Field(() => String, { description: 'Code of the location, `northside-london`.' })
  location!: string;

  @Field(() => String, { nullable: true, description: 'The till at the location.' })
  terminal!: string | null;

  @Field(() => String, { nullable: true, description: 'Who served.' })
  cashier!: string | null;

  @Field(() => String, { description: 'The till’s number of the receipt.' })
  receiptNumber!: string;

  @Field(() => Day, { description: 'Day of the till; with location and receipt number it names the receipt.' })
  businessDate!: string;

  @Field(() => DateTime, { description: 'When it was bought; at most 24 h ahead.' })
  occurredAt!: string;

  @Field(() => CurrencyCode, { description: 'Of every amount on the receipt.' })
  currencyCode!: string;

  @Field(() => [PurchaseLineInput], { description: '1 to 2 000 items.' })
  lines!: PurchaseLineInput[];

  @Field(() => [ID], {
    nullable: true,
    description:
      'Redemptions that are held for this member, captured by this purchase: all of them or nothing is recorded.',
  })
  redemptionIds!: string[] | null;

  @Field(() => [String], {
    nullable: true,
    description: 'Codes of vouchers that this purchase uses: all of them or nothing is recorded.',
  })
  vouchers!: string[] | null;

  @Field(() => [String], {
    nullable: true,
    description: 'How it is paid, by the till’s own words, `gift-card`; rules may ask. At most 10, of 50 characters.',
  })
  paymentMethods!: string[] | null;

  @Field(() => Decimal, {
    nullable: true,
    description: 'The till’s own total; a difference of more than one smallest unit is refused.',
  })
  total!: string | null;
}

@InputType({ description: 'Which purchase: exactly one of `id` and `location` with `receiptNumber`.' })
export class PurchaseReferenceInput implements Reference {
  @Field(() => ID, { nullable: true, description: '`pur_…`' })
  id!: string | null;

  @Field(() => String, { nullable: true, description: 'Code of the location.' })
  location!: string | null;

  @Field(() => String, { nullable: true, description: 'Number of the receipt.' })
  receiptNumber!: string | null;

  @Field(() => Day, { nullable: true, description: 'Its day; the latest receipt of that number when left out.' })
  businessDate!: string | null;
}

@InputType({ description: 'One item that comes back: exactly one of `number` (of a named purchase) and `sku`.' })
export class PurchaseReturnLineInput {
  @Field(() => Int, { nullable: true, description: 'Number of the line on the receipt.' })
  number!: number | null;

  @Field(() => String, { nullable: true, description: 'The item.' })
  sku!: string | null;

  @Field(() => Decimal, { description: 'How much comes back; above 0.' })
  quantity!: string;

  @Field(() => Decimal, { nullable: true, description: 'Helps to tell apart sales of one item at several prices.' })
  unitPrice!: string | null;
}

@InputType({
  description:
    'A return. Exactly one of `purchase` and `member`; exactly one of `whole`, `lines` and `amount`; without `purchase` only `lines`.',
})
export class PurchaseReturnInput implements ReturnInput {
  @Field(() => String, { nullable: true, description: 'Names this one attempt; 1 to 255 printable ASCII characters.' })
  idempotencyKey!: string | null;

  @Field(() => PurchaseReferenceInput, { nullable: true, description: 'The receipt at hand.' })
  purchase!: PurchaseReferenceInput | null;

  @Field(() => MemberIdentifierInput, {
    nullable: true,
    description: 'No receipt at hand: lines are matched to this member’s latest sales of the same item at the partner.',
  })
  member!: MemberIdentifierInput | null;

  @Field(() => String, { description: 'Code of the location that takes it back.' })
  location!: string;

  @Field(() => String, { nullable: true, description: 'The till at the location.' })
  terminal!: string | null;

  @Field(() => String, { nullable: true, description: 'Who served.' })
  cashier!: string | null;

  @Field(() => String, { description: 'Number of the return’s own receipt.' })
  receiptNumber!: string;

  @Field(() => Day, { description: 'Day of the till; with location and receipt number it names the return.' })
  businessDate!: string;

  @Field(() => DateTime, { description: 'When it came back; at most 24 h ahead.' })
  occurredAt!: string;

  @Field(() => Boolean, { nullable: true, description: 'True: everything that is left of the purchase.' })
  whole!: boolean | null;

  @Field(() => [PurchaseReturnLineInput], { nullable: true, description: 'Items that come back, 1 to 2 000.' })
  lines!: PurchaseReturnLineInput[] | null;

  @Field(() => Decimal, {
    nullable: true,
    description: 'Money given back without an item; in the purchase’s currency.',
  })
  amount!: string | null;
}

@InputType({ description: 'Exactly one of the two.' })
export class PurchaseRecordBatchItemInput implements BatchItemInput {
  @Field(() => PurchaseRecordInput, { nullable: true, description: 'A receipt.' })
  purchase!: PurchaseRecordInput | null;

  @Field(() => PurchaseReturnInput, { nullable: true, description: 'A return.' })
  return!: PurchaseReturnInput | null;
}

@InputType({ description: 'Purchases and returns in order, per terminal.' })
export class PurchaseRecordBatchInput {
  @Field(() => [PurchaseRecordBatchItemInput], { description: '1 to 1 000 items, each with its own idempotencyKey.' })
  items!: PurchaseRecordBatchItemInput[];
}

@InputType({ description: 'A purchase whose points may be used from now on.' })
export class PurchaseConfirmInput {
  @Field(() => String, { nullable: true, description: 'Names this one attempt; 1 to 255 printable ASCII characters.' })
  idempotencyKey!: string | null;

  @Field(() => ID, { description: '`pur_…`' })
  purchaseId!: string;
}
