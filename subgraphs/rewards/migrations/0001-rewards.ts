// The catalogue, redemptions with their vouchers, and copies of partners and locations.
import type { MigrationInterface, QueryRunner } from 'typeorm';
import { CLOCK_SQL } from '../../shared/clock.ts';
import { REQUEST_SQL } from '../../shared/idempotency.ts';
import { INBOX_SQL } from '../../shared/inbox.ts';
import { OUTBOX_SQL } from '../../shared/outbox.ts';

const TABLES_SQL = `
create table partner_copy (
  partner_id uuid primary key,
  code text not null,
  name text not null,
  sequence bigint not null
);
create index partner_copy_code on partner_copy (code);

create table location_copy (
  location_id uuid primary key,
  code text not null,
  partner_id uuid not null,
  sequence bigint not null
);
create index location_copy_code on location_copy (code);

-- Codes of points' currencies and tiers, as the programme's file names them.
create table points_code (kind text check (kind in ('CURRENCY', 'TIER')), code text, primary key (kind, code));

create table reward (
  id uuid primary key,
  code text not null constraint reward_code_unique unique,
  kind text not null,
  -- A partner of the file is known by its code before its event has come.
  partner_code text,
  partner_id uuid,
  currency text not null,
  points bigint not null check (points > 0),
  -- Null: unlimited.
  stock bigint constraint reward_stock_not_below_zero check (stock >= 0),
  visible_from timestamptz,
  visible_until timestamptz,
  available_from timestamptz,
  available_until timestamptz,
  -- Codes of the tiers that may have it; null: everyone.
  tiers text[],
  -- The whole of it as it was written; the columns above are what is searched by.
  document jsonb not null,
  -- What the programme's file last said of it.
  filed jsonb
);
create index reward_partner on reward (partner_id, code);

create view reward_now as
  select r.*,
    (visible_from is null or visible_from <= clock()) and (visible_until is null or clock() < visible_until) visible,
    (available_from is null or available_from <= clock()) and (available_until is null or clock() < available_until) open
  from reward r
  where (partner_code is null) = (partner_id is null);

create table redemption (
  id uuid primary key,
  member_id uuid not null,
  -- Null: points as payment.
  reward_id uuid references reward,
  -- The partner at which it was taken; null: by the member itself or an operator.
  taken_by uuid,
  quantity int not null check (quantity > 0),
  currency text not null,
  points bigint not null check (points > 0),
  two_steps boolean not null,
  state text not null,
  -- Taken from the stock and not given back.
  reserved int not null default 0 check (reserved >= 0),
  by_purchase boolean not null default false,
  requested_at timestamptz not null default clock(),
  hold_expires_at timestamptz,
  -- When the clock looks at it; null: never again.
  wake_at timestamptz
);
create index redemption_member on redemption (member_id, id desc);
create index redemption_wake on redemption (wake_at) where wake_at is not null;

create table voucher (
  id uuid primary key,
  redemption_id uuid not null references redemption,
  code text not null constraint voucher_code_unique unique,
  state text not null default 'ISSUED' check (state in ('ISSUED', 'PRESENTED', 'USED', 'CANCELLED')),
  issued_at timestamptz not null default clock(),
  expires_at timestamptz,
  worth jsonb,
  -- The purchase that it is reserved for or was used in.
  reserved_for uuid,
  presented_at timestamptz,
  -- The partner that it was presented to.
  presented_to uuid,
  used_at timestamptz,
  location_id uuid,
  receipt_number text
);
create index voucher_redemption on voucher (redemption_id, id);
create index voucher_reserved on voucher (reserved_for) where reserved_for is not null;
create index voucher_presented on voucher (presented_at) where state = 'PRESENTED';

create view voucher_now as
  select v.id, v.redemption_id, v.code, v.issued_at, v.expires_at, v.worth, v.reserved_for, v.presented_to, v.used_at,
    case when v.state = 'ISSUED' and v.expires_at <= clock() then 'EXPIRED' else v.state end state,
    d.member_id, d.taken_by, r.id reward_id, r.partner_id
  from voucher v join redemption d on d.id = v.redemption_id join reward r on r.id = d.reward_id;
`;

export class Rewards0001 implements MigrationInterface {
  name = 'rewards-0000000000001';

  async up(runner: QueryRunner): Promise<void> {
    for (const part of [CLOCK_SQL, REQUEST_SQL, OUTBOX_SQL, INBOX_SQL, TABLES_SQL]) await runner.query(part);
  }

  async down(): Promise<void> {
    throw new Error('Migrations go forward only.');
  }
}
