// Wrong ways to post: what post.sql must not do.
import type { Mutant } from './mutant.ts';

export const POSTING_MUTANTS: Mutant[] = [
  {
    name: 'the clock is read before the lock',
    from: '    v_now := clock();\n',
    to: '',
    also: { from: '    -- 1. Lock the wallet', to: '    v_now := clock();\n    -- 1. Lock the wallet' },
  },
  { name: 'the wallet is not locked', from: ' for no key update;', to: ';' },
  {
    name: 'the funds come before the key',
    from: '    -- 4. The key comes before the funds',
    to: `    if p.op = 'debit' and w.available < p.amount then
      return query select p.n::int, 'INSUFFICIENT_POINTS', v_ids, null::uuid, null::hold_state, w.seq, false;
      continue;
    end if;
    -- 4. The key comes before the funds`,
  },
  {
    name: 'the key is not stored',
    from: `if p.key is not null then\n      insert into request`,
    to: `if false then\n      insert into request`,
  },
  {
    name: 'another input under a key is answered with the first',
    from: `if r.input_hash <> decode(p.input_hash, 'hex') then`,
    to: 'if false then',
  },
  {
    name: 'what fell due is not written down before a posting',
    from: `if w.next_event_at <= v_now then\n      perform ledger_settle(p.member, p.currency, v_now);\n      select * into`,
    to: `if false then\n      perform ledger_settle(p.member, p.currency, v_now);\n      select * into`,
  },
  {
    name: 'what came back too late does not expire at once',
    from: `if w.next_event_at <= v_now then\n      perform ledger_settle(p.member, p.currency, v_now);\n      select seq`,
    to: `if false then\n      perform ledger_settle(p.member, p.currency, v_now);\n      select seq`,
  },
  {
    name: 'lots are taken latest expiry first',
    from: 'order by expires_at, seq, n\n      loop',
    to: 'order by expires_at desc, seq, n\n      loop',
  },
  {
    name: 'of lots that expire together the newest is taken first',
    from: 'order by expires_at, seq, n\n      loop',
    to: 'order by expires_at, seq desc, n\n      loop',
  },
  { name: 'a credit forgets what is owed', from: 'v_absorbed := least(w.deficit, p.amount);', to: 'v_absorbed := 0;' },
  {
    name: 'what comes back forgets what is owed',
    from: 'v_absorbed := least(w.deficit, v_take);',
    to: 'v_absorbed := 0;',
  },
  {
    name: 'the oldest allocations are released first',
    from: `order by case when p.op = 'capture' then m.n else -m.n end`,
    to: `order by case when p.op = 'restore' then -m.n else m.n end`,
  },
  {
    name: 'what was spent first is restored first',
    from: `order by case when p.op = 'capture' then m.n else -m.n end`,
    to: `order by case when p.op = 'release' then -m.n else m.n end`,
  },
  { name: 'a seq is left out', from: 'w.seq := w.seq + 1;\n    v_at', to: 'w.seq := w.seq + 2;\n    v_at' },
  {
    name: 'a hash does not cover the one before',
    from: 'sha256(w.head_hash || convert_to(v_head',
    to: 'sha256(convert_to(v_head',
  },
  {
    name: 'an activity does not move inactivity on',
    from: 'if p.idle_until > greatest(w.idle_until, v_now) then',
    to: 'if p.idle_until > v_now and w.idle_until is null then',
  },
  {
    name: 'a grace is not said by its move',
    from: `v_source, 'AVAILABLE', v_take, v_until);`,
    to: `v_source, 'AVAILABLE', v_take, null);`,
  },
  {
    name: 'there is no grace',
    from: 'and p.grace_until > v_now then p.grace_until end',
    to: 'and false then p.grace_until end',
  },
  {
    name: 'a hold does not say when it lapses',
    from: 'w.next_event_at := least(w.next_event_at, p.lapses_at);',
    to: '',
  },
  {
    name: 'a hold of another amount is the same',
    from: '(h.member_id, h.currency, h.amount) <> (p.member, p.currency, p.amount)',
    to: '(h.member_id, h.currency) <> (p.member, p.currency)',
  },
  {
    name: 'a hold of another wallet is the same',
    from: '(h.member_id, h.currency, h.amount) <> (p.member, p.currency, p.amount)',
    to: 'h.amount <> p.amount',
  },
  {
    name: 'a release without its hold is forgotten',
    from: `values (uuidv7(), p.asker, 0, 'RELEASED')`,
    to: `select uuidv7(), p.asker, 0, 'RELEASED'::hold_state where false`,
  },
  {
    name: 'what is captured twice is spent twice',
    from: `if h.state <> (case when p.op = 'restore' then 'CAPTURED' else 'HELD' end)::hold_state then`,
    to: `if p.op = 'restore' and h.state <> 'CAPTURED' then`,
  },
  {
    name: 'a reversal does not take its own lot first',
    from: 'and seq = e.seq and open and remaining > 0',
    to: 'and seq = e.seq and open and remaining > 0 and false',
  },
  {
    name: 'a reversal does not take what is pending',
    from: 'and seq = e.seq and pending > 0 order by n limit 1',
    to: 'and false order by n limit 1',
  },
  {
    name: 'more is reversed than is left',
    from: `if v_amount > v_left or v_amount <= 0 then\n          return query select p.n::int, 'ENTRY_NOT_REVERSIBLE'`,
    to: `if v_amount <= 0 then\n          return query select p.n::int, 'ENTRY_NOT_REVERSIBLE'`,
  },
  {
    name: 'more is owed than may be',
    from: 'if v_left > v_room and not coalesce(p.clamp, false) then',
    to: 'if false then',
  },
  { name: 'a loss counts as taken back', from: 'v_sum := v_sum + v_take;', to: 'null;' },
  {
    name: 'a debit is undone twice',
    from: `and origin = e.id and kind = 'REVERSE') then`,
    to: `and origin = e.id and kind = 'REVERSE' and false) then`,
  },
  {
    name: 'a confirmation keeps the old expiry',
    from: 'expires_at = coalesce(p.expires_at, expires_at)',
    to: 'expires_at = expires_at',
  },
  {
    name: 'a transfer loses the expiry',
    from: `'expires_at', l.expires_at, 'funder'`,
    to: `'expires_at', null, 'funder'`,
  },
  { name: 'a transfer loses the funder', from: `'funder', l.funder)`, to: `'funder', null)` },
  {
    name: 'each part of a transfer is rounded by itself',
    from: 'floor(p.to_amount::numeric * until / p.amount) - floor(p.to_amount::numeric * (until - own) / p.amount)',
    to: 'floor(p.to_amount::numeric * own / p.amount)',
  },
  { name: 'the fee is forgotten', from: 'v_fee := coalesce(p.fee, 0);', to: 'v_fee := 0;' },
].map((mutant) => ({ ...mutant, file: 'post.sql' }));
