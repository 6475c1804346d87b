// Rows of what contests gave.
import { ratio, type Row } from '../row.ts';
import { CONNECTIONS, perSecond, type Contestant, type Results, type Round } from './contest.ts';
import type { Ground } from './ground.ts';

const MEGABYTE = 1_048_576;
/** Rounds of latency are so much longer: a hundredth of few requests says nothing. */
const LATENCY_ROUND = 3;

export const WAYS = ['http', 'in-process'] as const;
export type Way = (typeof WAYS)[number];

const alone = (metric: string, value: number | null, unit: string): Row[] =>
  value === null ? [] : [{ metric, value, unit, against: null, ratio: null }];

const sum = (values: number[]): number => values.reduce((total, value) => total + value, 0);

/** Of all rounds together: a process's CPU is told in steps of 10 ms. */
function perRequest(rounds: Round[], cost: 'cpuMicros' | 'roomsMicros'): number | null {
  const known = rounds.map((round) => round[cost]).filter((value) => value !== null);
  return known.length < rounds.length ? null : sum(known) / sum(rounds.map(({ count }) => count));
}

/** Our requests a second by those of each peer in the same round. */
export function throughputRows(
  metric: string,
  ours: Contestant['name'],
  results: Results,
  peers: Contestant['name'][],
): Row[] {
  const own = results.get(ours)!;
  return peers.map((peer) => {
    const pairs = results.get(peer)!.map((other, index) => ({ own: own[index]!, other }));
    return { metric, value: perSecond(own), unit: 'requests/s', against: peer, ratio: ratio(pairs) };
  });
}

/** Our CPU for a request by that of the proxy. */
export function cpuRow(metric: string, way: Way, results: Results): Row[] {
  const own = perRequest(results.get(way)!, 'cpuMicros');
  const floor = perRequest(results.get('proxy')!, 'cpuMicros');
  if (own === null || floor === null) return [];
  return [{ metric, value: own, unit: 'µs CPU/request', against: 'proxy', ratio: own / floor }];
}

/** What each of them did and took, for itself. */
export const costRows = (operation: string, contestants: Contestant[], results: Results): Row[] =>
  contestants.flatMap(({ name, running }) => {
    const rounds = results.get(name)!;
    const resident = running.residentBytes();
    return [
      ...alone(`${operation} ${name} requests`, perSecond(rounds), 'requests/s'),
      ...alone(`${operation} ${name} cpu`, perRequest(rounds, 'cpuMicros'), 'µs/request'),
      ...alone(`${operation} ${name} rooms' cpu`, perRequest(rounds, 'roomsMicros'), 'µs/request'),
      ...alone(`${operation} ${name} memory`, resident === null ? null : resident / MEGABYTE, 'MB'),
    ];
  });

/** Latency at half of what the slower of them can do at most. */
export async function latencyRows(
  ground: Ground,
  operation: string,
  contestants: Contestant[],
  results: Results,
  peers: Contestant['name'][],
): Promise<Row[]> {
  const own = contestants.filter(({ name }) => WAYS.some((way) => way === name));
  const rows: Row[] = [];
  for (const peer of contestants.filter(({ name }) => peers.includes(name))) {
    const rate = Math.min(...[peer, ...own].map(({ name }) => perSecond(results.get(name)!))) / 2;
    const load = { connections: CONNECTIONS, seconds: LATENCY_ROUND * ground.seconds, rate };
    const theirs = await ground.load({ ...peer.asked, ...load });
    for (const { name, asked } of own) {
      const ours = await ground.load({ ...asked, ...load });
      const row = (what: string, value: number, other: number): Row => {
        return { metric: `${operation}-${name} ${what}`, value, unit: 'ms', against: peer.name, ratio: value / other };
      };
      rows.push(row('p50', ours.p50Ms, theirs.p50Ms), row('p99', ours.p99Ms, theirs.p99Ms));
    }
  }
  return rows;
}
