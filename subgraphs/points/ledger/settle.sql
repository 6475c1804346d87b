-- What time has done to a wallet is written down before anything else is, instant by instant: lots activate, lots that
-- nobody confirmed are cancelled, lots expire, holds lapse, and what they bring back past its expiry expires. The caller
-- holds the wallet's lock. It costs nothing while `next_event_at` has not come.

-- Microseconds since 1970, for the chain. By way of a timestamp, whose epoch is immutable: only so the call is inlined.
create or replace function micros(at timestamptz) returns bigint language sql immutable parallel safe
  return (extract(epoch from at at time zone 'UTC') * 1000000)::bigint;

-- Generic plans: which of the queries has anything to do is not known before, and to plan them costs more than to run them.
create or replace function ledger_settle(p_member uuid, p_currency text, p_now timestamptz) returns void
language plpgsql set plan_cache_mode = force_generic_plan as $$
declare
  w wallet;
  g record;
  l record;
  v_expiry timestamptz;
  v_activation timestamptz;
  v_cancellation timestamptz;
  v_lapse timestamptz;
  v_due timestamptz;
  v_kind entry_kind;
  v_id uuid;
  v_at timestamptz;
  v_until timestamptz;
  v_n int;
  v_sum bigint;
  v_absorbed bigint;
  v_moved bigint;
  v_moves text;
