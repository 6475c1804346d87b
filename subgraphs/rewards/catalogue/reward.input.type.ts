// What operators and partners send to change the catalogue, and what they get.
import { Directive, Extensions, Field, ID, InputType, Int, ObjectType } from 'type-graphql';
import { audience } from '../../shared/audience.ts';
import type { Instant } from '../../shared/database.ts';
import type { UserErrorRow } from '../../shared/refusal.ts';
import { CurrencyCode, DateTime, Decimal, SafeInt } from '../../shared/scalars.ts';
import { UserError } from '../error.type.ts';
import type { RewardRow } from './reward.entity.ts';
import { Reward, RewardKind } from './reward.type.ts';

@InputType({ description: 'Which rewards.' })
export class RewardFilter {
  @Field(() => [RewardKind], { nullable: true, description: 'Of these kinds.' })
  kinds?: string[] | null;

  @Field(() => ID, { nullable: true, description: '`ptn_…`: of this partner.' })
  partnerId?: string | null;

  @Field(() => SafeInt, { nullable: true, description: 'For at most so many points.' })
  maxPoints?: number | null;
}

@InputType({ description: 'A text in the languages of the programme.' })
export class LocalizedTextInput {
  @Field(() => String, { description: 'English; stands in for a language that is missing.' })
  en!: string;

  @Field(() => String, { nullable: true, description: 'Polish.' })
  pl?: string | null;

  @Field(() => String, { nullable: true, description: 'Latvian.' })
  lv?: string | null;
}

@InputType({ description: 'An amount of money.' })
export class MoneyInput {
  @Field(() => Decimal, { description: 'At most as many decimals as the currency has.' })
  amount!: string;

  @Field(() => CurrencyCode, { description: 'ISO 4217.' })
  currencyCode!: string;
}

@InputType({ description: 'What a reward shall cost.' })
export class RewardPriceInput {
  @Field(() => String, { description: 'Code of a points currency.' })
  currency!: string;

  @Field(() => SafeInt, { description: 'Points, 1 or more, in the smallest unit.' })
  points!: number;

  @Field(() => MoneyInput, { nullable: true, description: 'To be paid at the counter besides.' })
  money?: MoneyInput | null;
}

@InputType({ description: 'A span of time, with one end or both.' })
export class SpanInput {
  @Field(() => DateTime, { nullable: true, description: 'Its first instant; none: always.' })
  from?: Instant | null;

  @Field(() => DateTime, { nullable: true, description: 'The instant after its last; none: without end.' })
  until?: Instant | null;
}

@InputType()
class RewardFieldsInput {
  @Field(() => String, { nullable: true, description: 'Names this one attempt; 1 to 255 printable ASCII characters.' })
  idempotencyKey?: string | null;

  @Field(() => LocalizedTextInput, { nullable: true, description: 'What it is; up to 2 000 characters.' })
  description?: LocalizedTextInput | null;

  @Field(() => LocalizedTextInput, { nullable: true, description: 'Its terms; up to 10 000 characters.' })
  terms?: LocalizedTextInput | null;

  @Field(() => String, { nullable: true, description: 'Of its picture, `https://…`.' })
  pictureUrl?: string | null;

  @Field(() => MoneyInput, { nullable: true, description: 'What its voucher is worth in money.' })
  value?: MoneyInput | null;

  @Field(() => Decimal, {
    nullable: true,
    description: 'How many per cent the voucher of a PERCENT_DISCOUNT takes off.',
  })
  percent?: string | null;

  @Field(() => String, { nullable: true, description: 'SKU of what the voucher of a FREE_PRODUCT gives for nothing.' })
  sku?: string | null;

  @Field(() => SpanInput, { nullable: true, description: 'When the catalogue shows it; none: always.' })
  visible?: SpanInput | null;

  @Field(() => SpanInput, { nullable: true, description: 'When it can be had; none: always.' })
  available?: SpanInput | null;

  @Field(() => [String], { nullable: true, description: 'Codes of the tiers that may have it; none: all.' })
  tiers?: string[] | null;

  @Field(() => Int, { nullable: true, description: 'Days that its vouchers last, 1 to 3 650; none: for ever.' })
  voucherDays?: number | null;

  @Field(() => Boolean, { nullable: true, description: 'Whether an unused one can be given back; none: no.' })
  refundable?: boolean | null;
}

@InputType({ description: 'A new reward.' })
export class RewardCreateInput extends RewardFieldsInput {
  @Field(() => String, { description: 'Unique in the programme; 1 to 64 letters, digits, `.`, `_` and `-`.' })
  code!: string;

  @Field(() => RewardKind, { description: 'What kind of thing it is.' })
  kind!: string;

  @Field(() => LocalizedTextInput, { description: 'Its name; up to 200 characters.' })
  name!: LocalizedTextInput;

  @Field(() => RewardPriceInput, { description: 'What it costs.' })
  price!: RewardPriceInput;

  @Field(() => ID, { nullable: true, description: '`ptn_…`: whose it is; none: no partner’s, for operators only.' })
  partnerId?: string | null;

  @Field(() => SafeInt, { nullable: true, description: 'What there is of it; none: unlimited.' })
  stock?: number | null;
}

@InputType({ description: 'A change of a reward: what is left out stays, null takes away.' })
export class RewardUpdateInput extends RewardFieldsInput {
  @Field(() => ID, { description: '`rwd_…`' })
  rewardId!: string;

  @Field(() => RewardKind, { nullable: true, description: 'What kind of thing it is.' })
  kind?: string | null;

  @Field(() => LocalizedTextInput, { nullable: true, description: 'Its name; up to 200 characters.' })
  name?: LocalizedTextInput | null;

  @Field(() => RewardPriceInput, { nullable: true, description: 'What it costs from now on.' })
  price?: RewardPriceInput | null;
}

@InputType({ description: 'More or less of a reward.' })
export class RewardStockAdjustInput {
  @Field(() => String, { nullable: true, description: 'Names this one attempt; 1 to 255 printable ASCII characters.' })
  idempotencyKey?: string | null;

  @Field(() => ID, { description: '`rwd_…`' })
  rewardId!: string;

  @Field(() => SafeInt, { description: 'Above 0 adds, below 0 takes away.' })
  by!: number;
}

/** The answer to one mutation; each has a type of its own, so that each can grow. */
function payloadType(name: string, description: string) {
  @Extensions(audience('partner', 'operator'))
  @ObjectType(`${name}Payload`, { description })
  class Payload {
    @Field(() => Reward, { nullable: true, description: 'The reward as it is now; null when refused.' })
    reward!: RewardRow | null;

    @Field(() => Boolean, { description: 'True when this answer was given before.' })
    replayed!: boolean;

    @Directive('@listSize(assumedSize: 5)')
    @Field(() => [UserError], { description: 'Why it was refused; empty when it was not.' })
    userErrors!: UserErrorRow[];
  }
  return Payload;
}

export const RewardCreatePayload = payloadType('RewardCreate', 'What became of a new reward.');
export const RewardUpdatePayload = payloadType('RewardUpdate', 'What became of a change of a reward.');
export const RewardStockAdjustPayload = payloadType('RewardStockAdjust', 'What became of a change of a stock.');
