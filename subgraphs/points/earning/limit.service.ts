// What caps (L15) and budgets (E5) have let through, in one transaction under the members' locks: what they leave, and what
// is taken of them or given back. A budget is an account: its row is locked after the members', before any wallet, so that
// it cannot be overspent; what changes it is appended as a move of its own.
import { Big } from 'big.js';
import type { Sql } from '../../shared/database.ts';
import { capPeriod } from '../ledger/cap.rules.ts';
import type { Rooms } from './facts.rules.ts';
import type { Limits } from './limit.rules.ts';

/** What an occasion of a member can touch. */
export interface Limited {
  memberId: string;
  /** When it happened: caps count in its period. */
  at: string;
  timeZone: string;
  limits: Limits;
}

interface CapUse {
  member: string;
  currency: string;
  cap: string;
  period: string;
  used: number;
}

interface BudgetUse {
  account: string;
  points: number;
  money: Big;
  seq: number;
}

interface BudgetMove {
  account: string;
  seq: number;
  origin: string;
  points: number;
  money: string;
}

const keyOf = ({ member, cap, period }: Omit<CapUse, 'used'>): string => `${member} ${cap} ${period}`;

const usesOf = ({ memberId: member, at, timeZone, limits }: Limited): Omit<CapUse, 'used'>[] =>
  limits.caps.flatMap(({ code: cap, currency, per }) =>
    per === 'purchase' ? [] : [{ member, currency, cap, period: capPeriod(per, at, timeZone) }],
  );

export class LimitUse {
  readonly #caps = new Map<string, CapUse>();
  readonly #budgets = new Map<string, BudgetUse>();
  readonly #most = new Map<string, { points: number | null; money: string | null }>();
  readonly #changedCaps = new Set<CapUse>();
  readonly #moves: BudgetMove[] = [];

  /** Budgets are locked, in order, unless it is only to look. */
  static async open(sql: Sql, occasions: Limited[], lock: boolean): Promise<LimitUse> {
    const use = new LimitUse();
    for (const occasion of occasions) {
      for (const one of usesOf(occasion)) use.#caps.set(keyOf(one), { ...one, used: 0 });
      for (const { account } of occasion.limits.budgets) {
        use.#budgets.set(account, { account, points: 0, money: Big(0), seq: 0 });
      }
    }
    await use.#readBudgets(sql, lock);
    await use.#readCaps(sql);
    return use;
  }

  async #readBudgets(sql: Sql, lock: boolean): Promise<void> {
    const accounts = [...this.#budgets.keys()].toSorted();
    if (accounts.length === 0) return;
    const read = `select account, points, money, seq from budget where account = any($1) order by account`;
    type Row = Omit<BudgetUse, 'money'> & { money: string };
    let rows = await sql.query<Row[]>(lock ? `${read} for no key update` : read, [accounts]);
    if (lock && rows.length < accounts.length) {
      await sql.query('insert into budget (account) select unnest($1::text[]) on conflict do nothing', [accounts]);
      rows = await sql.query<Row[]>(`${read} for no key update`, [accounts]);
    }
    for (const row of rows) this.#budgets.set(row.account, { ...row, money: Big(row.money) });
  }

  async #readCaps(sql: Sql): Promise<void> {
    if (this.#caps.size === 0) return;
    const wanted = [...this.#caps.values()];
    const stored = await sql.query<CapUse[]>(
      `select u.member_id "member", u.currency, u.cap, u.period, u.used
       from unnest($1::uuid[], $2::text[], $3::text[], $4::date[]) w(member_id, currency, cap, period)
       join cap_use u using (member_id, currency, cap, period)`,
      [
        wanted.map(({ member }) => member),
        wanted.map(({ currency }) => currency),
        wanted.map(({ cap }) => cap),
        wanted.map(({ period }) => period),
      ],
    );
    for (const use of stored) this.#caps.set(keyOf(use), use);
  }

  /** What they leave now. */
  rooms(occasion: Limited): Rooms {
    const rooms: Rooms = {};
    const most = new Map(occasion.limits.caps.map(({ code, max }) => [code, max]));
    for (const use of usesOf(occasion)) {
      rooms[`cap:${use.cap}`] = String(Math.max(0, most.get(use.cap)! - this.#caps.get(keyOf(use))!.used));
    }
    for (const { account, points, money } of occasion.limits.budgets) {
      const used = this.#budgets.get(account)!;
      if (points !== null) rooms[`budget:${account}`] = String(Math.max(0, points - used.points));
      const left = money === null ? null : Big(money).minus(used.money);
      if (left !== null) rooms[`money:${account}`] = left.lt(0) ? '0' : left.toFixed();
    }
    return rooms;
  }

  /** Between two countings of one occasion: what it takes now instead of what it had taken. */
  count(occasion: Limited, before: Rooms, after: Rooms, origin: string): void {
    const change = (key: string): Big => Big(after[key] ?? 0).minus(before[key] ?? 0);
    for (const key of usesOf(occasion)) {
      const by = change(`cap:${key.cap}`).toNumber();
      if (by === 0) continue;
      const use = this.#caps.get(keyOf(key))!;
      use.used = Math.max(0, use.used + by);
      this.#changedCaps.add(use);
    }
    for (const { account, points: pointsMax, money: moneyMax } of occasion.limits.budgets) {
      const points = change(`budget:${account}`);
      const money = change(`money:${account}`);
      if (points.eq(0) && money.eq(0)) continue;
      const use = this.#budgets.get(account)!;
      use.points += points.toNumber();
      use.money = use.money.plus(money);
      use.seq += 1;
      this.#most.set(account, { points: pointsMax, money: moneyMax });
      this.#moves.push({ account, seq: use.seq, origin, points: points.toNumber(), money: money.toFixed() });
    }
  }

  async save(tx: Sql): Promise<void> {
    if (this.#changedCaps.size > 0) {
      await tx.query(
        `insert into cap_use (member_id, currency, cap, period, used)
         select u."member", u.currency, u.cap, u.period, u.used
         from jsonb_to_recordset($1) u("member" uuid, currency text, cap text, period date, used bigint)
         on conflict (member_id, currency, cap, period) do update set used = excluded.used`,
        [JSON.stringify([...this.#changedCaps])],
      );
    }
    if (this.#moves.length === 0) return;
    await tx.query(
      `insert into budget_move (account, seq, origin, points, money)
       select account, seq, origin, points, money
       from jsonb_to_recordset($1) m(account text, seq bigint, origin uuid, points bigint, money numeric)`,
      [JSON.stringify(this.#moves)],
    );
    const changed = [...new Set(this.#moves.map(({ account }) => account))].map((account) => {
      const { points, money, seq } = this.#budgets.get(account)!;
      const most = this.#most.get(account)!;
      return { account, points, money: money.toFixed(), seq, points_max: most.points, money_max: most.money };
    });
    await tx.query(
      `update budget b set points = c.points, money = c.money, seq = c.seq, points_max = c.points_max, money_max = c.money_max
       from jsonb_to_recordset($1)
         c(account text, points bigint, money numeric, seq bigint, points_max bigint, money_max numeric)
       where b.account = c.account`,
      [JSON.stringify(changed)],
    );
  }
}
