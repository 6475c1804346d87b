// Facts are written in the transaction that makes them true, one row for each room that hears them,
// so that a room that is away holds up nobody else.
import { EVENTS, type Event, type EventName, type EventOf } from '../../schema/events.ts';
import type { Sql } from './database.ts';
import { newId } from './id.ts';

/** Part of the first migration of each room that tells events. */
export const OUTBOX_SQL = `
create table outbox (
  position bigint generated always as identity primary key,
  hearer text not null,
  event jsonb not null
);
create index outbox_hearer on outbox (hearer, position);
`;

/**
 * Tells events of one name; inside the transaction that changes their aggregates, whose rows are locked:
 * the order of an aggregate's rows is then the order of its sequence.
 */
export async function tell<Name extends EventName>(
  tx: Sql,
  name: Name,
  facts: { aggregate: string; sequence: number; payload: EventOf<Name>['payload'] }[],
): Promise<void> {
  const { hears } = EVENTS[name];
  if (facts.length === 0 || hears.length === 0) return;
  const events = facts.map((fact) => ({ id: newId(), name, ...fact }) as Event);
  await tx.query(
    `insert into outbox (hearer, event)
     select hearer, event from jsonb_array_elements($1) with ordinality e(event, n), unnest($2::text[]) hearer order by n`,
    [JSON.stringify(events), hears],
  );
}
