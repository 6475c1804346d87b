// Inputs and answers of what moves points between wallets.
import { Directive, Extensions, Field, ID, InputType, ObjectType } from 'type-graphql';
import { audience } from '../../shared/audience.ts';
import { SafeInt } from '../../shared/scalars.ts';
import { UserError } from '../error.type.ts';
import { LedgerEntry } from './entry.type.ts';

@InputType({ description: 'Points from one member to another.' })
export class PointsTransferInput {
  @Field(() => String, { nullable: true, description: 'Names this one attempt; 1 to 255 printable ASCII characters.' })
  idempotencyKey!: string | null;

  @Field(() => ID, { description: '`mbr_…` who gives; a member gives its own.' })
  fromMemberId!: string;

  @Field(() => ID, { description: '`mbr_…` who gets.' })
  toMemberId!: string;

  @Field(() => String, { description: 'Code of a points currency that the programme lets members transfer.' })
  currency!: string;

  @Field(() => SafeInt, { description: 'Above 0, in the smallest unit; the programme’s fee comes on top.' })
  amount!: number;
}

@InputType({ description: 'Points of one currency for those of another.' })
export class PointsConvertInput {
  @Field(() => String, { nullable: true, description: 'Names this one attempt; 1 to 255 printable ASCII characters.' })
  idempotencyKey!: string | null;

  @Field(() => ID, { description: '`mbr_…` whose points; a member converts its own.' })
  memberId!: string;

  @Field(() => String, { description: 'Code of the points currency that is given.' })
  fromCurrency!: string;

  @Field(() => String, { description: 'Code of the points currency that is got.' })
  toCurrency!: string;

  @Field(() => SafeInt, { description: 'How much is given; above 0, in the smallest unit of `fromCurrency`.' })
  amount!: number;
}

@Extensions(audience('member', 'operator'))
@ObjectType({ description: 'The answer to a transfer or a conversion.' })
export class PointsTransferPayload {
  @Directive('@listSize(assumedSize: 2)')
  @Field(() => [LedgerEntry], {
    description: 'What was posted: the giving side, then the getting; a member sees its own.',
  })
  entries!: LedgerEntry[];

  @Field(() => Boolean, { description: 'True when this is the answer of an earlier request.' })
  replayed!: boolean;

  @Directive('@listSize(assumedSize: 5)')
  @Field(() => [UserError], { description: 'Why it was refused.' })
  userErrors!: InstanceType<typeof UserError>[];
}

@Directive('@inaccessible')
@InputType({ description: 'One who pays a part.' })
export class PointsSpendPartInput {
  @Field(() => ID, { description: '`mbr_…`' })
  memberId!: string;

  @Field(() => SafeInt, { nullable: true, description: 'The most that this member pays; all it has when left out.' })
  max!: number | null;
}

@Directive('@inaccessible')
@InputType({ description: 'Points that several members spend together.' })
export class PointsSpendInput {
  @Field(() => String, { description: 'The asker’s own id of it.' })
  idempotencyKey!: string;

  @Field(() => String, { description: 'Code of a points currency.' })
  currency!: string;

  @Field(() => SafeInt, { description: 'The whole; above 0, in the smallest unit.' })
  amount!: number;

  @Field(() => String, { description: 'Why; nothing personal.' })
  reason!: string;

  @Field(() => [PointsSpendPartInput], { description: '1 to 50 who pay, in this order, each once.' })
  parts!: PointsSpendPartInput[];
}

@Directive('@inaccessible')
@Extensions(audience('room'))
@ObjectType({ description: 'What was spent together.' })
export class PointsSpendPayload {
  @Directive('@listSize(assumedSize: 6)')
  @Field(() => [LedgerEntry], { description: 'One entry per member that paid.' })
  entries!: LedgerEntry[];

  @Directive('@listSize(assumedSize: 5)')
  @Field(() => [UserError], { description: 'Why it was refused.' })
  userErrors!: InstanceType<typeof UserError>[];
}
