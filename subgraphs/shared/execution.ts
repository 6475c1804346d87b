// Runs operations against one room's schema: documents are parsed and validated once, faults are logged and masked.
import {
  execute,
  GraphQLError,
  parse,
  validate,
  type DocumentNode,
  type ExecutionResult,
  type GraphQLSchema,
} from 'graphql';
import { LRUCache } from 'lru-cache';
import type { Logger } from 'pino';
import { Refused } from './refusal.ts';
import { Forbidden } from './viewer.ts';

export interface GraphRequest {
  query: string;
  variables?: Record<string, unknown> | undefined;
  operationName?: string | undefined;
}

/** An error as a client may see it: serialised, without stack or cause. */
export interface GraphErrorJson {
  message: string;
  path?: readonly (string | number)[];
  extensions: { code: string; [name: string]: unknown };
}

export interface GraphResult {
  data?: Record<string, unknown> | null;
  errors?: GraphErrorJson[];
}

const DOCUMENTS_MAX = 2_000;

function refusal(error: GraphQLError): GraphErrorJson {
  return { message: error.message, extensions: { code: 'GRAPHQL_VALIDATION_FAILED' } };
}

/** The code of an error that is the asker's; null for a fault of ours. */
function askersCode(error: GraphQLError): string | null {
  const cause = error.originalError;
  if (cause instanceof Forbidden) return cause.code;
  if (cause instanceof Refused) return 'BAD_USER_INPUT';
  if (typeof error.extensions['code'] === 'string') return error.extensions['code'];
  return cause === undefined || cause instanceof GraphQLError ? 'BAD_USER_INPUT' : null;
}

export type Execute = (request: GraphRequest, context: { requestId: string }) => Promise<GraphResult>;

export function executor(schema: GraphQLSchema, log: Logger): Execute {
  const documents = new LRUCache<string, { document: DocumentNode } | { errors: GraphErrorJson[] }>({
    max: DOCUMENTS_MAX,
  });

  function prepare(query: string) {
    const known = documents.get(query);
    if (known !== undefined) return known;
    let prepared: { document: DocumentNode } | { errors: GraphErrorJson[] };
    try {
      const document = parse(query, { noLocation: true });
      const errors = validate(schema, document);
      prepared = errors.length > 0 ? { errors: errors.map(refusal) } : { document };
    } catch (error) {
      if (!(error instanceof GraphQLError)) throw error;
      prepared = { errors: [{ message: error.message, extensions: { code: 'GRAPHQL_PARSE_FAILED' } }] };
    }
    documents.set(query, prepared);
    return prepared;
  }

  function shown(error: GraphQLError, requestId: string): GraphErrorJson {
    const path = error.path === undefined ? {} : { path: error.path };
    const code = askersCode(error);
    if (code !== null) return { message: error.message, ...path, extensions: { ...error.extensions, code } };
    log.error({ err: error.originalError, path: error.path, requestId }, 'a resolver failed');
    return { message: 'Internal error.', ...path, extensions: { code: 'INTERNAL_SERVER_ERROR', requestId } };
  }

  return async (request, context) => {
    const prepared = prepare(request.query);
    if ('errors' in prepared) return { errors: prepared.errors };
    const result: ExecutionResult = await execute({
      schema,
      document: prepared.document,
      variableValues: request.variables ?? {},
      operationName: request.operationName ?? null,
      contextValue: context,
    });
    return {
      ...(result.data === undefined ? {} : { data: result.data }),
      ...(result.errors === undefined ? {} : { errors: result.errors.map((error) => shown(error, context.requestId)) }),
    };
  };
}
