// Inputs and answers of giving a tier, and of looking at another scheme.
import { Directive, Extensions, Field, ID, InputType, ObjectType } from 'type-graphql';
import { audience, scope } from '../../shared/audience.ts';
import { connectionType, Paged } from '../../shared/prelude.type.ts';
import { Day } from '../../shared/scalars.ts';
import { UserError } from '../error.type.ts';
import { Member } from '../member.type.ts';
import { TierMove } from '../programme/programme.type.ts';
import { Tier, TierGrant } from './tier.type.ts';

const KEY = { nullable: true, description: 'Names this one attempt; 1 to 255 printable ASCII characters.' };
const REASON = { description: 'Why, for the auditor; 1 to 500 characters, nothing personal.' };

@InputType({ description: 'A tier for a member, whatever it has earned.' })
export class TierGrantInput {
  @Field(() => String, KEY)
  idempotencyKey!: string | null;

  @Field(() => ID, { description: '`mbr_…`' })
  memberId!: string;

  @Field(() => String, { description: 'Code of a tier above the first.' })
  tier!: string;

  @Field(() => Day, { description: 'Its last day, from today on, at most ten years ahead.' })
  until!: string;

  @Field(() => String, REASON)
  reason!: string;
}

@InputType({ description: 'A grant that ends now.' })
export class TierGrantRevokeInput {
  @Field(() => String, KEY)
  idempotencyKey!: string | null;

  @Field(() => ID, { description: '`tgr_…`' })
  grantId!: string;

  @Field(() => String, REASON)
  reason!: string;
}

@Extensions(audience('operator'))
@ObjectType({ description: 'The answer to a grant, or to its end.' })
export class TierGrantPayload {
  @Field(() => TierGrant, { nullable: true, description: 'The grant.' })
  grant!: TierGrant | null;

  @Field(() => Member, { nullable: true, description: 'Whose it is.' })
  member!: Member | null;

  @Field(() => Boolean, { description: 'True when this is the answer of an earlier request.' })
  replayed!: boolean;

  @Directive('@listSize(assumedSize: 5)')
  @Field(() => [UserError], { description: 'Why it was refused.' })
  userErrors!: InstanceType<typeof UserError>[];
}

@Extensions(audience('operator'))
@ObjectType({ description: 'A member whom another scheme would move.' })
export class TierMover {
  @Field(() => Member, { nullable: true, description: 'Who.' })
  member!: Member | null;

  @Field(() => Tier, { description: 'Where it is.' })
  from!: Tier;

  @Field(() => Tier, { description: 'Where it would be.' })
  to!: Tier;
}

export const TierMoverConnection = connectionType('TierMover', TierMover);

@Extensions(audience('operator'))
@ObjectType({ description: 'What another scheme would do to the members.' })
export class TierSchemePreview {
  @Directive('@listSize(assumedSize: 20)')
  @Field(() => [TierMove], { description: 'How many would move from where to where.' })
  moves!: TierMove[];

  @Extensions(scope('points:read'))
  @Paged()
  @Field(() => TierMoverConnection, { nullable: true, description: 'Who would move, in the order of their ids.' })
  members!: InstanceType<typeof TierMoverConnection> | null;

  @Directive('@listSize(assumedSize: 20)')
  @Field(() => [UserError], { description: 'Why the document cannot be used.' })
  userErrors!: InstanceType<typeof UserError>[];
}
