// The points room: the ledger, and what moves it.
import { readFileSync } from 'node:fs';
import type { RoomDefinition } from '../shared/room.ts';
import { pointsContext } from './context.ts';
import { handlers } from './events.ts';
import { postedAll } from './ledger/batcher.service.ts';
import { EntryRow } from './ledger/entry.entity.ts';
import { writeDue } from './ledger/due.service.ts';
import { sealDue } from './ledger/seal.service.ts';
import { Ledger0001 } from './migrations/0001-ledger.ts';
import { Purchase0002 } from './migrations/0002-purchase.ts';
import { Redemption0003 } from './migrations/0003-redemption.ts';
import { Depth0004 } from './migrations/0004-depth.ts';
import { Seal0005 } from './migrations/0005-seal.ts';
import { Earning0006 } from './migrations/0006-earning.ts';
import { Tier0007 } from './migrations/0007-tier.ts';
import { Programme0008 } from './migrations/0008-programme.ts';
import { Event0009 } from './migrations/0009-event.ts';
import { pointsProgramme, takeDue } from './programme/version.service.ts';
import { PurchaseLineRow, PurchaseRow } from './purchase/purchase.entity.ts';
import { pointsSubgraph } from './schema.ts';
import { tiersDue } from './tier/night.service.ts';

/** The functions that are the only writers of balances, and those that read them at an instant. */
const routines = ['settle', 'post', 'credit', 'as-of'].map((name) =>
  readFileSync(new URL(`./ledger/${name}.sql`, import.meta.url), 'utf8'),
);

export const pointsRoom: RoomDefinition = {
  name: 'points',
  entities: [EntryRow, PurchaseRow, PurchaseLineRow],
  migrations: [
    Ledger0001,
    Purchase0002,
    Redemption0003,
    Depth0004,
    Seal0005,
    Earning0006,
    Tier0007,
    Programme0008,
    Event0009,
  ],
  routines,
  subgraph: pointsSubgraph,
  handlers,
  context: pointsContext,
  programme: pointsProgramme,
  idle: postedAll,
  async tick(request) {
    const { space, keep } = request;
    const done = (await takeDue(request)) + (await writeDue(space));
    // The ladder counts what the ledger has become.
    if (done > 0) return done;
    return (await tiersDue(space)) + (keep === undefined ? 0 : await sealDue(space, keep));
  },
};
