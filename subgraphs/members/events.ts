import type { Handlers } from '../shared/inbox.ts';
import { copyPartners } from './partner/partner.service.ts';

/** What this room hears. */
export const handlers: Handlers = { 'partner.changed': copyPartners };
