// What PostgreSQL has of a history's wallets, beside what the model says: entries, lots and balances, now and at every
// moment that has passed.
import { expect } from '@jest/globals';
import type { Sql } from '../../../subgraphs/shared/database.ts';
import { newId } from '../../../subgraphs/shared/id.ts';
import { settled, walletOf, type Ref, type WalletKey, type World } from './command.ts';
import type { Entry, Lot, Wallet } from './model.ts';
import { FUNDERS, instant, place, type Names } from './posting.ts';

const days = (at: string) => `round(extract(epoch from (${at} - $3::timestamptz)) / 86400, 3)::float`;

/** Balances and open lots, by wallet, at a.at. */
const SHOWN = `
  (select jsonb_object_agg(w.member_id || ' ' || w.currency, jsonb_build_array(pending, available, held, deficit))
     from wallets_at($1, $2, a.at) w) balances,
  (select jsonb_object_agg(member_id || ' ' || currency, lots) from (
     select member_id, currency, jsonb_agg(jsonb_build_array(seq, pending, remaining, ${days('expires_at')})
         order by seq, n) lots
       from lots_at($1, $2, a.at) where pending + remaining > 0 group by 1, 2) l) lots`;

/** What is written down of each wallet: entries after one, and lots as they are now. */
const WRITTEN = `
  (select coalesce(jsonb_agg(to_jsonb(e) order by e.seq), '[]') from (
     select seq, id, origin, kind, amount, moved, pending, available, held, deficit,
       (select jsonb_agg(jsonb_build_array((select count(*) from lot l where (l.member_id, l.currency) = (m.member_id, m.currency)
            and (l.seq, l.n) < (m.lot_seq, m.lot_n)), m.source, m.target, m.amount))
          from move m where (m.member_id, m.currency, m.seq) = (e.member_id, e.currency, e.seq)) moves
     from entry e where (e.member_id, e.currency) = (k.member_id, k.currency) and seq > k.after) e) entries,
  (select coalesce(jsonb_agg(jsonb_build_object('seq', seq, 'amount', amount, 'pending', pending, 'remaining', remaining,
      'held', held, 'reversed', reversed, 'earned', ${days('earned_at')}, 'activates', ${days('activates_at')},
      'cancels', ${days('cancels_at')}, 'expires', ${days('expires_at')}, 'funder', funder) order by seq, n), '[]')
     from lot l where (l.member_id, l.currency) = (k.member_id, k.currency)) lots`;

/** Prepared once for all histories, since planning them costs more than their answers. */
export const PREPARE = [
  `prepare shown(uuid[], text[], timestamptz, timestamptz[]) as
   select clock() at, ${SHOWN} from unnest($4) with ordinality a(at, n) order by a.n`,
  `prepare written(uuid[], text[], timestamptz, bigint[]) as
   select ${WRITTEN} from unnest($1, $2, $4) with ordinality k(member_id, currency, after, n) order by k.n`,
];

type Shown = Record<WalletKey, { balances: number[]; lots: unknown[] }>;
interface ShownRow {
  at: string;
  balances: Record<string, number[]> | null;
  lots: Record<string, unknown[]> | null;
}
export interface WrittenEntry extends Omit<Entry, 'moves'> {
  seq: number;
  id: string;
  origin: string | null;
  moves: unknown[];
}
interface WrittenRow {
  entries: WrittenEntry[];
  lots: (Record<string, unknown> & { seq: number; reversed: number; funder: string | null })[];
}

const literal = (values: (string | number | null)[], type: string) =>
  `array[${values.map((value) => (value === null ? 'null' : `'${value}'`)).join(', ')}]::${type}[]`;

/** Moves of an entry in whatever order; comparable. */
const sorted = (moves: unknown[]) => moves.map((move) => JSON.stringify(move)).toSorted();

/** As the ledger would tell it. */
export const told = ({ moves, ...entry }: Entry) => ({
  ...entry,
  moves: sorted(moves.map(({ lot, source, target, amount }) => [lot, source, target, amount])),
});
export const heard = ({ seq: _seq, id: _id, origin: _origin, ...entry }: WrittenEntry) => ({
  ...entry,
  moves: sorted(entry.moves),
});

/** In one place, so that each failure reads alike. */
export function expectAgreed(found: unknown, expected: unknown): void {
  expect(found).toEqual(expected);
}

/** What is reversed of an entry's lots counts together. */
const reversedBySeq = (lots: { seq: number; reversed: number }[]) =>
  Object.fromEntries(
    [...Map.groupBy(lots, (lot) => lot.seq)].map(([seq, made]) => [
      seq,
      made.reduce((sum, lot) => sum + lot.reversed, 0),
    ]),
  );

export class Witness {
  readonly names: Names;
  readonly wallets: WalletKey[];
  /** The connection that is prepared. */
  readonly #sql: Sql;
  readonly #past: { at: string; shown: Shown }[] = [];
  readonly #ids: Record<string, { id: string; origin: string | null }[]>;

