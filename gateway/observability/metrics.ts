// What is counted and timed. Each label has a bounded number of values (`labels.ts`), and none is an id or a value of anybody.
import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';
import { ROOMS, type RoomName } from '../../subgraphs/shared/config.ts';
import type { ViewerKind } from '../../subgraphs/shared/viewer.ts';
import type { Circuit } from '../transport/circuit.ts';
import type { ClientLabels } from './labels.ts';

/** `refused`: something the asker can mend; `fault`: ours; `cancelled`: nobody waited for the end. */
export type Outcome = 'ok' | 'refused' | 'throttled' | 'fault' | 'cancelled';
export type FetchOutcome = 'ok' | 'errors' | 'away' | 'cancelled';

/** `unknown`: refused before it was known who asked. */
export type Credential = ViewerKind | 'unknown';

const REQUEST_SECONDS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];
const PLAN_SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 5];
const CIRCUITS: readonly Circuit[] = ['closed', 'half-open', 'open'];

export interface Ended extends ClientLabels {
  operation: string;
  credential: Credential;
  outcome: Outcome;
}

export interface Metrics {
  requestBegan(): void;
  requestEnded(what: Ended, milliseconds: number): void;
  fetched(room: RoomName, outcome: FetchOutcome, milliseconds: number): void;
  planned(milliseconds: number): void;
  cost(operation: string, requested: number, actual: number): void;
  circuit(room: RoomName, state: Circuit): void;
  /** All that is measured in this process. */
  registries: Registry[];
}

let processRegistry: Registry | undefined;

/** Memory, event loop and so on: measured once, however many gateways a process has. */
function processMetrics(): Registry {
  if (processRegistry === undefined) collectDefaultMetrics({ register: (processRegistry = new Registry()) });
  return processRegistry;
}

/** A metric's children by their labels, each made once. */
function children<T>(make: (...labels: string[]) => T): (...labels: string[]) => T {
  const made = new Map<string, T>();
  return (...labels) => {
    const key = labels.join('\n');
    let child = made.get(key);
    if (child === undefined) made.set(key, (child = make(...labels)));
    return child;
  };
}

export function metrics(): Metrics {
  const own = new Registry();
  const registers = [own];
  const requests = new Counter({
    name: 'gateway_requests_total',
    help: 'Requests to the graph, by client and the kind of credential.',
    labelNames: ['client', 'version', 'credential', 'outcome'],
    registers,
  });
  const durations = new Histogram({
    name: 'gateway_request_duration_seconds',
    help: 'From a request’s headers to the end of its answer, by operation of a trusted document.',
    labelNames: ['operation', 'outcome'],
    buckets: REQUEST_SECONDS,
    registers,
  });
  const inFlight = new Gauge({ name: 'gateway_requests_in_flight', help: 'Requests being answered.', registers });
  const fetches = new Histogram({
    name: 'gateway_fetch_duration_seconds',
    help: 'From asking a room to its answer.',
    labelNames: ['room', 'outcome'],
    buckets: REQUEST_SECONDS,
    registers,
  });
  const plans = new Histogram({
    name: 'gateway_plan_duration_seconds',
    help: 'Time that plans of operations took, on the event loop; their count is of operations compiled.',
    buckets: PLAN_SECONDS,
    registers,
  });
  const costs = new Counter({
    name: 'gateway_cost_total',
    help: 'Cost of operations: requested before they ran, and actual.',
    labelNames: ['operation', 'kind'],
    registers,
  });
  const circuits = new Gauge({
    name: 'gateway_circuit',
    help: '1 for the state in which the circuit of a room is, 0 for the others.',
    labelNames: ['room', 'state'],
    registers,
  });

  const requestCounter = children((...labels) => requests.labels(...labels));
  const requestTimer = children((...labels) => durations.labels(...labels));
  const fetchTimer = children((...labels) => fetches.labels(...labels));
  const costCounter = children((...labels) => costs.labels(...labels));
  const circuit = (room: RoomName, state: Circuit) => {
    for (const each of CIRCUITS) circuits.labels(room, each).set(each === state ? 1 : 0);
  };
  for (const room of ROOMS) circuit(room, 'closed');

  return {
    requestBegan: () => inFlight.inc(),
    requestEnded({ client, version, operation, credential, outcome }, milliseconds) {
      inFlight.dec();
      requestCounter(client, version, credential, outcome).inc();
      requestTimer(operation, outcome).observe(milliseconds / 1_000);
    },
    fetched: (room, outcome, milliseconds) => fetchTimer(room, outcome).observe(milliseconds / 1_000),
    planned: (milliseconds) => plans.observe(milliseconds / 1_000),
    cost(operation, requested, actual) {
      costCounter(operation, 'requested').inc(requested);
      costCounter(operation, 'actual').inc(actual);
    },
    circuit,
    registries: [own, processMetrics()],
  };
}
