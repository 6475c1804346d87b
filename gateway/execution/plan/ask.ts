// What fetches have in common: what they send, and what is told when a room does not answer.
import type { FetchNode, ResponsePath } from '@apollo/query-planner';
import { GraphQLError, OperationTypeNode, type GraphQLSchema } from 'graphql';
import type { GraphErrorJson } from '../../../subgraphs/shared/execution.ts';
import type { FetchOperation, FetchVariables, RoomAnswer, RoomSource } from '../../transport/source.ts';
import type { Data, Path, Run } from '../run.ts';

/** Of one fetch that failed; what is beyond is the same. */
const ERRORS_MAX = 100;
/** Of one answer. */
const ALL_ERRORS_MAX = 1_000;

export interface Ground {
  /** With every type of the rooms, whether clients see it or not. */
  schema: GraphQLSchema;
  source(room: string): RoomSource;
  clientKey(key: string): string;
  /** The key of what nobody has asked for. */
  ours: string;
  /** Of these keys of objects at a path, those that the client reads. */
  shown(path: ResponsePath, keys: readonly string[]): string[];
  /** The keys at the root that may not be null. */
  vital: ReadonlySet<string>;
  /** A path in what was brought to objects at a path, as far as the client reads it, in its keys. */
  seen(at: ResponsePath, path: readonly (string | number)[]): Path;
}

export const operationOf = ({ operation, operationName, operationKind }: FetchNode): FetchOperation => ({
  query: operation,
  operationName,
  kind: operationKind === OperationTypeNode.MUTATION ? 'mutation' : 'query',
});

/** The variables that a fetch uses, where the client sent them. */
export function sentTo(names: readonly string[], sent: Data): Data {
  const values: Data = {};
  for (const name of names) if (Object.hasOwn(sent, name) && sent[name] !== undefined) values[name] = sent[name];
  return values;
}

/** An error of a room at the place where a client sees it. */
export function roomError({ message, extensions }: GraphErrorJson, room: string, path: Path): GraphQLError {
  return new GraphQLError(message, { path, extensions: { ...extensions, serviceName: room } });
}

export const NOTHING: GraphErrorJson = {
  message: 'nothing was answered',
  extensions: { code: 'INTERNAL_SERVER_ERROR' },
};

/** Tells an error at each of the paths. */
export function tellAt(run: Run, error: GraphErrorJson, room: string, paths: readonly Path[]): void {
  const left = Math.min(ERRORS_MAX, ALL_ERRORS_MAX - run.errors.length);
  for (const path of paths.slice(0, left)) run.errors.push(roomError(error, room, path));
}

/** What a room answered: data, or errors that say why not. */
export async function asked(
  run: Run,
  source: RoomSource,
  operation: FetchOperation,
  variables: FetchVariables,
): Promise<RoomAnswer> {
  try {
    const answer = await source.ask(operation, variables, run.context);
    return dataOf(answer) === null && (answer.errors ?? []).length === 0 ? { errors: [NOTHING] } : answer;
  } catch (error) {
    if (!(error instanceof GraphQLError)) throw error;
    const { message, extensions } = error;
    return { errors: [{ message, extensions: { code: 'INTERNAL_SERVER_ERROR', ...extensions } }] };
  }
}

/** The data of an answer; null when there is none. */
export const dataOf = ({ data }: RoomAnswer): Data | null =>
  typeof data === 'object' && data !== null && !Array.isArray(data) ? data : null;
