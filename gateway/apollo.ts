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
import { documentStore } from './document-store.ts';
import type { RegisteredDocuments } from './documents/registered.ts';
import type { Execution } from './execution/federated.ts';
import { isIntrospection } from './execution/root-fields.ts';
import { stringified } from './execution/written.ts';
import { withIdempotencyKeys } from './idempotency/execution.ts';
import { costHeaders } from './limits/budgets.ts';
import { TOKENS_MAX } from './limits/document.ts';
import { masked, masking } from './masking.ts';
import { JSON_TYPE } from './media-type.ts';

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

/** Without it there would be nothing to plan. */
const operationNeeded: ApolloServerPlugin<GatewayContext> = {
  requestDidStart: () =>
    Promise.resolve({
      didResolveOperation({ request: { operationName }, operation }) {
        if (operation !== undefined) return Promise.resolve();
        const message =
          operationName === undefined
            ? 'The document has several operations, or none: name one by `operationName`.'
            : 'The document has no operation of the name that `operationName` gives.';
        throw new GraphQLError(message, {
          extensions: { code: 'OPERATION_RESOLUTION_FAILURE', http: { status: 400 } },
        });
      },
    }),
};

/** A request that was understood, and whose document or variables are wrong. */
const WRONG = new Set([
  'GRAPHQL_PARSE_FAILED',
  'GRAPHQL_VALIDATION_FAILED',
  'OPERATION_RESOLUTION_FAILURE',
  'BAD_USER_INPUT',
]);

/**
 * Who asks for `application/json` by its name may be a client that reads no body but of a 200: GraphQL over HTTP wants one
 * for each request that was understood. All others get the status that says more.
 */
const mediaTypes: ApolloServerPlugin<GatewayContext> = {
  requestDidStart: () =>
    Promise.resolve({
      willSendResponse({ request, response: { http, body } }) {
        const accept = request.http?.headers.get('accept');
        http.headers.set('content-type', `${accept ?? JSON_TYPE}; charset=utf-8`);
        const errors = body.kind === 'single' ? body.singleResult.errors : undefined;
        const areWrong = errors?.every(({ extensions }) => WRONG.has(String(extensions?.['code']))) ?? false;
        if (accept === JSON_TYPE && http.status === 400 && areWrong) http.status = 200;
        return Promise.resolve();
      },
    }),
};

export function apolloServer(
  execution: Execution,
  production: boolean,
  log: Logger,
  registered: RegisteredDocuments,
  observing: readonly ApolloServerPlugin<GatewayContext>[],
): ApolloServer<GatewayContext> {
  return new ApolloServer<GatewayContext>({
    gateway: withIdempotencyKeys(execution),
    introspection: !production,
    hideSchemaDetailsFromClientErrors: production,
    includeStacktraceInErrorResponses: false,
    // Done before anything runs, and by more than Apollo Server looks at: `canBeForged`.
    csrfPrevention: false,
    allowBatchedHttpRequests: false,
    persistedQueries: { cache: registered, ttl: null },
    stopOnTerminationSignals: false,
    maxRecursiveSelections: true,
    parseOptions: { maxTokens: TOKENS_MAX },
    documentStore: documentStore(),
    stringifyResult: stringified,
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
      ...observing,
      credentialNeeded,
      operationNeeded,
      mediaTypes,
      costHeaders,
      ApolloServerPluginCacheControlDisabled(),
      ApolloServerPluginLandingPageDisabled(),
      ApolloServerPluginSchemaReportingDisabled(),
      ApolloServerPluginUsageReportingDisabled(),
    ],
  });
}
