// The job that writes down what has expired, while others earn in the same wallets.
import type { Measure, Row } from '../row.ts';
import { farAhead, fill, memberAt } from './fill.ts';
import type { Ground } from './ground.ts';
import { earning, LOT, send } from './load.ts';

/** Wallets of one transaction of the job, and transactions of a round. */
const WALLETS = 500;
const CALLS = 10;
/** One more than are measured, which warms up, and as much again for what the earners write down themselves. */
const ROUNDS = 12;
const EARNERS = 4;

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
      }
    }

    return async () => {
      let isOver = false;
      const earners = Array.from({ length: EARNERS }, (_, client) => earn(client, () => isOver));
      const started = performance.now();
      let count = 0;
      for (let call = 0; call < CALLS; call += 1) {
        const sweep = { name: 'sweep', text: 'select ledger_sweep($1) swept', values: [WALLETS] };
        count += (await job!.query<{ swept: number }>(sweep)).rows[0]!.swept;
      }
      const seconds = (performance.now() - started) / 1_000;
      isOver = true;
      await Promise.all(earners);
      if (count < (WALLETS * CALLS) / 2) throw new Error('too little was due');
      return { value: count / seconds, count };
    };
  }

  return {
    prepare,
    further: (): Row[] => [{ metric: 'expiry slowest-earn', value: slowest, unit: 'ms', against: null, ratio: null }],
  };
}
