// Asks a gateway, in a process of its own: with all connections busy, or so many times a second whatever it does, so that
// an answer that comes late delays no other question.
import { createHistogram } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { Pool } from 'undici';
import { announce } from './process.ts';

export interface Load {
  url: string;
  headers: Record<string, string>;
  bodies: string[];
  /** The shortest right answer to each. */
  lengths: number[];
  connections: number;
  seconds: number;
  /** A second; null: as many as there can be. */
  rate: number | null;
}

export interface Loaded {
  /** All that it asked. */
  count: number;
  /** Of those after the first of each connection, as are the latencies. */
  perSecond: number;
  p50Ms: number;
  p99Ms: number;
}

let next = 0;

async function run({ url, headers, bodies, lengths, connections, seconds, rate }: Load): Promise<Loaded> {
  const { origin, pathname: path } = new URL(url);
  const pool = new Pool(origin, { connections });
  const histogram = createHistogram();

  /** An answer that is shorter than it should be is an error by another name. */
  const ask = () =>
    new Promise<void>((resolve, reject) => {
      const index = next++ % bodies.length;
      const started = process.hrtime.bigint();
      let length = 0;
      let status = 0;
      pool.dispatch(
        { path, method: 'POST', headers, body: bodies[index]! },
        {
          onRequestStart: () => undefined,
          onResponseStart: (_, statusCode) => void (status = statusCode),
          onResponseData: (_, chunk) => void (length += chunk.length),
          onResponseEnd() {
            histogram.record(process.hrtime.bigint() - started);
            if (status === 200 && length >= lengths[index]!) return resolve();
            reject(new Error(`${url} answered ${status} and ${length} bytes instead of ${lengths[index]}`));
          },
          onResponseError: (_, error) => reject(error),
        },
      );
    });

  /** All connections busy until then; how many were answered. */
  async function busy(end: number): Promise<number> {
    let count = 0;
    const connection = async () => {
      while (performance.now() < end) {
        await ask();
        count += 1;
      }
    };
    await Promise.all(Array.from({ length: connections }, connection));
    return count;
  }

  async function paced(end: number, perSecond: number): Promise<number> {
    const started = performance.now();
    const asked: Promise<void>[] = [];
    let failed: Error | null = null;
    const note = (error: Error) => void (failed ??= error);
    while (performance.now() < end) {
      const due = ((performance.now() - started) / 1_000) * perSecond;
      while (asked.length < due) asked.push(ask().catch(note));
      await sleep(1);
    }
    await Promise.all(asked);
    if (failed !== null) throw failed as Error;
    return asked.length;
  }

  try {
    // Connections are made before what is timed begins.
    await Promise.all(Array.from({ length: connections }, ask));
    histogram.reset();
    const started = performance.now();
    const end = started + seconds * 1_000;
    const count = await (rate === null ? busy(end) : paced(end, rate));
    return {
      count: connections + count,
      perSecond: count / ((performance.now() - started) / 1_000),
      p50Ms: histogram.percentile(50) / 1e6,
      p99Ms: histogram.percentile(99) / 1e6,
    };
  } finally {
    await pool.destroy();
  }
}

process.on('message', (load: Load) => {
  run(load).then(
    (loaded) => process.send!({ loaded }),
    (error: unknown) => process.send!({ error: String(error) }),
  );
});
announce({ url: '' });
