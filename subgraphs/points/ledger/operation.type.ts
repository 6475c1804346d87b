// Inputs and answers of operations on a wallet without a purchase.
import { Directive, Extensions, Field, ID, InputType, ObjectType, registerEnumType } from 'type-graphql';
import { audience } from '../../shared/audience.ts';
import { SafeInt } from '../../shared/scalars.ts';
import { UserError } from '../error.type.ts';
import { Member } from '../member.type.ts';
import { LedgerEntry } from './entry.type.ts';
import { Wallet } from './wallet.type.ts';

@InputType({ description: 'A correction of a wallet.' })
export class PointsAdjustInput {
  @Field(() => String, { nullable: true, description: 'Names this one attempt; 1 to 255 printable ASCII characters.' })
  idempotencyKey!: string | null;

  @Field(() => ID, { description: '`mbr_…`' })
  memberId!: string;

  @Field(() => String, { description: 'Code of a points currency.' })
  currency!: string;

  @Field(() => SafeInt, { description: 'Above 0 gives, below 0 takes, in the smallest unit.' })
  amount!: number;

  @Field(() => String, { description: 'Why, for the member and the auditor; 1 to 500 characters, nothing personal.' })
  reason!: string;
}

@InputType({ description: 'Points given out of kindness.' })
export class PointsGoodwillInput {
  @Field(() => String, { nullable: true, description: 'Names this one attempt; 1 to 255 printable ASCII characters.' })
  idempotencyKey!: string | null;

  @Field(() => ID, { description: '`mbr_…`' })
  memberId!: string;

  @Field(() => String, { description: 'Code of a points currency.' })
  currency!: string;

  @Field(() => SafeInt, { description: 'Above 0, in the smallest unit.' })
  amount!: number;

  @Field(() => String, { description: 'Why, for the member and the auditor; 1 to 500 characters, nothing personal.' })
  reason!: string;
}

@Extensions(audience('till', 'partner', 'operator'))
@ObjectType({ description: 'The answer to a correction or a goodwill.' })
export class PointsAdjustPayload {
  @Field(() => LedgerEntry, { nullable: true, description: 'What was posted.' })
  entry!: LedgerEntry | null;

  @Field(() => Member, { nullable: true, description: 'Whose wallet it is.' })
  member!: Member | null;

  @Field(() => Boolean, { description: 'True when this is the answer of an earlier request.' })
  replayed!: boolean;

  @Directive('@listSize(assumedSize: 5)')
  @Field(() => [UserError], { description: 'Why it was refused.' })
  userErrors!: InstanceType<typeof UserError>[];
}

export enum PointsHoldState {
  HELD = 'HELD',
  CAPTURED = 'CAPTURED',
  RELEASED = 'RELEASED',
}
registerEnumType(PointsHoldState, {
  name: 'PointsHoldState',
  description: 'How a hold stands.',
  valuesConfig: {
    HELD: { description: 'Set aside.' },
    CAPTURED: { description: 'Spent; what was not captured came back.' },
    RELEASED: { description: 'Came back, all of it.' },
  },
});

@Directive('@inaccessible')
@InputType({ description: 'Points to set aside.' })
export class PointsHoldInput {
  @Field(() => String, { description: 'The asker’s own id of it: the redemption.' })
  idempotencyKey!: string;

  @Field(() => ID, { description: '`mbr_…`' })
  memberId!: string;

  @Field(() => String, { description: 'Code of a points currency.' })
  currency!: string;

  @Field(() => SafeInt, { description: 'Above 0, in the smallest unit.' })
  amount!: number;

  @Field(() => Boolean, {
    defaultValue: false,
    description: 'True: a purchase may capture it. A redemption of one step is never taken as payment too.',
  })
  forPurchase!: boolean;

  @Field(() => SafeInt, {
    nullable: true,
    description: 'Seconds after which it is released by itself, 1 to 2 592 000; left out: it ends by its asker alone.',
  })
  ttlSeconds!: number | null;

  @Field(() => ID, {
    nullable: true,
    description: '`ptn_…` The partner whose purchases alone may capture it; any when left out.',
  })
  partnerId!: string | null;
}

@Directive('@inaccessible')
@InputType({ description: 'A hold to end.' })
export class PointsHoldEndInput {
  @Field(() => ID, {
    description:
      'The key that was given to pointsHold, so that a hold can be ended whose answer never came; releasing an unknown one is remembered and refuses it when it comes late.',
  })
  redemptionId!: string;

  @Field(() => SafeInt, {
    nullable: true,
    description: 'Of a capture: the whole when left out; what is not captured is released. A release gives all back.',
  })
  amount!: number | null;
}

@Directive('@inaccessible')
@Extensions(audience('room'))
@ObjectType({ description: 'How a hold stands.' })
export class PointsHoldPayload {
  @Field(() => ID, { nullable: true, description: '`hld_…`' })
  holdId!: string | null;

  @Field(() => PointsHoldState, { nullable: true, description: 'As it is now, also when it had ended before.' })
  state!: PointsHoldState | null;

  @Field(() => LedgerEntry, { nullable: true, description: 'The entry that spent it; null unless it is captured.' })
  capture!: LedgerEntry | null;

  @Directive('@listSize(assumedSize: 4)')
  @Field(() => [Wallet], { description: 'The member’s wallets afterwards.' })
  wallets!: Wallet[];

  @Directive('@listSize(assumedSize: 5)')
  @Field(() => [UserError], { description: 'Why it was refused.' })
  userErrors!: InstanceType<typeof UserError>[];
}

@Directive('@inaccessible')
@InputType({ description: 'Points to give.' })
export class PointsEarnInput {
  @Field(() => String, { description: 'The asker’s own id of it.' })
  idempotencyKey!: string;

  @Field(() => ID, { description: '`mbr_…`' })
  memberId!: string;

  @Field(() => String, { description: 'Code of a points currency.' })
  currency!: string;

  @Field(() => SafeInt, { description: 'Above 0, in the smallest unit.' })
  amount!: number;

  @Field(() => String, { description: 'Why; nothing personal.' })
  reason!: string;
}

@Directive('@inaccessible')
@InputType({ description: 'An entry to undo.' })
export class PointsReverseInput {
  @Field(() => String, { description: 'The asker’s own id of it.' })
  idempotencyKey!: string;

  @Field(() => ID, { description: '`ent_…`' })
  entryId!: string;
}

@Directive('@inaccessible')
@Extensions(audience('room'))
@ObjectType({ description: 'What was posted.' })
export class PointsEarnPayload {
  @Field(() => LedgerEntry, { nullable: true, description: 'The entry.' })
  entry!: LedgerEntry | null;

  @Directive('@listSize(assumedSize: 5)')
  @Field(() => [UserError], { description: 'Why it was refused.' })
  userErrors!: InstanceType<typeof UserError>[];
}
