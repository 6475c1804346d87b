// How the gateway reaches each room: in this process or over HTTP, whichever its door is.
import { GraphQLError } from 'graphql';
import type { Logger } from 'pino';
import type { RoomName } from '../../subgraphs/shared/config.ts';
import { Abandoned } from '../../subgraphs/shared/exchange.ts';
import type { Door, RemoteDoor } from '../../subgraphs/shared/peer.ts';
import type { GatewayContext } from '../context.ts';
import { circuit, type Circuit } from './circuit.ts';
import { Flights } from './flights.ts';
import { inProcess } from './in-process.ts';
import { overHttp } from './over-http.ts';
import type { RoomSource } from './source.ts';
import type { Way } from './way.ts';

export interface RoomSourceOptions {
  log: Logger;
  /** Whether equal queries of one viewer to a room of another process are asked once while one is under way. */
  shareQueries: boolean;
  /** Told of each change; closed at first, and always for a room in this process. */
  onCircuit?: (room: RoomName, state: Circuit) => void;
}

/** The cause is for the log; the same request may succeed later. */
const away = (room: RoomName) =>
  new GraphQLError(`${room} is away`, { extensions: { code: 'INTERNAL_SERVER_ERROR', retryable: true } });

const isRemote = (door: Door): door is RemoteDoor => 'send' in door;

/** One source for each room, made when it is first asked for and kept: queries under way and circuits are all in it. */
export function roomSources(
  door: (room: RoomName) => Door,
  { log, shareQueries, onCircuit }: RoomSourceOptions,
): (room: RoomName) => RoomSource {
  const sources = new Map<RoomName, RoomSource>();
  const flights = new Map<RoomName, Flights>();
  const writers = new WeakSet<GatewayContext>();
  const dropFlights = () => flights.forEach((of) => of.drop());

  function way(room: RoomName): Way {
    const to = door(room);
    if (!isRemote(to)) return inProcess(to, (context) => writers.has(context));
    const onChange = (state: Circuit) => {
      log.warn({ room, circuit: state }, 'the circuit of a room has changed');
      onCircuit?.(room, state);
    };
    const own = shareQueries ? new Flights() : null;
    if (own !== null) flights.set(room, own);
    return overHttp(to, circuit(onChange), own);
  }

  function source(room: RoomName): RoomSource {
    const ask = way(room);
    return {
      room,
      async ask(operation, variables, context) {
        const isMutation = operation.kind === 'mutation';
        try {
          if (isMutation) {
            writers.add(context);
            dropFlights();
          }
          return await ask(operation, variables, context);
        } catch (error) {
          const level = error instanceof Abandoned ? 'debug' : 'error';
          log[level]({ err: error, room, requestId: context.requestId }, 'a room did not answer');
          throw away(room);
        } finally {
          if (isMutation) dropFlights();
        }
      },
    };
  }

  return (room) => {
    const known = sources.get(room) ?? source(room);
    sources.set(room, known);
    return known;
  };
}
