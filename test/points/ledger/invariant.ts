// What must hold of the ledger's tables whatever was asked of it, in plain SQL and apart from the product's own
// verification. Each query answers what breaks its rule; the numbers are those of the ledger's design.
import type { DataSource } from 'typeorm';

const of = (table: string) => `select * from ${table} where $1::uuid[] is null or member_id = any($1)`;
const outside = `('ISSUED', 'SPENT', 'EXPIRED', 'REVERSED', 'ADJUSTED', 'DEFICIT', 'TRANSFERRED', 'CONVERTED', 'LOST')`;
const change = (pocket: string) =>
  `coalesce(sum(case '${pocket}' when target::text then amount when source::text then -amount end), 0)`;

/** Rows of the wallets that are asked about: $1 has members, or is null for all. */
const ROWS = `with
w as (${of('wallet')}), e as (${of('entry')}), l as (${of('lot')}), h as (${of('hold')}),
m as (select *, seq = lot_seq and source in ('ISSUED', 'ADJUSTED', 'TRANSFERRED', 'CONVERTED') makes from (${of('move')}) m),
-- What each entry's moves change of its wallet.
done as (select member_id, currency, seq, sum(amount) moved, ${change('PENDING')} pending, ${change('AVAILABLE')} available,
    ${change('HELD')} held, -${change('DEFICIT')} deficit
  from m group by member_id, currency, seq),
-- What each entry's moves change of each lot, and the expiry that they give it.
touched as (select member_id, currency, lot_seq, lot_n, seq, ${change('PENDING')} pending, ${change('AVAILABLE')} remaining,
    ${change('HELD')} held, bool_or(makes) or bool_or(until is not null) says, max(until) until
  from m group by member_id, currency, lot_seq, lot_n, seq),
-- Each lot as it was from one entry until before the next that touched it.
was as (select member_id, currency, lot_seq, lot_n, seq, lead(seq) over lot next_seq, sum(pending) over lot pending,
    sum(remaining) over lot remaining, sum(held) over lot held,
    coalesce((array_agg(until) filter (where says) over lot)[count(*) filter (where says) over lot], 'infinity') expires_at
  from touched window lot as (partition by member_id, currency, lot_seq, lot_n order by seq)),
made as (select member_id, currency, lot_seq seq, lot_n n, sum(amount) amount, max(until) until from m where makes
  group by member_id, currency, lot_seq, lot_n),
-- What an entry's hash covers besides the entry.
content as (select member_id, currency, seq, string_agg(text, '' order by place, n) text from (
    select member_id, currency, seq, 1 place, n, left(json_build_array(n, l.amount, micros(earned_at), micros(activates_at),
      micros(until), funder)::text, -1) || coalesce(', ' || micros(cancels_at), '') || ']' text from l left join made using (member_id, currency, seq, n)
    union all select member_id, currency, seq, 2, 0, json_build_array(micros(lapses_at), micros(lapse_grace), taker)::text from h
      where num_nonnulls(lapses_at, lapse_grace, taker) > 0
    union all select member_id, currency, seq, 3, n, format('[%s,%s,%s,"%s","%s",%s%s]', n, lot_seq, lot_n, source, target, amount,
      case when not makes then ',' || micros(until) end) from m) c group by member_id, currency, seq),
back as (select e.reverses id, sum(m.amount) amount from e join m using (member_id, currency, seq)
  where m.target = 'REVERSED' group by e.reverses),
debit as (select distinct on (member_id, currency, e.seq) member_id, currency, e.seq, e.recorded_at, was.expires_at, m.lot_seq, m.lot_n
  from m join e using (member_id, currency, seq) join was using (member_id, currency, lot_seq, lot_n)
  where m.source = 'AVAILABLE' and m.target in ('SPENT', 'ADJUSTED', 'HELD', 'TRANSFERRED', 'CONVERTED')
    and was.seq <= e.seq and (was.next_seq is null or was.next_seq > e.seq)
  order by member_id, currency, e.seq, was.expires_at desc, lot_seq desc, lot_n desc)
`;

