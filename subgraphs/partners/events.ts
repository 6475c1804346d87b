// Partners tells and hears nothing.
import type { Handlers } from '../shared/inbox.ts';

export const handlers: Handlers = {};
