// What rules need besides purchases: events of members, segments that members tell, and the seed of surprises.
import type { MigrationInterface, QueryRunner } from 'typeorm';

const SQL = `
alter table member_copy add segments text[] not null default '{}';

-- What surprises are drawn from; the last one counts, the others can be drawn from again.
create table surprise_seed (
  id int generated always as identity primary key,
  seed bytea not null,
  since timestamptz not null default clock()
);
insert into surprise_seed (seed) values (sha256(uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid())));

create table member_event (
  id uuid primary key,
  member_id uuid not null,
  type text not null,
  attributes jsonb not null,
  occurred_at timestamptz not null,
  recorded_at timestamptz not null default clock(),
  -- Where it happened, or who told it; null: an operator, and nowhere.
  partner_id uuid,
  -- Whose credential told it.
  owner text not null,
  rule_version int not null,
  -- The facts under which it was counted, and what caps and budgets left then.
  facts jsonb not null,
  -- The step that says why it gave nothing whatever the rules say; null: they were asked.
  withheld jsonb,
  gave boolean not null
);
create index member_event_member on member_event (member_id, id);
create index member_event_gave on member_event (member_id, type, occurred_at) where gave;
create trigger member_event_append_only before update or delete or truncate on member_event
  for each statement execute function refuse_change();
`;

export class Event0009 implements MigrationInterface {
  name = 'event-0000000000009';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(SQL);
  }

  async down(): Promise<void> {
    throw new Error('Migrations go forward only.');
  }
}
