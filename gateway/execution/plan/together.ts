// Fetches of entities that a plan makes of one room at the same time, as one operation.
import {
  Kind,
  OperationTypeNode,
  parse,
  stripIgnoredCharacters,
  print,
  visit,
  type FieldNode,
  type OperationDefinitionNode,
  type VariableDefinitionNode,
} from 'graphql';
import type { Step } from '../run.ts';
import { operationIn } from '../operation.ts';
import type { Ground } from './ask.ts';
import { entityFetch } from './entity-fetch.ts';
import type { Flattened } from './steps.ts';

const REPRESENTATIONS = 'representations';
const name = (value: string) => ({ kind: Kind.NAME, value }) as const;

/** A client's variable may be called like one of ours. */
function prefixFor(names: readonly string[]): string {
  let prefix = 'of_';
  while (names.some((each) => each.startsWith(prefix))) prefix += '_';
  return prefix;
}

export function together(found: Flattened[], ground: Ground): Step {
  const names = [...new Set(found.flatMap(({ fetch }) => fetch.variableUsages ?? []))];
  const prefix = prefixFor(names);
  const variables = new Map<string, VariableDefinitionNode>();
  const fields: FieldNode[] = [];
  found.forEach((each, index) => {
    const own = `${prefix}${index}`;
    const renamed = visit(parse(each.fetch.operation, { noLocation: true }), {
      Variable: (node) => (node.name.value === REPRESENTATIONS ? { ...node, name: name(own) } : undefined),
    });
    const { variableDefinitions = [], selectionSet } = operationIn(renamed);
    for (const variable of variableDefinitions) variables.set(variable.variable.name.value, variable);
    for (const field of selectionSet.selections) fields.push({ ...(field as FieldNode), alias: name(own) });
  });
  const operation: OperationDefinitionNode = {
    kind: Kind.OPERATION_DEFINITION,
    operation: OperationTypeNode.QUERY,
    variableDefinitions: [...variables.values()],
    selectionSet: { kind: Kind.SELECTION_SET, selections: fields },
  };
  const query = stripIgnoredCharacters(print({ kind: Kind.DOCUMENT, definitions: [operation] }));
  const nodes = found.map(({ path, fetch }, index) => {
    const own = `${prefix}${index}`;
    return { path, fetch: { ...fetch, operation: query }, field: own, variable: own };
  });
  return entityFetch(
    ground,
    { query, operationName: undefined, kind: 'query' },
    names,
    found[0]!.fetch.serviceName,
    nodes,
  );
}
