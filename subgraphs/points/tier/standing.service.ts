// Where members stand on the ladder, in one transaction. A standing's row is the lock under which a member's purchases are
// taken one by one; the tier moves in the transaction of what moves it, and what time has moved meanwhile goes before.
import { Big } from 'big.js';
import { now } from '../../shared/clock.ts';
import type { Sql } from '../../shared/database.ts';
import { dayOf } from '../ledger/calendar.rules.ts';
import type { Programme } from '../programme/programme.rules.ts';
import { heldRanks, rankOn, type Granted } from './claim.rules.ts';
import { asksForDays, bonusesOf, climbersOf, momentOf, type Bonus, type StandingRow } from './facts.service.ts';
import { dueAt, isUp, recordedAt, stepTo, stepWithTime } from './tier.rules.ts';
import type { Change, Climber, Move, Step } from './tier.rules.ts';
import { addDay, BEGINNING, type Counted } from './window.rules.ts';

export type { Move };

interface Standing extends Climber {
  spend: Big;
  purchases: number;
  recorded: number;
  granted: boolean;
  /** Steps that time has brought and that no answer has told yet. */
  untold: Step[];
  changed: boolean;
}

const COLUMNS = `member_id "memberId", spend, purchases, recorded, enrolled_on "enrolledOn", evaluated_at "evaluatedAt", granted`;

export class Standings {
  readonly now: string;
  readonly programme: Programme;
  /** Day of the programme. */
  readonly today: string;
  readonly #byMember: Map<string, Standing>;
  /** By step. */
  readonly #bonuses = new Map<string, Bonus>();
  readonly #days: (Omit<Counted, 'points'> & { memberId: string; returned: boolean })[] = [];
  readonly #steps: (Step & { memberId: string })[] = [];

  private constructor(programme: Programme, at: string, standings: Standing[]) {
    this.programme = programme;
    this.now = at;
    this.today = dayOf(at, programme.timeZone);
    this.#byMember = new Map(standings.map((standing) => [standing.memberId, standing]));
  }

  /** Locks the members in order, so that no two transactions can wait for each other. */
  static async lock(tx: Sql, members: string[], programme: Programme): Promise<Standings> {
    const ids = [...new Set(members)].toSorted();
    if (ids.length === 0) return new Standings(programme, await now(tx), []);
    await tx.query('insert into standing (member_id) select unnest($1::uuid[]) on conflict do nothing', [ids]);
    const rows = await tx.query<StandingRow[]>(
      `select ${COLUMNS} from standing where member_id = any($1) order by member_id for no key update`,
      [ids],
    );
    return Standings.#open(tx, rows, programme);
  }

