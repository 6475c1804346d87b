// What caps have let through to members in their periods (L15), in one transaction under the members' locks. A return
// gives room back in the period in which the purchase had taken it.
import type { Sql } from '../../shared/database.ts';
import { capPeriod } from '../ledger/cap.rules.ts';
import type { Programme } from '../programme.ts';

interface Use {
  member: string;
  cap: string;
  period: string;
  used: number;
}

const keyOf = ({ member, cap, period }: Omit<Use, 'used'>): string => `${member} ${cap} ${period}`;

/** Caps of the currency that purchases earn, as they stand for the members and instants of a batch. */
export class CapUse {
  readonly #programme: Programme;
  readonly #uses = new Map<string, Use>();
  readonly #changed = new Set<Use>();

  private constructor(programme: Programme) {
    this.#programme = programme;
  }

  static async read(
    tx: Sql,
    programme: Programme,
    moments: { memberId: string | null; occurredAt: string }[],
  ): Promise<CapUse> {
    const caps = new CapUse(programme);
    for (const { memberId, occurredAt } of moments) {
      if (memberId === null) continue;
      for (const use of caps.#periods(memberId, occurredAt)) caps.#uses.set(keyOf(use), { ...use, used: 0 });
    }
    if (caps.#uses.size === 0) return caps;
    const wanted = [...caps.#uses.values()];
    const stored = await tx.query<Use[]>(
      `select u.member_id "member", u.cap, u.period, u.used
       from unnest($1::uuid[], $2::text[], $3::date[]) w(member_id, cap, period)
       join cap_use u on u.member_id = w.member_id and u.currency = $4 and u.cap = w.cap and u.period = w.period`,
      [
        wanted.map(({ member }) => member),
        wanted.map(({ cap }) => cap),
        wanted.map(({ period }) => period),
        programme.earning.currency,
      ],
    );
    for (const use of stored) caps.#uses.set(keyOf(use), use);
    return caps;
  }

  #periods(member: string, at: string): Omit<Use, 'used'>[] {
    const { currencies, earning, timeZone } = this.#programme;
    const { caps = [] } = currencies.find(({ code }) => code === earning.currency)!;
    return caps.flatMap(({ code, per }) =>
      per === 'purchase' ? [] : [{ member, cap: code, period: capPeriod(per, at, timeZone) }],
    );
  }

  /** What each cap, by its code, has let through in the period of an instant. */
  before(memberId: string, at: string): Map<string, number> {
    return new Map(this.#periods(memberId, at).map((use) => [use.cap, this.#uses.get(keyOf(use))!.used]));
  }

  /** Points of a currency that were given at an instant; below 0, taken back. */
  count(memberId: string, currency: string, at: string, points: number): void {
    if (currency !== this.#programme.earning.currency) return;
    for (const period of this.#periods(memberId, at)) {
      const use = this.#uses.get(keyOf(period))!;
      use.used = Math.max(0, use.used + points);
      this.#changed.add(use);
    }
  }

  async save(tx: Sql): Promise<void> {
    if (this.#changed.size === 0) return;
    await tx.query(
      `insert into cap_use (member_id, currency, cap, period, used)
       select u."member", $2, u.cap, u.period, u.used
       from jsonb_to_recordset($1) u("member" uuid, cap text, period date, used bigint)
       on conflict (member_id, currency, cap, period) do update set used = excluded.used`,
      [JSON.stringify([...this.#changed]), this.#programme.earning.currency],
    );
  }
}
