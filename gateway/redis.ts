// What gateways know together, where Redis is given: counts, and documents by their hash.
import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from 'pino';
import { createClient } from 'redis';

/** Longer than this a request does not wait for Redis, nor the start of a gateway. */
export const ANSWER_MS = 250;
const START_MS = 1_000;
const RECONNECT_MS_MAX = 1_000;

export type Redis = ReturnType<typeof createClient>;

/** Connects again by itself; what is asked while it is away fails at once. */
export async function openRedis(url: string, log: Logger): Promise<Redis> {
  const client = createClient({
    url,
    disableOfflineQueue: true,
    socket: { connectTimeout: START_MS, reconnectStrategy: (retries) => Math.min(2 ** retries, RECONNECT_MS_MAX) },
  });
  let away = false;
  client.on('ready', () => {
    log.info(away ? 'Redis is back' : 'Redis is there');
    away = false;
  });
  client.on('error', (error: unknown) => {
    if (!away) log.warn({ err: error }, 'Redis is away: each gateway is by itself');
    away = true;
  });
  // Rejected only when it is closed while it connects.
  await Promise.race([client.connect().catch(() => undefined), sleep(START_MS, undefined, { ref: false })]);
  return client as Redis;
}
