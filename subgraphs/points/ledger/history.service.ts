// Reads what is stored of wallets, for those who check it.
import { hash } from 'node:crypto';
import type { DataSource, EntityManager } from 'typeorm';
import type { Sql } from '../../shared/database.ts';
import type { Sha256 } from './merkle.rules.ts';
import type { SealedHead, StoredEntry, StoredHold, StoredLot, StoredMove, StoredWallet } from './replay.rules.ts';

export const sha256: Sha256 = (...parts) => hash('sha256', Buffer.concat(parts), 'buffer');

/** One sight of the database for all of the work, which may write what nobody else does. */
export const inSnapshot = <T>(source: DataSource | EntityManager, work: (tx: Sql) => Promise<T>): Promise<T> =>
  source.transaction('REPEATABLE READ', work);

/** The rows of a statement, some at a time: as many as one wants without having them all. In a transaction. */
export async function* streamed<Row>(tx: Sql, text: string, values: unknown[], size: number): AsyncGenerator<Row[]> {
  await tx.query(`declare streamed no scroll cursor for ${text}`, values);
  for (;;) {
    const rows = await tx.query<Row[]>(`fetch ${size} from streamed`);
    if (rows.length > 0) yield rows;
    if (rows.length < size) break;
  }
  await tx.query('close streamed');
}

/** Members by UUID, above the first and up to the second: ranges lie side by side without a gap. */
export interface Range {
  above: string;
  upTo: string;
}

const LOWEST = '00000000-0000-0000-0000-000000000000';
const HIGHEST = 'ffffffff-ffff-ffff-ffff-ffffffffffff';

export const EVERYBODY: Range = { above: LOWEST, upTo: HIGHEST };

const inRange = 't.member_id > $1 and t.member_id <= $2';
const inStretch = 't.member_id = $1 and t.currency = $2 and t.seq between $3 and $4';

export interface Of {
  memberId: string;
  currency: string;
}

const ENTRY = `t.seq, t.id, t.kind, t.amount, t.moved, t.pending, t.available, t.held, t.deficit, t.origin, t.reverses, t.hash,
  micros(t.recorded_at) "recordedAt", micros(t.effective_at) "effectiveAt", t.rule_version "ruleVersion",
  t.explanation::text explanation, t.reason, t.actor_kind "actorKind", t.actor_id "actorId", micros(t.idle_until) "idleUntil"`;
const MOVE = 't.seq, t.n, t.lot_seq "lotSeq", t.lot_n "lotN", t.source, t.target, t.amount, micros(t.until) until';
const LOT = `t.seq, t.n, t.amount, t.pending, t.remaining, t.held, t.gone, t.reversed, t.open, t.funder, micros(t.earned_at) "earnedAt",
  micros(t.activates_at) "activatesAt", micros(t.cancels_at) "cancelsAt", micros(t.expires_at) "expiresAt"`;
const HOLD = `t.id, t.seq, t.amount, t.captured, t.released, t.restored, t.state, micros(t.lapses_at) "lapsesAt",
  micros(t.lapse_grace) "lapseGrace", t.taker`;
const WALLET = `t.seq, t.pending, t.available, t.held, t.deficit, t.head_hash "headHash",
  micros(nullif(t.last_at, '-infinity')) "lastAt", micros(t.next_event_at) "nextEventAt", micros(t.idle_until) "idleUntil",
  micros(clock()) "readAt"`;

const reader =
  (tx: Sql, where: string, values: unknown[]) =>
  <Row>(table: string, columns: string, order = 't.member_id, t.currency, t.seq') =>
    tx.query<(Row & Of)[]>(
      `select t.member_id "memberId", t.currency, ${columns} from ${table} t where ${where} order by ${order}`,
      values,
    );

/** Wallets of a range in order, `limit` at the most. */
export const walletsIn = (tx: Sql, { above, upTo }: Range, limit: number) =>
  reader(tx, inRange, [above, upTo])<StoredWallet>('wallet', WALLET, `t.member_id, t.currency limit ${limit}`);

/** What the wallets of a range have, those that are gone too. */
export async function rowsIn(tx: Sql, { above, upTo }: Range) {
  const read = reader(tx, inRange, [above, upTo]);
  return {
    entries: await read<StoredEntry>('entry', ENTRY),
    moves: await read<StoredMove>('move', MOVE, 't.member_id, t.currency, t.seq, t.n'),
    lots: await read<StoredLot>('lot', LOT, 't.member_id, t.currency, t.seq, t.n'),
    holds: await read<StoredHold>('hold', HOLD),
    sealed: await read<SealedHead>(
      'sealed_head',
      't.seq, t.head, (select day from seal where id = t.seal_id) as day',
      't.member_id, t.currency, t.seal_id',
    ),
  };
}

/** Entries of a wallet from one to another, with what they did. */
export async function stretchOf(tx: Sql, { memberId, currency }: Of, from: number, to: number) {
  const read = reader(tx, inStretch, [memberId, currency, from, to]);
  const entries = await read<StoredEntry>('entry', ENTRY);
  const moves = Map.groupBy(await read<StoredMove>('move', MOVE, 't.seq, t.n'), ({ seq }) => seq);
  const lots = Map.groupBy(await read<StoredLot>('lot', LOT, 't.seq, t.n'), ({ seq }) => seq);
  const holds = new Map((await read<StoredHold>('hold', HOLD, 't.seq')).map((hold) => [hold.seq, hold]));
  return entries.map((entry) => {
    const { seq } = entry;
    return { ...entry, moves: moves.get(seq) ?? [], lots: lots.get(seq) ?? [], hold: holds.get(seq) };
  });
}
