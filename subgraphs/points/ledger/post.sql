-- The one writer of balances: lock, settle, look the key up, check, append. Which lots are taken, how a deficit is absorbed
-- and what the chain covers is decided here, in credit.sql (many credits at once) and in settle.sql, nowhere else.
-- Flat on purpose: nested helpers cost 20 to 60 % CPU.
--
-- A posting: op credit | debit | hold | capture | release | restore | reverse | confirm | transfer, in a wallet (member, currency).
--   credit   makes a lot of `amount`, or `lots`; `kind` EARN or ADJUST; pending until `activates_at`, or confirmed before `cancels_at`
--   debit    takes `amount` from lots by earliest expiry, none last, then oldest; `kind` SPEND or ADJUST
--   hold     sets `amount` aside under `asker`; until `lapses_at`, when there is one
--   capture  spends `amount` (null: all) of the hold of `asker`, earliest allocations first, and releases the rest
--   release  gives what is left (`amount` null) or the latest allocations of a hold back to their own lots
--   restore  gives `amount` of what the captured hold of `asker` spent back to its own lots, latest allocations first
--   reverse  undoes the entry `reverses`, or the EARN whose origin is `undoes`: of a credit `amount` (null: all that is left) is taken
--            back, of its own lots first (as `lots` says: so much of each), then from what else is available; then it is owed, down to `deficit_max` (null: no limit);
--            the rest is refused, or with `clamp` lost; of a debit every lot gets its own back (what a hold spent comes back by restore)
--   confirm  makes what waits for it in such a credit available, expiring at `expires_at`, or where it says `lots` each at its own
--   transfer debits `amount` and `fee`, and credits `to_amount` in (`to_member`, `to_currency`) in lots that keep earned_at, expires_at, funder
-- Where points come back past their lot's expiry, it lasts until `grace_until`. `idle_until` moves the wallet's inactivity expiry on.
-- With a request key (`owner`, `mutation`, `key`, `input_hash`) a posting happens once. A refusal is a result, not an
-- exception, and leaves no trace of its posting.

drop function if exists ledger_post(jsonb);
create function ledger_post(postings jsonb)
returns table (posting int, refusal text, entry_ids uuid[], hold_id uuid, hold_is hold_state, wallet_seq bigint, replayed boolean)
language plpgsql set lock_timeout = '2s' as $$
#variable_conflict use_column
declare
  p record;
  w wallet;
  h hold;
  e entry;
  r request;
  l record;
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
  v_fee bigint;
  v_room bigint;
  v_take bigint;
  v_own bigint;
  v_absorbed bigint;
  v_moved bigint;
  v_n int;
  v_seq bigint;
  v_idle timestamptz;
  v_until timestamptz;
  v_head text;
  v_lots text;
  v_moves text;
  v_parts jsonb;
  v_due bigint[];
  v_asked bigint;
