import { Directive, Extensions, Field, ID, ObjectType } from 'type-graphql';
import { audience, EVERYONE } from '../../shared/audience.ts';
import { connectionType } from '../../shared/prelude.type.ts';

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

  @Field(() => ID, { description: '`chn_…`: the channel that it belongs to.' })
  channelId!: string;

  @Field(() => String, { description: 'Code of that channel.' })
  channelCode!: string;
}
