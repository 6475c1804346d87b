// Apollo Server as this product runs it: what it does by itself for browsers, its makers and its own tools is off.
import { ApolloServer, HeaderMap, type ApolloServerPlugin } from '@apollo/server';
import {
  ApolloServerPluginCacheControlDisabled,
  ApolloServerPluginLandingPageDisabled,
  ApolloServerPluginSchemaReportingDisabled,
  ApolloServerPluginUsageReportingDisabled,
} from '@apollo/server/plugin/disabled';
import { GraphQLError } from 'graphql';
import type { Logger } from 'pino';
import type { GatewayContext } from './context.ts';
import type { Execution } from './execution/federated.ts';
import { isIntrospection } from './execution/root-fields.ts';
import { withIdempotencyKeys } from './idempotency/execution.ts';
import { TOKENS_MAX } from './limits/document.ts';
import { masked, masking } from './masking.ts';

/** Of a wrong document; the first ones are enough to mend it. */
const VALIDATION_ERRORS_MAX = 5;

/** Without a credential the schema can be read, where introspection is on, and nothing else. */
const credentialNeeded: ApolloServerPlugin<GatewayContext> = {
  requestDidStart: () =>
    Promise.resolve({
      didResolveOperation({ contextValue, document, operation }) {
        const open = operation === undefined || isIntrospection(document, operation.selectionSet);
        if (contextValue.viewer.kind !== 'anonymous' || open) return Promise.resolve();
        const headers = new HeaderMap([['www-authenticate', 'Bearer realm="loyalty"']]);
        throw new GraphQLError("Send a credential: Authorization: Bearer, and a member's token or an API key.", {
          extensions: { code: 'UNAUTHENTICATED', http: { status: 401, headers } },
        });
      },
    }),
};

export function apolloServer(execution: Execution, production: boolean, log: Logger): ApolloServer<GatewayContext> {
  return new ApolloServer<GatewayContext>({
    gateway: withIdempotencyKeys(execution),
    introspection: !production,
    hideSchemaDetailsFromClientErrors: production,
    includeStacktraceInErrorResponses: false,
    csrfPrevention: true,
    allowBatchedHttpRequests: false,
    persistedQueries: false,
    stopOnTerminationSignals: false,
    maxRecursiveSelections: true,
    parseOptions: { maxTokens: TOKENS_MAX },
    validationOptions: { maxErrors: VALIDATION_ERRORS_MAX },
    formatError: (error) => masked(error),
    logger: {
      debug: (message) => log.debug(message),
      info: (message) => log.debug(message),
      warn: (message) => log.warn(message),
      error: (message) => log.error(message),
    },
    plugins: [
      masking(log),
      credentialNeeded,
      ApolloServerPluginCacheControlDisabled(),
      ApolloServerPluginLandingPageDisabled(),
      ApolloServerPluginSchemaReportingDisabled(),
      ApolloServerPluginUsageReportingDisabled(),
    ],
  });
}
