// Checks history: recomputes each wallet's hash chain, recounts balances and lots from the moves, and compares both with
// what was sealed. A part at a time, each in a snapshot of its own, so that none is held for long.
import type { DataSource } from 'typeorm';
import type { Sql } from '../../shared/database.ts';
import { EVERYBODY, inSnapshot, rowsIn, sha256, walletsIn, type Of, type Range } from './history.service.ts';
import { historyBreaks, sidesBreak, type Break, type Side, type StoredEntry } from './replay.rules.ts';
import { sealBreaks } from './sealed.service.ts';

/** Entries and wallets read at once; those of one member are read together, however many. */
const ENTRIES = 4_000;
const WALLETS = 1_000;

/** A break, and in whose wallet it is. */
export type Found = Break & Of;

export interface Verified {
  walletCount: number;
  entryCount: number;
  breaks: Found[];
}

export interface Verification {
  walletCount: number;
  entryCount: number;
  firstBreak: Break | null;
}

/** One member's wallets (UUID), or all of them and the seals. */
export async function verify(source: DataSource, memberId: string | null): Promise<Verification> {
  const total: Verification = { walletCount: 0, entryCount: 0, firstBreak: null };
  const range = memberId === null ? EVERYBODY : rangeOf(memberId);
  for await (const { walletCount, entryCount, breaks } of verifyRange(source, range)) {
    total.walletCount += walletCount;
    total.entryCount += entryCount;
    total.firstBreak ??= breaks[0] ?? null;
  }
  if (memberId !== null || total.firstBreak !== null) return total;
  const [reason] = await inSnapshot(source, commonBreaks);
  return { ...total, firstBreak: reason === undefined ? null : { entryId: null, reason } };
}

/** What is nobody's wallet: the seals, and budgets, which are the sums of their moves and never more than was allowed. */
export async function commonBreaks(tx: Sql): Promise<string[]> {
  const wrong = await tx.query<{ account: string }[]>(
    `select account from budget b full join
       (select account, count(*) seq, sum(points) points, sum(money) money from budget_move group by account) m using (account)
     where (b.seq, b.points, b.money) is distinct from (coalesce(m.seq, 0), coalesce(m.points, 0), coalesce(m.money, 0))
       or b.points > b.points_max or b.money > b.money_max order by account`,
  );
  return [...(await sealBreaks(tx)), ...wrong.map(({ account }) => `budget ${account} is not the sum of its moves`)];
}

/** The range of one member (UUID). */
export function rangeOf(memberId: string): Range {
  const before = (BigInt(`0x${memberId.replaceAll('-', '')}`) - 1n).toString(16).padStart(32, '0');
  return { above: before.replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-'), upTo: memberId };
}

/** All that there is in a range, part by part. */
export async function* verifyRange(source: DataSource, { above, upTo }: Range): AsyncGenerator<Verified> {
  for (let from = above; from < upTo;) {
    const part = await inSnapshot(source, (tx) => verifyPart(tx, { above: from, upTo }));
    yield part;
    from = part.upTo;
  }
}

const keyOf = ({ memberId, currency }: Of): string => `${memberId} ${currency}`;

async function verifyPart(tx: Sql, range: Range): Promise<Verified & { upTo: string }> {
  const read = await walletsIn(tx, range, WALLETS);
  const upTo = endOfPart(read, range.upTo);
  const wallets = new Map(read.filter(({ memberId }) => memberId <= upTo).map((wallet) => [keyOf(wallet), wallet]));
  const rows = await rowsIn(tx, { above: range.above, upTo });
  const all = [rows.entries, rows.moves, rows.lots, rows.holds, rows.sealed].flat();
  const gone = new Map(all.map((row) => [keyOf(row), row] as const).filter(([key]) => !wallets.has(key)));
  const grouped = <Row extends Of>(list: Row[]) => {
    const groups = Map.groupBy(list, keyOf);
    return (key: string): Row[] => groups.get(key) ?? [];
  };
  const entries = grouped(rows.entries);
  const [moves, lots, holds, sealed] = [
    grouped(rows.moves),
    grouped(rows.lots),
    grouped(rows.holds),
    grouped(rows.sealed),
  ];
  const breaks = [...gone, ...wallets].flatMap(([key, { memberId, currency }]) => {
    const history = {
      entries: entries(key),
      moves: moves(key),
      lots: lots(key),
      holds: holds(key),
      sealed: sealed(key),
    };
    const wallet = wallets.get(key) ?? null;
    const found = historyBreaks({ wallet, ...history }, sha256);
    if (wallet === null) found.unshift(goneBreak(memberId, history));
    return found.map((one) => ({ ...one, memberId, currency }));
  });
  breaks.push(...(await transferBreaks(tx, rows.entries)));
  return { walletCount: wallets.size, entryCount: rows.entries.length, breaks, upTo };
}

/** The member with whom a part ends: about so many entries, and nobody whose wallets may not all have been read. */
function endOfPart(wallets: (Of & { seq: number })[], end: string): string {
  let size = 0;
  const over = wallets.findIndex(({ seq }) => (size += seq) > ENTRIES);
  if (over === -1 && wallets.length < WALLETS) return end;
  const next = wallets[over] ?? wallets.at(-1)!;
  const whole = wallets.slice(0, over).findLast(({ memberId }) => memberId < next.memberId);
  return (whole ?? next).memberId;
}

function goneBreak(
  memberId: string,
  { entries, sealed }: { entries: StoredEntry[]; sealed: { day: string }[] },
): Break {
  const left = entries.length > 0 || sealed.length === 0 ? 'has a history' : `was sealed on ${sealed.at(-1)!.day}`;
  return { entryId: entries[0]?.id ?? null, reason: `member ${memberId} ${left} and no wallet` };
}

/** Transfers have their other side in a wallet that may be in no part, or in another. */
async function transferBreaks(tx: Sql, entries: (StoredEntry & Of)[]): Promise<Found[]> {
  const ours = entries.filter(({ kind }) => kind === 'TRANSFER' || kind === 'CONVERT');
  if (ours.length === 0) return [];
  const sides = await tx.query<(Side & { origin: string })[]>(
    `select e.origin, e.kind, e.currency,
       coalesce(sum(m.amount) filter (where m.target in ('TRANSFERRED', 'CONVERTED')), 0)::bigint given,
       coalesce(sum(m.amount) filter (where m.source in ('TRANSFERRED', 'CONVERTED')), 0)::bigint got
     from entry e left join move m using (member_id, currency, seq)
     where e.kind in ('TRANSFER', 'CONVERT') and e.origin = any($1::uuid[])
     group by e.member_id, e.currency, e.seq`,
    [ours.map(({ origin }) => origin)],
  );
  const byOrigin = Map.groupBy(sides, ({ origin }) => origin);
  return ours.flatMap(({ id: entryId, origin, memberId, currency, seq }) => {
    const reason = sidesBreak(byOrigin.get(origin ?? '') ?? []);
    return reason === null ? [] : [{ memberId, currency, entryId, reason: `entry ${seq}: ${reason}` }];
  });
}
