// Spans of a request, its plan and its fetches. Where nothing takes them there are none, and nothing is made for them. Of
// what a client sends only `traceparent` is taken over: `tracestate` and `baggage` are texts of anybody's.
import type { IncomingHttpHeaders } from 'node:http';
import {
  context,
  isSpanContextValid,
  propagation,
  ROOT_CONTEXT,
  SpanKind,
  SpanStatusCode,
  trace,
  type Attributes,
  type Context,
  type Span,
} from '@opentelemetry/api';

const tracer = trace.getTracer('loyalty-gateway');

/** The span of a request, within the client's trace if it has one; null when nobody traces. */
export function beginSpan({ traceparent }: IncomingHttpHeaders): { span: Span; context: Context } | null {
  const parent = traceparent === undefined ? ROOT_CONTEXT : propagation.extract(ROOT_CONTEXT, { traceparent });
  const span = tracer.startSpan('request', { kind: SpanKind.SERVER }, parent);
  return isSpanContextValid(span.spanContext()) ? { span, context: trace.setSpan(parent, span) } : null;
}

/** A span for what has just ended in the request for which this runs. */
export function pastSpan(name: string, milliseconds: number): void {
  const endTime = Date.now();
  tracer.startSpan(name, { startTime: endTime - milliseconds }, context.active()).end(endTime);
}

/** Runs `work` within a span of its own; gives what it gives. `attributes` are asked for when it has ended, if anyone wants them. */
export async function inSpan<T>(
  name: string,
  within: Context,
  work: () => Promise<T>,
  attributes: () => Attributes,
): Promise<T> {
  const span = tracer.startSpan(name, { kind: SpanKind.CLIENT }, within);
  try {
    return await context.with(trace.setSpan(within, span), work);
  } catch (error) {
    span.setStatus({ code: SpanStatusCode.ERROR });
    throw error;
  } finally {
    if (span.isRecording()) span.setAttributes(attributes());
    span.end();
  }
}
