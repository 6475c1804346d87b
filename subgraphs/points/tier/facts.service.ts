// Reads what the ladder counts of members: one statement for each table that the scheme looks at.
import { Big } from 'big.js';
import type { Instant, Sql } from '../../shared/database.ts';
import type { Rooms } from '../earning/facts.rules.ts';
import type { Limited } from '../earning/limit.service.ts';
import type { Programme } from '../programme/programme.rules.ts';
import { programmesByVersion } from '../programme/programme.service.ts';
import type { TierScheme } from '../programme/tier.rules.ts';
import { stepLimited } from './bonus.service.ts';
import { heldRanks, type Granted } from './claim.rules.ts';
import { rankOf, type Climber, type Given, type Step } from './tier.rules.ts';
import { addDay, BEGINNING, type Balance, type Counted } from './window.rules.ts';

export interface StandingRow {
  memberId: string;
  /** What is kept of all purchases, in the base currency. */
  spend: string;
  purchases: number;
  /** Purchases that were ever counted. */
  recorded: number;
  enrolledOn: string | null;
  evaluatedAt: Instant | null;
  granted: boolean;
}

/** What reaching a level gave and is not taken back, and what that took of caps and budgets. */
export interface Bonus {
  given: Given;
  taken: Rooms;
  /** Those caps and budgets, as they were then: what a later version calls them does not matter. */
  limited: Limited;
}

type Metric = keyof NonNullable<TierScheme['levels'][number]['from']>;

export const asksFor = ({ levels }: TierScheme, ...metrics: Metric[]): boolean =>
  levels.some(({ from }) => metrics.some((metric) => from?.[metric] !== undefined));

/** Whether a scheme has to know on which day something was bought: sums of a lifetime that returns lower need no days. */
export const asksForDays = (scheme: TierScheme): boolean =>
  asksFor(scheme, 'spend', 'purchases') &&
  (scheme.window !== 'lifetime' || scheme.keep !== 'window' || scheme.returns === 'keep');

/** The moment, and the steps of members until then: one statement, which comes after their locks. */
export async function momentOf(
  sql: Sql,
  members: readonly string[],
  levels: TierScheme['levels'],
): Promise<{ now: Instant; steps: Map<string, Step[]> }> {
  type Row = Omit<Step, 'from'> & { memberId: string; from: string | null };
  const [row] = await sql.query<{ now: Instant; steps: Row[] }[]>(
    `select clock() "now", coalesce((select jsonb_agg(jsonb_build_object('memberId', member_id, 'id', id, 'from', tier_from,
       'to', tier_to, 'at', to_char(occurred_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'), 'origin', origin) order by id)
       from tier_change where member_id = any($1)), '[]') steps`,
    [members],
  );
  const steps = row!.steps.map(({ from, ...step }) => ({ ...step, from: from ?? levels[0]!.code }));
  return { now: row!.now, steps: Map.groupBy(steps, ({ memberId }) => memberId) };
}

/** Grants that nobody has ended. */
async function grantsOf(sql: Sql, standings: StandingRow[], { tiers: { levels }, timeZone }: Programme) {
  const members = standings.filter(({ granted }) => granted).map(({ memberId }) => memberId);
  if (members.length === 0) return [];
  type Row = Omit<Granted, 'rank'> & { memberId: string; tier: string };
  const rows = await sql.query<Row[]>(
    `select member_id "memberId", id, tier, (granted_at at time zone $2)::date "from", last_day + 1 until from tier_grant g
     where member_id = any($1) and not exists (select from tier_grant_end e where e.grant_id = g.id) order by id`,
    [members, timeZone],
  );
  return rows.map(({ tier, ...grant }) => ({ ...grant, rank: rankOf(levels, tier) }));
}

type Day = { memberId: string; day: string };

async function daysOf(sql: Sql, standings: StandingRow[], scheme: TierScheme): Promise<(Counted & Day)[]> {
  type Row = Omit<Counted, 'spend'> & Day & { spend: string };
  const rows: Row[] = asksForDays(scheme)
    ? await sql.query<Row[]>(
        `select member_id "memberId", day, case when $2 then spend else spend - spend_returned end spend,
           case when $2 then purchases else purchases - purchases_returned end purchases, 0 points
         from tier_day where member_id = any($1)`,
        [standings.map(({ memberId }) => memberId), scheme.returns === 'keep'],
      )
    : standings.map(({ memberId, spend, purchases }) => ({ memberId, day: BEGINNING, spend, purchases, points: 0 }));
  return rows.map((row) => ({ ...row, spend: Big(row.spend) }));
}

