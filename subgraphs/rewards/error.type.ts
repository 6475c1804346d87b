// Why this room refuses.
import { userErrorType } from '../shared/prelude.type.ts';

export const { UserError } = userErrorType({
  MEMBER_UNKNOWN: 'No such member, or not known to you.',
  REWARD_UNKNOWN: 'No such reward, or not for you.',
  REWARD_OF_OTHER_PARTNER: 'Another partner hands this reward out.',
  REWARD_INVALID: 'What the reward says is not what a reward can say.',
  CODE_TAKEN: 'Another reward has this code.',
  PARTNER_UNKNOWN: 'No such partner, or not yours.',
  TIER_UNKNOWN: 'The programme has no such tier.',
  STOCK_INVALID: 'A stock would be below 0.',
  STOCK_UNLIMITED: 'The reward has no stock.',
  QUANTITY_INVALID: 'The quantity is not 1 to 10.',
  TTL_INVALID: 'A hold lasts 60 to 2 592 000 seconds.',
  TEXT_INVALID: 'A text is empty or too long.',
  OUTSIDE_WINDOW: 'The reward cannot be had at this time.',
  TIER_REQUIRED: 'The member’s tier is not one that may have it.',
  OUT_OF_STOCK: 'Nothing, or not enough, is left of this reward.',
  INSUFFICIENT_POINTS: 'Fewer points are available than asked for.',
  SPENDING_BLOCKED: 'The member may not spend points now.',
  CURRENCY_UNKNOWN: 'The programme has no such points currency.',
  AMOUNT_INVALID: 'An amount is not above 0.',
  REDEMPTION_INVALID: 'Not exactly one of a reward and points was asked for.',
  REDEMPTION_UNKNOWN: 'No such redemption, or not yours.',
  REDEMPTION_NOT_HELD: 'The redemption is not held, or not any more.',
  REDEMPTION_NOT_REFUNDABLE: 'The redemption cannot be given back.',
  VOUCHER_UNKNOWN: 'No voucher has this code, or it is for another partner.',
  VOUCHER_NOT_USABLE:
    'The voucher was used, is presented elsewhere, has expired, is cancelled, or is worth other money than the purchase’s.',
  LOCATION_UNKNOWN: 'There is no such location, or it is another partner’s.',
  PURCHASE_INVALID: 'The ids are none of a purchase and a partner.',
});

export const IDEMPOTENCY =
  '`IDEMPOTENCY_KEY_MISSING`, `IDEMPOTENCY_KEY_INVALID`, `IDEMPOTENCY_KEY_REUSED`, `IDEMPOTENCY_IN_PROGRESS`';
