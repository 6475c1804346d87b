// What rules need: the facts that a purchase is pinned to, what it gave of each currency, budgets, reviews.
import type { MigrationInterface, QueryRunner } from 'typeorm';

const SQL = `
alter table location_copy add partner_code text;

-- The facts under which it was counted, and what caps and budgets left then (earning/facts.rules.ts); null: from before.
alter table purchase add facts jsonb,
  -- What it has given so far, by currency, returns taken back.
  add given jsonb not null default '{}',
  -- The lots that it gave, and what of each has not been taken back.
  add lots jsonb not null default '[]',
  -- When points that waited for it were confirmed.
  add confirmed_at timestamptz,
  -- One that came late waits for a person, and gives nothing before.
  add review text constraint purchase_review_known check (review in ('WAITING', 'APPROVED', 'DECLINED')),
  add review_reason text,
  add reviewed_at timestamptz,
  add reviewed_by text;
update purchase p set given = jsonb_build_object(points_currency, points), lots = jsonb_build_array(jsonb_build_object(
    'origin', p.id, 'currency', points_currency, 'n', 0, 'left', points, 'rule', v.document -> 'earning' ->> 'rule'))
  from programme v where v.version = p.rule_version and points <> 0;
update purchase p set confirmed_at = e.effective_at from entry e
  where e.member_id = p.member_id and e.currency = p.points_currency and e.origin = p.id and e.kind = 'ACTIVATE';
-- Caps of the currency, as they were in force then, left so much: each of them gives the same bound.
update purchase p set facts = jsonb_build_object('facts', null, 'rooms', (
    select coalesce(jsonb_object_agg('cap:' || (cap ->> 'code'), p.points_max::text), '{}')
    from programme v, jsonb_array_elements(v.document -> 'currencies') currency, jsonb_array_elements(currency -> 'caps') cap
    where v.version = p.rule_version and currency ->> 'code' = p.points_currency and cap ->> 'per' <> 'purchase'))
  where points_max is not null;
alter table purchase drop points_currency, drop points, drop points_max;
create index purchase_review on purchase (recorded_at, id) where review = 'WAITING';

-- What a part of a return changed of what its purchase had given, by currency; above 0: what is kept gives more.
alter table purchase_return_part add given jsonb not null default '{}';
update purchase_return_part t set given = jsonb_build_object(e.currency, t.points)
  from entry e where e.origin = t.id and t.points <> 0;
alter table purchase_return_part drop points;

-- The account of a campaign's budget, of one season where it repeats: what has been given from it. Locked after the members.
create table budget (
  account text primary key,
  points bigint not null default 0,
  -- In the base currency.
  money numeric not null default 0,
  seq bigint not null default 0,
  -- What the programme allowed when something was taken last; null: it is not limited in this.
  points_max bigint,
  money_max numeric,
  constraint budget_not_below_zero check (points >= 0 and money >= 0)
) with (fillfactor = 50);

-- Appended with the entries of its origin: a purchase, a part of a return, an event. Below 0: given back.
create table budget_move (
  account text not null,
  seq bigint not null,
  origin uuid not null,
  points bigint not null,
  money numeric not null,
  recorded_at timestamptz not null default clock(),
  primary key (account, seq)
);
create trigger budget_move_append_only before update or delete or truncate on budget_move
  for each statement execute function refuse_change();
`;

export class Earning0006 implements MigrationInterface {
  name = 'earning-0000000000006';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(SQL);
  }

  async down(): Promise<void> {
    throw new Error('Migrations go forward only.');
  }
}
