// How the gateway's plans reach a room: through its door, in this process or over HTTP, as the viewer who asks.
// Only the operation and the viewer go through; no header of a client ever does.
import type { GraphQLDataSource } from '@apollo/gateway';
import { GraphQLError } from 'graphql';
import type { Logger } from 'pino';
import type { RoomName } from '../../subgraphs/shared/config.ts';
import type { GraphRequest, GraphResult } from '../../subgraphs/shared/execution.ts';
import type { Door } from '../../subgraphs/shared/peer.ts';
import type { GatewayContext } from '../context.ts';

type Fetch = Parameters<GraphQLDataSource<GatewayContext & Record<string, unknown>>['process']>[0];
type Answer = Awaited<ReturnType<GraphQLDataSource['process']>>;

/** A room that cannot be reached: the cause is for the log, the same request may succeed later. */
const away = (room: RoomName) =>
  new GraphQLError(`${room} is away`, { extensions: { code: 'INTERNAL_SERVER_ERROR', retryable: true } });

export class RoomDataSource implements GraphQLDataSource<GatewayContext & Record<string, unknown>> {
  readonly room: RoomName;
  readonly #door: Door;
  readonly #log: Logger;

  constructor(room: RoomName, door: Door, log: Logger) {
    this.room = room;
    this.#door = door;
    this.#log = log;
  }

  process({ request, context }: Fetch): Promise<Answer> {
    const { query = '', variables, operationName } = request;
    return this.ask({ query, variables, operationName }, context as GatewayContext);
  }

  async ask(operation: GraphRequest, { viewer, requestId }: GatewayContext): Promise<GraphResult> {
    try {
      return await this.#door.execute(operation, viewer, requestId);
    } catch (error) {
      this.#log.error({ err: error, room: this.room, requestId }, 'a room did not answer');
      throw away(this.room);
    }
  }
}
