-- What time has done to a wallet is written down before anything else is: lots activate, then lots expire, instant by
-- instant. The caller holds the wallet's lock. It costs nothing while `next_event_at` has not come.

create or replace function ledger_settle(p_member uuid, p_currency text, p_now timestamptz) returns void
language plpgsql as $$
declare
  w wallet;
  l record;
  v_due timestamptz;
  v_kind entry_kind;
  v_id uuid;
  v_at timestamptz;
  v_n int;
  v_sum bigint;
  v_absorbed bigint;
  v_moved bigint;
  v_moves text;
begin
  select * into strict w from wallet where member_id = p_member and currency = p_currency;
  while w.next_event_at <= p_now loop
    v_due := w.next_event_at;
    foreach v_kind in array array['ACTIVATE', 'EXPIRE']::entry_kind[] loop
      v_n := 0; v_sum := 0; v_moved := 0; v_moves := '';
      for l in
        select seq, n, pending, remaining from lot
        where member_id = p_member and currency = p_currency and open
          and case when v_kind = 'ACTIVATE' then pending > 0 and activates_at <= v_due
                   else remaining > 0 and expires_at <= v_due end
        order by activates_at, seq, n
      loop
        if v_kind = 'ACTIVATE' then
          v_absorbed := least(w.deficit, l.pending);
          update lot set pending = 0, remaining = l.pending - v_absorbed, gone = gone + v_absorbed, open = l.pending > v_absorbed
            where member_id = p_member and currency = p_currency and seq = l.seq and n = l.n;
          insert into move values (p_member, p_currency, w.seq + 1, v_n, l.seq, l.n, 'PENDING', 'AVAILABLE', l.pending);
          v_moves := v_moves || format('[%s,%s,%s,"PENDING","AVAILABLE",%s]', v_n, l.seq, l.n, l.pending);
          v_n := v_n + 1;
          v_moved := v_moved + l.pending + v_absorbed;
          if v_absorbed > 0 then
            insert into move values (p_member, p_currency, w.seq + 1, v_n, l.seq, l.n, 'AVAILABLE', 'DEFICIT', v_absorbed);
            v_moves := v_moves || format('[%s,%s,%s,"AVAILABLE","DEFICIT",%s]', v_n, l.seq, l.n, v_absorbed);
            v_n := v_n + 1;
          end if;
          w.pending := w.pending - l.pending;
          w.available := w.available + l.pending - v_absorbed;
          w.deficit := w.deficit - v_absorbed;
        else
          update lot set remaining = 0, gone = gone + l.remaining, open = l.pending > 0
            where member_id = p_member and currency = p_currency and seq = l.seq and n = l.n;
          insert into move values (p_member, p_currency, w.seq + 1, v_n, l.seq, l.n, 'AVAILABLE', 'EXPIRED', l.remaining);
          v_moves := v_moves || format('[%s,%s,%s,"AVAILABLE","EXPIRED",%s]', v_n, l.seq, l.n, l.remaining);
          v_n := v_n + 1;
          v_moved := v_moved + l.remaining;
          v_sum := v_sum - l.remaining;
          w.available := w.available - l.remaining;
        end if;
      end loop;
      continue when v_n = 0;
      w.seq := w.seq + 1;
      v_id := uuidv7();
      v_at := greatest(p_now, w.last_at + interval '1 microsecond');
      w.last_at := v_at;
      w.head_hash := sha256(w.head_hash || convert_to(json_build_array(
        'v1', p_member, p_currency, w.seq, v_id, v_kind, v_sum, v_moved, w.pending, w.available, w.held, w.deficit,
        null, null, micros(v_at), micros(v_due), null, null, null, 'SYSTEM', null)::text || v_moves, 'UTF8'));
      insert into entry (member_id, currency, seq, id, kind, amount, moved, pending, available, held, deficit,
                         recorded_at, effective_at, actor_kind, hash)
        values (p_member, p_currency, w.seq, v_id, v_kind, v_sum, v_moved, w.pending, w.available, w.held, w.deficit,
                v_at, v_due, 'SYSTEM', w.head_hash);
    end loop;
    w.next_event_at := least(
      (select expires_at from lot where member_id = p_member and currency = p_currency and open and remaining > 0
        order by expires_at, seq, n limit 1),
      (select min(activates_at) from lot where member_id = p_member and currency = p_currency and pending > 0));
  end loop;
  update wallet set seq = w.seq, pending = w.pending, available = w.available, deficit = w.deficit, last_at = w.last_at,
                    next_event_at = w.next_event_at, head_hash = w.head_hash
    where member_id = p_member and currency = p_currency;
end $$;
