// The programme's versions as operators see them.
import { Directive, Extensions, Field, InputType, ObjectType, registerEnumType } from 'type-graphql';
import { audience } from '../../shared/audience.ts';
import { connectionType } from '../../shared/prelude.type.ts';
import { DateTime, SafeInt } from '../../shared/scalars.ts';
import { UserError } from '../error.type.ts';
import { Actor } from '../ledger/entry.type.ts';
import { Tier } from '../tier/tier.type.ts';

/** An enum of the schema, from its values with a sentence each. */
function enumOf(name: string, description: string, values: Record<string, string>): Record<string, string> {
  const made = Object.fromEntries(Object.keys(values).map((value) => [value, value]));
  const valuesConfig = Object.fromEntries(
    Object.entries(values).map(([value, text]) => [value, { description: text }]),
  );
  registerEnumType(made, { name, description, valuesConfig });
  return made;
}

const ProgrammeState = enumOf('ProgrammeState', 'Where a version stands.', {
  PENDING: 'Its time has come; rooms that are away have not taken it yet.',
  SCHEDULED: 'It takes effect at its time.',
  IN_FORCE: 'Purchases are counted by it.',
  PAST: 'It was in force until a later one was.',
  SUPERSEDED: 'A later one was in force before it; it never takes effect.',
});

const ProgrammeOrigin = enumOf('ProgrammeOrigin', 'What a version came from.', {
  FILE: 'The file that the deployment names.',
  API: 'An operator.',
  ROLLBACK: 'An operator, who went back to an earlier version.',
});

@Extensions(audience('operator'))
@ObjectType({ description: 'A version of the programme.' })
export class Programme {
  @Field(() => String, { description: 'Its number, as entries and quotes name it.' })
  version!: string;

  @Field(() => ProgrammeState, { description: 'Where it stands.' })
  state!: string;

  @Directive('@listSize(assumedSize: 4)')
  @Field(() => [String], {
    description: 'Rooms that have not taken it: `members`, `rewards`, `referrals`, `partners`.',
  })
  awaits!: string[];

  @Field(() => DateTime, {
    nullable: true,
    description: 'From when on it is in force, or is to be; null while it waits for rooms.',
  })
  effectiveAt!: string | null;

  @Field(() => DateTime, { description: 'When it was applied.' })
  appliedAt!: string;

  @Field(() => Actor, { description: 'Who applied it; the system for a file.' })
  appliedBy!: Actor;

  @Field(() => ProgrammeOrigin, { description: 'What it came from.' })
  origin!: string;

  @Field(() => String, { nullable: true, description: 'Of a rollback: the version whose document it has.' })
  rollbackOf!: string | null;
}

export const ProgrammeConnection = connectionType('Programme', Programme);

@Extensions(audience('operator'))
@ObjectType({ description: 'One place where two documents differ.' })
export class ProgrammeChange {
  @Field(() => String, {
    description:
      'Where, items of lists by their codes: `points.currencies.points.expiry`. Of a list that says another order: its own.',
  })
  path!: string;

  @Field(() => String, {
    nullable: true,
    description: 'What stands there now, JSON unless it is a text; null: nothing.',
  })
  before!: string | null;

  @Field(() => String, { nullable: true, description: 'What would stand there; null: nothing.' })
  after!: string | null;
}

@Extensions(audience('operator'))
@ObjectType({ description: 'How many members would go from one tier to another.' })
export class TierMove {
  @Field(() => Tier, { description: 'The tier that they have.' })
  from!: Tier;

  @Field(() => Tier, { description: 'The tier that they would have.' })
  to!: Tier;

  @Field(() => SafeInt, { description: 'How many.' })
  members!: number;
}

@Extensions(audience('operator'))
@ObjectType({ description: 'What applying a document would change.' })
export class ProgrammePlan {
  @Field(() => String, { description: 'The version that it would become.' })
  version!: string;

  @Directive('@listSize(assumedSize: 200)')
  @Field(() => [ProgrammeChange], { description: 'Where it differs from the document in force.' })
  changes!: ProgrammeChange[];

  @Directive('@listSize(assumedSize: 20)')
  @Field(() => [TierMove], { description: 'Who would move where.' })
  tierMoves!: TierMove[];

  @Directive('@listSize(assumedSize: 20)')
  @Field(() => [UserError], { description: 'Why it cannot be applied; `line 3, column 5: path: …` each.' })
  userErrors!: InstanceType<typeof UserError>[];
}

@InputType({ description: 'A programme to apply.' })
export class ProgrammeApplyInput {
  @Field(() => String, { nullable: true, description: 'Names this one attempt; 1 to 255 printable ASCII characters.' })
  idempotencyKey!: string | null;

  @Field(() => String, { description: 'The programme, YAML.' })
  document!: string;

  @Field(() => String, {
    nullable: true,
    description: 'Refused when another version was applied last, be it in force or on its way.',
  })
  expectedVersion!: string | null;

  @Field(() => DateTime, {
    nullable: true,
    description:
      'From when on it is in force, not in the past; when left out, or when a room is late, as soon as every room has taken it.',
  })
  effectiveAt!: string | null;
}

@InputType({ description: 'An earlier version to go back to.' })
export class ProgrammeRollbackInput {
  @Field(() => String, { nullable: true, description: 'Names this one attempt; 1 to 255 printable ASCII characters.' })
  idempotencyKey!: string | null;

  @Field(() => String, {
    nullable: true,
    description: 'Refused when another version was applied last, be it in force or on its way.',
  })
  expectedVersion!: string | null;

  @Field(() => String, {
    nullable: true,
    description: 'When left out, what was applied last is undone, also when it is not in force yet.',
  })
  toVersion!: string | null;
}

@Extensions(audience('operator'))
@ObjectType({ description: 'The answer to a programme that was applied.' })
export class ProgrammeApplyPayload {
  @Field(() => Programme, { nullable: true, description: 'The new version.' })
  programme!: Programme | null;

  @Field(() => Boolean, { description: 'True when this is the answer of an earlier request.' })
  replayed!: boolean;

  @Directive('@listSize(assumedSize: 20)')
  @Field(() => [UserError], { description: 'Why it was refused; nothing was applied anywhere then.' })
  userErrors!: InstanceType<typeof UserError>[];
}

@InputType({ description: 'A programme to keep as a draft.' })
export class ProgrammeDraftInput {
  @Field(() => String, { nullable: true, description: 'Names this one attempt; 1 to 255 printable ASCII characters.' })
  idempotencyKey!: string | null;

  @Field(() => String, { description: 'The programme, YAML.' })
  document!: string;
}

@Extensions(audience('operator'))
@ObjectType({ description: 'A programme that nothing follows from but quotes that ask for it.' })
export class ProgrammeDraft {
  @Field(() => String, { description: '`draft-3`: what a quote asks for as its rule set version.' })
  version!: string;

  @Field(() => DateTime, { description: 'When it was kept.' })
  draftedAt!: string;

  @Field(() => Actor, { description: 'Who kept it.' })
  draftedBy!: Actor;
}

@Extensions(audience('operator'))
@ObjectType({ description: 'The answer to a draft.' })
export class ProgrammeDraftPayload {
  @Field(() => ProgrammeDraft, { nullable: true, description: 'The draft.' })
  draft!: ProgrammeDraft | null;

  @Field(() => Boolean, { description: 'True when this is the answer of an earlier request.' })
  replayed!: boolean;

  @Directive('@listSize(assumedSize: 20)')
  @Field(() => [UserError], { description: 'Why it was refused.' })
  userErrors!: InstanceType<typeof UserError>[];
}