begin
  for p in
    select * from rows from (jsonb_to_recordset(postings) as (
      op text, kind entry_kind, member uuid, currency text, amount bigint, origin uuid, effective_at timestamptz,
      earned_at timestamptz, activates_at timestamptz, cancels_at timestamptz, expires_at timestamptz, funder uuid, lots jsonb,
      rule_version text, explanation jsonb, reason text, actor_kind text, actor_id text, reverses uuid, undoes uuid, asker text,
      for_purchase boolean, lapses_at timestamptz, lapse_grace timestamptz, taker uuid, grace_until timestamptz,
      idle_until timestamptz, deficit_max bigint, clamp boolean, to_member uuid, to_currency text, to_amount bigint, fee bigint,
      to_idle_until timestamptz, owner text, mutation text, key text, input_hash text
    )) with ordinality as r(op, kind, member, currency, amount, origin, effective_at, earned_at, activates_at, cancels_at,
      expires_at, funder, lots, rule_version, explanation, reason, actor_kind, actor_id, reverses, undoes, asker, for_purchase,
      lapses_at, lapse_grace, taker, grace_until, idle_until, deficit_max, clamp, to_member, to_currency, to_amount, fee,
      to_idle_until, owner, mutation, key, input_hash, n)
    order by n
  loop
    v_ids := '{}'; v_moved := 0; v_n := 0; v_lots := ''; v_moves := '';
    v_sum := 0; v_origin := p.origin; v_kind := p.kind; v_idle := null; h := null; e := null;

    -- 1. Lock the wallet, of two the lesser first; 2. only then read the clock; 3. do what has fallen due.
    if p.op = 'transfer' then
      perform ledger_lock(array[p.member, p.to_member], array[p.currency, p.to_currency]);
    end if;
    select * into w from wallet where member_id = p.member and currency = p.currency for no key update;
    if not found and p.op = 'credit' then
      insert into wallet (member_id, currency) values (p.member, p.currency) on conflict do nothing;
      select * into strict w from wallet where member_id = p.member and currency = p.currency for no key update;
    elsif not found then
      -- Only a credit makes a wallet: what takes from one that is not there is refused and leaves no trace.
      w.seq := 0; w.pending := 0; w.available := 0; w.held := 0; w.deficit := 0;
    end if;
    v_now := clock();
    if w.next_event_at <= v_now then
      perform ledger_settle(p.member, p.currency, v_now);
      select * into strict w from wallet where member_id = p.member and currency = p.currency;
    end if;
    if w.idle_until <= v_now then w.idle_until := null; end if;

    -- 4. The key comes before the funds: what emptied the wallet is answered again, not refused.
    if p.key is not null then
      select * into r from request where owner = p.owner and mutation = p.mutation and key = p.key;
      if found then
        if r.input_hash <> decode(p.input_hash, 'hex') then
          return query select p.n::int, 'IDEMPOTENCY_KEY_REUSED', v_ids, null::uuid, null::hold_state, w.seq, false;
        else
          return query select p.n::int, null::text, array(select jsonb_array_elements_text(coalesce(r.answer -> 'entryIds', jsonb_build_array(r.answer -> 'entryId')))::uuid),
            null::uuid, null::hold_state, w.seq, true;
        end if;
        continue;
      end if;
    end if;
    if p.idle_until > greatest(w.idle_until, v_now) then v_idle := p.idle_until; end if;

    -- 5. Apply.
    case p.op
    when 'credit' then
      v_amount := p.amount;
      if p.lots is not null then
        select sum((each ->> 'amount')::bigint) into v_amount from jsonb_array_elements(p.lots) each;
      end if;
      if w.pending + w.available + w.held + v_amount > 9007199254740991 then
        return query select p.n::int, 'AMOUNT_INVALID', v_ids, null::uuid, null::hold_state, w.seq, false;
        continue;
      end if;
      v_source := case p.kind when 'ADJUST' then 'ADJUSTED' when 'TRANSFER' then 'TRANSFERRED' when 'CONVERT' then 'CONVERTED' else 'ISSUED' end;
      for v_i in 0 .. coalesce(jsonb_array_length(p.lots), 1) - 1 loop
        if p.lots is not null then
          select * into l from jsonb_to_record(p.lots -> v_i) as lot(amount bigint, earned_at timestamptz, activates_at timestamptz,
            cancels_at timestamptz, expires_at timestamptz, funder uuid);
          p.amount := l.amount; p.earned_at := l.earned_at; p.activates_at := l.activates_at;
          p.cancels_at := l.cancels_at; p.expires_at := l.expires_at; p.funder := l.funder;
        end if;
        if p.activates_at > v_now or p.cancels_at is not null then
          v_target := 'PENDING'; v_absorbed := 0;
          w.pending := w.pending + p.amount;
          w.next_event_at := least(w.next_event_at, p.activates_at, p.cancels_at);
        else
          v_target := 'AVAILABLE'; v_absorbed := least(w.deficit, p.amount);
          w.available := w.available + p.amount - v_absorbed;
          w.deficit := w.deficit - v_absorbed;
          w.next_event_at := least(w.next_event_at, case when p.amount > v_absorbed then least(p.expires_at, w.idle_until) end);
        end if;
        insert into lot (member_id, currency, seq, n, amount, pending, remaining, gone, open, earned_at, activates_at, cancels_at, expires_at, funder)
          values (p.member, p.currency, w.seq + 1, v_i, p.amount,
                  case when v_target = 'PENDING' then p.amount else 0 end,
                  case when v_target = 'PENDING' then 0 else p.amount - v_absorbed end, v_absorbed, p.amount > v_absorbed,
                  p.earned_at, p.activates_at, p.cancels_at, p.expires_at, p.funder);
        v_lots := v_lots || case when p.cancels_at is null
          then json_build_array(v_i, p.amount, micros(p.earned_at), micros(p.activates_at), micros(p.expires_at), p.funder)
          else json_build_array(v_i, p.amount, micros(p.earned_at), micros(p.activates_at), micros(p.expires_at), p.funder, micros(p.cancels_at))
          end::text;
        insert into move values (p.member, p.currency, w.seq + 1, v_n, w.seq + 1, v_i, v_source, v_target, p.amount, p.expires_at);
        v_moves := v_moves || format('[%s,%s,%s,"%s","%s",%s]', v_n, w.seq + 1, v_i, v_source, v_target, p.amount);
        v_n := v_n + 1;
        if v_absorbed > 0 then
          insert into move values (p.member, p.currency, w.seq + 1, v_n, w.seq + 1, v_i, 'AVAILABLE', 'DEFICIT', v_absorbed);
          v_moves := v_moves || format('[%s,%s,%s,"AVAILABLE","DEFICIT",%s]', v_n, w.seq + 1, v_i, v_absorbed);
          v_n := v_n + 1;
        end if;
        v_moved := v_moved + p.amount + v_absorbed;
      end loop;
      v_sum := v_amount;

    when 'debit', 'hold', 'transfer' then
      v_fee := 0;
      if p.op = 'transfer' then
        v_fee := coalesce(p.fee, 0);
        v_kind := case when p.to_member = p.member then 'CONVERT' else 'TRANSFER' end;
        v_parts := '[]';
        if exists (select from wallet where member_id = p.to_member and currency = p.to_currency
                    and pending + available + held + p.to_amount > 9007199254740991) then
          return query select p.n::int, 'AMOUNT_INVALID', v_ids, null::uuid, null::hold_state, w.seq, false;
          continue;
        end if;
      end if;
      v_target := case when p.op = 'hold' then 'HELD'
        else case v_kind when 'ADJUST' then 'ADJUSTED' when 'TRANSFER' then 'TRANSFERRED' when 'CONVERT' then 'CONVERTED' else 'SPENT' end end;
      if p.op = 'hold' then
        v_id := uuidv7();
        if w.available >= p.amount then
          -- Before anything is taken: it waits for a release, or a hold of another wallet, that has this id just now.
          insert into hold (id, asker_id, member_id, currency, seq, amount, state, for_purchase, lapses_at, lapse_grace, taker)
            values (v_id, p.asker, p.member, p.currency, w.seq + 1, p.amount, 'HELD', coalesce(p.for_purchase, false),
                    p.lapses_at, p.lapse_grace, p.taker)
            on conflict (asker_id) do nothing;
        end if;
        select * into h from hold where asker_id = p.asker;
        if found and h.id <> v_id then
          -- Asked again: as it is now. Another amount, or a release that came first, is the asker's to see.
          return query select p.n::int,
            case when h.member_id is null then 'HOLD_NOT_OPEN'
                 when (h.member_id, h.currency, h.amount) <> (p.member, p.currency, p.amount) then 'IDEMPOTENCY_KEY_REUSED' end,
            v_ids, h.id, h.state, w.seq, true;
          continue;
        end if;
        w.next_event_at := least(w.next_event_at, p.lapses_at);
        if coalesce(p.lapses_at::text, p.lapse_grace::text, p.taker::text) is not null then
          v_lots := json_build_array(micros(p.lapses_at), micros(p.lapse_grace), p.taker)::text;
        end if;
      end if;
      if w.available < p.amount + v_fee then
        return query select p.n::int, 'INSUFFICIENT_POINTS', v_ids, null::uuid, null::hold_state, w.seq, false;
        continue;
      end if;
      v_left := p.amount + v_fee;
      for l in
        select seq, n, remaining, pending, earned_at, expires_at, funder from lot
        where member_id = p.member and currency = p.currency and open and remaining > 0
        order by expires_at, seq, n
      loop
        v_own := least(l.remaining, v_left);
        update lot set remaining = remaining - v_own, open = remaining + pending > v_own,
                       held = held + case when p.op = 'hold' then v_own else 0 end,
                       gone = gone + case when p.op = 'hold' then 0 else v_own end
          where member_id = p.member and currency = p.currency and seq = l.seq and n = l.n;
        -- What is left beyond the fee goes where it is meant to; the last points are the fee.
        v_take := least(v_own, v_left - v_fee);
        if v_take > 0 then
          insert into move values (p.member, p.currency, w.seq + 1, v_n, l.seq, l.n, 'AVAILABLE', v_target, v_take);
          v_moves := v_moves || format('[%s,%s,%s,"AVAILABLE","%s",%s]', v_n, l.seq, l.n, v_target, v_take);
          v_n := v_n + 1;
          if p.op = 'transfer' then
            v_parts := v_parts || jsonb_build_object('amount', v_take, 'earned_at', l.earned_at, 'expires_at', l.expires_at, 'funder', l.funder);
          end if;
        end if;
        if v_own > v_take then
          insert into move values (p.member, p.currency, w.seq + 1, v_n, l.seq, l.n, 'AVAILABLE', 'SPENT', v_own - v_take);
          v_moves := v_moves || format('[%s,%s,%s,"AVAILABLE","SPENT",%s]', v_n, l.seq, l.n, v_own - v_take);
          v_n := v_n + 1;
          v_fee := v_fee - (v_own - v_take);
        end if;
        v_left := v_left - v_own;
        exit when v_left = 0;
      end loop;
      if v_left > 0 then
        raise exception 'wallet % %: its lots lack % of what it says', p.member, p.currency, v_left;
      end if;
      v_moved := p.amount + case when p.op = 'transfer' then coalesce(p.fee, 0) else 0 end;
      w.available := w.available - v_moved;
      if p.op = 'hold' then
        w.held := w.held + p.amount;
        v_kind := 'HOLD';
        v_origin := h.id;
      else
        v_sum := -v_moved;
      end if;

    when 'capture', 'release', 'restore' then
      select * into h from hold where asker_id = p.asker;
      if not found and p.op <> 'release' then
        return query select p.n::int, 'HOLD_NOT_OPEN', v_ids, null::uuid, null::hold_state, w.seq, false;
        continue;
      elsif not found then
        -- Remembered, so that the hold is refused when it comes late; another release may be as fast.
        insert into hold (id, asker_id, amount, state) values (uuidv7(), p.asker, 0, 'RELEASED') on conflict (asker_id) do nothing;
        select * into strict h from hold where asker_id = p.asker;
      end if;
      if h.state <> (case when p.op = 'restore' then 'CAPTURED' else 'HELD' end)::hold_state then
        return query select p.n::int, case when p.op = 'restore' then 'HOLD_NOT_OPEN' end, v_ids, h.id, h.state, w.seq, p.op <> 'restore';
        continue;
      end if;
      v_left := case when p.op = 'restore' then h.captured - h.restored else h.amount - h.released end;
      v_amount := coalesce(p.amount, v_left);
      if v_amount > v_left or v_amount <= 0 then
        return query select p.n::int, 'HOLD_EXCEEDED', v_ids, h.id, h.state, w.seq, false;
        continue;
      end if;
      if p.op = 'capture' and v_amount < v_left then
        select entry_ids into v_ids from ledger_post(jsonb_build_array(jsonb_build_object(
          'op', 'release', 'member', p.member, 'currency', p.currency, 'amount', v_left - v_amount, 'asker', p.asker,
          'grace_until', p.grace_until, 'actor_kind', p.actor_kind, 'actor_id', p.actor_id)));
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
          v_until := case when l.expires_at <= v_now and p.grace_until > v_now then p.grace_until end;
          update lot set held = held - case when v_source = 'HELD' then v_take else 0 end,
                         remaining = remaining + v_take - v_absorbed, expires_at = coalesce(v_until, expires_at),
                         gone = gone + v_absorbed - case when v_source = 'HELD' then 0 else v_take end,
                         open = pending + remaining + v_take > v_absorbed
            where member_id = p.member and currency = p.currency and seq = l.seq and n = l.n;
          insert into move values (p.member, p.currency, w.seq + 1, v_n, l.seq, l.n, v_source, 'AVAILABLE', v_take, v_until);
          v_moves := v_moves || format('[%s,%s,%s,"%s","AVAILABLE",%s%s]', v_n, l.seq, l.n, v_source, v_take, ',' || micros(v_until));
          v_n := v_n + 1;
          v_moved := v_moved + v_take + v_absorbed;
          if v_absorbed > 0 then
            insert into move values (p.member, p.currency, w.seq + 1, v_n, l.seq, l.n, 'AVAILABLE', 'DEFICIT', v_absorbed);
            v_moves := v_moves || format('[%s,%s,%s,"AVAILABLE","DEFICIT",%s]', v_n, l.seq, l.n, v_absorbed);
            v_n := v_n + 1;
          end if;
          w.available := w.available + v_take - v_absorbed;
          w.deficit := w.deficit - v_absorbed;
          w.next_event_at := least(w.next_event_at, coalesce(v_until, l.expires_at), w.idle_until);
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
        return query select p.n::int, 'ENTRY_NOT_REVERSIBLE', v_ids, null::uuid, null::hold_state, w.seq, false;
        continue;
      end if;
      v_kind := 'REVERSE';
      if e.amount > 0 then
        v_due := null;
        if p.lots is null then
          select coalesce(p.amount, sum(amount - reversed)), sum(amount - reversed) into v_amount, v_left
            from lot where member_id = p.member and currency = p.currency and seq = e.seq;
        else
          select array_agg(least(coalesce(x.amount, 0), t.amount - t.reversed) order by t.n), p.amount,
                 sum(least(coalesce(x.amount, 0), t.amount - t.reversed)) into v_due, v_amount, v_left
            from lot t left join jsonb_to_recordset(p.lots) x(n int, amount bigint) on x.n = t.n
            where t.member_id = p.member and t.currency = p.currency and t.seq = e.seq;
        end if;
        v_asked := v_amount;
        -- Of a purchase whose points were never confirmed nothing, or less, is left to take back.
        if v_amount > v_left and p.undoes is not null and exists (
          select from entry where member_id = p.member and currency = p.currency and reverses = e.id and actor_id = 'clock') then
          v_amount := v_left;
        end if;
        if v_amount = 0 and p.amount > 0 then
          -- Done, with nothing to append: that is remembered too.
          if p.key is not null then
            insert into request (owner, mutation, key, input_hash, answer) values (p.owner, p.mutation, p.key, decode(p.input_hash, 'hex'),
              jsonb_build_object('entryIds', v_ids));
          end if;
          return query select p.n::int, null::text, v_ids, null::uuid, null::hold_state, w.seq, false;
          continue;
        end if;
        if v_amount > v_left or v_amount <= 0 then
          return query select p.n::int, 'ENTRY_NOT_REVERSIBLE', v_ids, null::uuid, null::hold_state, w.seq, false;
          continue;
        end if;
        -- What neither its own lots nor the wallet has would be owed; whether that is allowed is known before anything is taken.
        v_left := v_amount - w.available - least(v_amount, (
          select sum(case when v_due is null then pending else least(pending, v_due[n + 1]) end) from lot
          where member_id = p.member and currency = p.currency and seq = e.seq));
        v_room := case when p.deficit_max is null then v_amount else greatest(0, p.deficit_max - w.deficit) end;
        if v_left > v_room and not coalesce(p.clamp, false) then
          return query select p.n::int, 'DEFICIT_EXCEEDED', v_ids, null::uuid, null::hold_state, w.seq, false;
          continue;
        end if;
        -- What each lot lost is told by no move where other points went instead of its own.
        if v_due is not null then
          p.explanation := jsonb_set(coalesce(p.explanation, '{}'), '{lots}', (
            select jsonb_agg(jsonb_build_object('n', i - 1, 'amount', due) order by i) from unnest(v_due) with ordinality u(due, i) where due > 0));
        end if;
        v_sum := -v_amount;
        v_left := v_amount;
        for l in
          select n, case when v_due is null then amount - reversed else v_due[n + 1] end as due from lot
          where member_id = p.member and currency = p.currency and seq = e.seq and reversed < amount order by n
        loop
          v_take := least(l.due, v_left);
          update lot set reversed = reversed + v_take where member_id = p.member and currency = p.currency and seq = e.seq and n = l.n;
          v_left := v_left - v_take;
          exit when v_left = 0;
        end loop;
        -- What is pending of its own lots goes first, then what is available of them, then what else is, as a spending takes
        -- it; then it is owed, and what may not be owed is the programme's loss.
        v_left := v_amount;
        while v_left > 0 loop
          select seq, n, least(pending, v_due[n + 1]) as amount, 'PENDING'::pocket as source into l from lot
            where member_id = p.member and currency = p.currency and seq = e.seq and pending > 0
              and (v_due is null or v_due[n + 1] > 0) order by n limit 1;
          if not found then
            select seq, n, least(remaining, v_due[n + 1]) as amount, 'AVAILABLE'::pocket as source into l from lot
              where member_id = p.member and currency = p.currency and seq = e.seq and open and remaining > 0
                and (v_due is null or v_due[n + 1] > 0)
              order by expires_at, n limit 1;
          end if;
          if not found then
            select seq, n, remaining as amount, 'AVAILABLE'::pocket as source into l from lot
              where member_id = p.member and currency = p.currency and open and remaining > 0
              order by expires_at, seq, n limit 1;
          end if;
          if not found then
            select e.seq, 0 as n, case when v_room > 0 then v_room else v_left end as amount,
              case when v_room > 0 then 'DEFICIT' else 'LOST' end::pocket as source into l;
          end if;
          v_take := least(v_left, l.amount);
          v_left := v_left - v_take;
          if l.seq = e.seq and v_due[l.n + 1] > 0 and l.source in ('PENDING', 'AVAILABLE') then
            v_due[l.n + 1] := v_due[l.n + 1] - v_take;
          end if;
          case l.source
          when 'DEFICIT' then
            w.deficit := w.deficit + v_take;
            v_room := v_room - v_take;
          when 'LOST' then
            v_sum := v_sum + v_take;
          else
            update lot set pending = pending - case when l.source = 'PENDING' then v_take else 0 end,
                           remaining = remaining - case when l.source = 'PENDING' then 0 else v_take end,
                           gone = gone + v_take, open = pending + remaining > v_take
              where member_id = p.member and currency = p.currency and seq = l.seq and n = l.n;
            if l.source = 'PENDING' then w.pending := w.pending - v_take; else w.available := w.available - v_take; end if;
          end case;
          insert into move values (p.member, p.currency, w.seq + 1, v_n, l.seq, l.n, l.source, 'REVERSED', v_take);
          v_moves := v_moves || format('[%s,%s,%s,"%s","REVERSED",%s]', v_n, l.seq, l.n, l.source, v_take);
          v_n := v_n + 1;
        end loop;
        v_moved := v_amount;
        -- What was not taken after all is explained as well: the steps add up to the entry.
        if v_asked + v_sum <> 0 and p.explanation is not null then
          p.explanation := jsonb_set(p.explanation, '{steps}', p.explanation -> 'steps' || (
            select jsonb_agg(jsonb_build_object('rule', kind, 'kind', kind, 'applied', true, 'amount', amount))
            from (values ('cancelled', v_asked - v_amount), ('lost', v_amount + v_sum)) missing(kind, amount) where amount > 0));
        end if;
      else
        v_origin := e.id;
        if exists (select from entry where member_id = p.member and currency = p.currency and origin = e.id and kind = 'REVERSE') then
          return query select p.n::int, 'ENTRY_NOT_REVERSIBLE', v_ids, null::uuid, null::hold_state, w.seq, false;
          continue;
        end if;
        for l in
          select m.lot_seq seq, m.lot_n n, m.target, m.amount, t.expires_at
          from move m join lot t on (t.member_id, t.currency, t.seq, t.n) = (m.member_id, m.currency, m.lot_seq, m.lot_n)
          where m.member_id = p.member and m.currency = p.currency and m.seq = e.seq order by m.n
        loop
          v_absorbed := least(w.deficit, l.amount);
          v_until := case when l.expires_at <= v_now and p.grace_until > v_now then p.grace_until end;
          update lot set gone = gone - l.amount + v_absorbed, remaining = remaining + l.amount - v_absorbed,
                         expires_at = coalesce(v_until, expires_at),
                         open = pending + remaining + l.amount > v_absorbed
            where member_id = p.member and currency = p.currency and seq = l.seq and n = l.n;
          insert into move values (p.member, p.currency, w.seq + 1, v_n, l.seq, l.n, l.target, 'AVAILABLE', l.amount, v_until);
          v_moves := v_moves || format('[%s,%s,%s,"%s","AVAILABLE",%s%s]', v_n, l.seq, l.n, l.target, l.amount, ',' || micros(v_until));
          v_n := v_n + 1;
          v_moved := v_moved + l.amount + v_absorbed;
          if v_absorbed > 0 then
            insert into move values (p.member, p.currency, w.seq + 1, v_n, l.seq, l.n, 'AVAILABLE', 'DEFICIT', v_absorbed);
            v_moves := v_moves || format('[%s,%s,%s,"AVAILABLE","DEFICIT",%s]', v_n, l.seq, l.n, v_absorbed);
            v_n := v_n + 1;
          end if;
          w.available := w.available + l.amount - v_absorbed;
          w.deficit := w.deficit - v_absorbed;
          w.next_event_at := least(w.next_event_at, coalesce(v_until, l.expires_at), w.idle_until);
        end loop;
        v_sum := -e.amount;
      end if;

    when 'confirm' then
      select * into e from entry where member_id = p.member and currency = p.currency
        and case when p.reverses is null then origin = p.undoes and kind = 'EARN' else id = p.reverses end;
      v_kind := 'ACTIVATE';
      for l in
        select seq, n, pending as amount from lot
        where member_id = p.member and currency = p.currency and seq = e.seq and pending > 0 and cancels_at is not null order by n
      loop
        v_absorbed := least(w.deficit, l.amount);
        v_until := case when p.lots is null then p.expires_at else (p.lots -> l.n ->> 'expires_at')::timestamptz end;
        update lot set pending = 0, remaining = l.amount - v_absorbed, gone = gone + v_absorbed, open = l.amount > v_absorbed,
                       expires_at = coalesce(v_until, expires_at)
          where member_id = p.member and currency = p.currency and seq = l.seq and n = l.n;
        insert into move values (p.member, p.currency, w.seq + 1, v_n, l.seq, l.n, 'PENDING', 'AVAILABLE', l.amount, v_until);
        v_moves := v_moves || format('[%s,%s,%s,"PENDING","AVAILABLE",%s%s]', v_n, l.seq, l.n, l.amount, ',' || micros(v_until));
        v_n := v_n + 1;
        v_moved := v_moved + l.amount + v_absorbed;
        if v_absorbed > 0 then
          insert into move values (p.member, p.currency, w.seq + 1, v_n, l.seq, l.n, 'AVAILABLE', 'DEFICIT', v_absorbed);
          v_moves := v_moves || format('[%s,%s,%s,"AVAILABLE","DEFICIT",%s]', v_n, l.seq, l.n, v_absorbed);
          v_n := v_n + 1;
        end if;
        w.pending := w.pending - l.amount;
        w.available := w.available + l.amount - v_absorbed;
        w.deficit := w.deficit - v_absorbed;
        w.next_event_at := least(w.next_event_at, v_until, w.idle_until);
      end loop;
      if v_n = 0 then
        return query select p.n::int, 'ENTRY_NOT_PENDING', v_ids, null::uuid, null::hold_state, w.seq, false;
        continue;
      end if;
    else
      raise exception 'no such posting: %', p.op;
    end case;

    -- 6. Append the entry, the key, the wallet last.
    v_id := uuidv7();
    v_ids := v_ids || v_id;
    w.seq := w.seq + 1;
    v_at := greatest(v_now, w.last_at + interval '1 microsecond');
    w.last_at := v_at;
    v_head := json_build_array(
      'v1', p.member, p.currency, w.seq, v_id, v_kind, v_sum, v_moved, w.pending, w.available, w.held, w.deficit,
      v_origin, case when v_kind = 'REVERSE' then e.id end, micros(v_at), micros(coalesce(p.effective_at, v_at)),
      p.rule_version, p.explanation::text, p.reason, p.actor_kind, p.actor_id)::text;
    if v_idle is not null then
      w.idle_until := v_idle;
      w.next_event_at := least(w.next_event_at, v_idle);
      v_head := left(v_head, -1) || ', ' || micros(v_idle) || ']';
    end if;
    w.head_hash := sha256(w.head_hash || convert_to(v_head || v_lots || v_moves, 'UTF8'));
    insert into entry (member_id, currency, seq, id, kind, amount, moved, pending, available, held, deficit, origin, reverses,
                       recorded_at, effective_at, rule_version, explanation, reason, actor_kind, actor_id, idle_until, hash)
      values (p.member, p.currency, w.seq, v_id, v_kind, v_sum, v_moved, w.pending, w.available, w.held, w.deficit,
              v_origin, case when v_kind = 'REVERSE' then e.id end, v_at, coalesce(p.effective_at, v_at),
              p.rule_version, p.explanation, p.reason, p.actor_kind, p.actor_id, v_idle, w.head_hash);
    update wallet set seq = w.seq, pending = w.pending, available = w.available, held = w.held, deficit = w.deficit,
                      last_at = w.last_at, next_event_at = w.next_event_at, idle_until = w.idle_until, head_hash = w.head_hash
      where member_id = p.member and currency = p.currency;
    if p.op = 'transfer' then
      -- Each part as large as the rounded-down share of what came until it, so that they add up to the whole.
      select v_ids || entry_ids into v_ids from ledger_post(jsonb_build_array(jsonb_build_object(
        'op', 'credit', 'kind', v_kind, 'member', p.to_member, 'currency', p.to_currency, 'origin', p.origin,
        'effective_at', p.effective_at, 'reason', p.reason, 'rule_version', p.rule_version, 'explanation', p.explanation,
        -- Members do not learn of each other who they are.
        'actor_kind', p.actor_kind, 'actor_id', case when p.actor_kind <> 'MEMBER' or p.to_member = p.member then p.actor_id end,
        'idle_until', p.to_idle_until, 'lots', (
          select jsonb_agg(part || jsonb_build_object('amount', share) order by place) from (
            select part, place, floor(p.to_amount::numeric * until / p.amount) - floor(p.to_amount::numeric * (until - own) / p.amount) share
            from (select part, place, (part ->> 'amount')::numeric own, sum((part ->> 'amount')::numeric) over (order by place) until
                  from jsonb_array_elements(v_parts) with ordinality parts(part, place)) x
          ) shared where share > 0))));
    end if;
    if p.key is not null then
      insert into request (owner, mutation, key, input_hash, answer) values (p.owner, p.mutation, p.key, decode(p.input_hash, 'hex'),
        jsonb_build_object('entryIds', v_ids));
    end if;
    -- What came back past its expiry, or was earned so late that it has expired, goes by an entry of its own.
    if w.next_event_at <= v_now then
      perform ledger_settle(p.member, p.currency, v_now);
      select seq into strict w.seq from wallet where member_id = p.member and currency = p.currency;
    end if;
    return query select p.n::int, null::text, v_ids, h.id, h.state, w.seq, false;
  end loop;
end $$;
