// What a field's arguments cost, and how long they make its list. An argument without a variable is settled at once.
import {
  getNamedType,
  GraphQLError,
  isInputObjectType,
  isListType,
  isNonNullType,
  Kind,
  valueFromASTUntyped,
  type FieldNode,
  type GraphQLInputObjectType,
  type GraphQLInputType,
  type ValueNode,
} from 'graphql';
import { sum, type Cost, type Variables } from './sum.ts';
import type { AnyField, GraphQLInput, ListSize, Weights } from './weights.ts';

/** Of a list about which nothing is said: the largest page that this API gives. */
export const LIST_SIZE = 100;

function hasVariables(node: ValueNode): boolean {
  if (node.kind === Kind.LIST) return node.values.some(hasVariables);
  if (node.kind === Kind.OBJECT) return node.fields.some(({ value }) => hasVariables(value));
  return node.kind === Kind.VARIABLE;
}

function given(node: FieldNode, name: string): ValueNode | undefined {
  return node.arguments?.find((argument) => argument.name.value === name)?.value;
}

const read = (node: ValueNode, variables: Variables): unknown => valueFromASTUntyped(node, variables);

/** What one value costs, with all that is in it; null and what is left out are free. */
export type InputCost = (input: GraphQLInput) => (value: unknown) => number;

export function inputCosts(weights: Weights): InputCost {
  type Within = (value: Variables) => number;
  const known = new Map<GraphQLInputObjectType, Within>();

  function within(type: GraphQLInputObjectType): Within {
    const found = known.get(type);
    if (found !== undefined) return found;
    const fields: [name: string, cost: (value: unknown) => number][] = [];
    const result: Within = (value) => fields.reduce((total, [name, cost]) => total + cost(value[name]), 0);
    // Known before its fields are looked at: an input may hold another of its own kind.
    known.set(type, result);
    for (const field of Object.values(type.getFields())) {
      if (isInputObjectType(getNamedType(field.type)) || weights.ofInput(field) !== 0)
        fields.push([field.name, costOf(field)]);
    }
    return result;
  }

  function costOf(input: GraphQLInput): (value: unknown) => number {
    const named = getNamedType(input.type);
    const weight = weights.ofInput(input);
    const inside = isInputObjectType(named) ? within(named) : () => 0;
    // Lists are followed as deep as the type has them: a client may nest a million.
    function cost(type: GraphQLInputType, value: unknown): number {
      if (value === null || value === undefined) return 0;
      if (isNonNullType(type)) return cost(type.ofType, value);
      if (isListType(type) && Array.isArray(value))
        return value.reduce<number>((total, item) => total + cost(type.ofType, item), 0);
      return weight + (typeof value === 'object' ? inside(value as Variables) : 0);
    }
    return (value) => cost(input.type, value);
  }

  return costOf;
}

/** Of what the document gives; defaults are free. */
export function argumentsCost(node: FieldNode, definition: AnyField, inputCost: InputCost): Cost {
  return sum(
    definition.args.map((argument): Cost => {
      const value = given(node, argument.name);
      if (value === undefined) return 0;
      const cost = inputCost(argument);
      return hasVariables(value) ? (variables) => cost(read(value, variables)) : cost(read(value, {}));
    }),
  );
}

/** A `GRAPHQL_VALIDATION_FAILED` when the schema wants one slicing argument, and there is none or there are more. */
function requireOne(names: readonly string[], node: FieldNode, definition: AnyField): void {
  const written = names.filter((name) => given(node, name.split('.')[0]!) !== undefined);
  const otherwise = definition.args.some(({ name, defaultValue }) => names.includes(name) && defaultValue != null);
  if (written.length === 1 || (written.length === 0 && otherwise)) return;
  throw new GraphQLError(`${definition.name} needs one of its arguments ${names.join(', ')}.`, {
    nodes: [node],
    extensions: { code: 'GRAPHQL_VALIDATION_FAILED' },
  });
}

/** How many a field gives, as its `@listSize` says: the most of its slicing arguments, else what is assumed. */
export function expectedSize(listSize: ListSize, node: FieldNode, definition: AnyField): Cost {
  const names = listSize.slicingArguments ?? [];
  if (names.length > 0 && listSize.requireOneSlicingArgument) requireOne(names, node, definition);
  const values = names.map((path) => {
    const [name = '', ...inner] = path.split('.');
    const value = given(node, name);
    const otherwise = definition.args.find((argument) => argument.name === name)?.defaultValue;
    const sizeIn = (found: unknown) =>
      inner.reduce((at, key) => (at as Variables | null | undefined)?.[key], found ?? otherwise);
    return { open: value !== undefined && hasVariables(value), value, sizeIn };
  });

  function size(variables: Variables): number {
    const sizes = values
      .map(({ value, sizeIn }) => sizeIn(value === undefined ? undefined : read(value, variables)))
      .filter((found) => Number.isInteger(found) && (found as number) >= 0);
    return sizes.length === 0 ? (listSize.assumedSize ?? LIST_SIZE) : Math.max(...(sizes as number[]));
  }

  return values.some(({ open }) => open) ? size : size({});
}
