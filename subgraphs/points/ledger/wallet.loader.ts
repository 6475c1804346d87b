// Balances and open lots of wallets, many at once, now or as of a past instant.
import DataLoader from 'dataloader';
import type { DataSource } from 'typeorm';
import type { Instant } from '../../shared/database.ts';

export interface WalletKey {
  memberId: string;
  currency: string;
  /** Null: now. */
  asOf: Instant | null;
}

export interface WalletRow extends WalletKey {
  pending: number;
  available: number;
  held: number;
  deficit: number;
}

export interface LotRow {
  entryId: string;
  n: number;
  amount: number;
  pending: number;
  remaining: number;
  earnedAt: Instant;
  activatesAt: Instant | null;
  expiresAt: Instant | null;
  funder: string | null;
  seq: number;
}

const cacheKey = (key: WalletKey): string => JSON.stringify([key.memberId, key.currency, key.asOf]);

/** One statement for all keys of one instant. */
async function byInstant<Row extends { memberId: string; currency: string }>(
  keys: readonly WalletKey[],
  read: (members: string[], currencies: string[], asOf: Instant | null) => Promise<Row[]>,
): Promise<Row[][]> {
  const found = new Map<string, Row[]>();
  for (const [asOf, group] of Map.groupBy(keys, (key) => key.asOf)) {
    const rows = await read(
      group.map((key) => key.memberId),
      group.map((key) => key.currency),
      asOf,
    );
    for (const [key, own] of Map.groupBy(rows, (row) => cacheKey({ ...row, asOf }))) found.set(key, own);
  }
  return keys.map((key) => found.get(cacheKey(key)) ?? []);
}

export interface Moment {
  memberId: string;
  asOf: Instant | null;
}

/**
 * Waits until nothing more will be recorded of a moment that is hardly over: its writers have read the clock under their
 * wallets' locks, and are waited for; later ones read a later time. So what is answered as of it never changes.
 */
export function closedMoments(source: DataSource): DataLoader<Moment, true, string> {
  return new DataLoader(
    async (moments) => {
      const past = moments.filter(({ asOf }) => asOf !== null);
      if (past.length > 0) {
        await source.query(
          `select 1 from wallet w join unnest($1::uuid[], $2::timestamptz[]) m(member_id, at) using (member_id)
           where m.at > clock() - interval '1 minute' order by w.member_id, w.currency for share of w`,
          [past.map(({ memberId }) => memberId), past.map(({ asOf }) => asOf)],
        );
      }
      return moments.map(() => true);
    },
    { cacheKeyFn: ({ memberId, asOf }) => `${memberId} ${asOf}` },
  );
}
export type ClosedMoments = ReturnType<typeof closedMoments>;

/** A wallet that was never used answers zero. */
export function walletsByKey(source: DataSource, closed: ClosedMoments): DataLoader<WalletKey, WalletRow, string> {
  return new DataLoader(
    async (keys) => {
      await closed.loadMany(keys);
      const rows = await byInstant(keys, (members, currencies, asOf) =>
        source.query<Omit<WalletRow, 'asOf'>[]>(
          `select member_id "memberId", currency, pending, available, held, deficit
           from wallets_at($1::uuid[], $2::text[], $3::timestamptz)`,
          [members, currencies, asOf],
        ),
      );
      const zero = { pending: 0, available: 0, held: 0, deficit: 0 };
      return keys.map((key, index) => ({ ...zero, ...rows[index]![0], ...key }));
    },
    { cacheKeyFn: cacheKey },
  );
}

/** Open lots of wallets, earliest expiry first. */
export function lotsByWallet(source: DataSource, closed: ClosedMoments): DataLoader<WalletKey, LotRow[], string> {
  return new DataLoader(
    async (keys) => {
      await closed.loadMany(keys);
      return byInstant(keys, (members, currencies, asOf) =>
        source.query<(LotRow & { memberId: string; currency: string })[]>(
          `select member_id "memberId", currency, entry_id "entryId", seq, n, amount, pending, remaining,
             earned_at "earnedAt", activates_at "activatesAt", expires_at "expiresAt", funder
           from lots_at($1::uuid[], $2::text[], $3::timestamptz) where pending + remaining > 0
           order by expires_at, seq, n`,
          [members, currencies, asOf],
        ),
      );
    },
    { cacheKeyFn: cacheKey },
  );
}

/** The lots that entries made, as they are now; what has fallen due is gone or usable. */
export function lotsByEntryId(source: DataSource): DataLoader<string, LotRow[]> {
  return new DataLoader(async (ids) => {
    const rows = await source.query<LotRow[]>(
      `with made as materialized (
         select e.id, l.* from entry e join lot l using (member_id, currency, seq) where e.id = any($1)
       )
       select m.id "entryId", m.seq, m.n, m.amount, m.earned_at "earnedAt", m.activates_at "activatesAt",
         coalesce(o.expires_at, m.expires_at) "expiresAt", m.funder,
         coalesce(o.pending, 0) pending, coalesce(o.remaining, 0) remaining
       from made m
       left join lots_at(array(select member_id from made), array(select currency from made), null) o
         using (member_id, currency, seq, n)
       order by "expiresAt", m.n`,
      [ids],
    );
    const byEntry = Map.groupBy(rows, (row) => row.entryId);
    return ids.map((id) => byEntry.get(id) ?? []);
  });
}
