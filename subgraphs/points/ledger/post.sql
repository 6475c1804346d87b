-- The one writer of balances: lock, settle, check, append. Which lots are taken, how a deficit is absorbed and what the
-- chain covers is decided here and in settle.sql, nowhere else. Flat on purpose: nested helpers cost 20 to 60 % CPU.
--
-- A posting: op credit | debit | hold | capture | release | reverse, in a wallet (member, currency).
--   credit   makes a lot of `amount`; `kind` EARN or ADJUST; pending until `activates_at`
--   debit    takes `amount` from lots by earliest expiry, none last, then oldest; `kind` SPEND or ADJUST
--   hold     sets `amount` aside under `asker`
--   capture  spends `amount` (null: all) of the hold of `asker`, earliest allocations first, and releases the rest
--   release  gives what is left (`amount` null) or the latest allocations of a hold back to their own lots
--   restore  gives `amount` of what the captured hold of `asker` spent back to its own lots, latest allocations first
--   reverse  undoes the entry `reverses`, or the EARN whose origin is `undoes`: of a credit `amount` (null: all that is left) is taken back, from its own lot
--            first, then from what else is available, and what is gone is owed; of a debit every lot gets its own back (what a hold spent comes back by restore)
-- A refusal is a result, not an exception, and leaves no trace of its posting.

create or replace function ledger_post(postings jsonb)
returns table (posting int, refusal text, entry_ids uuid[], hold_id uuid, hold_is hold_state)
language plpgsql as $$
#variable_conflict use_column
declare
  p record;
  w wallet;
  h hold;
  e entry;
  l record;
  o record;
  v_now timestamptz;
  v_at timestamptz;
  v_kind entry_kind;
  v_source pocket;
  v_target pocket;
  v_id uuid;
  v_ids uuid[];
  v_origin uuid;
  v_amount bigint;
  v_sum bigint;
  v_left bigint;
  v_take bigint;
  v_own bigint;
  v_absorbed bigint;
  v_moved bigint;
  v_n int;
  v_seq bigint;
  v_lots text;
  v_moves text;
  v_refusal text;
