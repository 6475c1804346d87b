// What referrals hears.
import type { Handlers } from '../shared/inbox.ts';
import { attribute, keepRecorded, keepReturned } from './referral/referral.service.ts';

export const handlers: Handlers = {
  'member.enrolled': attribute,
  'purchase.recorded': keepRecorded,
  'purchase.returned': keepReturned,
};
