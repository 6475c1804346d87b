// A room's clock: what falls due by itself. One loop for each space, each second, and at once again while there is more.
// Rows are claimed with `for update skip locked` and time is the space's `clock()`, so that many processes may tick at once.
import type { Logger } from 'pino';

const IDLE_MS = 1_000;
const BACKOFF_MAX_MS = 30_000;

/** Does a batch of what is due; how many it did. It asks other rooms only between its transactions. */
export type Tick = (space: string) => Promise<number>;

export interface Clock {
  /** Does all that is due now in the spaces, or in one of them, and says how many that was; throws what a tick throws. */
  drain(space?: string): Promise<number>;
  stop(): Promise<void>;
}

/** Without a tick nothing ever falls due. */
export function startClock(spaces: string[], work: Tick | undefined, log: Logger): Clock {
  if (work === undefined) return { drain: async () => 0, stop: async () => undefined };
  let stopped = false;
  const wakers = new Set<() => void>();
  const last = new Map<string, Promise<unknown>>();

  /** After the tick of the space that is under way, so that who has drained finds nothing half done. */
  const inTurn = (space: string): Promise<number> => {
    const turn = (last.get(space) ?? Promise.resolve()).catch(() => undefined).then(() => work(space));
    last.set(space, turn);
    return turn;
  };

  async function run(space: string): Promise<void> {
    let backoff = IDLE_MS;
    while (!stopped) {
      let wait = IDLE_MS;
      try {
        if ((await inTurn(space)) > 0) wait = 0;
        backoff = IDLE_MS;
      } catch (error) {
        log.warn({ space, cause: String(error) }, 'what is due waits');
        wait = backoff;
        backoff = Math.min(backoff * 2, BACKOFF_MAX_MS);
      }
      if (wait === 0) continue;
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

  const loops = spaces.map(run);
  return {
    async drain(only) {
      let sum = 0;
      for (const space of only === undefined ? spaces : [only]) {
        for (let done = 1; done > 0; sum += done) done = await inTurn(space);
      }
      return sum;
    },
    async stop() {
      stopped = true;
      for (const wake of wakers) wake();
      await Promise.all(loops);
    },
  };
}
