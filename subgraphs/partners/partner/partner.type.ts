import { Directive, Extensions, Field, ID, ObjectType } from 'type-graphql';
import { audience, EVERYONE } from '../../shared/audience.ts';
import { connectionType } from '../../shared/prelude.type.ts';

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
