// A fact is handled once: its id and what it changed are one transaction. Handlers end alike in any order of delivery.
import type { Event, EventName, EventOf } from '../../schema/events.ts';
import type { Space, Transaction } from './database.ts';

/** Part of the first migration of each room that hears events. */
export const INBOX_SQL = `
create table inbox (event_id uuid primary key, at timestamptz not null default clock());
`;

export type Handlers = { [Name in EventName]?: (tx: Transaction, events: EventOf<Name>[]) => Promise<void> };

/** Handles what is new among the events; a fault handles none of them, and they are sent again. */
export async function receive(space: Space, handlers: Handlers, events: Event[]): Promise<void> {
  if (events.length === 0) return;
  await space.source.transaction(async (tx) => {
    const ids = [...new Set(events.map((event) => event.id))];
    const fresh = await tx.query<{ event_id: string }[]>(
      'insert into inbox (event_id) select unnest($1::uuid[]) on conflict do nothing returning event_id',
      [ids],
    );
    const left = new Set(fresh.map((row) => row.event_id));
    const byName = Map.groupBy(
      events.filter((event) => left.delete(event.id)),
      (event) => event.name,
    );
    for (const [name, group] of byName) {
      const handle = handlers[name] as ((tx: Transaction, events: Event[]) => Promise<void>) | undefined;
      if (handle === undefined) throw new Error(`${name} came to a room that does not hear it`);
      await handle(tx, group);
    }
  });
}
