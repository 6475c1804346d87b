import { Directive, Extensions, Field, ID, InputType, ObjectType } from 'type-graphql';
import { audience, EVERYONE } from '../../shared/audience.ts';
import { connectionType } from '../../shared/prelude.type.ts';
import type { UserErrorRow } from '../../shared/refusal.ts';
import { KEY, REPLAYED, USER_ERRORS } from '../desk.type.ts';
import { UserError } from '../error.type.ts';
import type { PartnerRow } from './partner.entity.ts';

@Directive('@key(fields: "id")')
@Extensions(audience(...EVERYONE))
@ObjectType({ description: 'A brand of the programme. Tills and partners see their own only.' })
export class Partner {
  @Field(() => ID, { description: '`ptn_` and 26 characters.' })
  id!: string;

  @Field(() => String, { description: 'Its code in the programme, `northside`; stays the same.' })
  code!: string;

  @Directive('@shareable')
  @Field(() => String, { description: 'Its name, as people know it.' })
  name!: string;
}

export const PartnerConnection = connectionType('Partner', Partner);

@InputType({ description: 'A new brand.' })
export class PartnerCreateInput {
  @Field(() => String, { nullable: true, description: KEY })
  idempotencyKey?: string | null;

  @Field(() => String, {
    description:
      '1 to 64 letters, digits, `.`, `_` and `-`, a letter or digit first; stays the same. Unique in the programme, `northside`.',
  })
  code!: string;

  @Field(() => String, { description: 'As people know it; 1 to 100 printable characters.' })
  name!: string;
}

@InputType({ description: 'A brand that gets another name.' })
export class PartnerUpdateInput {
  @Field(() => String, { nullable: true, description: KEY })
  idempotencyKey?: string | null;

  @Field(() => ID, { description: '`ptn_…`' })
  partnerId!: string;

  @Field(() => String, { description: 'As people know it; 1 to 100 printable characters.' })
  name!: string;
}

@Extensions(audience('operator'))
@ObjectType({ description: 'What became of a new brand.' })
export class PartnerCreatePayload {
  @Field(() => Partner, { nullable: true, description: 'The brand as it is now; null when refused.' })
  partner!: PartnerRow | null;

  @Field(() => Boolean, { description: REPLAYED })
  replayed!: boolean;

  @Directive('@listSize(assumedSize: 5)')
  @Field(() => [UserError], { description: USER_ERRORS })
  userErrors!: UserErrorRow[];
}

@Extensions(audience('partner', 'operator'))
@ObjectType({ description: 'What became of a change of a brand.' })
export class PartnerUpdatePayload {
  @Field(() => Partner, { nullable: true, description: 'The brand as it is now; null when refused.' })
  partner!: PartnerRow | null;

  @Field(() => Boolean, { description: REPLAYED })
  replayed!: boolean;

  @Directive('@listSize(assumedSize: 5)')
  @Field(() => [UserError], { description: USER_ERRORS })
  userErrors!: UserErrorRow[];
}
