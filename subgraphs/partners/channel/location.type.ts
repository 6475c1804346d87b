import { Directive, Extensions, Field, ID, InputType, ObjectType } from 'type-graphql';
import { audience, EVERYONE } from '../../shared/audience.ts';
import { connectionType } from '../../shared/prelude.type.ts';
import type { UserErrorRow } from '../../shared/refusal.ts';
import { KEY, REPLAYED, USER_ERRORS } from '../desk.type.ts';
import { UserError } from '../error.type.ts';
import type { LocationRow } from './location.entity.ts';
import type { TerminalRow } from './terminal.entity.ts';

@Directive('@key(fields: "id")')
@Extensions(audience(...EVERYONE))
@ObjectType({ description: 'A shop, or what stands for one in a channel without shops.' })
export class Location {
  @Field(() => ID, { description: '`loc_` and 26 characters.' })
  id!: string;

  @Field(() => String, { description: 'Unique in the programme, `northside-leeds`; what tills send with a purchase.' })
  code!: string;

  @Field(() => String, { description: 'Its name, as people know it.' })
  name!: string;
}

export const LocationConnection = connectionType('Location', Location);

@Extensions(audience('till', 'partner', 'operator'))
@ObjectType({ description: 'A till.' })
export class Terminal {
  @Field(() => ID, { description: '`trm_` and 26 characters.' })
  id!: string;

  @Field(() => String, { description: 'Unique in its location, `till-1`; what tills send with a purchase.' })
  code!: string;
}

@Directive('@inaccessible')
@Extensions(audience('room'))
@ObjectType({ description: 'A location as another room needs it.' })
export class LocationFacts {
  @Field(() => ID, { description: '`loc_…`' })
  id!: string;

  @Field(() => String, { description: 'Unique in the programme.' })
  code!: string;

  @Field(() => ID, { description: '`ptn_…`: whose it is.' })
  partnerId!: string;

  @Field(() => String, { description: 'Code of that partner.' })
  partnerCode!: string;

  @Field(() => ID, { description: '`chn_…`: the channel that it belongs to.' })
  channelId!: string;

  @Field(() => String, { description: 'Code of that channel.' })
  channelCode!: string;
}

@InputType({ description: 'A new location.' })
export class LocationCreateInput {
  @Field(() => String, { nullable: true, description: KEY })
  idempotencyKey?: string | null;

  @Field(() => ID, { description: '`chn_…`: the channel that it belongs to.' })
  channelId!: string;

  @Field(() => String, {
    description:
      '1 to 64 letters, digits, `.`, `_` and `-`, a letter or digit first; stays the same. Unique in the programme, `northside-leeds`.',
  })
  code!: string;

  @Field(() => String, { description: 'As people know it; 1 to 100 printable characters.' })
  name!: string;
}

@InputType({ description: 'A location that gets another name.' })
export class LocationUpdateInput {
  @Field(() => String, { nullable: true, description: KEY })
  idempotencyKey?: string | null;

  @Field(() => ID, { description: '`loc_…`' })
  locationId!: string;

  @Field(() => String, { description: 'As people know it; 1 to 100 printable characters.' })
  name!: string;
}

@InputType({ description: 'A new till.' })
export class TerminalCreateInput {
  @Field(() => String, { nullable: true, description: KEY })
  idempotencyKey?: string | null;

  @Field(() => ID, { description: '`loc_…`: where it stands.' })
  locationId!: string;

  @Field(() => String, {
    description:
      '1 to 64 letters, digits, `.`, `_` and `-`, a letter or digit first; stays the same. Unique in its location, `till-1`.',
  })
  code!: string;
}

@Extensions(audience('partner', 'operator'))
@ObjectType({ description: 'What became of a new location.' })
export class LocationCreatePayload {
  @Field(() => Location, { nullable: true, description: 'The location as it is now; null when refused.' })
  location!: LocationRow | null;

  @Field(() => Boolean, { description: REPLAYED })
  replayed!: boolean;

  @Directive('@listSize(assumedSize: 5)')
  @Field(() => [UserError], { description: USER_ERRORS })
  userErrors!: UserErrorRow[];
}

@Extensions(audience('partner', 'operator'))
@ObjectType({ description: 'What became of a change of a location.' })
export class LocationUpdatePayload {
  @Field(() => Location, { nullable: true, description: 'The location as it is now; null when refused.' })
  location!: LocationRow | null;

  @Field(() => Boolean, { description: REPLAYED })
  replayed!: boolean;

  @Directive('@listSize(assumedSize: 5)')
  @Field(() => [UserError], { description: USER_ERRORS })
  userErrors!: UserErrorRow[];
}

@Extensions(audience('partner', 'operator'))
@ObjectType({ description: 'What became of a new till.' })
export class TerminalCreatePayload {
  @Field(() => Terminal, { nullable: true, description: 'The new till; null when refused.' })
  terminal!: TerminalRow | null;

  @Field(() => Boolean, { description: REPLAYED })
  replayed!: boolean;

  @Directive('@listSize(assumedSize: 5)')
  @Field(() => [UserError], { description: USER_ERRORS })
  userErrors!: UserErrorRow[];
}
