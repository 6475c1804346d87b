// One operation while it runs: what rooms have answered so far, and what went wrong.
import type { GraphQLError } from 'graphql';
import type { GatewayContext } from '../context.ts';

export type Data = Record<string, unknown>;
export type Path = (string | number)[];

export interface Run {
  /** Answers joined, by the keys of the planned operation. */
  data: Data;
  errors: GraphQLError[];
  context: GatewayContext;
  /** As the client sent them: rooms coerce what they are sent. */
  sent: Data;
  /** Coerced, with defaults: what conditions depend on. */
  variables: Data;
  /** A room has answered null for an entity. That hides it: where this meets a non-null field, the null moves up without an error. */
  hidden: boolean;
  /** A mutation has failed whose null takes all data with it: what is left of the request is not begun. */
  lost: boolean;
}

/** A step of a plan; undefined when there was nothing to wait for. */
export type Step = (run: Run) => Promise<void> | undefined;
