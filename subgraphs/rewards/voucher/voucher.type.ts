// A voucher as the API shows it, and what tills and points send about vouchers.
import { Directive, Extensions, Field, ID, InputType, ObjectType, registerEnumType } from 'type-graphql';
import { audience, EVERYONE } from '../../shared/audience.ts';
import type { Instant } from '../../shared/database.ts';
import type { UserErrorRow } from '../../shared/refusal.ts';
import { CurrencyCode, DateTime } from '../../shared/scalars.ts';
import { UserError } from '../error.type.ts';
import { VOUCHER_STATES, type VoucherRow } from './voucher.entity.ts';

const VoucherState = Object.fromEntries(VOUCHER_STATES.map((state) => [state, state]));
registerEnumType(VoucherState, {
  name: 'VoucherState',
  description: 'Where a voucher stands.',
  valuesConfig: {
    ISSUED: { description: 'It can be used.' },
    PRESENTED: { description: 'It is reserved for a purchase that is being recorded.' },
    USED: { description: 'It was used.' },
    EXPIRED: { description: 'It was not used in time.' },
    CANCELLED: { description: 'Its redemption was given back.' },
  },
});

@Directive('@key(fields: "id")')
@Extensions(audience(...EVERYONE, 'room'))
@ObjectType({ description: 'The code that proves a redemption. Who has the code has the reward.' })
export class Voucher {
  @Field(() => ID, { description: '`vch_` and 26 characters.' })
  id!: string;

  @Field(() => String, {
    nullable: true,
    description:
      'Four groups of four letters; the last one is a checksum. A till or a partner sees it where it made the redemption or has the voucher before it, and never one of another partner: else null.',
  })
  code!: string | null;

  @Field(() => VoucherState, { description: 'Where it stands.' })
  state!: string;

  @Field(() => DateTime, { nullable: true, description: 'Until when it can be used; null: for ever.' })
  expiresAt!: Instant | null;

  @Field(() => DateTime, { nullable: true, description: 'When it was used; null: it was not.' })
  usedAt!: Instant | null;
}

@InputType({ description: 'A voucher to be used.' })
export class VoucherUseInput {
  @Field(() => String, { nullable: true, description: 'Names this one attempt; 1 to 255 printable ASCII characters.' })
  idempotencyKey?: string | null;

  @Field(() => String, { description: 'Its code, as it was typed or scanned.' })
  code!: string;

  @Field(() => String, { description: 'Code of the location where it is used.' })
  location!: string;

  @Field(() => String, { nullable: true, description: 'Of the receipt that it goes with; 1 to 100 characters.' })
  receiptNumber?: string | null;
}

@Extensions(audience('till', 'partner', 'operator'))
@ObjectType({ description: 'What became of the use of a voucher.' })
export class VoucherUsePayload {
  @Field(() => Voucher, { nullable: true, description: 'The voucher as it is now; null when refused.' })
  voucher!: VoucherRow | null;

  @Field(() => Boolean, { description: 'True when this answer was given before.' })
  replayed!: boolean;

  @Directive('@listSize(assumedSize: 5)')
  @Field(() => [UserError], { description: 'Why it was refused; empty when it was not.' })
  userErrors!: UserErrorRow[];
}

@Directive('@inaccessible')
@InputType({ description: 'Vouchers to reserve for a purchase.' })
export class VouchersPresentInput {
  @Field(() => ID, { description: '`pur_…`: the id that the purchase will have.' })
  purchaseId!: string;

  @Field(() => [String], { description: 'Their codes.' })
  codes!: string[];

  @Field(() => ID, { description: '`ptn_…`: where they are presented.' })
  partnerId!: string;

  @Field(() => CurrencyCode, {
    nullable: true,
    description: 'Money of the purchase: a voucher that is worth other money cannot be used. Left out: any.',
  })
  currencyCode!: string | null;
}

@Directive('@inaccessible')
@Extensions(audience('room'))
@ObjectType({ description: 'What became of vouchers that were presented.' })
export class VouchersPresentPayload {
  @Directive('@listSize(assumedSize: 10)')
  @Field(() => [Voucher], { description: 'As they are now; empty when refused.' })
  vouchers!: VoucherRow[];

  @Directive('@listSize(assumedSize: 5)')
  @Field(() => [UserError], { description: 'Why none was reserved; empty when all were.' })
  userErrors!: UserErrorRow[];
}
