// Personal data (identifier, profile) lies in tables of its own, away from what others may keep or count.
import type { MigrationInterface, QueryRunner } from 'typeorm';
import { CLOCK_SQL } from '../../shared/clock.ts';
import { REQUEST_SQL } from '../../shared/idempotency.ts';
import { INBOX_SQL } from '../../shared/inbox.ts';
import { OUTBOX_SQL } from '../../shared/outbox.ts';

const MEMBER_SQL = `
create table programme (
  one boolean primary key default true check (one),
  settings jsonb not null
);

create table partner_copy (
  partner_id uuid primary key,
  code text not null,
  name text not null,
  sequence bigint not null
);

create table member (
  id uuid primary key,
  status text not null default 'ACTIVE' check (status in ('ACTIVE', 'SUSPENDED', 'CLOSED')),
  earning_blocked boolean not null default false,
  spending_blocked boolean not null default false,
  enrolled_at timestamptz not null default clock(),
  enrolled_by_partner_id uuid,
  version bigint not null default 1
);

create table identifier (
  id uuid primary key,
  member_id uuid not null references member,
  kind text not null check (kind in ('CARD', 'EMAIL', 'PHONE', 'EXTERNAL', 'SUBJECT')),
  namespace text not null,
  value text not null,
  added_at timestamptz not null default clock(),
  constraint identifier_belongs_to_one_member unique (kind, namespace, value)
);
create index identifier_member on identifier (member_id);

create table profile (
  member_id uuid primary key references member,
  given_name text,
  family_name text,
  birthday date,
  locale text,
  country text,
  preferred_channel text check (preferred_channel in ('EMAIL', 'SMS', 'PUSH')),
  attributes jsonb not null default '{}'
);

create table acquaintance (
  partner_id uuid not null,
  member_id uuid not null references member,
  presented_at timestamptz not null default clock(),
  primary key (partner_id, member_id)
);

create table consent_decision (
  position bigint generated always as identity primary key,
  member_id uuid not null references member,
  purpose text not null,
  partner_id uuid,
  granted boolean not null,
  decided_at timestamptz not null default clock(),
  source text not null,
  recorded_by text not null,
  terms_version text,
  constraint sharing_names_its_partner check ((purpose = 'PARTNER_SHARING') = (partner_id is not null))
);
create index consent_decision_member on consent_decision (member_id, purpose, partner_id, position desc);
create index consent_decision_history on consent_decision (member_id, position desc);
create index consent_decision_partner on consent_decision (partner_id, member_id desc, position desc)
  include (granted) where purpose = 'PARTNER_SHARING';

create table status_change (
  position bigint generated always as identity primary key,
  member_id uuid not null references member,
  status text not null,
  earning_blocked boolean not null,
  spending_blocked boolean not null,
  reason text not null,
  changed_by text not null,
  changed_at timestamptz not null default clock()
);
create index status_change_history on status_change (member_id, position desc);

create function history_stays() returns trigger language plpgsql as $$
begin
  raise exception 'history is appended to, never changed';
end $$;
create trigger history_stays before update or delete on consent_decision
  for each row execute function history_stays();
create trigger history_stays before update or delete on status_change
  for each row execute function history_stays();
`;

export class Members0001 implements MigrationInterface {
  name = 'members-0000000000001';

  async up(runner: QueryRunner): Promise<void> {
    for (const sql of [CLOCK_SQL, REQUEST_SQL, OUTBOX_SQL, INBOX_SQL, MEMBER_SQL]) await runner.query(sql);
  }

  async down(): Promise<void> {
    throw new Error('migrations only go forward');
  }
}
