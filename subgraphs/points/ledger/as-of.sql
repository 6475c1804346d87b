-- Reading never writes: what has fallen due and is not written down yet is taken into account here.

-- The last entry of a wallet that counts at an instant, 0 when there is none: the last that was recorded until then, and
-- what time did until then though it was written down later.
create or replace function ledger_seq_at(p_member uuid, p_currency text, p_at timestamptz) returns bigint
language plpgsql stable as $$
declare
  v_low bigint := 0;
  v_high bigint;
  v_mid bigint;
begin
  select seq into v_high from wallet where member_id = p_member and currency = p_currency;
  while v_low < v_high loop
    v_mid := (v_low + v_high + 1) / 2;
    if (select recorded_at <= p_at from entry where member_id = p_member and currency = p_currency and seq = v_mid) then
      v_low := v_mid;
    else
      v_high := v_mid - 1;
    end if;
  end loop;
  if v_low = 0 then return 0; end if;
  while exists (
    select from entry where member_id = p_member and currency = p_currency and seq = v_low + 1 and effective_at <= p_at
      and (actor_id = 'clock' or kind = 'EXPIRE' or kind = 'ACTIVATE' and origin is null)
  ) loop
    v_low := v_low + 1;
  end loop;
  return v_low;
end $$;

-- The lots of wallets (pairs of member and currency) that hold something at an instant; now, when `p_at` is null.
-- `absorbed`: what a deficit takes of it, `lapsed`: what comes back to it of holds, not written down yet.
drop function if exists lots_at(uuid[], text[], timestamptz);
create function lots_at(p_members uuid[], p_currencies text[], p_at timestamptz)
returns table (member_id uuid, currency text, seq bigint, n int, entry_id uuid, amount bigint, pending bigint, remaining bigint,
               absorbed bigint, lapsed bigint, earned_at timestamptz, activates_at timestamptz, expires_at timestamptz, funder uuid)
