// What the ladder counts, day by day; when it changes next; tiers that people give.
import type { MigrationInterface, QueryRunner } from 'typeorm';
import { moneyDecimals } from '../../shared/scalars.ts';

const SQL = `
-- Of purchases that count for the tier, on their own days: what was bought, and what of it came back whenever.
create table tier_day (
  member_id uuid not null,
  day date not null,
  -- In the base currency.
  spend numeric not null,
  spend_returned numeric not null,
  purchases int not null,
  -- Those of which nothing is kept.
  purchases_returned int not null,
  primary key (member_id, day)
) with (fillfactor = 70);

alter table standing drop tier_since,
  -- Those that are kept, and all that were ever counted.
  add purchases int not null default 0,
  add recorded int not null default 0,
  -- Day of the programme; null: no event has told of it yet.
  add enrolled_on date,
  -- Until when its steps are written down; null: never.
  add evaluated_at timestamptz,
  -- When time alone moves it next; null: never.
  add due_at timestamptz,
  -- Whether anybody ever gave it a tier.
  add granted boolean not null default false;
create index standing_due on standing (due_at) where due_at is not null;

-- Null: time, or another scheme.
alter table tier_change alter origin drop not null,
  -- What the bonus of the step took of caps and budgets, by their keys.
  add taken jsonb not null default '{}';

create table tier_grant (
  id uuid primary key,
  member_id uuid not null,
  tier text not null,
  granted_at timestamptz not null,
  last_day date not null,
  reason text not null,
  actor_kind text not null,
  actor_id text
);
create index tier_grant_member on tier_grant (member_id);
create table tier_grant_end (
  grant_id uuid primary key constraint tier_grant_ended_once references tier_grant,
  ended_at timestamptz not null default clock(),
  reason text not null,
  actor_kind text not null,
  actor_id text
);
create trigger tier_grant_append_only before update or delete or truncate on tier_grant
  for each statement execute function refuse_change();
create trigger tier_grant_end_append_only before update or delete or truncate on tier_grant_end
  for each statement execute function refuse_change();

-- How far the night's job has come: the last day and scheme for which it began, and the member after whom it goes on.
create table tier_night (
  one boolean primary key default true check (one),
  day date not null default '-infinity',
  -- SHA-256.
  scheme bytea not null default '',
  -- Whether it looks at everyone, because the scheme is another.
  whole boolean not null default false,
  -- Null: done.
  after uuid
);
insert into tier_night default values;
`;

const BACKFILL = `
insert into tier_day
select member_id, (occurred_at at time zone $1)::date, sum(round(total * rate, $2)),
  sum(round(total * rate, $2) - round((total - returned) * rate, $2)), count(*), count(*) filter (where returned = total and total > 0)
from purchase where earns and member_id is not null group by 1, 2`;

export class Tier0007 implements MigrationInterface {
  name = 'tier-0000000000007';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(SQL);
    type Frame = { timeZone: string; baseCurrency: string };
    const [frame]: Frame[] = await runner.query(
      `select document ->> 'timeZone' "timeZone", document ->> 'baseCurrency' "baseCurrency" from programme order by version desc limit 1`,
    );
    if (frame === undefined) return;
    await runner.query(BACKFILL, [frame.timeZone, moneyDecimals(frame.baseCurrency)]);
    await runner.query(
      `update standing s set purchases = d.kept, recorded = d.recorded from
         (select member_id, sum(purchases - purchases_returned) kept, sum(purchases) recorded from tier_day group by member_id) d
       where s.member_id = d.member_id`,
    );
  }

  async down(): Promise<void> {
    throw new Error('Migrations go forward only.');
  }
}