  /** To look only: no lock, nothing is written. */
  static async read(sql: Sql, members: readonly string[], programme: Programme): Promise<Standings> {
    const ids = [...new Set(members)];
    const rows = await sql.query<StandingRow[]>(`select ${COLUMNS} from standing where member_id = any($1)`, [ids]);
    const known = new Map(rows.map((row) => [row.memberId, row]));
    const none = { spend: '0', purchases: 0, recorded: 0, enrolledOn: null, evaluatedAt: null, granted: false };
    return Standings.#open(
      sql,
      ids.map((memberId) => known.get(memberId) ?? { memberId, ...none }),
      programme,
    );
  }

  static async #open(sql: Sql, rows: StandingRow[], programme: Programme): Promise<Standings> {
    const members = rows.map(({ memberId }) => memberId);
    const { now: at, steps } = await momentOf(sql, members, programme.tiers.levels);
    const climbers = await climbersOf(sql, rows, programme, dayOf(at, programme.timeZone), steps);
    const standings = climbers.map((climber, index) => {
      const { spend, purchases, recorded, granted } = rows[index]!;
      return { ...climber, spend: Big(spend), purchases, recorded, granted, untold: [], changed: false };
    });
    return new Standings(programme, at, standings);
  }

  /** What levels gave before: only what undoes steps needs it. */
  async loadBonuses(sql: Sql): Promise<void> {
    const bonuses = await bonusesOf(sql, [...this.#byMember.values()], this.programme);
    for (const [step, bonus] of bonuses) this.gave(step, bonus);
  }

  #of(memberId: string): Standing {
    const standing = this.#byMember.get(memberId);
    if (standing === undefined) throw new Error(`${memberId} is not locked`);
    if (standing.evaluatedAt !== this.now) standing.untold.push(...stepWithTime(this.programme, standing, this.now));
    return standing;
  }

  /** What the ladder counts of a member, and the steps that it has taken until now. */
  climber = (memberId: string): Climber => this.#of(memberId);

  /** Code of the member's tier at an instant: of now, when it is ahead. */
  tierAt(memberId: string, at: string): string {
    const { levels } = this.programme.tiers;
    return levels[recordedAt(levels, this.#of(memberId).steps, at)]!.code;
  }

  /** How many of its purchases are kept. */
  purchasesBefore = (memberId: string): number => this.#of(memberId).purchases;

  /** How many of its purchases have ever been counted: a number that never comes again. */
  recorded = (memberId: string): number => this.#of(memberId).recorded;

  /** Day of the programme; null: no event has told of it yet. */
  enrolledOn = (memberId: string): string | null => this.#of(memberId).facts.enrolledOn;

  /** Takes the steps that are due; those that time has brought, and nobody has been told of, come first. */
  #step(standing: Standing, at: string, origin: string | null, returned = false): Move[] {
    const untold = standing.untold.splice(0);
    const steps = stepTo(this.programme, standing, rankOn(standing.ranks, this.today), at, origin);
    standing.changed = true;
    this.#steps.push(...[...untold, ...steps].map((step) => ({ ...step, memberId: standing.memberId })));
    const { levels } = this.programme.tiers;
    return [
      ...untold.map((step) => ({ ...step, up: isUp(levels, step), returned: false })),
      ...steps.map((step) => ({ ...step, up: isUp(levels, step), returned })),
    ];
  }

  /** Counts a purchase, a return, an event, a bonus: the moves that it causes, after those that time had brought before. */
  count(memberId: string, change: Change): Move[] {
    const standing = this.#of(memberId);
    const { tiers, timeZone } = this.programme;
    const { at, earnedAt = at, origin, spend, purchases, returned } = change;
    const day = dayOf(earnedAt, timeZone);
    const points = change.points[tiers.currency ?? ''] ?? 0;
    standing.spend = standing.spend.plus(spend);
    standing.purchases += purchases;
    standing.recorded += Math.max(0, purchases);
    if (!spend.eq(0) || purchases !== 0) this.#days.push({ memberId, day, spend, purchases, returned });
    const { counted, balances } = standing.facts;
    if (!returned || tiers.returns === 'undo') {
      const on = day > this.today ? this.today : day;
      addDay(counted, { day: asksForDays(tiers) ? on : BEGINNING, spend, purchases, points: 0 });
      addDay(counted, { day: on, spend: Big(0), purchases: 0, points });
    }
    if (points !== 0) balances.push({ day: this.today, balance: (balances.at(-1)?.balance ?? 0) + points });
    standing.ranks = heldRanks(tiers, standing.facts);
    return this.#step(standing, at, origin, returned);
  }

  /** Steps that something caused, and those that followed from what these gave; none of a member that is not here. */
  causedBy(memberId: string | null, origin: string): string[] {
    const causes = new Set<string | null>([origin]);
    const steps = this.#byMember.get(memberId ?? '')?.steps ?? [];
    return steps.flatMap(({ id, origin: cause }) => (causes.has(cause) && causes.add(id) ? [id] : []));
  }

  /** Takes the steps that time has brought. */
  settle = (memberId: string): Move[] => this.#step(this.#of(memberId), this.now, null);

  /** A person gives a tier, or with `ended` takes it back. */
  grant(memberId: string, grant: Granted, ended = false): Move[] {
    const standing = this.#of(memberId);
    const { facts } = standing;
    facts.grants = facts.grants.filter(({ id }) => id !== grant.id);
    if (!ended) facts.grants.push(grant);
    standing.granted = true;
    standing.ranks = heldRanks(this.programme.tiers, facts);
    return this.#step(standing, this.now, grant.id);
  }

  /** Of a move down that a return caused: the move up that it undoes, with its bonus if that still stands. Once for each. */
  undone(memberId: string, move: Move): (Bonus & { id: string; at: string })[] {
    const { levels, returns } = this.programme.tiers;
    if (!move.returned || move.up || returns === 'keep') return [];
    const { steps } = this.#of(memberId);
    const before = steps.slice(
      0,
      steps.findIndex(({ id }) => id === move.id),
    );
    const up = before.findLast((step) => step.to === move.from && isUp(levels, step));
    const bonus = up && this.#bonuses.get(up.id);
    if (bonus === undefined) return [];
    this.#bonuses.delete(up!.id);
    return [{ id: up!.id, at: bonus.limited.at, ...bonus }];
  }

  /** Remembers the bonus of a step, so that a return can undo it. */
  gave(step: string, bonus: Bonus): void {
    this.#bonuses.set(step, bonus);
  }

  async save(tx: Sql): Promise<void> {
    const changed = [...this.#byMember.values()].filter((standing) => standing.changed);
    if (changed.length === 0) return;
    await tx.query(
      `update standing s set spend = c.spend, purchases = c.purchases, recorded = c.recorded, tier = c.tier, granted = c.granted,
         evaluated_at = $2, due_at = c.due_at
       from jsonb_to_recordset($1)
         c(member_id uuid, spend numeric, purchases int, recorded int, tier text, granted boolean, due_at timestamptz)
       where s.member_id = c.member_id`,
      [
        JSON.stringify(
          changed.map((standing) => ({
            member_id: standing.memberId,
            spend: standing.spend.toFixed(),
            purchases: standing.purchases,
            recorded: standing.recorded,
            tier: standing.steps.at(-1)?.to ?? null,
            granted: standing.granted,
            due_at: dueAt(this.programme, standing, this.today),
          })),
        ),
        this.now,
      ],
    );
    await this.#saveDays(tx);
    if (this.#steps.length === 0) return;
    await tx.query(
      `insert into tier_change (id, member_id, tier_from, tier_to, occurred_at, origin, taken)
       select id, "memberId", "from", "to", "at", origin, coalesce(taken, '{}') from jsonb_to_recordset($1)
         m(id uuid, "memberId" uuid, "from" text, "to" text, "at" timestamptz, origin uuid, taken jsonb)`,
      [JSON.stringify(this.#steps.map((step) => ({ ...step, taken: this.#bonuses.get(step.id)?.taken })))],
    );
  }

  /** What was bought and what came back are kept apart, each on the day of the purchase. */
  async #saveDays(tx: Sql): Promise<void> {
    if (this.#days.length === 0) return;
    await tx.query(
      `insert into tier_day as d (member_id, day, spend, spend_returned, purchases, purchases_returned)
       select "memberId", day, coalesce(sum(spend) filter (where not returned), 0), coalesce(-sum(spend) filter (where returned), 0),
         coalesce(sum(purchases) filter (where not returned), 0), coalesce(-sum(purchases) filter (where returned), 0)
       from jsonb_to_recordset($1) c("memberId" uuid, day date, spend numeric, purchases int, returned boolean)
       group by "memberId", day
       on conflict (member_id, day) do update set spend = d.spend + excluded.spend, purchases = d.purchases + excluded.purchases,
         spend_returned = d.spend_returned + excluded.spend_returned,
         purchases_returned = d.purchases_returned + excluded.purchases_returned`,
      [JSON.stringify(this.#days.map(({ spend, ...day }) => ({ ...day, spend: spend.toFixed() })))],
    );
  }
}
