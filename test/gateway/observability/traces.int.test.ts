// Spans of a request, its plan and its fetches, and what of a client's trace goes on to the rooms.
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import {
  InMemorySpanExporter,
  SimpleSpanProcessor,
  type ReadableSpan,
  type SpanProcessor,
} from '@opentelemetry/sdk-trace-node';
import { startTracing, toCollector } from '../../../gateway/observability/tracing.ts';
import { ME, openWorld, type World } from './world.ts';

const TRACE = '0af7651916cd43dd8448eb211c80319c';
const CLIENTS = 'b7ad6b7169203331';
const FETCH_TWO = 'query Ada { me { id favourite } }';

let world: World;
/** Takes the spans that end. A process starts tracing once. */
let taker: SpanProcessor;
const handing: SpanProcessor = {
  onStart: (span, within) => taker.onStart(span, within),
  onEnd: (span) => taker.onEnd(span),
  forceFlush: () => taker.forceFlush(),
  shutdown: () => taker.shutdown(),
};
let stop: () => Promise<void>;

beforeAll(async () => {
  world = await openWorld();
  await world.client.send('{ drink }');
});
afterAll(() => world.close());
beforeEach(() => {
  world.heard = [];
  world.isAway = false;
});

async function until<T>(found: () => T | false): Promise<T> {
  for (;;) {
    const value = found();
    if (value !== false) return value;
    await sleep(2);
  }
}

/** The request's span is the last to end. */
async function traced(ask: () => Promise<unknown>): Promise<ReadableSpan[]> {
  const exporter = new InMemorySpanExporter();
  taker = new SimpleSpanProcessor(exporter);
  await ask();
  return until(() => {
    const spans = exporter.getFinishedSpans();
    return spans.some(({ attributes }) => 'loyalty.client' in attributes) && spans;
  });
}

/** Each span with what it is within. */
function tree(spans: ReadableSpan[]): string[] {
  const nameOf = (id: string | undefined) => spans.find((span) => span.spanContext().spanId === id)?.name ?? id;
  return spans.map(({ name, parentSpanContext }) => `${name} < ${nameOf(parentSpanContext?.spanId) ?? ''}`).toSorted();
}

test('without anybody who traces, rooms are told no trace', async () => {
  await world.client.send(FETCH_TWO, {}, { traceparent: `00-${TRACE}-${CLIENTS}-01` });

  expect(world.heard[0]).not.toHaveProperty('traceparent');
});

describe('a request of two rooms', () => {
  beforeAll(() => {
    stop = startTracing(handing);
  });

  test('is one tree: the request, its plan, and a fetch of each room', async () => {
    const spans = await traced(() => world.client.send(ME));

    expect(tree(spans)).toEqual([
      'fetch members < query Me',
      'fetch partners < query Me',
      'plan < query Me',
      'query Me < ',
    ]);
    expect(new Set(spans.map((span) => span.spanContext().traceId)).size).toBe(1);
    const attributes = Object.fromEntries(spans.map((span) => [span.name, span.attributes]));
    expect(attributes).toEqual({
      plan: {},
      'query Me': { 'loyalty.client': 'none', 'loyalty.credential': 'operator', 'loyalty.outcome': 'ok' },
      'fetch members': { 'loyalty.room': 'members', 'graphql.operation.type': 'query', 'loyalty.outcome': 'ok' },
      'fetch partners': {
        'loyalty.room': 'partners',
        'graphql.operation.type': 'query',
        'loyalty.representations': 1,
        'loyalty.outcome': 'ok',
      },
    });
  });

  test('belongs to its client’s trace, and the fetch over HTTP goes on with it; nothing else of the client does', async () => {
    const headers = { traceparent: `00-${TRACE}-${CLIENTS}-01`, tracestate: 'ada=1', baggage: 'name=ada' };

    const spans = await traced(() => world.client.send(ME, {}, headers));

    expect(tree(spans).at(-1)).toBe(`query Me < ${CLIENTS}`);
    const fetched = spans.find(({ name }) => name === 'fetch partners')!.spanContext();
    expect(fetched.traceId).toBe(TRACE);
    expect(world.heard).toHaveLength(1);
    expect(world.heard[0]).toMatchObject({ traceparent: `00-${TRACE}-${fetched.spanId}-01` });
    expect(world.heard[0]).not.toHaveProperty('tracestate');
    expect(world.heard[0]).not.toHaveProperty('baggage');
  });

  test('that its client does not trace is not traced, and goes on so', async () => {
    const exporter = new InMemorySpanExporter();
    taker = new SimpleSpanProcessor(exporter);

    await world.client.send(FETCH_TWO, {}, { traceparent: `00-${TRACE}-${CLIENTS}-00` });

    expect(exporter.getFinishedSpans()).toEqual([]);
    expect(world.heard[0]!['traceparent']).toMatch(new RegExp(`^00-${TRACE}-[0-9a-f]{16}-00$`));
  });

  test('of which one is away is an error there, and a fault of the request', async () => {
    world.isAway = true;

    const spans = await traced(() => world.client.send(ME));

    const { attributes, status } = spans.find(({ name }) => name === 'fetch partners')!;
    expect([attributes['loyalty.outcome'], status.code]).toEqual(['away', 2]);
    expect(spans.at(-1)!.attributes['loyalty.outcome']).toBe('fault');
  });

  test('is named by no text of a client', async () => {
    const spans = await traced(() => world.client.send('query Ada { lovelace: me { id favourite } }'));

    expect(spans.at(-1)!.name).toBe('query other');
  });
});

interface Sent {
  resourceSpans: {
    resource: { attributes: { key: string; value: { stringValue?: string } }[] };
    scopeSpans: { spans: { name: string }[] }[];
  }[];
}

describe('a collector', () => {
  test('gets at the stop what was not sent until then, by OTLP over HTTP', async () => {
    const received: [path: string | undefined, body: Sent][] = [];
    const collector = createServer(async (request, response) => {
      received.push([request.url, (await json(request)) as Sent]);
      response.setHeader('content-type', 'application/json').end('{}');
    });
    await new Promise<void>((resolve) => {
      collector.listen(0, '127.0.0.1', resolve);
    });
    taker = toCollector(`http://127.0.0.1:${(collector.address() as AddressInfo).port}/`);

    await world.client.send(ME);
    await sleep(50);
    await stop();
    collector.close();

    expect(received.map(([path]) => path)).toEqual(['/v1/traces']);
    const [{ resource, scopeSpans }] = received[0]![1].resourceSpans as [Sent['resourceSpans'][0]];
    const names = Object.fromEntries(resource.attributes.map(({ key, value }) => [key, value.stringValue]));
    expect(names['service.name']).toBe('loyalty-gateway');
    expect(scopeSpans.flatMap(({ spans }) => spans.map(({ name }) => name)).toSorted()).toEqual([
      'fetch members',
      'fetch partners',
      'query Me',
    ]);
  });

  test('that is away holds up no answer and no stop', async () => {
    taker = toCollector('http://127.0.0.1:9');

    const { data } = await world.client.send(FETCH_TWO);
    await stop();

    expect(data).toEqual({ me: { id: '1', favourite: 'tea' } });
  });
});
