// How a compiled plan asks a room, whatever lies between: this process or HTTP.
import type { RoomName } from '../../subgraphs/shared/config.ts';
import type { GraphErrorJson } from '../../subgraphs/shared/execution.ts';
import type { GatewayContext } from '../context.ts';

/** What one fetch of a plan sends, known before any request runs: whatever depends on it alone can be made once and kept. */
export interface FetchOperation {
  readonly query: string;
  readonly operationName: string | undefined;
  /** A mutation is sent once, whatever happens. */
  readonly kind: 'query' | 'mutation';
}

/** The variables of one fetch, in the form that the way to the room needs; made when asked for. */
export interface FetchVariables {
  json(): string;
  values(): Record<string, unknown>;
}

export interface RoomAnswer {
  /** May be changed by who gets it: fetches that share an answer get a copy each. */
  data?: Record<string, unknown> | null;
  errors?: GraphErrorJson[];
  /** The body as it came, when it came as text, is valid JSON and has nothing but `data`. */
  text?: string;
}

export interface RoomSource {
  readonly room: RoomName;
  /** Throws a `GraphQLError` with `retryable: true` when the room did not answer; its cause is in the log. */
  ask(operation: FetchOperation, variables: FetchVariables, context: GatewayContext): Promise<RoomAnswer>;
}
