// How much one client's operations may cost in a minute. What is requested is taken before an operation runs, since then it
// is too late; what it did not cost is given back after. Between the two a client has less than it will have.
import { HeaderMap, type ApolloServerPlugin } from '@apollo/server';
import { GraphQLError } from 'graphql';
import type { Logger } from 'pino';
import { RateLimiterRes } from 'rate-limiter-flexible';
import type { Viewer } from '../../subgraphs/shared/viewer.ts';
import type { GatewayContext } from '../context.ts';
import type { Counters } from './counters.ts';
import { payer } from './rates.ts';

export interface CostSettings {
  /** Of one operation. */
  max: number;
  /** Of one client's operations in a minute. */
  perMinute: number;
}

/** What planning costs: a minute as it is set by itself is for 600 new operations. */
const PLANNING = 10_000;
const NEW_PER_MINUTE = 600;

/** `extensions.cost` of an answer. */
export interface CostExtension {
  requestedQueryCost: number;
  actualQueryCost: number;
  throttleStatus: {
    /** A minute. */
    maximumAvailable: number;
    currentlyAvailable: number;
    /** A second, on the average: a minute's is there again when the minute is over. */
    restoreRate: number;
  };
}

export interface Budgets {
  /**
   * Throws `QUERY_TOO_COMPLEX` or `THROTTLED`. Gives what settles it, once the actual cost is known. What has to be
   * planned first costs more, for good: planning holds up everybody.
   */
  take(viewer: Viewer, requested: number, isNew?: boolean): Promise<(actual: number) => CostExtension>;
}

const seconds = (ms: number) => String(Math.ceil(ms / 1_000));

function tooComplex(requested: number, max: number): GraphQLError {
  const message = `The operation may cost ${requested}; an operation is limited to ${max}. Ask for shorter lists.`;
  return new GraphQLError(message, { extensions: { code: 'QUERY_TOO_COMPLEX', http: { status: 400 } } });
}

function throttled(requested: number, perMinute: number, available: number, waitMs: number): GraphQLError {
  const message = `The operation may cost ${requested} and ${available} of ${perMinute} a minute are left.`;
  const headers = new HeaderMap([
    ['ratelimit-cost-limit', String(perMinute)],
    ['ratelimit-cost-remaining', String(available)],
    ['retry-after', seconds(waitMs)],
  ]);
  return new GraphQLError(message, { extensions: { code: 'THROTTLED', http: { status: 429, headers } } });
}

export function budgets({ max, perMinute }: CostSettings, counters: Counters, log: Logger): Budgets {
  const counter = counters.perMinute('cost', perMinute);
  // What a whole minute does not hold would be told to wait for ever.
  const most = Math.min(max, perMinute);
  const restoreRate = Math.ceil(perMinute / 60);
  const planning = Math.min(PLANNING, Math.floor(perMinute / NEW_PER_MINUTE));

  /** Nobody waits for it. What is lost with its store is lost for a minute. */
  function giveBack(key: string, points: number): void {
    if (points === 0) return;
    counter.reward(key, points).catch((error: unknown) => log.warn({ err: error }, 'a cost was not given back'));
  }

  return {
    async take(viewer, requested, isNew = false) {
      // What is no number is no price either.
      if (!(requested <= most)) throw tooComplex(requested, most);
      const key = payer(viewer);
      const left = await counter.consume(key, requested + (isNew ? planning : 0)).catch((error: unknown) => {
        if (!(error instanceof RateLimiterRes)) throw error;
        // What is refused was counted all the same.
        const taken = requested + (isNew ? planning : 0);
        giveBack(key, taken);
        const available = Math.max(0, perMinute - (error.consumedPoints - taken));
        throw throttled(taken, perMinute, available, error.msBeforeNext);
      });
      return (actual) => {
        giveBack(key, requested - actual);
        const currentlyAvailable = Math.min(perMinute, Math.max(0, left.remainingPoints + requested - actual));
        return {
          requestedQueryCost: requested,
          actualQueryCost: actual,
          throttleStatus: { maximumAvailable: perMinute, currentlyAvailable, restoreRate },
        };
      };
    },
  };
}

/** The same for who reads headers. */
export const costHeaders: ApolloServerPlugin<GatewayContext> = {
  requestDidStart: () =>
    Promise.resolve({
      willSendResponse({ response: { body, http } }) {
        const cost =
          body.kind === 'single' ? (body.singleResult.extensions?.['cost'] as CostExtension | undefined) : undefined;
        if (cost !== undefined) {
          http.headers.set('ratelimit-cost-limit', String(cost.throttleStatus.maximumAvailable));
          http.headers.set('ratelimit-cost-remaining', String(cost.throttleStatus.currentlyAvailable));
        }
        return Promise.resolve();
      },
    }),
};
