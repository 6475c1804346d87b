// Seals: each day's signed root over the heads of all wallets, and what proofs under it need.
import type { MigrationInterface, QueryRunner } from 'typeorm';

const SQL = `
create table seal (
  id int primary key,
  -- The programme's day that it covers whole.
  day date not null constraint seal_day_once unique,
  root bytea not null,
  wallet_count bigint not null,
  entry_count bigint not null,
  sealed_at timestamptz not null,
  -- Over that of the seal before and the heads that changed since.
  history bytea not null,
  key_id text not null,
  public_key text not null,
  signature bytea not null
);

-- The head of a wallet under a seal is its latest one up to it.
create table sealed_head (
  member_id uuid not null,
  currency text not null,
  seal_id int not null,
  seq bigint not null,
  head bytea not null,
  primary key (member_id, currency, seal_id)
);
create index sealed_head_seal on sealed_head using brin (seal_id);

-- The wallets of a seal in order, so many at a time: the last of them, and the root of their subtree.
create table seal_block (
  seal_id int not null,
  n int not null,
  member_id uuid not null,
  currency text not null,
  hash bytea not null,
  primary key (seal_id, n)
);

create trigger seal_append_only before update or delete or truncate on seal
  for each statement execute function refuse_change();
create trigger sealed_head_append_only before update or delete or truncate on sealed_head
  for each statement execute function refuse_change();
create trigger seal_block_append_only before update or delete or truncate on seal_block
  for each statement execute function refuse_change();

-- Both sides of a transfer are checked against each other.
create index entry_transfer on entry (origin) where kind in ('TRANSFER', 'CONVERT');
`;

export class Seal0005 implements MigrationInterface {
  name = 'seal-0000000000005';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(SQL);
  }

  async down(): Promise<void> {
    throw new Error('Migrations go forward only.');
  }
}
