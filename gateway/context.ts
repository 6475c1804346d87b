// What the gateway knows of a request while it runs.
import type { Written } from './execution/written.ts';
import type { Viewer } from '../subgraphs/shared/viewer.ts';

export interface GatewayContext {
  viewer: Viewer;
  /** Given by the client or made here; in every log line and in `X-Request-Id`. */
  requestId: string;
  /** Aborted when nobody waits for the answer any more: the client is gone, or its time is over. */
  signal?: AbortSignal;
  /** Gets what the execution has written, whose body is sent as it is. Apollo Server makes a copy of the context, not of this. */
  answer?: { written?: Written };
}
