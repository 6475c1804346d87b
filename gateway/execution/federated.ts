// The one seam behind which operations are planned and executed. Nothing outside this file knows `@apollo/gateway`
// but the type of a data source; whatever takes a supergraph and doors, and gives a `GatewayInterface`, can stand here.
import { ApolloGateway } from '@apollo/gateway';
import type { ApolloServerOptionsWithGateway } from '@apollo/server';
import { execute } from 'graphql';
import type { Logger } from 'pino';
import { ROOMS, switchOffTelemetry, type RoomName } from '../../subgraphs/shared/config.ts';
import type { Door } from '../../subgraphs/shared/peer.ts';
import { RoomDataSource } from '../transport/room-data-source.ts';
import { isIntrospection } from './root-fields.ts';
import { WholeOperations } from './whole.ts';

export type Execution = ApolloServerOptionsWithGateway<never>['gateway'];

/** Plans that the planner compares for one operation, at most: it runs on the event loop. */
const PLANS_MAX = 1_000;

function roomNamed(name: string): RoomName {
  const room = ROOMS.find((known) => known === name);
  if (room === undefined) throw new Error(`the supergraph names a room that is not known: ${name}`);
  return room;
}

export function federated(supergraphSdl: string, door: (room: RoomName) => Door, log: Logger): Execution {
  switchOffTelemetry();
  const source = (name: string) => new RoomDataSource(roomNamed(name), door(roomNamed(name)), log);
  const whole = new WholeOperations(source);
  const gateway = new ApolloGateway({
    supergraphSdl,
    buildService: ({ name }) => source(name),
    experimental_didResolveQueryPlan: ({ queryPlan, requestContext }) => whole.planned(queryPlan, requestContext),
    queryPlannerConfig: { debug: { maxEvaluatedPlans: PLANS_MAX } },
    __exposeQueryPlanExperimental: false,
    logger: {
      debug: (message) => log.debug(message),
      info: (message) => log.debug(message),
      warn: (message) => log.warn(message),
      error: (message) => log.error(message),
    },
  });
  return {
    onSchemaLoadOrUpdate: (callback) => gateway.onSchemaLoadOrUpdate(callback),
    stop: () => gateway.stop(),
    async load(options) {
      const { executor } = await gateway.load(options);
      return {
        async executor(request) {
          const { schema, document, operation, operationName } = request;
          if (isIntrospection(document, operation.selectionSet)) {
            // The planner takes `isOneOf`, which newer tools ask for, for an unknown field.
            const { variables: variableValues } = request.request;
            return execute({ schema, document, operationName, variableValues });
          }
          const answer = await whole.answer(request);
          if (answer !== null) return answer;
          // `valueCompletion` tells, without a code, where a room's null reached a non-null field of another room.
          // The null is the answer: it is how a room hides an entity from a viewer.
          const { extensions: _, ...result } = await executor(request);
          return result;
        },
      };
    },
  };
}
