// A room of another process. A query is sent once more when the connection broke before an answer; a mutation never is.
import type { GraphErrorJson } from '../../subgraphs/shared/execution.ts';
import { ConnectionReset } from '../../subgraphs/shared/exchange.ts';
import type { RemoteDoor } from '../../subgraphs/shared/peer.ts';
import type { GatewayContext } from '../context.ts';
import type { Flights } from './flights.ts';
import type { FetchOperation, RoomAnswer } from './source.ts';
import type { Way } from './way.ts';

type Send = (text: () => Promise<string>) => Promise<string>;

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const isError = (value: unknown): value is GraphErrorJson =>
  isObject(value) &&
  typeof value['message'] === 'string' &&
  isObject(value['extensions']) &&
  typeof value['extensions']['code'] === 'string';

/** Throws when it is no answer of a room: one has data, or errors that say why not. */
function answer(text: string): RoomAnswer {
  const read: unknown = JSON.parse(text);
  if (!isObject(read)) throw new Error('the answer is no object');
  const { data, errors } = read;
  if (errors !== undefined && !(Array.isArray(errors) && errors.every(isError)))
    throw new Error('the errors of the answer are none');
  const hasData = data === null || isObject(data);
  if (!hasData && (data !== undefined || !errors?.length)) throw new Error('the answer has no data');
  // What has nothing else beside data may go on as it came.
  const isWhole = hasData && Object.keys(read).length === 1;
  return { ...(hasData ? { data } : {}), ...(errors === undefined ? {} : { errors }), ...(isWhole ? { text } : {}) };
}

/** `flights` null: each asks by itself. */
export function overHttp(door: RemoteDoor, circuit: Send, flights: Flights | null): Way {
  const beginnings = new WeakMap<FetchOperation, string>();

  function beginning(operation: FetchOperation): string {
    const known = beginnings.get(operation);
    if (known !== undefined) return known;
    const { query, operationName } = operation;
    const made = `${JSON.stringify({ query, operationName }).slice(0, -1)},"variables":`;
    beginnings.set(operation, made);
    return made;
  }

  function sent(isQuery: boolean, body: string, { viewer, requestId }: GatewayContext, signal?: AbortSignal) {
    const send = () => door.send(body, viewer, requestId, signal);
    const again = (error: unknown) => {
      if (error instanceof ConnectionReset) return send();
      throw error;
    };
    return circuit(isQuery ? () => send().catch(again) : send);
  }

  return async (operation, variables, context) => {
    const body = `${beginning(operation)}${variables.json()}}`;
    const isQuery = operation.kind === 'query';
    if (!isQuery || flights === null) return answer(await sent(isQuery, body, context, context.signal));
    const key = `${JSON.stringify(context.viewer)}\n${body}`;
    return answer(await flights.join(key, (signal) => sent(isQuery, body, context, signal), context.signal));
  };
}
