// Where it is counted what clients ask: in this process, or in Redis for all gateways together. While Redis is away each
// process counts for itself: limits then hold per process, and nobody is turned away for it.
import {
  RateLimiterMemory,
  RateLimiterRedis,
  RLWrapperTimeouts,
  type RateLimiterAbstract,
} from 'rate-limiter-flexible';
import { ANSWER_MS, type Redis } from '../redis.ts';

const MINUTE_SECONDS = 60;

export interface Counters {
  /** Up to `points` a minute for each key; a minute begins with a key's first. */
  perMinute(name: string, points: number): RateLimiterAbstract;
}

export const countersInMemory = (): Counters => ({
  perMinute: (keyPrefix, points) => new RateLimiterMemory({ keyPrefix, points, duration: MINUTE_SECONDS }),
});

export function countersInRedis(redis: Redis): Counters {
  const memory = countersInMemory();
  return {
    perMinute(name, points) {
      const keyPrefix = `loyalty:${name}`;
      const insuranceLimiter = memory.perMinute(keyPrefix, points);
      const limiter = new RateLimiterRedis({
        storeClient: redis,
        useRedisPackage: true,
        rejectIfRedisNotReady: true,
        keyPrefix,
        points,
        duration: MINUTE_SECONDS,
        insuranceLimiter,
      });
      return new RLWrapperTimeouts({ limiter, timeoutMs: ANSWER_MS, insuranceLimiter });
    },
  };
}
