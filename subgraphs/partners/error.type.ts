// Why this room refuses.
import { userErrorType } from '../shared/prelude.type.ts';

export const { UserError } = userErrorType({
  SCOPE_UNKNOWN: 'No such scope.',
  SCOPE_NOT_HELD: 'A scope that the credential does not hold itself, or that only operators can have.',
  PARTNER_UNKNOWN: 'No such partner, or not yours.',
  CHANNEL_UNKNOWN: 'There is no such channel, or it is another partner’s.',
  LOCATION_UNKNOWN: 'There is no such location, or it is another partner’s.',
  CODE_INVALID: 'The code is not 1 to 64 letters, digits, `.`, `_` and `-`, a letter or digit first.',
  CODE_TAKEN: 'Another one has this code.',
  API_CLIENT_UNKNOWN: 'No such api client, not yours, or revoked.',
  EXPIRY_PAST: 'The expiry is not in the future.',
  SANDBOX_MISMATCH: 'A sandbox client was asked for with a live credential, or the other way round.',
  NAME_INVALID: 'The name is not 1 to 100 printable characters.',
});
