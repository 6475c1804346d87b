-- Reading never writes: what has fallen due and is not written down yet is taken into account here.

-- The lots of wallets (pairs of member and currency) that hold something at an instant; now, when `p_at` is null.
create or replace function lots_at(p_members uuid[], p_currencies text[], p_at timestamptz)
returns table (member_id uuid, currency text, seq bigint, n int, entry_id uuid, amount bigint, pending bigint, remaining bigint,
               absorbed bigint, earned_at timestamptz, activates_at timestamptz, expires_at timestamptz, funder uuid)
language sql stable as $$
  with wanted as (select distinct * from unnest(p_members, p_currencies) w(member_id, currency)),
  at as (select coalesce(least(p_at, clock()), clock()) as at),
  base as (
    select l.member_id, l.currency, l.seq, l.n, l.pending, l.remaining, x.deficit
    from wanted join wallet x using (member_id, currency) join lot l using (member_id, currency)
    where p_at is null and l.open
    union all
    select m.member_id, m.currency, m.lot_seq, m.lot_n,
      sum(case when m.target = 'PENDING' then m.amount when m.source = 'PENDING' then -m.amount else 0 end),
      sum(case when m.target = 'AVAILABLE' then m.amount when m.source = 'AVAILABLE' then -m.amount else 0 end),
      x.deficit
    from wanted
    cross join lateral (
      select seq, deficit from entry e
      where e.member_id = wanted.member_id and e.currency = wanted.currency and e.recorded_at <= (select at from at)
      order by e.seq desc limit 1
    ) x
    join move m on m.member_id = wanted.member_id and m.currency = wanted.currency and m.seq <= x.seq
    where p_at is not null
    group by m.member_id, m.currency, m.lot_seq, m.lot_n, x.deficit
  ),
  due as (
    select b.*, l.amount, l.earned_at, l.activates_at, l.expires_at, l.funder, at.at,
      case when b.pending > 0 and l.activates_at <= at.at then b.pending else 0 end as activated
    from base b join lot l using (member_id, currency, seq, n) cross join at
    where b.pending + b.remaining > 0
  ),
  absorbing as (
    select *, greatest(0, least(activated, deficit - (sum(activated) over (
      partition by member_id, currency order by activates_at, seq, n) - activated))) as absorbed
    from due
  )
  select a.member_id, a.currency, a.seq, a.n, e.id, a.amount, (a.pending - a.activated)::bigint,
    (case when a.expires_at <= a.at then 0 else a.remaining + a.activated - a.absorbed end)::bigint,
    a.absorbed::bigint, a.earned_at, a.activates_at, a.expires_at, a.funder
  from absorbing a join entry e using (member_id, currency, seq)
$$;

-- Balances of wallets at an instant; now, when `p_at` is null. A wallet without entries has no row.
create or replace function wallets_at(p_members uuid[], p_currencies text[], p_at timestamptz)
returns table (member_id uuid, currency text, pending bigint, available bigint, held bigint, deficit bigint)
language sql stable as $$
  with wanted as (select distinct * from unnest(p_members, p_currencies) w(member_id, currency)),
  stale as materialized (
    select wanted.*, case when p_at is null then w.held else e.held end as held,
      case when p_at is null then w.deficit else e.deficit end as deficit
    from wanted
    join wallet w using (member_id, currency)
    left join lateral (
      select held, deficit from entry e
      where p_at is not null and e.member_id = w.member_id and e.currency = w.currency and e.recorded_at <= p_at
      order by e.seq desc limit 1
    ) e on true
    where case when p_at is null then w.next_event_at <= clock() else e.deficit is not null end
  )
  select w.member_id, w.currency, w.pending, w.available, w.held, w.deficit
  from wanted join wallet w using (member_id, currency)
  where p_at is null and (w.next_event_at is null or w.next_event_at > clock())
  union all
  select s.member_id, s.currency, coalesce(sum(l.pending), 0)::bigint, coalesce(sum(l.remaining), 0)::bigint,
    s.held, (s.deficit - coalesce(sum(l.absorbed), 0))::bigint
  from stale s
  left join lateral (
    select * from lots_at(array(select member_id from stale), array(select currency from stale), p_at)
  ) l using (member_id, currency)
  group by s.member_id, s.currency, s.held, s.deficit
$$;
