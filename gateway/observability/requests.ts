// One request while it is watched: what it turned out to be, how long it took, how it ended. Whatever runs for it finds it
// without being handed it.
import { AsyncLocalStorage } from 'node:async_hooks';
import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http';
import { context, type Context, type Span } from '@opentelemetry/api';
import type { Logger } from 'pino';
import { OTHER, type ClientLabels } from './labels.ts';
import type { Credential, Metrics, Outcome } from './metrics.ts';
import { beginSpan } from './spans.ts';

export interface Watched {
  client: ClientLabels;
  credential: Credential;
  /** Of a trusted document, or `other`. */
  operation: string;
  /** SHA-256 of the document's text. */
  document: string | undefined;
  /** Null: nothing was executed, and the status says why. */
  outcome: Outcome | null;
  /** Null: it is not traced. */
  trace: { span: Span; context: Context } | null;
}

/** The request for which this runs. */
const current = new AsyncLocalStorage<Watched>();
export const watched = (): Watched | undefined => current.getStore();

/** Watches the request until the response ends; gives what `answer` gives. */
export type Observe = <T>(request: IncomingMessage, response: ServerResponse, answer: () => Promise<T>) => Promise<T>;

export interface RequestsParts {
  metrics: Metrics;
  clientOf(headers: IncomingHttpHeaders): ClientLabels;
  log: Logger;
  /** A request that takes longer is told in the log. */
  slowMs: number;
}

/** What was refused before it was executed. */
function refusedAs(status: number): Outcome {
  if (status === 429) return 'throttled';
  return status >= 500 ? 'fault' : 'refused';
}

export function requestObserver({ metrics, clientOf, log, slowMs }: RequestsParts): Observe {
  function end(one: Watched, response: ServerResponse, milliseconds: number): void {
    const { client, operation, document, credential, trace } = one;
    const outcome = response.writableFinished ? (one.outcome ?? refusedAs(response.statusCode)) : 'cancelled';
    metrics.requestEnded(
      { client: client.client, version: client.version, operation, credential, outcome },
      milliseconds,
    );
    trace?.span.setAttributes({
      'loyalty.client': client.client,
      'loyalty.credential': credential,
      'loyalty.outcome': outcome,
    });
    trace?.span.end();
    if (milliseconds < slowMs) return;
    const requestId = response.getHeader('x-request-id');
    log.warn({ operation, document, outcome, milliseconds: Math.round(milliseconds), requestId }, 'a request was slow');
  }

  return (request, response, answer) => {
    const begun = performance.now();
    const one: Watched = {
      client: clientOf(request.headers),
      credential: 'unknown',
      operation: OTHER,
      document: undefined,
      outcome: null,
      trace: beginSpan(request.headers),
    };
    metrics.requestBegan();
    response.once('close', () => end(one, response, performance.now() - begun));
    return current.run(one, () => (one.trace === null ? answer() : context.with(one.trace.context, answer)));
  };
}
