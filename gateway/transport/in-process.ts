// A room in this process. The fetches of one client's query share its loaders, so that no row is read twice for an answer;
// a request that writes shares nothing, for what was read before a write is old.
import { aborted } from '../../subgraphs/shared/exchange.ts';
import type { Door } from '../../subgraphs/shared/peer.ts';
import type { GatewayContext } from '../context.ts';
import { whileWanted } from './waiting.ts';
import type { Way } from './way.ts';

/** `hasWritten`: whether a mutation was sent for this request already. */
export function inProcess(door: Door, hasWritten: (context: GatewayContext) => boolean): Way {
  return async ({ query, operationName }, variables, context) => {
    const { viewer, requestId, signal } = context;
    if (signal?.aborted === true) throw aborted(signal);
    const request = { query, operationName, variables: variables.values() };
    const shared = hasWritten(context) ? undefined : context;
    return whileWanted(door.execute(request, viewer, requestId, shared), signal);
  };
}
