import { Directive, Extensions, Field, ID, ObjectType, registerEnumType } from 'type-graphql';
import { audience, EVERYONE } from '../../shared/audience.ts';
import { CHANNEL_KINDS } from './channel.entity.ts';

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
