// What a client may read of an error: its own mistakes in full; of a fault only that it happened, where, and the
// reference under which the log has its cause. Never a room's name, address, SQL or stack.
import type { ApolloServerPlugin } from '@apollo/server';
import type { GraphQLFormattedError } from 'graphql';
import type { Logger } from 'pino';
import type { GatewayContext } from './context.ts';

/** Codes of what the asker can mend, whoever found it. */
const ASKERS = new Set(['BAD_USER_INPUT', 'UNAUTHENTICATED', 'FORBIDDEN']);

/** The same, found at the gateway. From a room they would mean that the gateway planned nonsense. */
const ASKERS_AT_THE_GATEWAY = new Set([
  'BAD_REQUEST',
  'GRAPHQL_PARSE_FAILED',
  'GRAPHQL_VALIDATION_FAILED',
  'OPERATION_RESOLUTION_FAILURE',
  'QUERY_TOO_COMPLEX',
  'THROTTLED',
]);

export const FAULT = 'INTERNAL_SERVER_ERROR';

function isAskers({ extensions = {} }: Pick<GraphQLFormattedError, 'extensions'>): boolean {
  const code = String(extensions['code']);
  return ASKERS.has(code) || (ASKERS_AT_THE_GATEWAY.has(code) && !('serviceName' in extensions));
}

/** An error as the client reads it. `requestId` is added to faults where it is known. */
export function masked(error: GraphQLFormattedError, requestId?: string): GraphQLFormattedError {
  const path = error.path === undefined ? {} : { path: error.path };
  if (isAskers(error)) {
    const locations = error.locations === undefined ? {} : { locations: error.locations };
    return { message: error.message, ...locations, ...path, extensions: { code: error.extensions!['code'] } };
  }
  return {
    message: 'Internal error.',
    ...path,
    extensions: {
      code: FAULT,
      ...(requestId === undefined ? {} : { requestId }),
      ...(error.extensions?.['retryable'] === true ? { retryable: true } : {}),
    },
  };
}

/** Logs each fault with its cause, and gives the client the reference. */
export function masking(log: Logger): ApolloServerPlugin<GatewayContext> {
  return {
    async requestDidStart() {
      return {
        async didEncounterErrors({ errors, contextValue, operationName }) {
          const { requestId } = contextValue;
          const faults = errors.filter((error) => !isAskers(error));
          // A room that is away fails a hundred fields alike.
          for (const [first, ...others] of Map.groupBy(faults, ({ message }) => message).values()) {
            const { originalError, path } = first!;
            const more = others.length === 0 ? {} : { times: others.length + 1 };
            log.error({ err: originalError ?? first, path, requestId, operationName, ...more }, 'a fault');
          }
        },
        async willSendResponse({ response, contextValue }) {
          if (response.body.kind !== 'single' || response.body.singleResult.errors === undefined) return;
          const { singleResult } = response.body;
          singleResult.errors = response.body.singleResult.errors.map((error) => masked(error, contextValue.requestId));
        },
      };
    },
  };
}
