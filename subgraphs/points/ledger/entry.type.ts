// An entry of the ledger as the API shows it, and why it is what it is.
import { Directive, Extensions, Field, ID, ObjectType, registerEnumType } from 'type-graphql';
import { audience, EVERYONE } from '../../shared/audience.ts';
import { connectionType } from '../../shared/prelude.type.ts';
import { DateTime, SafeInt } from '../../shared/scalars.ts';
import { Lot, PointsCurrency } from './wallet.type.ts';

const KINDS = {
  EARN: 'Points were given.',
  ACTIVATE: 'Pending points became usable.',
  HOLD: 'Points were set aside.',
  CAPTURE: 'Points that were set aside were spent.',
  RELEASE: 'Points that were set aside came back to their lots.',
  SPEND: 'Points were spent.',
  REVERSE: 'An earlier entry was undone, in whole or in part.',
  EXPIRE: 'Points expired.',
  ADJUST: 'A correction by a person, with a reason.',
  TRANSFER: 'Points went to another member, or came from one.',
  CONVERT: 'Points of one currency became those of another.',
};
export const LedgerEntryKind = Object.fromEntries(Object.keys(KINDS).map((kind) => [kind, kind]));
registerEnumType(LedgerEntryKind, {
  name: 'LedgerEntryKind',
  description: 'The ledger’s verbs.',
  valuesConfig: Object.fromEntries(Object.entries(KINDS).map(([kind, description]) => [kind, { description }])),
});

const ACTORS = {
  MEMBER: 'The member.',
  CHANNEL: 'A till, shop or app of a partner.',
  PARTNER: 'A partner.',
  OPERATOR: 'The programme’s staff.',
  SYSTEM: 'Time, or another room.',
};
const ActorKind = Object.fromEntries(Object.keys(ACTORS).map((kind) => [kind, kind]));
registerEnumType(ActorKind, {
  name: 'ActorKind',
  description: 'Who can act.',
  valuesConfig: Object.fromEntries(Object.entries(ACTORS).map(([kind, description]) => [kind, { description }])),
});

@Extensions(audience('member', 'operator', 'till', 'partner'))
@ObjectType({ description: 'Who did it.' })
export class Actor {
  @Field(() => ActorKind, { description: 'What kind of actor.' })
  kind!: string;

  @Field(() => ID, { nullable: true, description: 'Its id; null for time itself.' })
  id!: string | null;
}

@Extensions(audience(...EVERYONE))
@ObjectType({ description: 'One rule that was looked at, or one limit that took something.' })
export class ExplanationStep {
  @Field(() => String, { description: 'The rule, by its code.' })
  rule!: string;

  @Field(() => Boolean, { description: 'Whether it applied.' })
  applied!: boolean;

  @Field(() => String, { nullable: true, description: 'What it asks for, `1 GBP`.' })
  required!: string | null;

  @Field(() => String, { nullable: true, description: 'What there was, `12.50 GBP`.' })
  actual!: string | null;

  @Field(() => SafeInt, { nullable: true, description: 'Points that it gave or took.' })
  amount!: number | null;

  @Field(() => String, { nullable: true, description: 'Why it did not apply: the condition that failed, `minimum`.' })
  reason!: string | null;

  @Field(() => String, { description: 'In words, in a language.' })
  summary!: string;
}

@Extensions(audience(...EVERYONE))
@ObjectType({ description: 'Why an entry is what it is: its steps add up to its amount.' })
export class Explanation {
  @Field(() => String, { description: 'What applied in words, in a language.' })
  summary!: string;

  @Field(() => String, { description: 'The version of the rules that made it.' })
  ruleSetVersion!: string;

  @Directive('@listSize(assumedSize: 20)')
  @Field(() => [ExplanationStep], { description: 'Each rule looked at.' })
  steps!: ExplanationStep[];
}

@Directive('@key(fields: "id")')
@Extensions(audience(...EVERYONE, 'room'))
@ObjectType({ description: 'One ledger transaction of one wallet.' })
export class LedgerEntry {
  @Field(() => ID, { description: '`ent_…`' })
  id!: string;

  @Field(() => LedgerEntryKind, { description: 'What was done.' })
  kind!: string;

  @Field(() => SafeInt, {
    description: 'Signed change of pending + available + held − deficit; 0 for ACTIVATE, HOLD and RELEASE.',
  })
  amount!: number;

  @Field(() => SafeInt, { description: 'Points that its moves carried from pocket to pocket.' })
  moved!: number;

  @Field(() => PointsCurrency, { description: 'Kind of points.' })
  currency!: PointsCurrency;

  @Field(() => Lot, {
    nullable: true,
    description: 'The lot that this entry made, the first to expire where it made several; null when it made none.',
  })
  lot!: Lot | null;

  @Directive('@listSize(assumedSize: 4)')
  @Field(() => [Lot], { description: 'Every lot that this entry made.' })
  lots!: Lot[];

  @Field(() => DateTime, { description: 'When what it records happened.' })
  occurredAt!: string;

  @Field(() => DateTime, { description: 'When it was recorded; strictly later than the entry before.' })
  postedAt!: string;

  @Field(() => SafeInt, { description: 'Pending + available + held − deficit after this entry, in its currency.' })
  runningBalance!: number;

  @Field(() => String, { description: 'SHA-256 over its content and the hash before it, hexadecimal.' })
  hash!: string;

  @Field(() => String, { nullable: true, description: 'Hash of the wallet’s entry before; null for the first.' })
  previousHash!: string | null;

  @Field(() => LedgerEntry, { nullable: true, description: 'The entry that this one undoes.' })
  reverses!: LedgerEntry | null;

  @Field(() => Explanation, { nullable: true, description: 'Why; null where no rule made it.' })
  explanation!: Explanation | null;

  @Extensions(audience('member', 'operator'))
  @Field(() => String, { nullable: true, description: 'The reason that a person gave.' })
  reason!: string | null;

  @Extensions(audience('member', 'operator'))
  @Field(() => Actor, { nullable: true, description: 'Who did it.' })
  actor!: Actor | null;
}

export const LedgerEntryConnection = connectionType('LedgerEntry', LedgerEntry);

@Extensions(audience('operator'))
@ObjectType({ description: 'Where history does not verify.' })
export class LedgerBreak {
  @Field(() => LedgerEntry, { nullable: true, description: 'Null when the entry itself is gone.' })
  entry!: LedgerEntry | null;

  @Field(() => String, { description: 'What is wrong, and where.' })
  reason!: string;
}

@Extensions(audience('operator'))
@ObjectType({ description: 'The outcome of checking the ledger.' })
export class LedgerVerification {
  @Field(() => Boolean, { description: 'True when nothing is wrong.' })
  intact!: boolean;

  @Field(() => SafeInt, { description: 'How many wallets were checked.' })
  walletCount!: number;

  @Field(() => SafeInt, { description: 'How many entries were checked.' })
  entryCount!: number;

  @Field(() => LedgerBreak, { nullable: true, description: 'The first thing that does not verify.' })
  firstBreak!: LedgerBreak | null;
}
