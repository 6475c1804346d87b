// What rewards hears. In any order, and twice, it ends alike.
import { crashPoint } from '../shared/crash.ts';
import type { Handlers } from '../shared/inbox.ts';
import { keepLocations, keepPartners } from './partner/copy.service.ts';
import { confirmCaptured } from './redemption/step.service.ts';
import { freeReturned, useRecorded } from './voucher/voucher.service.ts';

export const handlers: Handlers = {
  'partner.changed': keepPartners,
  'location.changed': keepLocations,
  'purchase.recorded': async (tx, events) => {
    await confirmCaptured(tx, events);
    await useRecorded(tx, events);
    crashPoint('purchase-heard');
  },
  'purchase.returned': freeReturned,
};