begin
  select * into strict w from wallet where member_id = p_member and currency = p_currency;
  loop
    select
      (select expires_at from lot where member_id = p_member and currency = p_currency and open and remaining > 0
        order by expires_at, seq, n limit 1),
      (select min(activates_at) from lot where member_id = p_member and currency = p_currency and pending > 0),
      (select min(cancels_at) from lot where member_id = p_member and currency = p_currency and pending > 0 and cancels_at is not null),
      (select min(lapses_at) from hold
        where member_id = p_member and currency = p_currency and state = 'HELD' and lapses_at is not null)
      into v_expiry, v_activation, v_cancellation, v_lapse;
    w.next_event_at := least(v_expiry, v_activation, v_cancellation, v_lapse, case when w.available > 0 then w.idle_until end);
    if w.next_event_at <= v_due then
      raise exception 'wallet % %: what fell due at % is still there', p_member, p_currency, v_due;
    end if;
    v_due := w.next_event_at;
    exit when v_due > p_now is not false;
    -- Over once it has come: what becomes available later without an activity lives until the next one.
    if w.idle_until < v_due then w.idle_until := null; end if;
    foreach v_kind in array array_remove(array[
      case when v_activation <= v_due then 'ACTIVATE' end, case when v_cancellation <= v_due then 'REVERSE' end,
      case when v_expiry <= v_due or w.idle_until = v_due then 'EXPIRE' end,
      case when v_lapse <= v_due then 'RELEASE' end, case when v_lapse <= v_due then 'EXPIRE' end]::entry_kind[], null)
    loop
      -- Each becomes an entry: all that activates or expires together, each lot's cancellation, each hold.
      for g in
        select null::bigint seq, null::uuid id, null::uuid reverses where v_kind in ('ACTIVATE', 'EXPIRE')
        union all
        (select e.seq, null, e.id from entry e
          where v_kind = 'REVERSE' and e.member_id = p_member and e.currency = p_currency and e.seq in (
            select seq from lot where member_id = p_member and currency = p_currency and pending > 0 and cancels_at <= v_due)
          order by e.seq)
        union all
        (select h.seq, h.id, null from hold h
          where v_kind = 'RELEASE' and member_id = p_member and currency = p_currency and state = 'HELD' and lapses_at <= v_due
          order by h.lapses_at, h.seq)
      loop
        v_n := 0; v_sum := 0; v_moved := 0; v_moves := '';
        for l in
          select seq, n, pending as amount, null::timestamptz as until, activates_at as at, 0 as place from lot
            where v_kind = 'ACTIVATE' and member_id = p_member and currency = p_currency and pending > 0 and activates_at <= v_due
          union all
          select seq, n, pending, null, null, 0 from lot
            where v_kind = 'REVERSE' and member_id = p_member and currency = p_currency and seq = g.seq
              and pending > 0 and cancels_at <= v_due
          union all
          -- Of the allocations in their order those are left that were not released; the latest come back first.
          select a.lot_seq, a.lot_n, a.amount, case when t.expires_at <= v_due then a.lapse_grace end, null, -a.n from (
            select m.lot_seq, m.lot_n, m.n, h.lapse_grace,
              least(m.amount, h.amount - h.released - (sum(m.amount) over (order by m.n) - m.amount)) amount
            from hold h join move m on m.member_id = p_member and m.currency = p_currency and m.seq = h.seq
            where v_kind = 'RELEASE' and h.id = g.id
          ) a join lot t on t.member_id = p_member and t.currency = p_currency and t.seq = a.lot_seq and t.n = a.lot_n
            where a.amount > 0
          union all
          -- Inactivity takes all that is available; two queries, since an index answers the usual one.
          select seq, n, remaining, null, activates_at, 0 from lot
            where v_kind = 'EXPIRE' and member_id = p_member and currency = p_currency and open and remaining > 0
              and expires_at <= case when w.idle_until = v_due then 'infinity' else v_due end
          union all
          select seq, n, remaining, null, activates_at, 0 from lot
            where v_kind = 'EXPIRE' and w.idle_until = v_due and member_id = p_member and currency = p_currency and open
              and remaining > 0 and expires_at is null
          order by at, place, seq, n
        loop
          v_moved := v_moved + l.amount;
          if v_kind in ('REVERSE', 'EXPIRE') then
            update lot set pending = pending - case when v_kind = 'REVERSE' then l.amount else 0 end,
                           reversed = reversed + case when v_kind = 'REVERSE' then l.amount else 0 end,
                           remaining = remaining - case when v_kind = 'EXPIRE' then l.amount else 0 end,
                           gone = gone + l.amount, open = pending + remaining > l.amount
              where member_id = p_member and currency = p_currency and seq = l.seq and n = l.n;
            insert into move values (p_member, p_currency, w.seq + 1, v_n, l.seq, l.n,
              case when v_kind = 'REVERSE' then 'PENDING' else 'AVAILABLE' end::pocket,
              case when v_kind = 'REVERSE' then 'REVERSED' else 'EXPIRED' end::pocket, l.amount);
            v_moves := v_moves || format('[%s,%s,%s,%s,%s]', v_n, l.seq, l.n,
              case when v_kind = 'REVERSE' then '"PENDING","REVERSED"' else '"AVAILABLE","EXPIRED"' end, l.amount);
            v_n := v_n + 1;
            v_sum := v_sum - l.amount;
            if v_kind = 'REVERSE' then w.pending := w.pending - l.amount; else w.available := w.available - l.amount; end if;
          else
            v_absorbed := least(w.deficit, l.amount);
            v_until := case when l.until > v_due then l.until end;
            update lot set pending = pending - case when v_kind = 'ACTIVATE' then l.amount else 0 end,
                           held = held - case when v_kind = 'RELEASE' then l.amount else 0 end,
                           remaining = remaining + l.amount - v_absorbed, gone = gone + v_absorbed,
                           expires_at = coalesce(v_until, expires_at),
                           open = pending + remaining + case when v_kind = 'RELEASE' then l.amount else 0 end > v_absorbed
              where member_id = p_member and currency = p_currency and seq = l.seq and n = l.n;
            insert into move values (p_member, p_currency, w.seq + 1, v_n, l.seq, l.n,
              case when v_kind = 'ACTIVATE' then 'PENDING' else 'HELD' end::pocket, 'AVAILABLE', l.amount, v_until);
            v_moves := v_moves || format('[%s,%s,%s,"%s","AVAILABLE",%s%s]', v_n, l.seq, l.n,
              case when v_kind = 'ACTIVATE' then 'PENDING' else 'HELD' end, l.amount, ',' || micros(v_until));
            v_n := v_n + 1;
            if v_absorbed > 0 then
              insert into move values (p_member, p_currency, w.seq + 1, v_n, l.seq, l.n, 'AVAILABLE', 'DEFICIT', v_absorbed);
              v_moves := v_moves || format('[%s,%s,%s,"AVAILABLE","DEFICIT",%s]', v_n, l.seq, l.n, v_absorbed);
              v_n := v_n + 1;
              v_moved := v_moved + v_absorbed;
            end if;
            if v_kind = 'ACTIVATE' then w.pending := w.pending - l.amount; else w.held := w.held - l.amount; end if;
            w.available := w.available + l.amount - v_absorbed;
            w.deficit := w.deficit - v_absorbed;
          end if;
        end loop;
        continue when v_n = 0;
        if v_kind = 'RELEASE' then
          update hold set released = amount, state = 'RELEASED' where id = g.id;
        end if;
        w.seq := w.seq + 1;
        v_id := uuidv7();
        v_at := greatest(p_now, w.last_at + interval '1 microsecond');
        w.last_at := v_at;
        w.head_hash := sha256(w.head_hash || convert_to(json_build_array(
          'v1', p_member, p_currency, w.seq, v_id, v_kind, v_sum, v_moved, w.pending, w.available, w.held, w.deficit,
          g.id, g.reverses, micros(v_at), micros(v_due), null, null, null, 'SYSTEM', 'clock')::text || v_moves, 'UTF8'));
        insert into entry (member_id, currency, seq, id, kind, amount, moved, pending, available, held, deficit, origin, reverses,
                           recorded_at, effective_at, actor_kind, actor_id, hash)
          values (p_member, p_currency, w.seq, v_id, v_kind, v_sum, v_moved, w.pending, w.available, w.held, w.deficit,
                  g.id, g.reverses, v_at, v_due, 'SYSTEM', 'clock', w.head_hash);
      end loop;
    end loop;
    if w.idle_until = v_due then w.idle_until := null; end if;
  end loop;
  update wallet set seq = w.seq, pending = w.pending, available = w.available, held = w.held, deficit = w.deficit,
                    last_at = w.last_at, next_event_at = w.next_event_at, idle_until = w.idle_until,
                    head_hash = w.head_hash
    where member_id = p_member and currency = p_currency;
