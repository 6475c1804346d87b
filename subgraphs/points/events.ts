// What points hears.
import type { Handlers } from '../shared/inbox.ts';
import { captureConfirmed } from './ledger/hold.service.ts';
import { keepEnrolments } from './earning/personal.service.ts';
import { keepLocations, keepMembers } from './purchase/lookup.service.ts';

export const handlers: Handlers = {
  'member.changed': keepMembers,
  'member.enrolled': keepEnrolments,
  'location.changed': keepLocations,
  'redemption.confirmed': captureConfirmed,
};
