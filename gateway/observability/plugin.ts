// What Apollo Server finds out about a request: its operation, who asks, how it was answered, and what that cost.
import type { ApolloServerPlugin } from '@apollo/server';
import type { GraphQLFormattedError } from 'graphql';
import type { GatewayContext } from '../context.ts';
import type { CostExtension } from '../limits/budgets.ts';
import { FAULT } from '../masking.ts';
import type { Metrics, Outcome } from './metrics.ts';
import { watched } from './requests.ts';

/** By the codes that the client reads. */
function outcomeOf(errors: readonly GraphQLFormattedError[] | undefined): Outcome {
  if (errors === undefined) return 'ok';
  const codes = errors.map(({ extensions }) => extensions?.['code']);
  if (codes.includes(FAULT)) return 'fault';
  return codes.includes('THROTTLED') ? 'throttled' : 'refused';
}

/** Comes after the plugin that masks errors. */
export function observing(
  metrics: Metrics,
  operationOf: (hash: string | undefined, operationName: string | null | undefined) => string,
): ApolloServerPlugin<GatewayContext> {
  return {
    requestDidStart({ contextValue }) {
      const one = watched();
      if (one === undefined) return Promise.resolve();
      one.credential = contextValue.viewer.kind;
      return Promise.resolve({
        didResolveOperation({ queryHash, operationName, operation }) {
          one.document = queryHash;
          one.operation = operationOf(queryHash, operationName);
          one.trace?.span.updateName(`${operation?.operation ?? 'query'} ${one.operation}`);
          return Promise.resolve();
        },
        willSendResponse({ response: { body } }) {
          if (body.kind !== 'single') return Promise.resolve();
          const { errors, extensions } = body.singleResult;
          one.outcome = outcomeOf(errors);
          const cost = extensions?.['cost'] as CostExtension | undefined;
          if (cost !== undefined) metrics.cost(one.operation, cost.requestedQueryCost, cost.actualQueryCost);
          return Promise.resolve();
        },
      });
    },
  };
}
