// Rooms as the gateway asks them, timed and traced.
import type { Attributes } from '@opentelemetry/api';
import type { RoomName } from '../../subgraphs/shared/config.ts';
import type { FetchOperation, FetchVariables, RoomSource } from '../transport/source.ts';
import type { FetchOutcome, Metrics } from './metrics.ts';
import { watched } from './requests.ts';
import { inSpan } from './spans.ts';

/** How many entities a fetch asks about: no other variable is a list of what has a `__typename`. */
const representations = (variables: FetchVariables): number =>
  Object.values(variables.values())
    .filter((list): list is { __typename?: string }[] => Array.isArray(list) && '__typename' in Object(list[0]))
    .reduce((sum, list) => sum + list.length, 0);

function attributesOf(room: RoomName, { kind, query }: FetchOperation, variables: FetchVariables): Attributes {
  const facts = { 'loyalty.room': room, 'graphql.operation.type': kind };
  return query.includes('_entities') ? { ...facts, 'loyalty.representations': representations(variables) } : facts;
}

function observed(source: RoomSource, metrics: Metrics): RoomSource {
  const { room } = source;
  return {
    room,
    async ask(operation, variables, context) {
      const begun = performance.now();
      const trace = watched()?.trace ?? null;
      let outcome: FetchOutcome = 'away';
      const ask = async () => {
        try {
          const answer = await source.ask(operation, variables, context);
          outcome = answer.errors === undefined ? 'ok' : 'errors';
          return answer;
        } catch (error) {
          if (context.signal?.aborted === true) outcome = 'cancelled';
          throw error;
        } finally {
          metrics.fetched(room, outcome, performance.now() - begun);
        }
      };
      if (trace === null) return ask();
      return inSpan(`fetch ${room}`, trace.context, ask, () => ({
        ...attributesOf(room, operation, variables),
        'loyalty.outcome': outcome,
      }));
    },
  };
}

/** The same rooms, each fetch counted by its outcome. */
export const observedSources =
  (source: (room: RoomName) => RoomSource, metrics: Metrics): ((room: RoomName) => RoomSource) =>
  (room) =>
    observed(source(room), metrics);
