// What the member did before, as far as it decides about an event. Read under the member's lock, so that of many at once
// each sees those before it.
import type { Sql } from '../../shared/database.ts';
import type { Step } from '../earning/facts.rules.ts';
import { spansOf, withheld, type GaveBefore, type Span } from './event.rules.ts';
import type { ToldEvent } from './reading.service.ts';

/** The member's events of a type that gave points: the nearest to an instant, and how many there are in each span. */
async function eventsThatGave(
  sql: Sql,
  memberId: string,
  type: string,
  at: string,
  spans: Span[],
): Promise<GaveBefore> {
  const [row] = await sql.query<GaveBefore[]>(
    `with gave as not materialized (select occurred_at from member_event where member_id = $1 and type = $2 and gave)
     select (select max(occurred_at) from gave where occurred_at <= $3) "before",
       (select min(occurred_at) from gave where occurred_at > $3) "after",
       array(
         select (select count(*) from gave where occurred_at >= s."from" and occurred_at < s.until)::int
         from unnest($4::timestamptz[], $5::timestamptz[]) with ordinality s("from", until, n) order by n
       ) counts`,
    [memberId, type, at, spans.map(({ from }) => from ?? '-infinity'), spans.map(({ until }) => until ?? 'infinity')],
  );
  return row!;
}

export async function eventCount(sql: Sql, memberId: string, type: string): Promise<number> {
  const [row] = await sql.query<{ events: number }[]>(
    'select count(*) events from member_event where member_id = $1 and type = $2',
    [memberId, type],
  );
  return row!.events;
}

/** Why an event gives nothing whatever the rules say; null: they are asked. */
export async function withheldBy(tx: Sql, event: ToldEvent, isBlocked: boolean): Promise<Step | null> {
  const { memberId, type, occurredAt, programme } = event;
  if (isBlocked) return { rule: type.code, applied: false, reason: 'blocked' };
  if (type.cooldown === undefined && type.most === undefined) return null;
  const { timeZone } = programme;
  const spans = spansOf(type, occurredAt, timeZone);
  return withheld(type, occurredAt, timeZone, await eventsThatGave(tx, memberId, type.code, occurredAt, spans));
}
