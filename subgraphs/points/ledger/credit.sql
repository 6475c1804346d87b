-- Many credits of one lot each at once, set-based, each wallet's chain by a window: what ledger_post does with them one by
-- one (a test compares), at half of its cost from a dozen on.

create or replace function chain_step(head bytea, before bytea, content text) returns bytea language plpgsql immutable parallel safe
as $$ begin return sha256(coalesce(head, before) || convert_to(content, 'UTF8')); end $$;
-- The hash of each entry of a wallet in turn: over the one before, at first over the wallet's head.
create or replace aggregate chained(before bytea, content text) (sfunc = chain_step, stype = bytea);

create or replace function ledger_credit(postings jsonb)
returns table (posting int, refusal text, entry_ids uuid[], hold_id uuid, hold_is hold_state, wallet_seq bigint, replayed boolean)
language plpgsql set lock_timeout = '2s' as $$
#variable_conflict use_column
declare
  v_members uuid[];
  v_currencies text[];
  v_amounts bigint[];
  v_late boolean;
begin
  select array_agg(p.member), array_agg(p.currency), array_agg(p.amount), coalesce(bool_or(p.expires_at <= clock()), false)
    into v_members, v_currencies, v_amounts, v_late
    from jsonb_to_recordset(postings) as p(member uuid, currency text, amount bigint, expires_at timestamptz);
  -- What has expired already, or would be too much, has its own entry or refusal between the others: one by one.
  if v_late or exists (
    select from ledger_lock(v_members, v_currencies) w
    join (select g.member, g.code, sum(g.amount) as amount from unnest(v_members, v_currencies, v_amounts) g(member, code, amount)
          group by g.member, g.code) given on given.member = w.member_id and given.code = w.currency
    where w.pending + w.available + w.held + given.amount > 9007199254740991
  ) then
    return query select * from ledger_post((
      select jsonb_agg(p || jsonb_build_object('op', 'credit') order by n) from jsonb_array_elements(postings) with ordinality x(p, n)));
    return;
  end if;
  return query
  with given as materialized (
    select p.*, uuidv7() as id, c.clock, (p.activates_at > c.clock) is true or p.cancels_at is not null as waits
    from rows from (jsonb_to_recordset(postings) as (
      kind entry_kind, member uuid, currency text, amount bigint, origin uuid, effective_at timestamptz, earned_at timestamptz,
      activates_at timestamptz, cancels_at timestamptz, expires_at timestamptz, funder uuid, rule_version text, explanation jsonb,
      reason text, actor_kind text, actor_id text, idle_until timestamptz, owner text, mutation text, key text, input_hash text
    )) with ordinality as p(kind, member, currency, amount, origin, effective_at, earned_at, activates_at, cancels_at, expires_at,
      funder, rule_version, explanation, reason, actor_kind, actor_id, idle_until, owner, mutation, key, input_hash, n)
    cross join (select clock() as clock offset 0) c
  ),
  -- Under a key the first counts, of those here and before.
  keyed as materialized (
    select g.*, r.answer, first_value(g.id) over same as first_id, r.answer is null and row_number() over same = 1 as counts,
      coalesce(encode(r.input_hash, 'hex'), first_value(g.input_hash) over same) as first_hash
    from given g
    left join lateral (select * from request r where r.owner = g.owner and r.mutation = g.mutation and r.key = g.key limit 1) r on true
    window same as (partition by g.owner, g.mutation, g.key, case when g.key is null then g.n end order by g.n)
  ),
  summed as (
    select k.*, w.seq as seq_before, w.pending as pending_before, w.available as available_before, w.held, w.deficit as deficit_before,
      w.last_at, w.head_hash, greatest(w.idle_until, k.clock) as idle_before,
      count(*) filter (where counts) over own as place, counts and lead(k.n) over counting is null as newest,
      sum(case when counts and waits then amount else 0 end) over own as waiting,
      sum(case when counts and not waits then amount else 0 end) over own as usable,
      max(k.idle_until) filter (where counts) over (own rows between unbounded preceding and 1 preceding) as idle_so_far
    from keyed k join wallet w on w.member_id = k.member and w.currency = k.currency
    window own as (partition by k.member, k.currency order by k.n),
      counting as (partition by k.member, k.currency, k.counts order by k.n)
  ),
  placed as materialized (
    select s.*, seq_before + place as seq, (pending_before + waiting)::bigint as pending,
      (available_before + usable - least(deficit_before, usable))::bigint as available,
      (deficit_before - least(deficit_before, usable))::bigint as deficit,
      case when waits then 0 else least(deficit_before, usable) - least(deficit_before, usable - amount) end::bigint as absorbed,
      greatest(clock, last_at + interval '1 microsecond') + (place - 1) * interval '1 microsecond' as recorded_at,
      case when idle_until > greatest(idle_before, idle_so_far) then idle_until end as idle,
      case when waits then 'PENDING' else 'AVAILABLE' end::pocket as target,
      case kind when 'ADJUST' then 'ADJUSTED' else 'ISSUED' end::pocket as source
    from summed s
  ),
  hashed as materialized (
    select p.*, max(idle) filter (where counts) over own as idle_since,
      min(case when waits then least(activates_at, cancels_at) when amount > absorbed then expires_at end) filter (where counts) over own as due,
      chained(head_hash, (case when idle is null then head else left(head, -1) || ', ' || micros(idle) || ']' end)
        || case when cancels_at is null
             then json_build_array(0, amount, micros(earned_at), micros(activates_at), micros(expires_at), funder)
             else json_build_array(0, amount, micros(earned_at), micros(activates_at), micros(expires_at), funder, micros(cancels_at)) end::text
        || '[0,' || seq || ',0,"' || source || '","' || target || '",' || amount || ']'
        || case when absorbed > 0 then '[1,' || seq || ',0,"AVAILABLE","DEFICIT",' || absorbed || ']' else '' end
      ) filter (where counts) over own as hash
    from (
      select *, json_build_array('v1', member, currency, seq, id, kind, amount, amount + absorbed, pending, available, held, deficit,
        origin, null, micros(recorded_at), micros(coalesce(effective_at, recorded_at)), rule_version, explanation::text, reason,
        actor_kind, actor_id)::text as head
      from placed
    ) p
    window own as (partition by member, currency order by n)
  ),
  entries as (
    insert into entry (member_id, currency, seq, id, kind, amount, moved, pending, available, held, deficit, origin, recorded_at,
                       effective_at, rule_version, explanation, reason, actor_kind, actor_id, idle_until, hash)
    select member, currency, seq, id, kind, amount, amount + absorbed, pending, available, held, deficit, origin, recorded_at,
      coalesce(effective_at, recorded_at), rule_version, explanation, reason, actor_kind, actor_id, idle, hash from hashed where counts
  ),
  lots as (
    insert into lot (member_id, currency, seq, n, amount, pending, remaining, gone, open, earned_at, activates_at, cancels_at, expires_at, funder)
    select member, currency, seq, 0, amount, case when waits then amount else 0 end, case when waits then 0 else amount - absorbed end,
      absorbed, amount > absorbed, earned_at, activates_at, cancels_at, expires_at, funder from hashed where counts
  ),
  moves as (
    insert into move select member, currency, seq, 0, seq, 0, source, target, amount, expires_at from hashed where counts
    union all select member, currency, seq, 1, seq, 0, 'AVAILABLE', 'DEFICIT', absorbed, null from hashed where counts and absorbed > 0
  ),
  requests as (
    insert into request (owner, mutation, key, input_hash, answer)
    select owner, mutation, key, decode(input_hash, 'hex'), jsonb_build_object('entryIds', array[id])
    from hashed where counts and key is not null order by owner, mutation, key
  ),
  wallets as (
    update wallet w set seq = h.seq, pending = h.pending, available = h.available, deficit = h.deficit, last_at = h.recorded_at,
      head_hash = h.hash, idle_until = i.until,
      next_event_at = least(w.next_event_at, h.due, case when h.available > 0 then i.until end)
    from hashed h cross join lateral (select coalesce(h.idle_since, case when h.idle_before > h.clock then h.idle_before end) as until) i
    where h.newest and w.member_id = h.member and w.currency = h.currency
  )
  select h.n::int, case when h.first_hash <> h.input_hash then 'IDEMPOTENCY_KEY_REUSED' end,
    case when h.first_hash <> h.input_hash then '{}'
         when h.answer is null then array[h.first_id]
         else array(select jsonb_array_elements_text(coalesce(h.answer -> 'entryIds', jsonb_build_array(h.answer -> 'entryId')))::uuid) end,
    null::uuid, null::hold_state, h.seq, not h.counts and h.first_hash = h.input_hash
  from hashed h order by h.n;
end $$;
