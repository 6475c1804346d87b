// Every reason for which this room refuses, one sentence each.
import { userErrorType } from '../shared/prelude.type.ts';

export const { UserError, ErrorCode } = userErrorType({
  MEMBER_UNKNOWN: 'No member has this identifier or id.',
  IDENTIFIER_MISSING: 'An enrolment needs at least one identifier.',
  IDENTIFIER_INVALID: 'The identifier is not valid for its kind.',
  IDENTIFIER_CONFLICT: 'The identifiers belong to two members, or to another than the one who asks.',
  PROFILE_INVALID: 'A field of the profile cannot be what was sent.',
  ATTRIBUTE_UNKNOWN: 'The attribute is not in the declared schema.',
  ATTRIBUTE_INVALID: "The attribute's value is not of its declared type.",
  CONSENT_INVALID: 'The consent names no partner where it must, or one where it must not, or another than it may.',
  PARTNER_UNKNOWN: 'No such partner, or not yours.',
  REASON_INVALID: 'A reason is 1 to 500 printable characters.',
});
