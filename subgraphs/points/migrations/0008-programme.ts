// When a version takes effect, who applied it and what its file said; drafts.
import type { MigrationInterface, QueryRunner } from 'typeorm';
import { PROGRAMME_SQL } from '../../shared/programme.ts';

const SQL = `
alter table programme
  -- The whole document, as it was applied; null: from before it was kept.
  add source text,
  -- From when on it is in force; null: as soon as every room has taken it.
  add effective_at timestamptz default clock(),
  -- Rooms that have not taken it yet. The version in force is the last that awaits none.
  add awaits text[] not null default '{}',
  add origin text not null default 'FILE' constraint programme_origin_known check (origin in ('FILE', 'API', 'ROLLBACK')),
  -- Of a rollback: the version whose document it has.
  add rollback_of int,
  add actor_kind text not null default 'SYSTEM',
  add actor_id text,
  add constraint programme_begins check (effective_at is not null or awaits <> '{}');
update programme set effective_at = applied_at;

create table programme_draft (
  id int generated always as identity primary key,
  document jsonb not null,
  source text not null,
  drafted_at timestamptz not null default clock(),
  actor_kind text not null,
  actor_id text
);
`;

export class Programme0008 implements MigrationInterface {
  name = 'programme-0000000000008';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(PROGRAMME_SQL);
    await runner.query(SQL);
  }

  async down(): Promise<void> {
    throw new Error('Migrations go forward only.');
  }
}
