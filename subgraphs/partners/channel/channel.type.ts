import { Directive, Extensions, Field, ID, InputType, ObjectType, registerEnumType } from 'type-graphql';
import { audience, EVERYONE } from '../../shared/audience.ts';
import type { UserErrorRow } from '../../shared/refusal.ts';
import { KEY, REPLAYED, USER_ERRORS } from '../desk.type.ts';
import { UserError } from '../error.type.ts';
import { CHANNEL_KINDS, type ChannelKind as Kind, type ChannelRow } from './channel.entity.ts';

const ChannelKind = Object.fromEntries(CHANNEL_KINDS.map((kind) => [kind, kind]));
registerEnumType(ChannelKind, {
  name: 'ChannelKind',
  description: 'How a channel meets its customers.',
  valuesConfig: {
    SHOP: { description: 'Shops of brick, with tills.' },
    WEB: { description: 'A web shop.' },
    APP: { description: 'An app of the brand.' },
    SOCIAL: { description: 'Live sales and shops inside social networks.' },
  },
});

@Directive('@key(fields: "id")')
@Extensions(audience(...EVERYONE))
@ObjectType({ description: 'Where a partner sells.' })
export class Channel {
  @Field(() => ID, { description: '`chn_` and 26 characters.' })
  id!: string;

  @Directive('@shareable')
  @Field(() => String, { description: 'Unique in the programme, `northside-shops`; stays the same.' })
  code!: string;

  @Field(() => ChannelKind, { description: 'How it meets its customers.' })
  kind!: string;
}

@InputType({ description: 'A new channel.' })
export class ChannelCreateInput {
  @Field(() => String, { nullable: true, description: KEY })
  idempotencyKey?: string | null;

  @Field(() => ID, { description: '`ptn_…`: whose it shall be, for ever.' })
  partnerId!: string;

  @Field(() => String, {
    description:
      '1 to 64 letters, digits, `.`, `_` and `-`, a letter or digit first; stays the same. Unique in the programme, `northside-shops`.',
  })
  code!: string;

  @Field(() => ChannelKind, { description: 'How it meets its customers.' })
  kind!: Kind;
}

@Extensions(audience('partner', 'operator'))
@ObjectType({ description: 'What became of a new channel.' })
export class ChannelCreatePayload {
  @Field(() => Channel, { nullable: true, description: 'The new channel; null when refused.' })
  channel!: ChannelRow | null;

  @Field(() => Boolean, { description: REPLAYED })
  replayed!: boolean;

  @Directive('@listSize(assumedSize: 5)')
  @Field(() => [UserError], { description: USER_ERRORS })
  userErrors!: UserErrorRow[];
}
