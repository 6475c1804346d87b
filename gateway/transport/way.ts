// What lies between the gateway and one room.
import type { GatewayContext } from '../context.ts';
import type { FetchOperation, FetchVariables, RoomAnswer } from './source.ts';

/** Throws whatever was in the way. */
export type Way = (
  operation: FetchOperation,
  variables: FetchVariables,
  context: GatewayContext,
) => Promise<RoomAnswer>;
