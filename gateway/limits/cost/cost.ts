// What an operation costs: before it runs, from the schema, the document and the variables; and what it cost, from its
// answer. An answer whose lists are as long as was expected costs no more than was requested.
import {
  Kind,
  OperationTypeNode,
  valueFromASTUntyped,
  type DocumentNode,
  type GraphQLSchema,
  type OperationDefinitionNode,
} from 'graphql';
import { inputCosts } from './arguments.ts';
import { askedAt, Parts } from './parts.ts';
import { evaluate, type Variables } from './sum.ts';
import { weightsOf } from './weights.ts';

const MUTATION = 10;

export interface OperationCost {
  /** `variables` as they were sent: what is no value of its type costs something, and is refused elsewhere. */
  requested(variables: Variables): number;
  /** `data` by the document's response keys; null when there is none. What it has beside them is not looked at. */
  actual(data: Variables | null, variables: Variables): number;
}

function withDefaults({ variableDefinitions = [] }: OperationDefinitionNode): (variables: Variables) => Variables {
  const defaults = variableDefinitions.flatMap(({ variable, defaultValue }) =>
    defaultValue === undefined ? [] : [[variable.name.value, valueFromASTUntyped(defaultValue)]],
  );
  if (defaults.length === 0) return (variables) => variables;
  const values = Object.fromEntries(defaults) as Variables;
  return (variables) => ({ ...values, ...variables });
}

/**
 * Compiles operations of this schema, which still has its `@cost` and `@listSize`. Documents must be valid. Throws
 * `QUERY_TOO_COMPLEX`, and `GRAPHQL_VALIDATION_FAILED` where one slicing argument is wanted and there are more or none.
 */
export function costing(
  schema: GraphQLSchema,
): (document: DocumentNode, operation: OperationDefinitionNode) => OperationCost {
  const weights = weightsOf(schema);
  const priced = { schema, weights, inputCost: inputCosts(weights) };

  return ({ definitions }, operation) => {
    const fragments = definitions.filter((definition) => definition.kind === Kind.FRAGMENT_DEFINITION);
    const parts = new Parts(priced, new Map(fragments.map((fragment) => [fragment.name.value, fragment])));
    const root = schema.getRootType(operation.operation)!;
    const sets = [{ node: operation.selectionSet, conditions: [] }];
    const whole = parts.object(root, sets);
    const base = operation.operation === OperationTypeNode.MUTATION ? MUTATION : 0;
    const rootFields = [...parts.fieldsOf(root, sets)].map(([key, places]) => [key, askedAt(places, 1)] as const);
    /** An answer without data: none of its fields found anything. */
    const nothing = (variables: Variables): Variables =>
      Object.fromEntries(
        rootFields.filter(([, asked]) => evaluate(asked, variables) === 1).map(([key]) => [key, null]),
      );
    const complete = withDefaults(operation);
    return {
      requested: (variables) => base + evaluate(whole.requested, complete(variables)),
      actual(data, variables) {
        const all = complete(variables);
        return base + whole.actual(data ?? nothing(all), all);
      },
    };
  };
}
