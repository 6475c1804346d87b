// What the ledger keeps besides: confirmation, grace, inactivity, lapsing holds, transfers between wallets, caps.
import type { MigrationInterface, QueryRunner } from 'typeorm';

const KINDS = [
  `alter type pocket add value 'TRANSFERRED'`,
  `alter type pocket add value 'CONVERTED'`,
  `alter type pocket add value 'LOST'`,
  `alter type entry_kind add value 'TRANSFER'`,
  `alter type entry_kind add value 'CONVERT'`,
];

const SQL = `
-- A lot that waits for a confirmation is cancelled at this moment, unless it came before.
alter table lot add cancels_at timestamptz,
  add constraint lot_pending_waits check (pending = 0 or coalesce(activates_at, cancels_at) is not null);
create index lot_cancels on lot (member_id, currency, cancels_at) where pending > 0 and cancels_at is not null;

-- The expiry that the lot has from this move on: said by the move that makes it (null: never), and by each that changes it.
-- lot.expires_at is the one in force.
alter table move add until timestamptz;
alter table move disable trigger move_append_only;
update move m set until = l.expires_at from lot l
  where (l.member_id, l.currency, l.seq, l.n) = (m.member_id, m.currency, m.lot_seq, m.lot_n)
    and m.seq = m.lot_seq and m.source in ('ISSUED', 'ADJUSTED');
alter table move enable trigger move_append_only;

-- A hold without lapses_at is ended by its asker's clock. Where its points come back past their expiry, they last until lapse_grace.
-- Only the taker's purchases may capture it; null: anybody's.
alter table hold add lapses_at timestamptz, add lapse_grace timestamptz, add taker uuid;
create index hold_lapses on hold (member_id, currency, lapses_at) where state = 'HELD' and lapses_at is not null;

-- All that is available expires then, unless an activity moves it on; null: no such policy.
alter table wallet add idle_until timestamptz;
alter table entry add idle_until timestamptz;

-- What falls due next, for the job that writes it down. The column rarely changes, so that updates stay HOT.
create index wallet_due on wallet (next_event_at) where next_event_at is not null;
drop index lot_expires, entry_recorded;

-- Nothing is checked or kept on the path of a purchase that nobody reads: a book writes a purchase with its lines.
alter table purchase_line drop constraint purchase_line_purchase_id_fkey;
alter table purchase drop constraint purchase_rule_version_fkey;
drop index purchase_partner;

-- What has been given under a cap in a period, which begins on that day in the programme's time zone.
create table cap_use (
  member_id uuid not null,
  currency text not null,
  cap text not null,
  period date not null,
  used bigint not null check (used >= 0),
  primary key (member_id, currency, cap, period)
) with (fillfactor = 70);

-- What a member has transferred in a day of the programme.
create table transfer_use (
  member_id uuid not null,
  currency text not null,
  day date not null,
  amount bigint not null,
  primary key (member_id, currency, day)
);

-- The most that a purchase can give: what caps left of it when it was recorded; null when none took anything.
alter table purchase add points_max bigint;
`;

export class Depth0004 implements MigrationInterface {
  name = 'depth-0000000000004';

  async up(runner: QueryRunner): Promise<void> {
    for (const part of [...KINDS, SQL]) await runner.query(part);
  }

  async down(): Promise<void> {
    throw new Error('Migrations go forward only.');
  }
}