language sql stable as $$
  with wanted as materialized (
    select w.member_id, w.currency, w.deficit, w.idle_until, at.at, s.seq = w.seq as newest, s.seq
    from (select distinct * from unnest(p_members, p_currencies) k(member_id, currency)) k
    join wallet w using (member_id, currency)
    cross join (select coalesce(least(p_at, clock()), clock()) as at offset 0) at
    cross join lateral (select case when p_at is null then w.seq else ledger_seq_at(w.member_id, w.currency, at.at) end as seq) s
  ),
  -- What has become available since the last entry: by activation, or because its hold has lapsed.
  inflow as (
    select w.member_id, w.currency, l.seq, l.n, l.pending as amount, 0::bigint as lapsed, l.activates_at as since, 0 as rank,
      l.activates_at as within, 0::bigint as held_by, 0 as place, l.expires_at, w.deficit, w.idle_until, w.at
    from wanted w join lot l on l.member_id = w.member_id and l.currency = w.currency
    where w.newest and l.pending > 0 and l.activates_at <= w.at
    union all
    select a.member_id, a.currency, a.lot_seq, a.lot_n, a.amount, a.amount, a.lapses_at, 1, null, a.held_by, -a.n,
      case when l.expires_at <= a.lapses_at and a.lapse_grace > a.lapses_at then a.lapse_grace else l.expires_at end,
      a.deficit, a.idle_until, a.at
    from (
      select w.*, m.lot_seq, m.lot_n, m.n, h.seq as held_by, h.lapses_at, h.lapse_grace,
        least(m.amount, h.amount - h.released - (sum(m.amount) over (partition by h.id order by m.n) - m.amount)) as amount
      from wanted w
      join hold h on h.member_id = w.member_id and h.currency = w.currency and h.state = 'HELD' and h.lapses_at <= w.at
      join move m on m.member_id = w.member_id and m.currency = w.currency and m.seq = h.seq
      where w.newest
    ) a
    join lot l on l.member_id = a.member_id and l.currency = a.currency and l.seq = a.lot_seq and l.n = a.lot_n
    where a.amount > 0
  ),
  absorbing as (
    select *, greatest(0, least(amount, deficit - (sum(amount) over (
      partition by member_id, currency order by since, rank, within, held_by, place, seq, n) - amount))) as absorbed
    from inflow
  ),
  coming as (
    select member_id, currency, seq, n, sum(absorbed) as absorbed, sum(lapsed) as lapsed, max(expires_at) as expires_at,
      sum(case when expires_at <= at or since <= idle_until and idle_until <= at then 0 else amount - absorbed end) as kept
    from absorbing group by member_id, currency, seq, n
  ),
  now as (
    select l.member_id, l.currency, l.seq, l.n, l.amount, case when least(l.activates_at, l.cancels_at) <= w.at then 0 else l.pending end as pending,
      case when least(l.expires_at, w.idle_until) <= w.at then 0 else l.remaining end + coalesce(c.kept, 0) as remaining,
      coalesce(c.absorbed, 0) as absorbed, coalesce(c.lapsed, 0) as lapsed, l.earned_at, l.activates_at,
      coalesce(c.expires_at, l.expires_at) as expires_at, l.funder, w.idle_until, w.at
    from wanted w
    join lot l on l.member_id = w.member_id and l.currency = w.currency
    left join coming c on c.member_id = l.member_id and c.currency = l.currency and c.seq = l.seq and c.n = l.n
    where w.newest and (l.open or c.lapsed > 0)
  ),
  -- Before the last entry everything that fell due has its entry.
  past as (
    select w.member_id, w.currency, m.lot_seq as seq, m.lot_n as n, w.seq as until, w.at,
      sum(case when m.target = 'PENDING' then m.amount when m.source = 'PENDING' then -m.amount else 0 end) as pending,
      sum(case when m.target = 'AVAILABLE' then m.amount when m.source = 'AVAILABLE' then -m.amount else 0 end) as remaining,
      (array_agg(m.until order by m.seq desc, m.n desc) filter (where m.until is not null))[1] as expires_at
    from wanted w join move m on m.member_id = w.member_id and m.currency = w.currency and m.seq <= w.seq
    where not w.newest
    group by w.member_id, w.currency, m.lot_seq, m.lot_n, w.seq, w.at
  ),
  found as (
    select * from now
    union all
    select p.member_id, p.currency, p.seq, p.n, l.amount, p.pending, p.remaining, 0, 0, l.earned_at, l.activates_at, p.expires_at, l.funder,
      (select idle_until from entry e where e.member_id = p.member_id and e.currency = p.currency and e.seq <= p.until
         and e.idle_until is not null order by e.seq desc limit 1), p.at
    from past p join lot l on l.member_id = p.member_id and l.currency = p.currency and l.seq = p.seq and l.n = p.n
    where p.pending + p.remaining > 0
  )
  select f.member_id, f.currency, f.seq, f.n, e.id, f.amount, f.pending::bigint, f.remaining::bigint, f.absorbed::bigint, f.lapsed::bigint,
    f.earned_at, f.activates_at, case when f.remaining > 0 and f.idle_until > f.at then least(f.expires_at, f.idle_until) else f.expires_at end,
    f.funder
  from found f join entry e on e.member_id = f.member_id and e.currency = f.currency and e.seq = f.seq
$$;

-- Balances of wallets at an instant; now, when `p_at` is null. A wallet without entries until then has no row.
create or replace function wallets_at(p_members uuid[], p_currencies text[], p_at timestamptz)
returns table (member_id uuid, currency text, pending bigint, available bigint, held bigint, deficit bigint)
language sql stable as $$
  with wanted as materialized (
    select w.*, s.seq as last, w.next_event_at <= coalesce(least(p_at, clock()), clock()) and s.seq = w.seq as stale
    from (select distinct * from unnest(p_members, p_currencies) k(member_id, currency)) k
    join wallet w using (member_id, currency)
    cross join lateral (select case when p_at is null then w.seq else ledger_seq_at(w.member_id, w.currency, p_at) end as seq) s
    where s.seq > 0 or p_at is null
  )
  select w.member_id, w.currency, w.pending, w.available, w.held, w.deficit
  from wanted w where w.last = w.seq and w.stale is not true
  union all
  select e.member_id, e.currency, e.pending, e.available, e.held, e.deficit
  from wanted w join entry e on e.member_id = w.member_id and e.currency = w.currency and e.seq = w.last
  where w.last < w.seq
  union all
  select s.member_id, s.currency, coalesce(sum(l.pending), 0)::bigint, coalesce(sum(l.remaining), 0)::bigint,
    (s.held - coalesce(sum(l.lapsed), 0))::bigint, (s.deficit - coalesce(sum(l.absorbed), 0))::bigint
  from wanted s
  left join lateral (
    select * from lots_at(array(select member_id from wanted where stale), array(select currency from wanted where stale), p_at)
  ) l using (member_id, currency)
  where s.stale
  group by s.member_id, s.currency, s.held, s.deficit
$$;
