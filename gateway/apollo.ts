// Apollo Server as this product runs it: what it does by itself for browsers, its makers and its own tools is off.
import { ApolloServer, HeaderMap, type ApolloServerPlugin } from '@apollo/server';
import {
  ApolloServerPluginCacheControlDisabled,
  ApolloServerPluginLandingPageDisabled,
  ApolloServerPluginSchemaReportingDisabled,
  ApolloServerPluginUsageReportingDisabled,
} from '@apollo/server/plugin/disabled';
import { GraphQLError, Kind, type DocumentNode, type SelectionSetNode } from 'graphql';
import type { Logger } from 'pino';
import type { GatewayContext } from './context.ts';
import type { Execution } from './execution/federated.ts';
import { masked, masking } from './masking.ts';

const TOKENS_MAX = 15_000;

/** Names of the fields at the root, behind fragments too. */
function rootFields(document: DocumentNode, { selections }: SelectionSetNode): string[] {
  return selections.flatMap((selection) => {
    if (selection.kind === Kind.FIELD) return [selection.name.value];
    if (selection.kind === Kind.INLINE_FRAGMENT) return rootFields(document, selection.selectionSet);
    const fragment = document.definitions.find(
      (definition) => definition.kind === Kind.FRAGMENT_DEFINITION && definition.name.value === selection.name.value,
    );
    return fragment?.kind === Kind.FRAGMENT_DEFINITION ? rootFields(document, fragment.selectionSet) : [];
  });
}

/** Without a credential the schema can be read, where introspection is on, and nothing else. */
const credentialNeeded: ApolloServerPlugin<GatewayContext> = {
  requestDidStart: () =>
    Promise.resolve({
      didResolveOperation({ contextValue, document, operation }) {
        const fields = operation === undefined ? [] : rootFields(document, operation.selectionSet);
        const open = fields.every((name) => name.startsWith('__'));
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
    gateway: execution,
    introspection: !production,
    hideSchemaDetailsFromClientErrors: production,
    includeStacktraceInErrorResponses: false,
    csrfPrevention: true,
    allowBatchedHttpRequests: false,
    persistedQueries: false,
    stopOnTerminationSignals: false,
    maxRecursiveSelections: true,
    parseOptions: { maxTokens: TOKENS_MAX },
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
