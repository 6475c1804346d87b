// Runs operations against one room's schema: documents are parsed and validated once, and compiled when they come again.
// Faults are logged and masked.
import {
  execute,
  GraphQLError,
  parse,
  validate,
  type DocumentNode,
  type ExecutionResult,
  type GraphQLSchema,
} from 'graphql';
import { compileQuery, isCompiledQuery, type CompiledQuery } from 'graphql-jit';
import { LRUCache } from 'lru-cache';
import type { Logger } from 'pino';
import { isCompilable } from './compilable.ts';
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
/** Characters of them together: what is compiled of a text is hundreds of times as large. */
const TEXTS_MAX = 1_000_000;

function refusal(error: GraphQLError): GraphErrorJson {
  return { message: error.message, extensions: { code: 'GRAPHQL_VALIDATION_FAILED' } };
}

/** A variable may be null where, for its default, the argument may not: it is found out when the field runs. */
const NULL_ARGUMENT = /^Argument "\w+" of (non-null|required) type /;

/** The code of an error that is the asker's; null for a fault of ours, such as a null or a value where none may be. */
function askersCode(error: GraphQLError, hasRun: boolean): string | null {
  const cause = error.originalError;
  if (cause instanceof Forbidden) return cause.code;
  if (cause instanceof Refused) return 'BAD_USER_INPUT';
  if (typeof error.extensions?.['code'] === 'string') return error.extensions['code'];
  if (cause !== undefined && !(cause instanceof GraphQLError)) return null;
  return !hasRun || NULL_ARGUMENT.test(error.message) ? 'BAD_USER_INPUT' : null;
}

type Operation = CompiledQuery['query'];

interface Prepared {
  document: DocumentNode;
  /** By name, compiled; null: it cannot be. */
  operations: Map<string, Operation | 'came once' | null>;
}

export type Execute = (request: GraphRequest, context: { requestId: string }) => Promise<GraphResult>;

export function executor(schema: GraphQLSchema, log: Logger): Execute {
  const documents = new LRUCache<string, Prepared | { errors: GraphErrorJson[] }>({
    max: DOCUMENTS_MAX,
    maxSize: TEXTS_MAX,
    sizeCalculation: (_, text) => text.length + 1,
  });

  function prepare(query: string) {
    const known = documents.get(query);
    if (known !== undefined) return known;
    let prepared: Prepared | { errors: GraphErrorJson[] };
    try {
      const document = parse(query, { noLocation: true });
      const errors = validate(schema, document);
      prepared = errors.length > 0 ? { errors: errors.map(refusal) } : { document, operations: new Map() };
    } catch (error) {
      if (!(error instanceof GraphQLError)) throw error;
      prepared = { errors: [{ message: error.message, extensions: { code: 'GRAPHQL_PARSE_FAILED' } }] };
    }
    documents.set(query, prepared);
    return prepared;
  }

  /** Compiled, an operation runs several times as fast; compiling costs tens of runs, so it is done when it comes again. */
  function compiled({ document, operations }: Prepared, name: string | undefined): Operation | null {
    const known = operations.get(name ?? '');
    if (known !== undefined && known !== 'came once') return known;
    const made = known !== undefined && isCompilable(schema, document) ? compileQuery(schema, document, name) : null;
    const operation = made !== null && isCompiledQuery(made) ? made.query : null;
    operations.set(name ?? '', known === undefined ? 'came once' : operation);
    return operation;
  }

  async function run(
    prepared: Prepared,
    { variables = {}, operationName }: GraphRequest,
    context: object,
  ): Promise<ExecutionResult> {
    const operation = compiled(prepared, operationName);
    const result = await operation?.(undefined, context, variables);
    // Without data nothing has run: graphql-js tells better what is wrong with variables.
    if (result?.data !== undefined) return result;
    return execute({
      schema,
      document: prepared.document,
      variableValues: variables,
      operationName: operationName ?? null,
      contextValue: context,
    });
  }

  function shown(error: GraphQLError, hasRun: boolean, requestId: string): GraphErrorJson {
    const path = error.path === undefined ? {} : { path: error.path };
    const code = askersCode(error, hasRun);
    if (code !== null) return { message: error.message, ...path, extensions: { ...error.extensions, code } };
    log.error({ err: error.originalError ?? error, path: error.path, requestId }, 'a resolver failed');
    return { message: 'Internal error.', ...path, extensions: { code: 'INTERNAL_SERVER_ERROR', requestId } };
  }

  return async (request, context) => {
    const prepared = prepare(request.query);
    if ('errors' in prepared) return { errors: prepared.errors };
    const { data, errors } = await run(prepared, request, context);
    return {
      ...(data === undefined ? {} : { data }),
      ...(errors === undefined
        ? {}
        : { errors: errors.map((error) => shown(error, data !== undefined, context.requestId)) }),
    };
  };
}
