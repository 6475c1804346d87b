// How long a redemption takes alone, from wallets with so many open lots.
import { median, type Measure } from '../row.ts';
import { farAhead, fill, memberAt } from './fill.ts';
import type { Ground } from './ground.ts';
import { LOT, send, spending } from './load.ts';

const CALLS = 200;
/** Lots of all wallets together. */
const LOTS = 20_000;

export const redeemFrom = (lots: number) =>
  async function redeem(ground: Ground): Promise<Measure> {
    const [client] = await ground.clients('lots');
    const members = Math.max(4, LOTS / lots);
    const from = lots * 1_000_000;
    await fill(ground, { space: 'lots', from, members, expires: farAhead(lots), amount: LOT });
    let next = 0;
    return async () => {
      const took: number[] = [];
      for (let call = 0; call < CALLS; call += 1) {
        const member = memberAt(from + (next++ % members));
        const started = performance.now();
        await send(client!, 'ledger_post', [spending(member)]);
        took.push(performance.now() - started);
      }
      return { value: median(took), count: CALLS };
    };
  };
