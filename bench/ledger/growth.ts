// How a ledger of 10 million lots does beside one of half a million, on the same server.
import { statfsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { throughput, type Measure } from '../row.ts';
import { farAhead, fill, memberAt, scattered } from './fill.ts';
import { CLIENTS, type Ground } from './ground.ts';
import { earning, LOT, send, spending } from './load.ts';

const LOTS_EACH = 10;
export const SMALL = 500_000;
export const LARGE = 10_000_000;

/** A benchmark ends within 8 minutes, and both rows take a while themselves. */
const DEADLINE_SECONDS = 400;

/** The server's files, and as much WAL as it may keep. */
const DISK_BYTES = 25e9;

/** Once, for both rows; how long it took. */
const filled = new WeakMap<Ground, Map<number, Promise<number>>>();

function grown(ground: Ground, lots: number): Promise<number> {
  const sizes = filled.get(ground) ?? new Map<number, Promise<number>>();
  filled.set(ground, sizes);
  const known = sizes.get(lots) ?? grow(ground, lots);
  sizes.set(lots, known);
  return known;
}

async function grow(ground: Ground, lots: number): Promise<number> {
  const started = performance.now();
  const space = `lots_${lots}`;
  await fill(ground, { space, members: lots / LOTS_EACH, expires: farAhead(LOTS_EACH), amount: LOT });
  await (await ground.clients(space))[0]!.query('checkpoint');
  return (performance.now() - started) / 1_000;
}

/** Why there is no room or no time for it; null: there is. Judged by how long the small ledger took. */
export async function fits(ground: Ground): Promise<string | null> {
  if (filled.get(ground)?.has(LARGE) === true) return null;
  const { bavail, bsize } = statfsSync(tmpdir());
  if (bavail * bsize < DISK_BYTES) return `10 million lots need ${DISK_BYTES / 1e9} GB in ${tmpdir()}`;
  const needed = ((await grown(ground, SMALL)) * LARGE) / SMALL;
  const left = DEADLINE_SECONDS - performance.now() / 1_000;
  if (needed < left) return null;
  return `filling 10 million lots takes some ${needed.toFixed(0)} s here; of 8 minutes ${left.toFixed(0)} s are left`;
}

const among = (posting: typeof earning | typeof spending) => (lots: number) =>
  async function measured(ground: Ground): Promise<Measure> {
    await grown(ground, lots);
    const clients = await ground.clients(`lots_${lots}`);
    const next = scattered(lots / LOTS_EACH);
    return () =>
      throughput(CLIENTS, ground.seconds, (client) =>
        send(clients[client]!, 'ledger_post', [posting(memberAt(next()))]),
      );
  };

export const earnAmong = among(earning);
export const redeemAmong = among(spending);
