// Codes, referrals, and what is known of purchases: enough to say at any time which purchase qualifies a referral.
import type { MigrationInterface, QueryRunner } from 'typeorm';
import { CLOCK_SQL } from '../../shared/clock.ts';
import { REQUEST_SQL } from '../../shared/idempotency.ts';
import { INBOX_SQL } from '../../shared/inbox.ts';

const TABLES_SQL = `
create table programme (
  one boolean primary key default true check (one),
  settings jsonb not null
);

create table referral_code (
  key text constraint referral_code_of_one_member primary key,
  code text not null,
  member_id uuid not null,
  current boolean not null,
  made_at timestamptz not null default clock()
);
create unique index referral_code_current on referral_code (member_id) where current;
create index referral_code_member on referral_code (member_id);

create table purchase (
  id uuid primary key,
  member_id uuid not null,
  -- Null until the purchase itself was heard of: a return may come first.
  occurred_at timestamptz,
  -- In the base currency; returns only ever lower it.
  kept numeric not null
);
create index purchase_member on purchase (member_id, occurred_at, id);

create table referral (
  id uuid primary key,
  referee_id uuid not null,
  referrer_id uuid,
  state text not null check (state in ('REGISTERED', 'QUALIFIED', 'PAYING', 'REWARDED', 'REVERSING', 'REVERSED', 'REJECTED')),
  rejection text check (rejection in ('UNKNOWN_CODE', 'OWN_CODE', 'SECOND_CODE', 'EXISTING_MEMBER', 'CYCLE')),
  attributed_at timestamptz not null,
  currency text not null,
  purchase_minimum numeric not null,
  return_window interval not null,
  referrer_points bigint not null,
  referee_points bigint not null,
  purchase_id uuid,
  due_at timestamptz,
  tries int not null default 0,
  referrer_entry_id uuid,
  referee_entry_id uuid,
  constraint rejection_has_a_reason check ((state = 'REJECTED') = (rejection is not null)),
  constraint referrer_is_known check (referrer_id is not null or rejection = 'UNKNOWN_CODE'),
  constraint purchase_qualifies check ((state in ('REGISTERED', 'REJECTED')) = (purchase_id is null)),
  constraint clock_has_its_turn check ((state in ('QUALIFIED', 'PAYING', 'REVERSING')) = (due_at is not null))
);
create unique index referral_of_a_referee on referral (referee_id) where state <> 'REJECTED';
create index referral_referrer on referral (referrer_id, id desc);
create index referral_due on referral (due_at) where due_at is not null;
`;

export class Referrals0001 implements MigrationInterface {
  name = 'referrals-0000000000001';

  async up(runner: QueryRunner): Promise<void> {
    for (const sql of [CLOCK_SQL, REQUEST_SQL, INBOX_SQL, TABLES_SQL]) await runner.query(sql);
  }

  async down(): Promise<void> {
    throw new Error('migrations only go forward');
  }
}
