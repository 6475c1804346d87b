// The job that writes down what has expired, while others earn in the same wallets.
import { setTimeout as sleep } from 'node:timers/promises';
import type { Measure, Row } from '../row.ts';
import { farAhead, fill, memberAt } from './fill.ts';
import type { Ground } from './ground.ts';
import { earning, LOT, send } from './load.ts';

/** Wallets of one transaction of the job, and transactions of a round. */
const WALLETS = 500;
const CALLS = 5;
/** What the earners write down themselves, too. */
const ROUNDS = 9;
const EARNERS = 4;
/** Between two earns of one: the job is measured, not they. */
const PAUSE_MS = 5;

/** Of the two lots of each wallet one is due. */
export function expiryRow() {
  let slowest = 0;

  async function prepare(ground: Ground): Promise<Measure> {
    const [job, ...others] = await ground.clients('expiry');
    const members = WALLETS * CALLS * ROUNDS;
    const expires = ['2026-01-02T00:00:00Z', ...farAhead(1)];
    await fill(ground, { space: 'expiry', members, expires, amount: LOT });

    async function earn(client: number, isOver: () => boolean): Promise<void> {
      while (!isOver()) {
        const started = performance.now();
        await send(others[client]!, 'ledger_post', [earning(memberAt(Math.floor(Math.random() * members)))]);
        slowest = Math.max(slowest, performance.now() - started);
        await sleep(PAUSE_MS);
      }
    }

    return async () => {
      let isOver = false;
      let count = 0;
      const started = performance.now();
      const earners = Array.from({ length: EARNERS }, (_, client) => earn(client, () => isOver));
      try {
        for (let call = 0; call < CALLS; call += 1) {
          const sweep = { name: 'sweep', text: 'select ledger_sweep($1) swept', values: [WALLETS] };
          count += (await job!.query<{ swept: number }>(sweep)).rows[0]!.swept;
        }
        if (count < (WALLETS * CALLS) / 2) throw new Error('too little was due');
        return { value: count / ((performance.now() - started) / 1_000), count };
      } finally {
        isOver = true;
        await Promise.all(earners);
      }
    };
  }

  return {
    prepare,
    further: (): Row[] => [{ metric: 'expiry slowest-earn', value: slowest, unit: 'ms', against: null, ratio: null }],
  };
}
