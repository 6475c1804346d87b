// Wrong ledgers: each is the product's SQL with one thing changed, and histories must find it out.

import { POSTING_MUTANTS } from './posting-mutant.ts';

export interface Mutant {
  name: string;
  /** Of `subgraphs/points/ledger`. */
  file?: string;
  /** Replaced wherever it stands; it must stand there. */
  from?: string;
  to?: string;
  /** And this as well. */
  also?: { from: string; to: string };
  /** Changes the tables instead. */
  sql?: string;
}

const SETTLE: Mutant[] = [
  {
    name: 'a cancellation comes before an activation',
    from: `case when v_activation <= v_due then 'ACTIVATE' end, case when v_cancellation <= v_due then 'REVERSE' end,`,
    to: `case when v_cancellation <= v_due then 'REVERSE' end, case when v_activation <= v_due then 'ACTIVATE' end,`,
  },
  {
    name: 'what a lapse brings back too late stays',
    from: `, case when v_lapse <= v_due then 'EXPIRE' end]`,
    to: ']',
  },
  {
    name: 'a cancelled credit is not reversed',
    from: `reversed = reversed + case when v_kind = 'REVERSE' then l.amount else 0 end,`,
    to: '',
  },
  {
    name: 'inactivity ends nothing',
    from: `or w.idle_until = v_due then 'EXPIRE' end`,
    to: `then 'EXPIRE' end`,
  },
  {
    name: 'what activates forgets what is owed',
    from: 'v_absorbed := least(w.deficit, l.amount);',
    to: 'v_absorbed := 0;',
  },
  {
    name: 'a lapse has no grace',
    from: 'v_until := case when l.until > v_due then l.until end;',
    to: 'v_until := null;',
  },
  {
    name: 'wallets are locked in another order',
    from: 'order by member, code loop',
    to: 'order by member desc, code desc loop',
  },
].map((mutant) => ({ ...mutant, file: 'settle.sql' }));

const CREDIT: Mutant[] = [
  {
    name: 'many credits forget what is owed',
    from: 'least(deficit_before, usable) - least(deficit_before, usable - amount)',
    to: '0',
  },
  { name: 'of many credits each covers the same hash', from: 'coalesce(head, before)', to: 'before' },
  {
    name: 'many credits store no key',
    from: 'from hashed where counts and key is not null',
    to: 'from hashed where false',
  },
  {
    name: 'one key counts for each of many credits',
    from: 'row_number() over same = 1 as counts',
    to: 'true as counts',
  },
  {
    name: 'many credits do not say what falls due',
    from: 'next_event_at = least(w.next_event_at, h.due, case when h.available > 0 then i.until end)',
    to: 'next_event_at = w.next_event_at',
  },
].map((mutant) => ({ ...mutant, file: 'credit.sql' }));

const READ: Mutant[] = [
  {
    name: 'what expired is shown until it is written down',
    from: 'least(l.expires_at, w.idle_until) <= w.at',
    to: 'w.idle_until <= w.at',
  },
  {
    name: 'inactivity is not shown until it is written down',
    from: 'least(l.expires_at, w.idle_until) <= w.at',
    to: 'l.expires_at <= w.at',
  },
  {
    name: 'the past is what was recorded by then',
    from: 'where member_id = p_member and currency = p_currency and seq = v_low + 1 and effective_at <= p_at',
    to: 'where false',
  },
].map((mutant) => ({ ...mutant, file: 'as-of.sql' }));

const TABLES: Mutant[] = [
  { name: 'pockets may be below zero', sql: 'alter table wallet drop constraint wallet_pockets_positive' },
  { name: 'a lot may have more than it got', sql: 'alter table lot drop constraint lot_counters_add_up' },
  { name: 'entries can be changed', sql: 'alter table entry disable trigger entry_append_only' },
];

export const MUTANTS = [...POSTING_MUTANTS, ...SETTLE, ...CREDIT, ...READ, ...TABLES];

/** The product's files with one changed; fails when what is changed is not there any more. */
export function mutate(files: Map<string, string>, { name, file, from, to, also }: Mutant): string[] {
  if (file === undefined) return [...files.values()];
  const changes = [{ from, to }, ...(also === undefined ? [] : [also])];
  const text = changes.reduce(
    (before, change) => {
      if (change.from === undefined || !before.includes(change.from))
        throw new Error(`the mutant "${name}" fits ${file} no longer`);
      return before.replaceAll(change.from, change.to ?? '');
    },
    files.get(file) ?? '',
  );
  return [...new Map(files).set(file, text).values()];
}