/** Points by the day on which they became usable; what was taken back while it waited never was. */
async function pointsOf(sql: Sql, members: string[], { tiers, timeZone }: Programme): Promise<(Counted & Day)[]> {
  if (!asksFor(tiers, 'points')) return [];
  const rows = await sql.query<(Day & { points: number })[]>(
    `select l.member_id "memberId", (usable.at at time zone $3)::date "day",
       sum(l.amount - case when $4 then coalesce((
         select sum(m.amount) from move m where m.member_id = l.member_id and m.currency = l.currency
           and m.lot_seq = l.seq and m.lot_n = l.n and m.source = 'PENDING' and m.target = 'REVERSED' and l.reversed > 0), 0)
         else l.reversed end)::bigint points
     from lot l join entry e using (member_id, currency, seq)
     cross join lateral (select case when l.cancels_at is null then coalesce(l.activates_at, l.earned_at) else (
       select c.effective_at from entry c
       where c.member_id = l.member_id and c.currency = l.currency and c.origin = e.origin and c.kind = 'ACTIVATE') end as at) usable
     where l.member_id = any($1) and l.currency = $2 and e.kind = 'EARN' and usable.at <= clock()
     group by l.member_id, "day"`,
    [members, tiers.currency, timeZone, tiers.returns === 'keep'],
  );
  return rows.map((row) => ({ ...row, spend: Big(0), purchases: 0 }));
}

/** Balances at the ends of days, and now. */
async function balancesOf(
  sql: Sql,
  members: string[],
  { tiers, timeZone }: Programme,
  today: string,
): Promise<(Balance & Day)[]> {
  if (!asksFor(tiers, 'status')) return [];
  const before = await sql.query<(Balance & Day)[]>(
    `select distinct on (member_id, day) member_id "memberId", day, available - deficit balance
     from (select *, (case when actor_id = 'clock' then effective_at else recorded_at end at time zone $3)::date as day
           from entry where member_id = any($1) and currency = $2) e
     where day < $4 order by member_id, day, seq desc`,
    [members, tiers.currency, timeZone, today],
  );
  const now = await sql.query<(Balance & Day)[]>(
    `select member_id "memberId", $3 "day", available - deficit balance
     from wallets_at($1::uuid[], array_fill($2::text, array[cardinality($1::uuid[])]), null)`,
    [members, tiers.currency, today],
  );
  return [...before, ...now];
}

/** One row for each day; what is dated ahead of today counts today. */
function byDay(rows: Counted[], today: string): Counted[] {
  const days: Counted[] = [];
  const past = rows.map((row) => (row.day > today ? { ...row, day: today } : row));
  for (const row of past.toSorted((a, b) => (a.day < b.day ? -1 : 1))) addDay(days, row);
  return days;
}

/** In the order of the standings. */
export async function climbersOf(
  sql: Sql,
  standings: StandingRow[],
  programme: Programme,
  today: string,
  steps: Map<string, Step[]>,
): Promise<Climber[]> {
  const members = standings.map(({ memberId }) => memberId);
  const of = <Row extends { memberId: string }>(rows: Row[]) => Map.groupBy(rows, ({ memberId }) => memberId);
  const grants = of(await grantsOf(sql, standings, programme));
  const days = await daysOf(sql, standings, programme.tiers);
  const counted = of([...days, ...(await pointsOf(sql, members, programme))]);
  const balances = of(await balancesOf(sql, members, programme, today));
  return standings.map(({ memberId, evaluatedAt, enrolledOn }) => {
    const facts = {
      counted: byDay(counted.get(memberId) ?? [], today),
      balances: (balances.get(memberId) ?? []).toSorted((a, b) => (a.day < b.day ? -1 : 1)),
      enrolledOn,
      grants: grants.get(memberId) ?? [],
    };
    const ranks = heldRanks(programme.tiers, facts);
    return { memberId, steps: steps.get(memberId) ?? [], evaluatedAt, facts, ranks };
  });
}

/** By step, those that are not taken back; none where returns undo none. */
export async function bonusesOf(sql: Sql, climbers: Climber[], { tiers }: Programme): Promise<Map<string, Bonus>> {
  const steps = climbers.flatMap((climber) => climber.steps.map(({ id }) => id));
  if (tiers.returns === 'keep' || steps.length === 0) return new Map();
  type Row = Pick<Bonus, 'given' | 'taken'> & { id: string; memberId: string; at: string; version: number };
  const rows = await sql.query<Row[]>(
    `select t.id, t.member_id "memberId", t.occurred_at "at", t.taken, g.version, g.given
     from tier_change t cross join lateral (
       select min(version) version, jsonb_object_agg(currency, amount) given from (
         select e.currency, min(e.rule_version)::int version, sum(l.amount - l.reversed) amount
         from entry e join lot l using (member_id, currency, seq)
         where e.member_id = t.member_id and e.origin = t.id and e.kind = 'EARN' and l.reversed < l.amount
         group by e.currency) e) g
     where t.id = any($1) and g.given is not null`,
    [steps],
  );
  const versions = await programmesByVersion(sql, [...new Set(rows.map(({ version }) => version))]);
  return new Map(
    rows.map(({ id, memberId, at, taken, version, given }) => {
      return [id, { given, taken, limited: stepLimited(versions.get(version)!, memberId, at) }];
    }),
  );
}
