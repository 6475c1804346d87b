// Sends spans to a collector, in batches, from this process. Without it nothing is traced, and nothing is passed on.
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { BatchSpanProcessor, NodeTracerProvider, type SpanProcessor } from '@opentelemetry/sdk-trace-node';

/** What a collector has not taken by then is lost, and a stop goes on. */
const SEND_MS = 2_000;

/** To the OTLP/HTTP collector at this address, such as `http://localhost:4318`. */
export const toCollector = (endpoint: string): SpanProcessor =>
  new BatchSpanProcessor(
    new OTLPTraceExporter({ url: `${endpoint.replace(/\/$/, '')}/v1/traces`, timeoutMillis: SEND_MS }),
  );

/** Gives what ends it: what is not sent yet is sent then, unless the collector is away. */
export function startTracing(processor: SpanProcessor): () => Promise<void> {
  const provider = new NodeTracerProvider({
    resource: resourceFromAttributes({ 'service.name': 'loyalty-gateway' }),
    spanProcessors: [processor],
  });
  provider.register();
  return () => provider.shutdown().catch(() => undefined);
}
