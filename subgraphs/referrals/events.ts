// What referrals hears.
import type { Handlers } from '../shared/inbox.ts';
import { attribute, keepRecorded, keepReturned, rejectExisting } from './referral/referral.service.ts';

export const handlers: Handlers = {
  'member.enrolled': attribute,
  'member.enrolled_again': rejectExisting,
  'purchase.recorded': keepRecorded,
  'purchase.returned': keepReturned,
};
