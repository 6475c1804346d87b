// How much one client may ask in a minute: by credential, without one by address. Attempts with a bad credential count by
// address, since each may cost a look-up; they never lock out who is known.
import { RateLimiterRes, type RateLimiterAbstract } from 'rate-limiter-flexible';
import type { Viewer } from '../../subgraphs/shared/viewer.ts';
import { HttpRefusal } from '../http.ts';
import type { Counters } from './counters.ts';

export interface RateSettings {
  /** Requests with one credential. */
  perCredential: number;
  /** Requests without a credential from one address. */
  anonymous: number;
  /** Attempts with a bad credential from one address. */
  failed: number;
}

export interface Rates {
  /** Counts a request; the headers that say what is left. Throws `THROTTLED`, with the same. */
  request(viewer: Viewer, address: string): Promise<Record<string, string>>;
  /** The same without a credential. */
  anonymous(address: string): Promise<Record<string, string>>;
  /** Counts a bad credential; throws `THROTTLED` when there were too many. */
  failed(address: string): Promise<void>;
  /** Whether a credential that is not remembered is looked up for this address. */
  mayLookUp(address: string): Promise<boolean>;
}

type Limiter = (key: string) => Promise<Record<string, string>>;

/** Whom what is asked with a credential counts for: a client's keys and tokens together. */
export const payer = ({ space, owner }: Viewer): string => `${space} ${owner}`;

function limiter(counter: RateLimiterAbstract, points: number, what: string): Limiter {
  const headers = ({ remainingPoints, msBeforeNext }: RateLimiterRes) => ({
    'ratelimit-limit': String(points),
    'ratelimit-remaining': String(remainingPoints),
    'ratelimit-reset': String(Math.ceil(msBeforeNext / 1_000)),
  });
  return async (key) => {
    try {
      return headers(await counter.consume(key));
    } catch (error) {
      if (!(error instanceof RateLimiterRes)) throw error;
      const left = headers(error);
      const message = `Too many ${what}: ${points} a minute are answered.`;
      throw new HttpRefusal(429, 'THROTTLED', message, { ...left, 'retry-after': left['ratelimit-reset'] });
    }
  };
}

export function rates({ perCredential, anonymous, failed }: RateSettings, counters: Counters): Rates {
  const attempts = counters.perMinute('failed', failed);
  const byCredential = limiter(
    counters.perMinute('requests', perCredential),
    perCredential,
    'requests with this credential',
  );
  const byAddress = limiter(
    counters.perMinute('anonymous', anonymous),
    anonymous,
    'requests without a credential from this address',
  );
  const byFailure = limiter(attempts, failed, 'attempts with a bad credential from this address');
  return {
    request: (viewer, address) => (viewer.kind === 'anonymous' ? byAddress(address) : byCredential(payer(viewer))),
    anonymous: byAddress,
    async failed(address) {
      await byFailure(address);
    },
    async mayLookUp(address) {
      const spent = await attempts.get(address);
      return spent === null || spent.remainingPoints > 0;
    },
  };
}
