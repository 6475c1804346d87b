// Programme versions, purchases with their returns, tier standings, and the copy of what members tell.
import type { MigrationInterface, QueryRunner } from 'typeorm';

const SQL = `
create table programme (
  version int primary key,
  document jsonb not null,
  applied_at timestamptz not null default clock()
);

create table purchase (
  id uuid primary key,
  member_id uuid,
  partner_id uuid not null,
  channel_id uuid not null,
  channel_code text not null,
  location_id uuid not null,
  terminal text,
  cashier text,
  receipt_number text not null,
  business_date date not null,
  occurred_at timestamptz not null,
  recorded_at timestamptz not null default clock(),
  currency_code text not null,
  -- Digits after the point of its currency.
  decimals int not null,
  -- Worth of one unit of its currency in the base currency, when it was recorded.
  rate numeric not null,
  total numeric not null,
  returned numeric not null default 0,
  rule_version int not null references programme,
  -- Whether it gives points and counts for the tier: not when earning was blocked.
  earns boolean not null,
  points_currency text not null,
  -- What it has given so far, returns taken back.
  points bigint not null,
  input_hash bytea not null,
  constraint purchase_receipt_once unique (location_id, receipt_number, business_date),
  constraint purchase_returned_at_most_once check (returned between 0 and total)
);
create index purchase_member on purchase (member_id, occurred_at desc, id desc) where member_id is not null;
create index purchase_partner on purchase (partner_id, recorded_at);

create table purchase_line (
  purchase_id uuid not null references purchase,
  number int not null,
  sku text not null,
  name text,
  category text,
  brand text,
  quantity numeric not null,
  unit_price numeric not null,
  discount numeric not null,
  tax_rate numeric,
  amount numeric not null,
  returned_quantity numeric not null default 0,
  returned_amount numeric not null default 0,
  primary key (purchase_id, number),
  constraint purchase_line_returned_at_most_once
    check (returned_quantity between 0 and quantity and returned_amount between 0 and amount)
);

create table purchase_return (
  id uuid primary key,
  member_id uuid,
  partner_id uuid not null,
  location_id uuid not null,
  terminal text,
  cashier text,
  receipt_number text not null,
  business_date date not null,
  occurred_at timestamptz not null,
  recorded_at timestamptz not null default clock(),
  -- Each line of the input with its answer.
  lines jsonb not null,
  input_hash bytea not null,
  constraint purchase_return_receipt_once unique (location_id, receipt_number, business_date)
);

-- What one return took from one purchase; the origin of the entry that takes the points back.
create table purchase_return_part (
  id uuid primary key,
  return_id uuid not null references purchase_return,
  purchase_id uuid not null references purchase,
  amount numeric not null,
  points bigint not null,
  lines jsonb not null
);
create index purchase_return_part_purchase on purchase_return_part (purchase_id);
create index purchase_return_part_return on purchase_return_part (return_id);

-- One row per member: purchases of a member are taken one after the other under its lock.
create table standing (
  member_id uuid primary key,
  spend numeric not null default 0,
  tier text,
  tier_since timestamptz
) with (fillfactor = 70);

create table tier_change (
  id uuid primary key default uuidv7(),
  member_id uuid not null,
  tier_from text,
  tier_to text not null,
  occurred_at timestamptz not null,
  recorded_at timestamptz not null default clock(),
  origin uuid not null
);
create index tier_change_member on tier_change (member_id, id);
create trigger tier_change_append_only before update or delete or truncate on tier_change
  for each statement execute function refuse_change();

create table member_copy (
  member_id uuid primary key,
  status text not null,
  earning_blocked boolean not null,
  spending_blocked boolean not null,
  sequence bigint not null
);

create table location_copy (
  code text primary key,
  location_id uuid not null,
  partner_id uuid not null,
  channel_id uuid not null,
  channel_code text not null,
  sequence bigint not null
);
`;

export class Purchase0002 implements MigrationInterface {
  name = 'purchase-0000000000002';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(SQL);
  }

  async down(): Promise<void> {
    throw new Error('Migrations go forward only.');
  }
}
