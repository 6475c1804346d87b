-- The tables of the ledger. Entries, moves and the amounts of lots are never changed; the wallet and a lot's counters
-- are caches of them, under the wallet's lock, and `ledgerVerify` recounts them.

create type pocket as enum
  ('ISSUED', 'PENDING', 'AVAILABLE', 'HELD', 'SPENT', 'EXPIRED', 'REVERSED', 'ADJUSTED', 'DEFICIT');
create type entry_kind as enum
  ('EARN', 'ACTIVATE', 'HOLD', 'CAPTURE', 'RELEASE', 'SPEND', 'REVERSE', 'EXPIRE', 'ADJUST');
create type hold_state as enum ('HELD', 'CAPTURED', 'RELEASED');

create table wallet (
  member_id uuid not null,
  currency text not null,
  seq bigint not null default 0,
  pending bigint not null default 0,
  available bigint not null default 0,
  held bigint not null default 0,
  deficit bigint not null default 0,
  last_at timestamptz not null default '-infinity',
  -- When something falls due; may be early, never late.
  next_event_at timestamptz,
  head_hash bytea not null default '',
  primary key (member_id, currency),
  constraint wallet_pockets_positive check (pending >= 0 and available >= 0 and held >= 0 and deficit >= 0),
  constraint wallet_owes_only_when_empty check (deficit = 0 or available = 0),
  constraint wallet_safe check (pending + available + held <= 9007199254740991 and deficit <= 9007199254740991)
) with (fillfactor = 50);

create table entry (
  member_id uuid not null,
  currency text not null,
  seq bigint not null,
  id uuid not null,
  kind entry_kind not null,
  amount bigint not null,
  moved bigint not null,
  pending bigint not null,
  available bigint not null,
  held bigint not null,
  deficit bigint not null,
  -- What made it (a purchase, a return, a hold, a request); null when time did.
  origin uuid,
  reverses uuid,
  recorded_at timestamptz not null,
  effective_at timestamptz not null,
  xid xid8 not null default pg_current_xact_id(),
  rule_version text,
  explanation jsonb,
  reason text,
  actor_kind text not null,
  actor_id text,
  hash bytea not null,
  primary key (member_id, currency, seq),
  constraint entry_origin_once unique (member_id, currency, origin, kind)
);
create unique index entry_id on entry (id);
create index entry_recorded on entry using brin (recorded_at);

create table lot (
  member_id uuid not null,
  currency text not null,
  seq bigint not null,
  n int not null,
  amount bigint not null,
  pending bigint not null,
  remaining bigint not null,
  held bigint not null default 0,
  gone bigint not null default 0,
  -- How much of what made it was taken back, from wherever.
  reversed bigint not null default 0,
  open boolean not null,
  earned_at timestamptz not null,
  activates_at timestamptz,
  expires_at timestamptz,
  funder uuid,
  primary key (member_id, currency, seq, n),
  constraint lot_counters_add_up check (pending + remaining + held + gone = amount),
  constraint lot_counters_positive check (least(pending, remaining, held, gone, reversed) >= 0 and amount > 0),
  constraint lot_reversed_at_most_once check (reversed <= amount),
  constraint lot_open_says_so check (open = (pending + remaining > 0)),
  constraint lot_activates_before_it_expires check (expires_at is null or activates_at is null or activates_at < expires_at)
) with (fillfactor = 70);
create index lot_open on lot (member_id, currency, expires_at, seq, n) where open;
create index lot_pending on lot (member_id, currency, activates_at) where pending > 0;
create index lot_expires on lot using brin (expires_at);

create table move (
  member_id uuid not null,
  currency text not null,
  seq bigint not null,
  n int not null,
  lot_seq bigint not null,
  lot_n int not null,
  source pocket not null,
  target pocket not null,
  amount bigint not null check (amount > 0),
  primary key (member_id, currency, seq, n)
);

create table hold (
  id uuid primary key,
  -- The asker's own id of it: the redemption.
  asker_id text not null constraint hold_asker_once unique,
  member_id uuid,
  currency text,
  -- Its entry: the moves of that entry are its allocations.
  seq bigint,
  amount bigint not null,
  captured bigint not null default 0,
  released bigint not null default 0,
  state hold_state not null,
  constraint hold_ends_once check ((state = 'HELD') = (captured + released < amount))
);

create function refuse_change() returns trigger language plpgsql as $$
begin
  raise exception '% is append-only: a correction is an entry of its own', tg_table_name;
end $$;
create trigger entry_append_only before update or delete or truncate on entry
  for each statement execute function refuse_change();
create trigger move_append_only before update or delete or truncate on move
  for each statement execute function refuse_change();

create function micros(at timestamptz) returns bigint language sql immutable parallel safe
  return (extract(epoch from at) * 1000000)::bigint;
