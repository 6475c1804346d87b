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

/** What was decided asked for accounts that were not opened: nothing of it can be kept. */
export class NotOpen extends Error {
  readonly limited: Limited[];

  constructor(limited: Limited[]) {
    super('caps or budgets are asked for that were not opened');
    this.limited = limited;
  }
}

/**
 * Decides with the accounts opened that it turns out to need: what few need, nobody else waits for. Each try is a transaction
 * of its own, so that accounts are always locked before wallets.
 */
export async function withAccounts<T>(decide: (opened: Limited[]) => Promise<T>): Promise<T> {
  const opened: Limited[] = [];
  for (;;) {
    try {
      return await decide(opened);
    } catch (error) {
      if (!(error instanceof NotOpen)) throw error;
      opened.push(...error.limited);
    }
  }
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

/** As the table has them: versions may use a cap's code for another currency. */
const keyOf = ({ member, currency, cap, period }: Omit<CapUse, 'used'>): string =>
  [member, currency, cap, period].join(' ');

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
  readonly #unlocked = new Set<string>();
  readonly #missing: Limited[] = [];

  /** Locks budgets, in order, unless it is only to look: those of `needed`, and of the others those that have something left. */
  static async open(sql: Sql, others: Limited[], needed: Limited[], lock: boolean): Promise<LimitUse> {
    const use = new LimitUse();
    for (const occasion of [...others, ...needed]) {
      for (const one of usesOf(occasion)) use.#caps.set(keyOf(one), { ...one, used: 0 });
      for (const { account } of occasion.limits.budgets) {
        use.#budgets.set(account, { account, points: 0, money: Big(0), seq: 0 });
      }
    }
    if (lock)
      await use.#lockBudgets(
        sql,
        needed.flatMap(({ limits }) => limits.budgets.map(({ account }) => account)),
      );
    else await use.#readBudgets(sql, [...use.#budgets.keys()]);
    await use.#readCaps(sql);
    return use;
  }

  /** The accounts that the condition selects of some; by their names. */
  async #readBudgets(sql: Sql, accounts: string[], condition = '', values: unknown[] = []): Promise<string[]> {
    if (accounts.length === 0) return [];
    const rows = await sql.query<(Omit<BudgetUse, 'money'> & { money: string })[]>(
      `select account, points, money, seq from budget where account = any($1) ${condition}`,
      [accounts, ...values],
    );
    for (const row of rows) this.#budgets.set(row.account, { ...row, money: Big(row.money) });
    return rows.map(({ account }) => account);
  }

  /** Of a campaign that has nothing left nobody waits for another, for as long as it runs. */
  async #lockBudgets(sql: Sql, needed: string[]): Promise<void> {
    const LEFT = `and (account = any($2) or (points_max is null or points < points_max) and (money_max is null or money < money_max))
      order by account for no key update`;
    const accounts = [...this.#budgets.keys()].toSorted();
    let locked = await this.#readBudgets(sql, accounts, LEFT, [needed]);
    const rest = accounts.filter((account) => !locked.includes(account));
    const spent = await this.#readBudgets(sql, rest);
    if (locked.length + spent.length < accounts.length) {
      await sql.query('insert into budget (account) select unnest($1::text[]) on conflict do nothing', [accounts]);
      locked = await this.#readBudgets(sql, accounts, LEFT, [needed]);
    }
    for (const account of accounts) if (!locked.includes(account)) this.#unlocked.add(account);
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

  /** What is not is remembered: whatever is decided then, `checkOpen` throws. */
  #isOpen(occasion: Limited, changed: string[] = []): boolean {
    const isOpen =
      usesOf(occasion).every((use) => this.#caps.has(keyOf(use))) &&
      occasion.limits.budgets.every(({ account }) => this.#budgets.has(account)) &&
      !changed.some((account) => this.#unlocked.has(account));
    if (!isOpen) this.#missing.push(occasion);
    return isOpen;
  }

  /** Throws `NotOpen` when something was asked for that was not opened. */
  checkOpen(): void {
    if (this.#missing.length > 0) throw new NotOpen(this.#missing);
  }

  /** What they leave now. */
  rooms(occasion: Limited): Rooms {
    const rooms: Rooms = {};
    if (!this.#isOpen(occasion)) return rooms;
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
    const changes = occasion.limits.budgets
      .map((of) => ({ of, points: change(`budget:${of.account}`), money: change(`money:${of.account}`) }))
      .filter(({ points, money }) => !points.eq(0) || !money.eq(0));
    const changed = changes.map(({ of }) => of.account);
    if (!this.#isOpen(occasion, changed)) return;
    for (const key of usesOf(occasion)) {
      const by = change(`cap:${key.cap}`).toNumber();
      if (by === 0) continue;
      const use = this.#caps.get(keyOf(key))!;
      use.used = Math.max(0, use.used + by);
      this.#changedCaps.add(use);
    }
    for (const { of, points, money } of changes) {
      const { account } = of;
      const use = this.#budgets.get(account)!;
      use.points += points.toNumber();
      use.money = use.money.plus(money);
      use.seq += 1;
      // Not where it is given back, maybe under an earlier version that allowed less.
      if (points.gt(0) || money.gt(0)) this.#most.set(account, of);
      this.#moves.push({ account, seq: use.seq, origin, points: points.toNumber(), money: money.toFixed() });
    }
  }

  async save(tx: Sql): Promise<void> {
    this.checkOpen();
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
      const most = this.#most.get(account);
      const told = { points_max: most?.points, money_max: most?.money, takes: most !== undefined };
      return { account, points, money: money.toFixed(), seq, ...told };
    });
    await tx.query(
      `update budget b set points = c.points, money = c.money, seq = c.seq,
         points_max = case when takes then c.points_max else b.points_max end,
         money_max = case when takes then c.money_max else b.money_max end
       from jsonb_to_recordset($1)
         c(account text, points bigint, money numeric, seq bigint, points_max bigint, money_max numeric, takes boolean)
       where b.account = c.account`,
      [JSON.stringify(changed)],
    );
  }
}