const INVARIANTS = {
  'I1 a wallet is its last entry': `
    select member_id, currency from w left join e using (member_id, currency, seq)
    where (w.pending, w.available, w.held, w.deficit, w.head_hash, nullif(w.last_at, '-infinity')) is distinct from
      (coalesce(e.pending, 0), coalesce(e.available, 0), coalesce(e.held, 0), coalesce(e.deficit, 0), coalesce(e.hash, ''), e.recorded_at)`,
  'I2 a wallet is the sum of its lots': `
    select member_id, currency from w left join l using (member_id, currency)
    group by member_id, currency, w.pending, w.available, w.held
    having (w.pending, w.available, w.held) <> (coalesce(sum(l.pending), 0), coalesce(sum(l.remaining), 0), coalesce(sum(l.held), 0))`,
  'I3 a lot is what its moves left, with the expiry that they said': `
    select l.member_id, l.currency, l.seq, l.n from l
    left join was on (was.member_id, was.currency, was.lot_seq, was.lot_n) = (l.member_id, l.currency, l.seq, l.n) and next_seq is null
    left join made on (made.member_id, made.currency, made.seq, made.n) = (l.member_id, l.currency, l.seq, l.n)
    where (l.pending, l.remaining, l.held, coalesce(l.expires_at, 'infinity'))
      is distinct from (was.pending, was.remaining, was.held, was.expires_at)
      or l.amount is distinct from made.amount
      or l.open <> (l.pending + l.remaining > 0)`,
  'I4 no seq is missing': `
    select member_id, currency from w full join e using (member_id, currency) group by member_id, currency, w.seq
    having (count(e.seq), coalesce(max(e.seq), 0), coalesce(min(e.seq), 1)) is distinct from (w.seq, w.seq, 1)`,
  'I5 entries are recorded one after another': `
    select * from (select id, recorded_at - lag(recorded_at) over (partition by member_id, currency order by seq) since from e) s
    where since <= interval '0'`,
  'I6 each hash covers the one before': `
    select id from (select e.*, lag(hash, 1, '') over (partition by member_id, currency order by seq) before from e) e
    left join content using (member_id, currency, seq)
    where hash <> sha256(before || convert_to(
      left(json_build_array('v1', member_id, currency, seq, id, kind, amount, moved, pending, available, held, deficit, origin, reverses,
        micros(recorded_at), micros(effective_at), rule_version, explanation::text, reason, actor_kind, actor_id)::text, -1)
        || coalesce(', ' || micros(idle_until), '') || ']' || coalesce(text, ''), 'UTF8'))`,
  'I7 an entry is what its moves do': `
    select e.id from (select e.*, lag(pending, 1, 0::bigint) over w pending_before, lag(available, 1, 0::bigint) over w available_before,
        lag(held, 1, 0::bigint) over w held_before, lag(deficit, 1, 0::bigint) over w deficit_before
      from e window w as (partition by member_id, currency order by seq)) e
    left join done d using (member_id, currency, seq)
    where (e.moved, e.amount, e.pending, e.available, e.held, e.deficit) is distinct from
      (d.moved, d.pending + d.available + d.held - d.deficit, pending_before + d.pending, available_before + d.available,
       held_before + d.held, deficit_before + d.deficit)`,
  'I8 what is held are the open holds': `
    select member_id, currency from w left join h using (member_id, currency) group by member_id, currency, w.held
    having w.held <> coalesce(sum(h.amount - captured - released) filter (where h.state = 'HELD'), 0)`,
  'I9 no more is reversed than was given': `
    select e.id from e join l using (member_id, currency, seq) left join back using (id)
    group by e.id, back.amount having sum(l.reversed) <> coalesce(back.amount, 0) or sum(l.reversed) > sum(l.amount)`,
  'I10 what a funder has issued is in some pocket': `
    select funder, currency from (
      select funder, currency, pending + remaining + held amount from l union all
      select funder, currency, case when source in ${outside} then -m.amount else 0 end + case when target in ${outside} then m.amount else 0 end
      from m join l using (member_id, currency) where (l.seq, l.n) = (m.lot_seq, m.lot_n)) p
    group by funder, currency having sum(amount) <> 0`,
  'I12 no pocket is below zero': `
    select id from e where least(pending, available, held, deficit) < 0 or deficit > 0 and available > 0`,
  'I13 a debit takes lots in order': `
    select d.* from debit d join was using (member_id, currency)
    where was.seq < d.seq and (was.next_seq is null or was.next_seq > d.seq) and was.remaining > 0
      and (was.expires_at, was.lot_seq, was.lot_n) < (d.expires_at, d.lot_seq, d.lot_n)`,
  'I13 a debit takes nothing that has expired': `
    select e.id from m join e using (member_id, currency, seq) join was using (member_id, currency, lot_seq, lot_n)
    where m.source = 'AVAILABLE' and m.target in ('SPENT', 'ADJUSTED', 'HELD', 'TRANSFERRED', 'CONVERTED')
      and was.seq < e.seq and (was.next_seq is null or was.next_seq >= e.seq) and was.expires_at <= e.recorded_at`,
  'I12 the tables themselves refuse it': `
    select c.name from unnest(array['wallet_pockets_positive', 'wallet_owes_only_when_empty', 'wallet_safe', 'lot_counters_add_up',
      'lot_counters_positive', 'lot_reversed_at_most_once', 'lot_open_says_so', 'hold_ends_once', 'entry_origin_once']) c(name)
    where not exists (select from pg_constraint where conname = c.name and conrelid in
      ('wallet'::regclass, 'lot'::regclass, 'hold'::regclass, 'entry'::regclass))`,
  'I20 nothing can be changed unseen': `
    select t.name from (values ('entry_append_only'), ('move_append_only')) t(name)
    where not exists (select from pg_trigger where tgname = t.name and tgenabled = 'O' and tgrelid in ('entry'::regclass, 'move'::regclass))`,
};

const BROKEN = `${ROWS}${Object.entries(INVARIANTS)
  .map(([name, query]) => `select '${name}' rule, to_jsonb(broken) broken from (${query} limit 3) broken`)
  .join(' union all ')}`;

/** Of every fifth entry, since each is a question of its own; not of one that was written late, with others after it. */
const FORGOTTEN = `
  select 'I15 what is shown of a past moment is the last entry until then' rule, to_jsonb(e.id) broken
  from (${of('entry')}) e cross join lateral wallets_at(array[e.member_id], array[e.currency], e.recorded_at) a
  where e.seq % 5 = 0 and (a.pending, a.available, a.held, a.deficit) <> (e.pending, e.available, e.held, e.deficit)
    and not exists (select from entry d where (d.member_id, d.currency, d.actor_id) = (e.member_id, e.currency, 'clock')
      and d.seq > e.seq and d.effective_at <= e.recorded_at) limit 1`;

/** Of some members (UUIDs), or of all. */
export async function checkInvariants(source: DataSource, members: string[] | null): Promise<void> {
  type Found = { rule: string; broken: unknown }[];
  const found = await source.transaction(async (tx) => {
    const forgotten = await tx.query<Found>(FORGOTTEN, [members]);
    // Nothing is known of how many rows the parts have, and one by one they would be compared with each other.
    await tx.query('set local enable_nestloop = off');
    return [...forgotten, ...(await tx.query<Found>(BROKEN, [members]))];
  });
  for (const { rule, broken } of found) throw new Error(`${rule}, but for ${JSON.stringify(broken)}`);
}