end $$;

-- Locks wallets in order, makes those that are missing, settles them, and says what they then have.
create or replace function ledger_lock(p_members uuid[], p_currencies text[])
returns table (member_id uuid, currency text, seq bigint, pending bigint, available bigint, held bigint, deficit bigint)
language plpgsql as $$
#variable_conflict use_column
declare
  k record;
  w record;
begin
  -- One after the other: to make the missing ones first would be another order than that of who locks them.
  for k in select distinct member, code from unnest(p_members, p_currencies) k(member, code) order by member, code loop
    select * into w from wallet where member_id = k.member and currency = k.code for no key update;
    if not found then
      insert into wallet (member_id, currency) values (k.member, k.code) on conflict do nothing;
      select * into strict w from wallet where member_id = k.member and currency = k.code for no key update;
    end if;
    if w.next_event_at <= clock() then
      perform ledger_settle(k.member, k.code, clock());
      select * into strict w from wallet where member_id = k.member and currency = k.code;
    end if;
    return query select w.member_id, w.currency, w.seq, w.pending, w.available, w.held, w.deficit;
  end loop;
end $$;

-- Writes down what has fallen due in some wallets, skipping those that somebody has locked; how many it did.
create or replace function ledger_sweep(p_limit int) returns int language plpgsql as $$
declare
  w record;
  v_done int := 0;
begin
  for w in
    select member_id, currency from wallet where next_event_at <= clock()
    order by next_event_at limit p_limit for no key update skip locked
  loop
    perform ledger_settle(w.member_id, w.currency, clock());
    v_done := v_done + 1;
  end loop;
  return v_done;
end $$;
