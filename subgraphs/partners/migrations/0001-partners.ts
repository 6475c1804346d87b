// Brands, where they sell, and the programs that they let in.
import type { MigrationInterface, QueryRunner } from 'typeorm';
import { CLOCK_SQL } from '../../shared/clock.ts';
import { REQUEST_SQL } from '../../shared/idempotency.ts';
import { OUTBOX_SQL } from '../../shared/outbox.ts';

const TABLES_SQL = `
create table partner (
  id uuid primary key,
  code text not null constraint partner_code_unique unique,
  name text not null,
  sequence int not null default 1
);

create table channel (
  id uuid primary key,
  partner_id uuid not null references partner,
  code text not null constraint channel_code_unique unique,
  kind text not null check (kind in ('SHOP', 'WEB', 'APP', 'SOCIAL'))
);
create index channel_partner on channel (partner_id, code);

create table location (
  id uuid primary key,
  channel_id uuid not null references channel,
  code text not null constraint location_code_unique unique,
  name text not null,
  sequence int not null default 1
);
create index location_channel on location (channel_id, code);

create table terminal (
  id uuid primary key,
  location_id uuid not null references location,
  code text not null,
  constraint terminal_code_unique unique (location_id, code)
);

create table api_client (
  id uuid primary key,
  kind text not null check (kind in ('till', 'partner', 'operator')),
  name text not null,
  partner_id uuid references partner,
  channel_id uuid references channel,
  scopes text[] not null,
  key_prefix text not null,
  created_at timestamptz not null default clock(),
  expires_at timestamptz,
  revoked_at timestamptz,
  constraint api_client_of_a_partner check ((kind = 'operator') = (partner_id is null)),
  constraint api_client_of_a_channel check ((kind = 'till') = (channel_id is not null))
);
create index api_client_partner on api_client (partner_id, id);
`;

// One directory for all spaces, since a key is looked up before its space is known. A place is taken once:
// a client has two keys at the most.
const DIRECTORY_SQL = `
create table if not exists public.credential (
  key_hash bytea primary key check (octet_length(key_hash) = 32),
  space text not null,
  api_client_id uuid not null,
  place text not null check (place in ('current', 'previous')),
  kind text not null,
  partner_id uuid,
  scopes text[] not null,
  expires_at timestamptz,
  constraint credential_place_unique unique (space, api_client_id, place)
);

create or replace function public.clock_of(space text) returns timestamptz language plpgsql volatile as $$
declare instant timestamptz;
begin
  if to_regprocedure(format('%I.clock()', space)) is null then return null; end if;
  execute format('select %I.clock()', space) into instant;
  return instant;
end $$;
`;

export class Partners0001 implements MigrationInterface {
  name = 'partners-0000000000001';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(CLOCK_SQL);
    await runner.query(REQUEST_SQL);
    await runner.query(OUTBOX_SQL);
    await runner.query(TABLES_SQL);
    await runner.query(DIRECTORY_SQL);
  }

  async down(): Promise<void> {
    throw new Error('Migrations go forward only.');
  }
}
