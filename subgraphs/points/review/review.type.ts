// The decision on a purchase that came late.
import { Field, ID, InputType, registerEnumType } from 'type-graphql';

const STATES = {
  WAITING: 'It came later than the programme takes without a look, and gives nothing before somebody has looked.',
  APPROVED: 'It gave what the rules of its day give.',
  DECLINED: 'It gives nothing, and never will.',
};
export const PurchaseReview = Object.fromEntries(Object.keys(STATES).map((state) => [state, state]));
registerEnumType(PurchaseReview, {
  name: 'PurchaseReview',
  description: 'What became of a purchase that came late.',
  valuesConfig: Object.fromEntries(Object.entries(STATES).map(([state, description]) => [state, { description }])),
});

@InputType({ description: 'What shall become of a purchase that waits for a review.' })
export class PurchaseReviewDecideInput {
  @Field(() => String, { nullable: true, description: 'Names this one attempt; 1 to 255 printable ASCII characters.' })
  idempotencyKey!: string | null;

  @Field(() => ID, { description: '`pur_…`' })
  purchaseId!: string;

  @Field(() => Boolean, { description: 'True: it gives its points now; false: it never gives any.' })
  approve!: boolean;

  @Field(() => String, { description: 'Why, 1 to 500 characters.' })
  reason!: string;
}