begin
  for p in
    select * from rows from (jsonb_to_recordset(postings) as (
      op text, kind entry_kind, member uuid, currency text, amount bigint, origin uuid, effective_at timestamptz,
      earned_at timestamptz, activates_at timestamptz, expires_at timestamptz, funder uuid, rule_version text,
      explanation jsonb, reason text, actor_kind text, actor_id text, reverses uuid, undoes uuid, asker text, for_purchase boolean
    )) with ordinality as r(op, kind, member, currency, amount, origin, effective_at, earned_at, activates_at, expires_at,
      funder, rule_version, explanation, reason, actor_kind, actor_id, reverses, undoes, asker, for_purchase, n)
    order by n
  loop
    v_refusal := null; v_ids := '{}'; v_moved := 0; v_n := 0; v_lots := ''; v_moves := '';
    v_sum := 0; v_origin := p.origin; v_kind := p.kind; h := null;

    -- 1. Lock the wallet; 2. only then read the clock; 3. do what has fallen due.
    select * into w from wallet where member_id = p.member and currency = p.currency for no key update;
    if not found then
      insert into wallet (member_id, currency) values (p.member, p.currency) on conflict do nothing;
      select * into strict w from wallet where member_id = p.member and currency = p.currency for no key update;
    end if;
    v_now := clock();
    if w.next_event_at <= v_now then
      perform ledger_settle(p.member, p.currency, v_now);
      select * into strict w from wallet where member_id = p.member and currency = p.currency;
    end if;

    case p.op
    when 'credit' then
      if w.pending + w.available + w.held + p.amount > 9007199254740991 then
        return query select p.n::int, 'AMOUNT_INVALID', v_ids, null::uuid, null::hold_state;
        continue;
      end if;
      if p.activates_at > v_now then
        v_target := 'PENDING'; v_absorbed := 0;
        w.pending := w.pending + p.amount;
        w.next_event_at := least(w.next_event_at, p.activates_at);
      else
        v_target := 'AVAILABLE'; v_absorbed := least(w.deficit, p.amount);
        w.available := w.available + p.amount - v_absorbed;
        w.deficit := w.deficit - v_absorbed;
        w.next_event_at := least(w.next_event_at, case when p.amount > v_absorbed then p.expires_at end);
      end if;
      insert into lot (member_id, currency, seq, n, amount, pending, remaining, gone, open, earned_at, activates_at, expires_at, funder)
        values (p.member, p.currency, w.seq + 1, 0, p.amount,
                case when v_target = 'PENDING' then p.amount else 0 end,
                case when v_target = 'PENDING' then 0 else p.amount - v_absorbed end, v_absorbed, p.amount > v_absorbed,
                p.earned_at, p.activates_at, p.expires_at, p.funder);
      v_lots := json_build_array(0, p.amount, micros(p.earned_at), micros(p.activates_at), micros(p.expires_at), p.funder)::text;
      v_source := case when p.kind = 'ADJUST' then 'ADJUSTED' else 'ISSUED' end;
      insert into move values (p.member, p.currency, w.seq + 1, 0, w.seq + 1, 0, v_source, v_target, p.amount);
      v_moves := format('[0,%s,0,"%s","%s",%s]', w.seq + 1, v_source, v_target, p.amount);
      if v_absorbed > 0 then
        insert into move values (p.member, p.currency, w.seq + 1, 1, w.seq + 1, 0, 'AVAILABLE', 'DEFICIT', v_absorbed);
        v_moves := v_moves || format('[1,%s,0,"AVAILABLE","DEFICIT",%s]', w.seq + 1, v_absorbed);
      end if;
      v_moved := p.amount + v_absorbed;
      v_sum := p.amount;

    when 'debit', 'hold' then
      v_target := case when p.op = 'hold' then 'HELD' when p.kind = 'ADJUST' then 'ADJUSTED' else 'SPENT' end;
      if p.op = 'hold' then
        v_id := uuidv7();
        if w.available >= p.amount then
          -- Before anything is taken: it waits for a release, or a hold of another wallet, that has this id just now.
          insert into hold (id, asker_id, member_id, currency, seq, amount, state, for_purchase)
            values (v_id, p.asker, p.member, p.currency, w.seq + 1, p.amount, 'HELD', coalesce(p.for_purchase, false))
            on conflict (asker_id) do nothing;
        end if;
        select * into h from hold where asker_id = p.asker;
        if found and h.id <> v_id then
          -- Asked again: as it is now. Another amount, or a release that came first, is the asker's to see.
          return query select p.n::int,
            case when h.member_id is null then 'HOLD_NOT_OPEN'
                 when (h.member_id, h.currency, h.amount) <> (p.member, p.currency, p.amount) then 'IDEMPOTENCY_KEY_REUSED' end,
            v_ids, h.id, h.state;
          continue;
        end if;
      end if;
      if w.available < p.amount then
        return query select p.n::int, 'INSUFFICIENT_POINTS', v_ids, null::uuid, null::hold_state;
        continue;
      end if;
      v_left := p.amount;
      for l in
        select seq, n, remaining, pending from lot
        where member_id = p.member and currency = p.currency and open and remaining > 0
        order by expires_at, seq, n
      loop
        v_take := least(l.remaining, v_left);
        update lot set remaining = remaining - v_take, open = remaining + pending > v_take,
                       held = held + case when p.op = 'hold' then v_take else 0 end,
                       gone = gone + case when p.op = 'hold' then 0 else v_take end
          where member_id = p.member and currency = p.currency and seq = l.seq and n = l.n;
        insert into move values (p.member, p.currency, w.seq + 1, v_n, l.seq, l.n, 'AVAILABLE', v_target, v_take);
        v_moves := v_moves || format('[%s,%s,%s,"AVAILABLE","%s",%s]', v_n, l.seq, l.n, v_target, v_take);
        v_n := v_n + 1;
        v_left := v_left - v_take;
        exit when v_left = 0;
      end loop;
      if v_left > 0 then
        raise exception 'wallet % %: its lots lack % of what it says', p.member, p.currency, v_left;
      end if;
      w.available := w.available - p.amount;
      v_moved := p.amount;
      if p.op = 'hold' then
        w.held := w.held + p.amount;
        v_kind := 'HOLD';
        v_origin := h.id;
      else
        v_sum := -p.amount;
      end if;

    when 'capture', 'release', 'restore' then
      select * into h from hold where asker_id = p.asker;
      if not found then
        if p.op = 'release' then
          -- Remembered, so that the hold is refused when it comes late.
          h.id := uuidv7();
          h.state := 'RELEASED';
          insert into hold (id, asker_id, amount, state) values (h.id, p.asker, 0, 'RELEASED');
        end if;
        return query select p.n::int, case when p.op <> 'release' then 'HOLD_NOT_OPEN' end, v_ids, h.id, h.state;
        continue;
      end if;
      if h.state <> (case when p.op = 'restore' then 'CAPTURED' else 'HELD' end)::hold_state then
        return query select p.n::int, case when p.op = 'restore' then 'HOLD_NOT_OPEN' end, v_ids, h.id, h.state;
        continue;
      end if;
      v_left := case when p.op = 'restore' then h.captured - h.restored else h.amount - h.released end;
      v_amount := coalesce(p.amount, v_left);
      if v_amount > v_left or v_amount <= 0 then
        return query select p.n::int, 'HOLD_EXCEEDED', v_ids, h.id, h.state;
        continue;
      end if;
      if p.op = 'capture' and v_amount < v_left then
        select entry_ids into v_ids from ledger_post(jsonb_build_array(jsonb_build_object(
          'op', 'release', 'member', p.member, 'currency', p.currency, 'amount', v_left - v_amount, 'asker', p.asker,
          'actor_kind', p.actor_kind, 'actor_id', p.actor_id)));
        select * into strict w from wallet where member_id = p.member and currency = p.currency;
        select * into strict h from hold where asker_id = p.asker;
      end if;
      if p.op = 'restore' then
        v_kind := 'REVERSE';
        v_source := 'SPENT';
        select * into strict e from entry
          where member_id = p.member and currency = p.currency and origin = h.id and kind = 'CAPTURE';
        v_seq := e.seq;
      else
        v_kind := upper(p.op)::entry_kind;
        v_source := 'HELD';
        v_origin := h.id;
        v_seq := h.seq;
      end if;
      v_own := case when p.op = 'restore' then h.captured - h.restored else h.amount - h.released end;
      v_left := v_amount;
      for l in
        -- Of the allocations in their order the first `v_own` points are still there; what comes back are the latest.
        select m.lot_seq seq, m.lot_n n, t.expires_at,
               least(m.amount, v_own - (sum(m.amount) over (order by m.n) - m.amount)) amount
        from move m join lot t on (t.member_id, t.currency, t.seq, t.n) = (m.member_id, m.currency, m.lot_seq, m.lot_n)
        where m.member_id = p.member and m.currency = p.currency and m.seq = v_seq
        order by case when p.op = 'capture' then m.n else -m.n end
      loop
        continue when l.amount <= 0;
        v_take := least(l.amount, v_left);
        if p.op = 'capture' then
          update lot set held = held - v_take, gone = gone + v_take
            where member_id = p.member and currency = p.currency and seq = l.seq and n = l.n;
          insert into move values (p.member, p.currency, w.seq + 1, v_n, l.seq, l.n, 'HELD', 'SPENT', v_take);
          v_moves := v_moves || format('[%s,%s,%s,"HELD","SPENT",%s]', v_n, l.seq, l.n, v_take);
          v_n := v_n + 1;
          v_moved := v_moved + v_take;
        else
          v_absorbed := least(w.deficit, v_take);
          update lot set held = held - case when v_source = 'HELD' then v_take else 0 end,
                         remaining = remaining + v_take - v_absorbed,
                         gone = gone + v_absorbed - case when v_source = 'HELD' then 0 else v_take end,
                         open = pending + remaining + v_take > v_absorbed
            where member_id = p.member and currency = p.currency and seq = l.seq and n = l.n;
          insert into move values (p.member, p.currency, w.seq + 1, v_n, l.seq, l.n, v_source, 'AVAILABLE', v_take);
          v_moves := v_moves || format('[%s,%s,%s,"%s","AVAILABLE",%s]', v_n, l.seq, l.n, v_source, v_take);
          v_n := v_n + 1;
          v_moved := v_moved + v_take + v_absorbed;
          if v_absorbed > 0 then
            insert into move values (p.member, p.currency, w.seq + 1, v_n, l.seq, l.n, 'AVAILABLE', 'DEFICIT', v_absorbed);
            v_moves := v_moves || format('[%s,%s,%s,"AVAILABLE","DEFICIT",%s]', v_n, l.seq, l.n, v_absorbed);
            v_n := v_n + 1;
          end if;
          w.available := w.available + v_take - v_absorbed;
          w.deficit := w.deficit - v_absorbed;
          w.next_event_at := least(w.next_event_at, l.expires_at);
        end if;
        v_left := v_left - v_take;
        exit when v_left = 0;
      end loop;
      case p.op
      when 'capture' then
        w.held := w.held - v_amount;
        v_sum := -v_amount;
        h.captured := v_amount;
        h.state := 'CAPTURED';
      when 'release' then
        w.held := w.held - v_amount;
        h.released := h.released + v_amount;
        if h.released = h.amount then h.state := 'RELEASED'; end if;
      else
        v_sum := v_amount;
        h.restored := h.restored + v_amount;
      end case;
      update hold set captured = h.captured, released = h.released, restored = h.restored, state = h.state where id = h.id;
      -- A hold released bit by bit would repeat (origin, kind): only its last release carries the origin.
      if h.state = 'HELD' then v_origin := null; end if;

    when 'reverse' then
      select * into e from entry where member_id = p.member and currency = p.currency
        and case when p.reverses is null then origin = p.undoes and kind = 'EARN' else id = p.reverses end;
      if not found or e.kind not in ('EARN', 'SPEND', 'ADJUST') then
        return query select p.n::int, 'ENTRY_NOT_REVERSIBLE', v_ids, null::uuid, null::hold_state;
        continue;
      end if;
      v_kind := 'REVERSE';
      if e.amount > 0 then
        select coalesce(p.amount, sum(amount - reversed)), sum(amount - reversed) into v_amount, v_left
          from lot where member_id = p.member and currency = p.currency and seq = e.seq;
        if v_amount > v_left or v_amount <= 0 then
          return query select p.n::int, 'ENTRY_NOT_REVERSIBLE', v_ids, null::uuid, null::hold_state;
          continue;
        end if;
        v_left := v_amount;
        -- Its own lots first, what is pending before what is available.
        for l in
          select seq, n, amount - reversed as due from lot
          where member_id = p.member and currency = p.currency and seq = e.seq and reversed < amount order by n
        loop
          v_own := least(l.due, v_left);
          v_left := v_left - v_own;
          update lot set reversed = reversed + v_own
            where member_id = p.member and currency = p.currency and seq = l.seq and n = l.n
            returning pending, remaining into o;
          foreach v_source in array array['PENDING', 'AVAILABLE']::pocket[] loop
            v_take := least(v_own, case when v_source = 'PENDING' then o.pending else o.remaining end);
            continue when v_take = 0;
            update lot set pending = pending - case when v_source = 'PENDING' then v_take else 0 end,
                           remaining = remaining - case when v_source = 'PENDING' then 0 else v_take end,
                           gone = gone + v_take, open = pending + remaining > v_take
              where member_id = p.member and currency = p.currency and seq = l.seq and n = l.n;
            insert into move values (p.member, p.currency, w.seq + 1, v_n, l.seq, l.n, v_source, 'REVERSED', v_take);
            v_moves := v_moves || format('[%s,%s,%s,"%s","REVERSED",%s]', v_n, l.seq, l.n, v_source, v_take);
            v_n := v_n + 1;
            v_own := v_own - v_take;
            if v_source = 'PENDING' then w.pending := w.pending - v_take; else w.available := w.available - v_take; end if;
          end loop;
          -- Then what else is available, as a spending would take it.
          while v_own > 0 and w.available > 0 loop
            select seq, n, remaining into strict o from lot
              where member_id = p.member and currency = p.currency and open and remaining > 0
              order by expires_at, seq, n limit 1;
            v_take := least(v_own, o.remaining);
            update lot set remaining = remaining - v_take, gone = gone + v_take, open = pending + remaining > v_take
              where member_id = p.member and currency = p.currency and seq = o.seq and n = o.n;
            insert into move values (p.member, p.currency, w.seq + 1, v_n, o.seq, o.n, 'AVAILABLE', 'REVERSED', v_take);
            v_moves := v_moves || format('[%s,%s,%s,"AVAILABLE","REVERSED",%s]', v_n, o.seq, o.n, v_take);
            v_n := v_n + 1;
            v_own := v_own - v_take;
            w.available := w.available - v_take;
          end loop;
          -- What is gone is owed.
          if v_own > 0 then
            insert into move values (p.member, p.currency, w.seq + 1, v_n, l.seq, l.n, 'DEFICIT', 'REVERSED', v_own);
            v_moves := v_moves || format('[%s,%s,%s,"DEFICIT","REVERSED",%s]', v_n, l.seq, l.n, v_own);
            v_n := v_n + 1;
            w.deficit := w.deficit + v_own;
          end if;
          exit when v_left = 0;
        end loop;
        v_moved := v_amount;
        v_sum := -v_amount;
      else
        v_origin := e.id;
        if exists (select from entry where member_id = p.member and currency = p.currency and origin = e.id and kind = 'REVERSE') then
          return query select p.n::int, 'ENTRY_NOT_REVERSIBLE', v_ids, null::uuid, null::hold_state;
          continue;
        end if;
        for l in
          select m.lot_seq seq, m.lot_n n, m.target, m.amount, t.expires_at
          from move m join lot t on (t.member_id, t.currency, t.seq, t.n) = (m.member_id, m.currency, m.lot_seq, m.lot_n)
          where m.member_id = p.member and m.currency = p.currency and m.seq = e.seq order by m.n
        loop
          v_absorbed := least(w.deficit, l.amount);
          update lot set gone = gone - l.amount + v_absorbed, remaining = remaining + l.amount - v_absorbed,
                         open = pending + remaining + l.amount > v_absorbed
            where member_id = p.member and currency = p.currency and seq = l.seq and n = l.n;
          insert into move values (p.member, p.currency, w.seq + 1, v_n, l.seq, l.n, l.target, 'AVAILABLE', l.amount);
          v_moves := v_moves || format('[%s,%s,%s,"%s","AVAILABLE",%s]', v_n, l.seq, l.n, l.target, l.amount);
          v_n := v_n + 1;
          v_moved := v_moved + l.amount + v_absorbed;
          if v_absorbed > 0 then
            insert into move values (p.member, p.currency, w.seq + 1, v_n, l.seq, l.n, 'AVAILABLE', 'DEFICIT', v_absorbed);
            v_moves := v_moves || format('[%s,%s,%s,"AVAILABLE","DEFICIT",%s]', v_n, l.seq, l.n, v_absorbed);
            v_n := v_n + 1;
          end if;
          w.available := w.available + l.amount - v_absorbed;
          w.deficit := w.deficit - v_absorbed;
          w.next_event_at := least(w.next_event_at, l.expires_at);
        end loop;
        v_sum := -e.amount;
      end if;
    else
      raise exception 'no such posting: %', p.op;
    end case;

    -- Append the entry; the wallet last.
    v_id := uuidv7();
    v_ids := v_ids || v_id;
    w.seq := w.seq + 1;
    v_at := greatest(v_now, w.last_at + interval '1 microsecond');
    w.last_at := v_at;
    w.head_hash := sha256(w.head_hash || convert_to(json_build_array(
      'v1', p.member, p.currency, w.seq, v_id, v_kind, v_sum, v_moved, w.pending, w.available, w.held, w.deficit,
      v_origin, case when v_kind = 'REVERSE' then e.id end, micros(v_at), micros(coalesce(p.effective_at, v_at)),
      p.rule_version, p.explanation::text, p.reason, p.actor_kind, p.actor_id)::text || v_lots || v_moves, 'UTF8'));
    insert into entry (member_id, currency, seq, id, kind, amount, moved, pending, available, held, deficit, origin,
                       reverses, recorded_at, effective_at, rule_version, explanation, reason, actor_kind, actor_id, hash)
      values (p.member, p.currency, w.seq, v_id, v_kind, v_sum, v_moved, w.pending, w.available, w.held, w.deficit,
              v_origin, case when v_kind = 'REVERSE' then e.id end, v_at, coalesce(p.effective_at, v_at),
              p.rule_version, p.explanation, p.reason, p.actor_kind, p.actor_id, w.head_hash);
    update wallet set seq = w.seq, pending = w.pending, available = w.available, held = w.held, deficit = w.deficit,
                      last_at = w.last_at, next_event_at = w.next_event_at, head_hash = w.head_hash
      where member_id = p.member and currency = p.currency;
    -- What came back past its expiry, or was earned so late that it has expired, goes by an entry of its own.
    if w.next_event_at <= v_now then
      perform ledger_settle(p.member, p.currency, v_now);
    end if;
    return query select p.n::int, null::text, v_ids, h.id, h.state;
  end loop;
end $$;
