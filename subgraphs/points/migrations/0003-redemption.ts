// Purchases that capture redemptions and use vouchers, what returns give back of them, goodwill, and what points tells.
import type { MigrationInterface, QueryRunner } from 'typeorm';
import { OUTBOX_SQL } from '../../shared/outbox.ts';

const SQL = `
-- Only a hold of two steps is taken by a purchase: of one step the reward is on its way already.
alter table hold add for_purchase boolean not null default false,
  add restored bigint not null default 0,
  add constraint hold_restored_at_most_captured check (restored between 0 and captured);

create index hold_wallet on hold (member_id, currency);

-- A return without a receipt looks for a member's open sales of an item, latest first.
alter table purchase_line add member_id uuid, add partner_id uuid, add occurred_at timestamptz;
update purchase_line l set member_id = p.member_id, partner_id = p.partner_id, occurred_at = p.occurred_at
  from purchase p where p.id = l.purchase_id;
create index purchase_line_open on purchase_line (member_id, partner_id, sku, occurred_at desc)
  where returned_quantity < quantity and member_id is not null;

-- Counts its changes: the sequence of what is told of it.
alter table purchase add version int not null default 1;

-- Redemptions that a purchase captured, and how much of their points its returns have given back.
create table purchase_redemption (
  purchase_id uuid not null references purchase,
  hold_id uuid not null constraint purchase_redemption_once unique references hold,
  asker_id text not null,
  points bigint not null,
  restored bigint not null default 0 check (restored between 0 and points),
  primary key (purchase_id, hold_id)
);

-- Points of a redemption that a return gave back; the origin of their entry.
create table purchase_restore (
  id uuid primary key,
  part_id uuid not null references purchase_return_part,
  hold_id uuid not null references hold,
  points bigint not null
);
create index purchase_restore_part on purchase_restore (part_id);

-- The id under which vouchers were reserved for a purchase, before that was asked. Sent again, a purchase goes on under
-- it, unless rewards' clock was told meanwhile that there is no such purchase: then it is condemned, and another is taken.
create table purchase_attempt (
  owner text not null,
  key text not null,
  purchase_id uuid not null constraint purchase_attempt_id unique,
  condemned boolean not null default false,
  primary key (owner, key)
);

-- What staff gave as goodwill, per person and day.
create table goodwill (owner text not null, day date not null, amount bigint not null, primary key (owner, day));
`;

export class Redemption0003 implements MigrationInterface {
  name = 'redemption-0000000000003';

  async up(runner: QueryRunner): Promise<void> {
    for (const part of [OUTBOX_SQL, SQL]) await runner.query(part);
  }

  async down(): Promise<void> {
    throw new Error('Migrations go forward only.');
  }
}
