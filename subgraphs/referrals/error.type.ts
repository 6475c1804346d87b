// Why this room refuses.
import { userErrorType } from '../shared/prelude.type.ts';

export const { UserError, ErrorCode } = userErrorType({
  MEMBER_UNKNOWN: 'No member has this identifier or id.',
  REFERRAL_CODE_INVALID: 'A code is 4 to 20 letters from A to Z, digits and hyphens.',
  REFERRAL_CODE_TAKEN: 'The code, or one that reads like it, is taken.',
  REFERRAL_CODES_EXHAUSTED: 'The member has had as many codes as a member may have.',
});
