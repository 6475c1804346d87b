// A redemption as the API shows it.
import { Directive, Extensions, Field, ID, ObjectType, registerEnumType } from 'type-graphql';
import { audience, EVERYONE } from '../../shared/audience.ts';
import type { Instant } from '../../shared/database.ts';
import { connectionType } from '../../shared/prelude.type.ts';
import { DateTime, SafeInt } from '../../shared/scalars.ts';
import { REDEMPTION_STATES } from './redemption.rules.ts';

export const RedemptionState = Object.fromEntries(REDEMPTION_STATES.map((state) => [state, state]));
registerEnumType(RedemptionState, {
  name: 'RedemptionState',
  description: 'Where a redemption stands.',
  valuesConfig: {
    REQUESTED: { description: 'Not decided yet; it surely is within a minute.' },
    HELD: { description: 'Points and stock are set aside until the hold expires.' },
    CONFIRMED: { description: 'For good: the points are spent.' },
    REFUSED: { description: 'Points said no; nothing was taken.' },
    CANCELLED: { description: 'It was not answered or captured in time; everything was given back.' },
    RELEASED: { description: 'It was given back before it was captured.' },
    REFUNDED: { description: 'It was given back afterwards: its vouchers are void, its points back.' },
  },
});

@Directive('@key(fields: "id")')
@Extensions(audience(...EVERYONE))
@ObjectType({ description: 'One act of taking a reward, or of paying with points.' })
export class Redemption {
  @Field(() => ID, { description: '`rdm_` and 26 characters.' })
  id!: string;

  @Field(() => RedemptionState, { description: 'Where it stands.' })
  state!: string;

  @Field(() => SafeInt, { description: 'How many of the reward.' })
  quantity!: number;

  @Field(() => DateTime, { description: 'When it was asked for.' })
  requestedAt!: Instant;

  @Field(() => DateTime, { nullable: true, description: 'When its hold ends; null in one step.' })
  holdExpiresAt!: Instant | null;
}

export const RedemptionConnection = connectionType('Redemption', Redemption);
