// The one seam behind which operations are planned and executed. `@apollo/gateway` loads the supergraph, gives Apollo
// Server its schema, and changes it; plans are run by this room's own executor.
import { createHash } from 'node:crypto';
import { ApolloGateway } from '@apollo/gateway';
import type { ApolloServerOptionsWithGateway } from '@apollo/server';
import type { GraphQLSchema } from 'graphql';
import type { Logger } from 'pino';
import { ROOMS, switchOffTelemetry, type RoomName } from '../../subgraphs/shared/config.ts';
import type { Budgets } from '../limits/budgets.ts';
import type { RoomSource } from '../transport/source.ts';
import { execute } from './execute.ts';
import { SchemaState, type StateParts } from './state.ts';
import { gatewaySdl } from './supergraph.ts';

type ApolloExecution = ApolloServerOptionsWithGateway<never>['gateway'];

export interface Execution extends ApolloExecution {
  /** What clients see of the supergraph that is served now. */
  apiSdl(): string;
  /**
   * Serves another supergraph from now on, whole, with the plans of these documents made before; what is under way ends
   * on the one that it began with. Gives the documents that the new one does not answer. Throws what is wrong with it, and
   * then the old one stays.
   */
  reload<Kept extends { document: string }>(supergraphSdl: string, documents?: readonly Kept[]): Promise<Kept[]>;
}

export interface ExecutionOptions {
  /** False: answers are written without code made for them. */
  generating?: boolean;
  /** What each client may ask for; else anything. */
  budgets?: Budgets | null;
  /** Told of each plan that was made. */
  planned?: StateParts['planned'];
}

function roomNamed(name: string): RoomName {
  const room = ROOMS.find((known) => known === name);
  if (room === undefined) throw new Error(`the supergraph names a room that is not known: ${name}`);
  return room;
}

/** What has changed in what is taken out is a change as well. */
const stamped = (sdl: string): string => `# ${createHash('sha256').update(sdl).digest('hex')}\n${gatewaySdl(sdl)}`;

export function federated(
  supergraphSdl: string,
  source: (room: RoomName) => RoomSource,
  log: Logger,
  { generating = true, budgets = null, planned }: ExecutionOptions = {},
): Execution {
  switchOffTelemetry();
  const opened = (sdl: string) =>
    new SchemaState({ supergraphSdl: sdl, source: (name) => source(roomNamed(name)), generating, planned });
  /** By the schema with which Apollo Server validates. */
  const states = new WeakMap<GraphQLSchema, SchemaState>();
  let current = opened(supergraphSdl);
  let update: ((sdl: string) => void) | null = null;
  const gateway = new ApolloGateway({
    supergraphSdl: (given) => {
      update = (sdl) => given.update(sdl);
      return Promise.resolve({ supergraphSdl: stamped(current.supergraphSdl) });
    },
    buildService: () => ({ process: () => Promise.reject(new Error('the stock executor does not run')) }),
    // The state has validated it.
    validateSupergraph: false,
    __exposeQueryPlanExperimental: false,
    logger: {
      debug: (message) => log.debug(message),
      info: (message) => log.debug(message),
      warn: (message) => log.warn(message),
      error: (message) => log.error(message),
    },
  });
  gateway.onSchemaLoadOrUpdate(({ apiSchema }) => void states.set(apiSchema, current));

  return {
    onSchemaLoadOrUpdate: (callback) => gateway.onSchemaLoadOrUpdate(callback),
    stop: () => gateway.stop(),
    async load(options) {
      await gateway.load(options);
      return { executor: (asked) => execute(states.get(asked.schema)!, budgets, asked) as never };
    },
    apiSdl: () => current.apiSdl(),
    async reload<Kept extends { document: string }>(sdl: string, documents: readonly Kept[] = []) {
      if (update === null) throw new Error('the gateway has not begun');
      const next = opened(sdl);
      const wrong = await next.warm(documents);
      const before = current;
      current = next;
      try {
        update(stamped(sdl));
      } catch (error) {
        current = before;
        throw error;
      }
      return wrong;
    },
  };
}
