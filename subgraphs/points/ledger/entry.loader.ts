// Entries: by id, by what caused them, and as pages of statements.
import DataLoader from 'dataloader';
import type { DataSource } from 'typeorm';
import { columnsOf, type Instant } from '../../shared/database.ts';
import { connection, type Connection, type PageArguments } from '../../shared/page.ts';
import { EntryRow } from './entry.entity.ts';
import type { ClosedMoments } from './wallet.loader.ts';

export function entriesById(source: DataSource): DataLoader<string, EntryRow | null> {
  return new DataLoader(async (ids) => {
    const rows = await source.query<EntryRow[]>(
      `select ${columnsOf(source, EntryRow, 'e')} from entry e where id = any($1)`,
      [ids],
    );
    const byId = new Map(rows.map((row) => [row.id, row]));
    return ids.map((id) => byId.get(id) ?? null);
  });
}

/** Entries by what caused them: a purchase, a part of a return, a hold, an event, a step of the ladder. */
export function entriesByOrigin(source: DataSource): DataLoader<string, EntryRow[]> {
  return new DataLoader(async (origins) => {
    const rows = await source.query<EntryRow[]>(
      `select ${columnsOf(source, EntryRow, 'e')} from (
         select id as origin, member_id from purchase where id = any($1)
         union all
         select t.id, p.member_id from purchase_return_part t join purchase p on p.id = t.purchase_id where t.id = any($1)
         union all
         select id, member_id from hold where id = any($1)
         union all
         select s.id, h.member_id from purchase_restore s join hold h on h.id = s.hold_id where s.id = any($1)
         union all
         select id, member_id from member_event where id = any($1)
         union all
         select id, member_id from tier_change where id = any($1)
       ) o join wallet w on w.member_id = o.member_id cross join lateral (
         select * from entry e where (e.member_id, e.currency, e.origin) = (w.member_id, w.currency, o.origin) offset 0
       ) e
       where e.kind in ('EARN', 'CAPTURE', 'REVERSE')
       order by e.recorded_at`,
      [origins],
    );
    const byOrigin = Map.groupBy(rows, (row) => row.origin);
    return origins.map((origin) => byOrigin.get(origin) ?? []);
  });
}

/** Hash of the entry before an entry; null before the first. */
export function hashesBefore(source: DataSource): DataLoader<EntryRow, Buffer | null, string> {
  const key = ({ memberId, currency, seq }: Pick<EntryRow, 'memberId' | 'currency' | 'seq'>) =>
    JSON.stringify([memberId, currency, seq]);
  return new DataLoader(
    async (entries) => {
      const rows = await source.query<Pick<EntryRow, 'memberId' | 'currency' | 'seq' | 'hash'>[]>(
        `select member_id "memberId", currency, seq, hash from entry where (member_id, currency, seq) in
           (select * from unnest($1::uuid[], $2::text[], $3::bigint[]))`,
        [entries.map((e) => e.memberId), entries.map((e) => e.currency), entries.map((e) => e.seq - 1)],
      );
      const hashes = new Map(rows.map((row) => [key(row), row.hash]));
      return entries.map((entry) => hashes.get(key({ ...entry, seq: entry.seq - 1 })) ?? null);
    },
    { cacheKeyFn: key },
  );
}

export interface StatementKey {
  memberId: string;
  /** Null: every currency. */
  currency: string | null;
  asOf: Instant | null;
  page: PageArguments;
}

const keyOf = (entry: EntryRow) => [entry.recordedAt, entry.currency, entry.seq];

/** Pages of statements, newest first; one statement for all members that ask for the same page. */
export function statements(
  source: DataSource,
  closed: ClosedMoments,
): DataLoader<StatementKey, Connection<EntryRow>, string> {
  const question = ({ currency, asOf, page }: StatementKey) => JSON.stringify([currency, asOf, page]);
  return new DataLoader(
    async (keys) => {
      await closed.loadMany(keys);
      const pages = new Map<string, Connection<EntryRow>>();
      for (const [asked, group] of Map.groupBy(keys, question)) {
        const { currency, asOf, page } = group[0]!;
        const [at, code, seq] = page.after ?? [null, null, null];
        const rows = await source.query<EntryRow[]>(
          `select e.* from unnest($1::uuid[]) m(member_id) cross join lateral (
             select ${columnsOf(source, EntryRow, 'e')} from wallet w cross join lateral (
               select * from entry e where e.member_id = w.member_id and e.currency = w.currency
                 and ($3::timestamptz is null or e.recorded_at <= $3)
                 and ($5::timestamptz is null or (e.recorded_at, e.currency, e.seq) < ($5, $6::text, $7::bigint))
                 and e.seq < case when w.currency = $6 then $7 else 9223372036854775807 end
               order by e.seq desc limit $4
             ) e
             where w.member_id = m.member_id and ($2::text is null or w.currency = $2)
             order by e.recorded_at desc, e.currency desc, e.seq desc limit $4
           ) e order by "recordedAt" desc, currency desc, seq desc`,
          [group.map((key) => key.memberId), currency, asOf, page.first + 1, at, code, seq],
        );
        const byMember = Map.groupBy(rows, (row) => row.memberId);
        for (const { memberId } of group) {
          pages.set(`${memberId} ${asked}`, connection(byMember.get(memberId) ?? [], page, keyOf));
        }
      }
      return keys.map((key) => pages.get(`${key.memberId} ${question(key)}`)!);
    },
    { cacheKeyFn: (key) => `${key.memberId} ${question(key)}` },
  );
}
