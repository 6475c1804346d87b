// What recording purchases and returns answers.
import { Directive, Extensions, Field, Int, ObjectType, registerEnumType } from 'type-graphql';
import { audience } from '../../shared/audience.ts';
import { Decimal, SafeInt } from '../../shared/scalars.ts';
import { ErrorCode, UserError } from '../error.type.ts';
import { LedgerEntry } from '../ledger/entry.type.ts';
import { Member } from '../member.type.ts';
import { Purchase } from './purchase.type.ts';

const RECORDERS = audience('till', 'partner', 'operator');

@Extensions(RECORDERS)
@ObjectType({ description: 'The answer to one line of a return.' })
export class PurchaseReturnLine {
  @Field(() => Int, { description: 'Place of the line in the input, from 0.' })
  index!: number;

  @Field(() => Boolean, { description: 'Whether something of it was taken back.' })
  accepted!: boolean;

  @Field(() => Decimal, { description: 'How much was taken back; less than asked for where only part matched a sale.' })
  quantity!: string;

  @Field(() => Purchase, {
    nullable: true,
    description: 'The sale it was matched to, the latest where there are several; null when nothing matched.',
  })
  purchase!: Purchase | null;

  @Field(() => ErrorCode, {
    nullable: true,
    description: 'Why it, or the rest of it, was refused; null when all was taken back.',
  })
  reason!: string | null;
}

@Extensions(RECORDERS)
@ObjectType({ description: 'The answer to a purchase.' })
export class PurchaseRecordPayload {
  @Field(() => Purchase, { nullable: true, description: 'The receipt as it stands; null when refused.' })
  purchase!: Purchase | null;

  @Directive('@listSize(assumedSize: 10)')
  @Field(() => [LedgerEntry], { description: 'What was posted for it.' })
  entries!: LedgerEntry[];

  @Field(() => Member, { nullable: true, description: 'Who bought; null for an anonymous receipt.' })
  member!: Member | null;

  @Field(() => Boolean, { description: 'True when this is the answer of an earlier request.' })
  replayed!: boolean;

  @Directive('@listSize(assumedSize: 5)')
  @Field(() => [UserError], { description: 'Why it was refused.' })
  userErrors!: InstanceType<typeof UserError>[];
}

@Extensions(RECORDERS)
@ObjectType({ description: 'The answer to a return.' })
export class PurchaseReturnPayload {
  @Directive('@listSize(assumedSize: 3)')
  @Field(() => [Purchase], { description: 'Every purchase that something was returned from.' })
  purchases!: Purchase[];

  @Directive('@listSize(assumedSize: 20)')
  @Field(() => [PurchaseReturnLine], { description: 'One answer per line of the input, in its order.' })
  lines!: PurchaseReturnLine[];

  @Directive('@listSize(assumedSize: 10)')
  @Field(() => [LedgerEntry], { description: 'What was posted for it.' })
  entries!: LedgerEntry[];

  @Field(() => Member, { nullable: true, description: 'Whose purchases they were; null for anonymous ones.' })
  member!: Member | null;

  @Field(() => Boolean, { description: 'True when this is the answer of an earlier request.' })
  replayed!: boolean;

  @Directive('@listSize(assumedSize: 5)')
  @Field(() => [UserError], { description: 'Why it was refused.' })
  userErrors!: InstanceType<typeof UserError>[];
}

export enum PurchaseRecordBatchState {
  RECORDED = 'RECORDED',
  REPLAYED = 'REPLAYED',
  REFUSED = 'REFUSED',
}
registerEnumType(PurchaseRecordBatchState, {
  name: 'PurchaseRecordBatchState',
  description: 'What became of an item.',
  valuesConfig: {
    RECORDED: { description: 'Recorded now.' },
    REPLAYED: { description: 'Recorded before; this is the first answer again.' },
    REFUSED: { description: 'Not recorded; the reason is in userErrors.' },
  },
});

@Extensions(RECORDERS)
@ObjectType({ description: 'The answer to one item of a batch.' })
export class PurchaseRecordBatchResult {
  @Field(() => Int, { description: 'Place of the item in the input, from 0.' })
  index!: number;

  @Field(() => PurchaseRecordBatchState, { description: 'What became of it.' })
  state!: PurchaseRecordBatchState;

  @Field(() => Purchase, { nullable: true, description: 'The purchase that was recorded; null for a return.' })
  purchase!: Purchase | null;

  @Directive('@listSize(assumedSize: 3)')
  @Field(() => [Purchase], { description: 'Every purchase that a return took from; empty for a purchase.' })
  purchases!: Purchase[];

  @Directive('@listSize(assumedSize: 20)')
  @Field(() => [PurchaseReturnLine], {
    description: 'One answer per line of a return, in its order; empty for a purchase.',
  })
  lines!: PurchaseReturnLine[];

  @Directive('@listSize(assumedSize: 2)')
  @Field(() => [LedgerEntry], { description: 'What was posted for it.' })
  entries!: LedgerEntry[];

  @Directive('@listSize(assumedSize: 1)')
  @Field(() => [UserError], { description: 'Why it was refused.' })
  userErrors!: InstanceType<typeof UserError>[];
}

@Extensions(RECORDERS)
@ObjectType({ description: 'A batch in figures.' })
export class PurchaseRecordBatchSummary {
  @Field(() => Int, { description: 'Items recorded now.' })
  recorded!: number;

  @Field(() => Int, { description: 'Items recorded before.' })
  replayed!: number;

  @Field(() => Int, { description: 'Items refused.' })
  refused!: number;

  @Field(() => SafeInt, {
    description:
      'Points given less points taken back by the items recorded now, by the rules: also what had been cancelled before, or is lost.',
  })
  points!: number;
}

@Extensions(RECORDERS)
@ObjectType({ description: 'The answer to a batch.' })
export class PurchaseRecordBatchPayload {
  @Directive('@listSize(assumedSize: 1000)')
  @Field(() => [PurchaseRecordBatchResult], { description: 'One answer per item, in its order.' })
  results!: PurchaseRecordBatchResult[];

  @Field(() => PurchaseRecordBatchSummary, { description: 'The batch in figures.' })
  summary!: PurchaseRecordBatchSummary;

  @Directive('@listSize(assumedSize: 5)')
  @Field(() => [UserError], { description: 'Why the batch as a whole was refused.' })
  userErrors!: InstanceType<typeof UserError>[];
}
