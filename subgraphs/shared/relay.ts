// Carries a room's outbox to the rooms that hear it, in order, until each has it. One relay at a time per space and hearer.
import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from 'pino';
import type { Event } from '../../schema/events.ts';
import type { RoomName } from './config.ts';
import type { Space } from './database.ts';

const BATCH = 500;
/** What is told within this time goes together: a delivery costs some ten round trips in two databases, however small. */
const GATHER_MS = 20;
const IDLE_MS = 500;
const BACKOFF_MAX_MS = 10_000;

/** Hands events to a room's inbox; throws when they did not arrive. */
export type Carrier = (room: RoomName, space: string, events: Event[]) => Promise<void>;

export interface Relay {
  /** Something was told just now. */
  nudge(): void;
  /** Carries all there is in the spaces, or in some of them, after what is on its way; throws when a hearer is away. */
  drain(of?: Space[]): Promise<void>;
  stop(): Promise<void>;
}

const TURN = `hashtext(current_schema()), hashtext('relay-' || $1)`;

/** Delivers one batch; how many events it had. Rows, which the turn alone protects, are deleted only after the hearer has committed them. */
async function deliver(space: Space, hearer: RoomName, carry: Carrier, wait = false): Promise<number> {
  return space.source.transaction(async (tx) => {
    const [turn] = await tx.query<{ held: boolean }[]>(
      wait ? `select true held from pg_advisory_xact_lock(${TURN})` : `select pg_try_advisory_xact_lock(${TURN}) held`,
      [hearer],
    );
    if (!turn!.held) return 0;
    const rows = await tx.query<{ position: number; event: Event }[]>(
      'select position, event from outbox where hearer = $1 order by position limit $2',
      [hearer, BATCH],
    );
    if (rows.length === 0) return 0;
    await carry(
      hearer,
      space.name,
      rows.map((row) => row.event),
    );
    await tx.query('delete from outbox where position = any($1)', [rows.map((row) => row.position)]);
    return rows.length;
  });
}

export function startRelay(spaces: Space[], hearers: RoomName[], carry: Carrier, log: Logger): Relay {
  let stopped = false;
  let nudges = 0;
  const wakers = new Set<() => void>();
  const nudge = () => {
    nudges += 1;
    for (const wake of wakers) wake();
  };

  async function run(space: Space, hearer: RoomName): Promise<void> {
    let backoff = IDLE_MS;
    while (!stopped) {
      let wait = IDLE_MS;
      const before = nudges;
      try {
        if ((await deliver(space, hearer, carry)) === BATCH) continue;
        backoff = IDLE_MS;
        await sleep(GATHER_MS);
        if (nudges > before) continue;
      } catch (error) {
        log.warn({ hearer, space: space.name, cause: String(error) }, 'events wait: the hearer is away');
        wait = backoff;
        backoff = Math.min(backoff * 2, BACKOFF_MAX_MS);
      }
      await new Promise<void>((resolve) => {
        const wake = () => {
          clearTimeout(timer);
          wakers.delete(wake);
          resolve();
        };
        const timer = setTimeout(wake, wait);
        wakers.add(wake);
      });
    }
  }

  const loops = spaces.flatMap((space) => hearers.map((hearer) => run(space, hearer)));
  return {
    nudge,
    async drain(of = spaces) {
      for (const space of of) {
        for (const hearer of hearers) while ((await deliver(space, hearer, carry, true)) > 0);
      }
    },
    async stop() {
      stopped = true;
      nudge();
      await Promise.all(loops);
    },
  };
}
