// How the gateway is watched: one set of measurements, and what hands it to each part that has something to tell.
import cluster from 'node:cluster';
import type { ApolloServerPlugin } from '@apollo/server';
import type { Logger } from 'pino';
import { Registry } from 'prom-client';
import type { Config, RoomName } from '../../subgraphs/shared/config.ts';
import type { GatewayContext } from '../context.ts';
import type { TrustedDocument } from '../documents/manifest.ts';
import type { Route } from '../server.ts';
import type { Circuit } from '../transport/circuit.ts';
import type { RoomSource } from '../transport/source.ts';
import { askForAll } from './all-workers.ts';
import { observedSources } from './fetches.ts';
import { clientLabels, operationLabels, OTHER } from './labels.ts';
import { metricsEndpoint } from './metrics-endpoint.ts';
import { metrics } from './metrics.ts';
import { observing } from './plugin.ts';
import { requestObserver, watched, type Observe } from './requests.ts';
import { pastSpan } from './spans.ts';

export interface Observability {
  observe: Observe;
  plugin: ApolloServerPlugin<GatewayContext>;
  sources(source: (room: RoomName) => RoomSource): (room: RoomName) => RoomSource;
  /** A plan was made, for the request for which this runs, if any. */
  planned(document: unknown, milliseconds: number): void;
  circuit(room: RoomName, state: Circuit): void;
  /** `/metrics` */
  route: Route;
}

export function observability(
  settings: Config['observability'],
  trusted: readonly TrustedDocument[],
  log: Logger,
): Observability {
  const measured = metrics();
  const { registries } = measured;
  const clients = new Set([...trusted.map(({ client }) => client), ...settings.clients]);
  const here = Registry.merge(registries);
  return {
    observe: requestObserver({
      metrics: measured,
      clientOf: clientLabels([...clients]),
      log,
      slowMs: settings.slowRequestMs,
    }),
    plugin: observing(measured, operationLabels(trusted)),
    sources: (source) => observedSources(source, measured),
    planned(_, milliseconds) {
      measured.planned(milliseconds);
      pastSpan('plan', milliseconds);
      if (milliseconds < settings.slowPlanMs) return;
      const { operation = OTHER, document } = watched() ?? {};
      log.warn({ operation, document, milliseconds: Math.round(milliseconds) }, 'a plan took long');
    },
    circuit: measured.circuit,
    route: metricsEndpoint(settings.metricsToken, cluster.isWorker ? askForAll(registries) : () => here.metrics()),
  };
}
