// What is known of an operation before it is planned: what it may cost, and what it asks of who reads it.
import { valueFromASTUntyped, type DocumentNode, type GraphQLSchema, type OperationDefinitionNode } from 'graphql';
import { LRUCache } from 'lru-cache';
import type { Requirement } from '../../subgraphs/shared/requirement.ts';
import type { Requirements } from '../authorization/requirements.ts';
import { costing, type OperationCost } from '../limits/cost/cost.ts';
import { normalised, type Normalised } from './normalise.ts';
import { fieldsRead, operationIn } from './operation.ts';
import type { Data } from './run.ts';
import type { Runnable } from './state.ts';
import { takesMore, trimmedFields } from './trimmed.ts';

/** Kinds of viewers, by what they may read, for whom one operation is kept compiled. */
const MASKS_MAX = 32;

function defaultsOf({ variableDefinitions = [] }: OperationDefinitionNode): Data {
  const given = variableDefinitions.flatMap(({ variable, defaultValue }) =>
    defaultValue === undefined ? [] : [[variable.name.value, valueFromASTUntyped(defaultValue)] as const],
  );
  return Object.fromEntries(given);
}

/** Worked out when it is first asked for. */
export function once<T>(make: () => T): () => T {
  let made: { value: T } | undefined;
  return () => (made ??= { value: make() }).value;
}

export interface Prepared {
  document: DocumentNode;
  normalised: Normalised;
  asked: Requirement[];
  /** Clients see all that a room may answer, and send all that it may take. */
  isWhole: boolean;
  /** By the client's keys, as a room answers the whole. Throws what is wrong with its slices, or too much of it. */
  cost(): OperationCost;
  /** By the keys of the operation that is planned. */
  plannedCost(): OperationCost;
  /** What conditions depend on where the client sends nothing. */
  defaults: Data;
  byMask: LRUCache<string, Runnable>;
  /** By kind and scopes of a viewer. */
  byViewer: LRUCache<string, Runnable>;
}

/** `full` has what clients do not see as well. */
export function preparer(
  api: GraphQLSchema,
  full: GraphQLSchema,
  requirements: Requirements,
): (document: DocumentNode) => Prepared {
  const types = Object.values(full.getTypeMap());
  const fieldNames = new Set(types.flatMap((type) => ('getFields' in type ? Object.keys(type.getFields()) : [])));
  const trimmed = trimmedFields(api, full);
  const costOf = costing(full);
  return (document) => {
    const operation = operationIn(document);
    const read = fieldsRead(api, document);
    const found = normalised(document, fieldNames);
    return {
      document,
      normalised: found,
      asked: read.flatMap(([type, field]) => requirements(type, field) ?? []),
      isWhole: !read.some(([type, field]) => trimmed.has(`${type}.${field}`)) && !takesMore(operation, api, full),
      cost: once(() => costOf(document, operation)),
      plannedCost: once(() => costOf(found.document, operationIn(found.document))),
      defaults: defaultsOf(operation),
      byMask: new LRUCache({ max: MASKS_MAX }),
      byViewer: new LRUCache({ max: MASKS_MAX }),
    };
  };
}
