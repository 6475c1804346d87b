// `clock()` is the only time that the product knows. In a sandbox it can be moved forward, never back.
import type { Instant, Space, Sql } from './database.ts';

/** Spaces whose name begins so are sandboxes; every other space is live. */
const SANDBOX_PREFIX = 'sandbox';

export const isSandbox = (space: string): boolean => space.startsWith(SANDBOX_PREFIX);

/** DDL for each room's first migration: `clock()`, in a sandbox with an offset that only grows. */
export const CLOCK_SQL = `
do $clock$
begin
  if current_schema() not like '${SANDBOX_PREFIX}%' then
    create function clock() returns timestamptz language sql volatile parallel safe return clock_timestamp();
    return;
  end if;
  create table clock_offset (one boolean primary key default true check (one), ahead interval not null default '0');
  insert into clock_offset default values;
  create function clock() returns timestamptz language sql volatile parallel safe
    begin atomic select clock_timestamp() + ahead from clock_offset; end;
  create function clock_forward() returns trigger language plpgsql as $$
  begin
    if tg_op = 'UPDATE' and new.ahead >= old.ahead then return new; end if;
    raise exception 'a clock only moves forward';
  end $$;
  create trigger clock_forward before insert or update or delete on clock_offset
    for each row execute function clock_forward();
end $clock$;
`;

/** The instant of the space. */
export async function now(sql: Sql): Promise<Instant> {
  const [row] = await sql.query<{ at: Instant }[]>('select clock() at');
  return row!.at;
}

function requireSandbox(space: string): void {
  if (!isSandbox(space)) throw new Error(`${space} is live: its clock cannot be moved`);
}

/** Moves a sandbox's time forward to an instant; one that has come already changes nothing. */
export async function moveClock(sql: Sql, space: string, to: Instant): Promise<void> {
  requireSandbox(space);
  await sql.query('update clock_offset set ahead = $1::timestamptz - clock_timestamp() where clock() < $1', [to]);
}

/** How far a sandbox's time is ahead of the real one, as an ISO 8601 span. */
export async function clockAhead(sql: Sql): Promise<string> {
  const [row] = await sql.query<{ ahead: string }[]>(
    `select 'PT' || extract(epoch from ahead) || 'S' ahead from clock_offset`,
  );
  return row!.ahead;
}

/** Moves a sandbox's time so far ahead of the real one; where it is as far already, nothing changes. */
export async function setClockAhead(sql: Sql, space: string, ahead: string): Promise<void> {
  requireSandbox(space);
  await sql.query('update clock_offset set ahead = $1 where ahead < $1', [ahead]);
}

/** Moves a sandbox's time forward by an ISO 8601 span such as `P30D`. A live space has no clock that moves. */
export async function advanceClock(space: Space, by: string): Promise<void> {
  requireSandbox(space.name);
  await space.source.query('update clock_offset set ahead = ahead + $1::interval', [by]);
}