  constructor(sql: Sql, wallets: WalletKey[], start: number) {
    this.#sql = sql;
    this.wallets = wallets;
    const count = new Set(wallets.map((wallet) => wallet.split(' ')[0])).size;
    // In order, as batches lock them.
    const members = Array.from({ length: count }, newId).toSorted();
    this.#ids = Object.fromEntries(wallets.map((wallet) => [wallet, []]));
    const entry = ({ wallet, seq }: Ref) => this.#ids[wallet]![seq - 1] ?? { id: newId(), origin: null };
    this.names = { members, start, entry };
  }

  /** The first parameters of what is prepared. */
  #keys(wallets: WalletKey[]): string {
    const places = wallets.map((wallet) => place(this.names, wallet));
    const members = places.map(({ member }) => member);
    const currencies = places.map(({ currency }) => currency);
    return [literal(members, 'uuid'), literal(currencies, 'text'), `'${instant(this.names, 0)}'`].join(', ');
  }

  /** Entries that the ledger has and the model has not, by wallet. */
  async written(world: World, wallets: WalletKey[]): Promise<Record<WalletKey, WrittenRow>> {
    const after = wallets.map((wallet) => walletOf(world, wallet).entries.length);
    const rows = await this.#sql.query<WrittenRow[]>(
      `execute written(${this.#keys(wallets)}, ${literal(after, 'bigint')})`,
    );
    return Object.fromEntries(wallets.map((wallet, index) => [wallet, rows[index]!]));
  }

  /** What the ledger answers of entries, so that later commands can name them. */
  learn(wallet: WalletKey, entries: WrittenEntry[]): void {
    for (const { seq, id, origin } of entries) this.#ids[wallet]![seq - 1] = { id, origin };
  }

  idsOf = (entries: Ref[]): string[] => entries.map((ref) => this.names.entry(ref).id);

  /**
   * Everything is as the world before says of what it had, and as the world says now; whether what fell due is written
   * down already is nobody's business. Answers the world as it is written.
   */
  async look(before: World, world: World, day: number, at: WalletKey[] = this.wallets): Promise<World> {
    const rows = await this.written(before, at);
    const wallets = { ...world.wallets };
    for (const wallet of at) {
      const { entries, lots } = rows[wallet]!;
      const known = walletOf(before, wallet).entries.length;
      const isBehind = known + entries.length > walletOf(world, wallet).entries.length;
      const expected: Wallet = isBehind ? settled(world, wallet, day) : walletOf(world, wallet);
      expectAgreed(
        { wallet, entries: entries.map(heard) },
        {
          wallet,
          entries: expected.entries.slice(known).map(told),
        },
      );
      expectAgreed(
        lots.map(({ reversed: _reversed, funder, ...lot }) => ({
          ...lot,
          funder: funder && FUNDERS.indexOf(funder) + 1,
        })),
        expected.lots.map(({ reversed: _reversed, cancelled: _cancelled, ...lot }) => lot),
      );
      expectAgreed(reversedBySeq(lots), reversedBySeq(expected.lots));
      this.learn(wallet, entries);
      if (isBehind) wallets[wallet] = expected;
    }
    const now = { ...world, wallets };
    const [shown] = await this.#shown([null], at);
    expectAgreed(shown!.shown, this.#expected(now, day, at));
    this.#past.push({ at: shown!.at, shown: this.#expected(now, day) });
    return now;
  }

  /** Days on which nobody looks are asked about afterwards. */
  pass(world: World, from: number, to: number): void {
    for (let day = from + 1; day <= to; day += 1) {
      this.#past.push({ at: instant(this.names, day), shown: this.#expected(world, day) });
    }
  }

  /** What was shown at every moment is what is shown of it now. */
  async remember(): Promise<void> {
    const seen = await this.#shown(
      this.#past.map(({ at }) => at),
      this.wallets,
    );
    expectAgreed(
      seen.map(({ shown }) => shown),
      this.#past.map(({ shown }) => shown),
    );
  }

  async #shown(at: (string | null)[], wallets: WalletKey[]): Promise<{ at: string; shown: Shown }[]> {
    const rows = await this.#sql.query<ShownRow[]>(
      `execute shown(${this.#keys(wallets)}, ${literal(at, 'timestamptz')})`,
    );
    const names = wallets.map((wallet) => {
      const { member, currency } = place(this.names, wallet);
      return [wallet, `${member} ${currency}`] as const;
    });
    return rows.map((row) => ({
      at: row.at,
      shown: Object.fromEntries(
        names.map(([wallet, name]) => [
          wallet,
          { balances: row.balances?.[name] ?? [0, 0, 0, 0], lots: row.lots?.[name] ?? [] },
        ]),
      ),
    }));
  }

  #expected = (world: World, day: number, wallets: WalletKey[] = this.wallets): Shown =>
    Object.fromEntries(wallets.map((wallet) => [wallet, shownOf(settled(world, wallet, day))]));
}

function shownOf({ pending, available, held, deficit, idle, lots }: Wallet) {
  // Inactivity ends what is available, whatever its lot says.
  const ends = ({ remaining, expires }: Lot) =>
    idle !== null && remaining > 0 ? Math.min(idle, expires ?? Infinity) : expires;
  const open = lots.filter((lot) => lot.pending + lot.remaining > 0);
  return {
    balances: [pending, available, held, deficit],
    lots: open.map((lot) => [lot.seq, lot.pending, lot.remaining, ends(lot)]),
  };
}
