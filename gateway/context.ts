// What the gateway knows of a request while it runs.
import type { Viewer } from '../subgraphs/shared/viewer.ts';

export interface GatewayContext {
  viewer: Viewer;
  /** Given by the client or made here; in every log line and in `X-Request-Id`. */
  requestId: string;
}
