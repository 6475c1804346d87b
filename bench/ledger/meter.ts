// What operations cost besides time: WAL, round trips, CPU of the server's backends and of this process, which is the
// client too.
import { readFileSync } from 'node:fs';
import pg from 'pg';
import type { Measure, Measured, Row } from '../row.ts';

/** Of /proc: 100 a second on every Linux. */
const TICK_MICROS = 10_000;

let roundTrips = 0;
// A call of query(), prepared or not, is one message there and one answer back.
const query = pg.Client.prototype.query as (...given: unknown[]) => unknown;
pg.Client.prototype.query = function counted(this: pg.Client, ...given: unknown[]) {
  roundTrips += 1;
  return query.apply(this, given);
} as typeof pg.Client.prototype.query;

/** Ticks of a process; 0 when it has ended. */
function ticks(pid: number): number {
  try {
    const [user, system] = readFileSync(`/proc/${pid}/stat`, 'latin1').split(') ').at(-1)!.split(' ').slice(11, 13);
    return Number(user) + Number(system);
  } catch {
    return 0;
  }
}

export interface Meter {
  /** A round that is metered. */
  round(measure: Measure): Promise<Measured>;
  /** Costs per operation of all rounds. */
  rows(metric: string): Row[];
}

/** `client` of its own. */
export function meter(client: pg.Client): Meter {
  const sum = { count: 0, wal: 0, trips: 0, cpu: 0 };

  async function server(): Promise<{ wal: number; backends: Map<number, number> }> {
    const { rows } = await client.query<{ wal: string; pids: number[] }>(
      `select pg_wal_lsn_diff(pg_current_wal_insert_lsn(), '0/0') wal, array_agg(pid) pids
       from pg_stat_activity where backend_type = 'client backend'`,
    );
    const { wal, pids } = rows[0]!;
    return { wal: Number(wal), backends: new Map(pids.map((pid) => [pid, ticks(pid)])) };
  }

  return {
    async round(measure) {
      const before = await server();
      const [trips, own] = [roundTrips, process.cpuUsage()];
      const measured = await measure();
      sum.trips += roundTrips - trips;
      const { user, system } = process.cpuUsage(own);
      const after = await server();
      sum.count += measured.count;
      sum.wal += after.wal - before.wal;
      sum.cpu += user + system;
      for (const [pid, now] of after.backends) sum.cpu += (now - (before.backends.get(pid) ?? 0)) * TICK_MICROS;
      return measured;
    },
    rows(metric) {
      const row = (what: string, value: number, unit: string): Row => ({
        metric: `${metric} ${what}`,
        value: value / sum.count,
        unit,
        against: null,
        ratio: null,
      });
      return [
        row('wal', sum.wal, 'bytes/op'),
        row('round-trips', sum.trips, '1/op'),
        // Without /proc the server's part is not known.
        ...(process.platform === 'linux' ? [row('cpu', sum.cpu, 'µs/op')] : []),
      ];
    },
  };
}
