// A schema in which everything that can cost something does, and a second reading of what it says: naive, request by
// request, from the specification's sentences. The compiled one must agree with it.
import {
  buildSchema,
  getNamedType,
  isCompositeType,
  isInputObjectType,
  isListType,
  isNonNullType,
  isObjectType,
  Kind,
  OperationTypeNode,
  valueFromASTUntyped,
  type ConstDirectiveNode,
  type DocumentNode,
  type FieldNode,
  type GraphQLArgument,
  type GraphQLField,
  type GraphQLInputField,
  type GraphQLInputType,
  type GraphQLNamedType,
  type GraphQLObjectType,
  type GraphQLOutputType,
  type OperationDefinitionNode,
  type SelectionSetNode,
} from 'graphql';

export const schema = buildSchema(/* GraphQL */ `
  directive @cost(
    weight: Int!
  ) on ARGUMENT_DEFINITION | ENUM | FIELD_DEFINITION | INPUT_FIELD_DEFINITION | OBJECT | SCALAR
  directive @listSize(
    assumedSize: Int
    slicingArguments: [String!]
    sizedFields: [String!]
    requireOneSlicingArgument: Boolean = true
  ) on FIELD_DEFINITION

  scalar Heavy @cost(weight: 2)
  enum Word @cost(weight: 3) {
    A
  }
  input Filter {
    max: Int
    words: [Word!]
    deep: [[Filter]]
    dear: Int @cost(weight: 4)
  }
  interface Thing {
    id: ID!
    peers: [Thing!]
  }
  union Any = Box | Bag
  type Box implements Thing @cost(weight: 5) {
    id: ID!
    peers: [Thing!] @listSize(assumedSize: 2)
    bag: Bag
    heavy: Heavy
    many(first: Int, last: Int): [Box]
      @listSize(slicingArguments: ["first", "last"], assumedSize: 4, requireOneSlicingArgument: false)
  }
  type Bag implements Thing {
    id: ID!
    peers: [Thing!]
    words: [Word!] @listSize(assumedSize: 3)
    page(first: Int = 2, filter: Filter): Page
      @listSize(
        slicingArguments: ["first", "filter.max"]
        sizedFields: ["nodes", "others"]
        requireOneSlicingArgument: false
      )
  }
  type Page {
    total: Int
    nodes: [Box]
    others: [Thing!]
  }
  type Query {
    box(filter: Filter, word: Word = A): Box
    bag(dear: Int @cost(weight: 6)): Bag
    thing: Thing
    anything: [Any] @cost(weight: 7) @listSize(assumedSize: 2)
    grid: [[Box!]] @listSize(assumedSize: 1)
    number: Int @cost(weight: 8)
    one(first: Int, last: Int): [Box] @listSize(slicingArguments: ["first", "last"])
  }
  type Mutation {
    fill(filter: Filter): Bag @cost(weight: 9)
    empty: Bag!
  }
`);

type Values = Record<string, unknown>;
type AnyField = GraphQLField<unknown, unknown>;

function directive(part: { astNode?: unknown }, name: string): Values | null {
  const { directives = [] } = part.astNode as { directives?: ConstDirectiveNode[] };
  const found = directives.find((one) => one.name.value === name);
  if (found === undefined) return null;
  return Object.fromEntries((found.arguments ?? []).map((one) => [one.name.value, valueFromASTUntyped(one.value)]));
}
const weight = (part: { astNode?: unknown }) => directive(part, 'cost')?.['weight'] as number | undefined;
const typeWeight = (type: GraphQLNamedType) =>
  ('astNode' in type && type.astNode != null ? weight(type) : undefined) ??
  (isCompositeType(type) || isInputObjectType(type) ? 1 : 0);

function inputCost(input: GraphQLArgument | GraphQLInputField, type: GraphQLInputType, value: unknown): number {
  if (value == null) return 0;
  if (isNonNullType(type)) return inputCost(input, type.ofType, value);
  if (isListType(type) && Array.isArray(value))
    return value.map((item) => inputCost(input, type.ofType, item)).reduce((a, b) => a + b, 0);
  const named = getNamedType(type);
  const own = weight(input) ?? typeWeight(named);
  if (!isInputObjectType(named)) return own;
  const fields = Object.values(named.getFields());
  return fields.reduce((total, field) => total + inputCost(field, field.type, (value as Values)[field.name]), own);
}

/** Reads one request. */
export function naive(document: DocumentNode, operation: OperationDefinitionNode, sent: Values) {
  const variables = { ...sent };
  for (const { variable, defaultValue } of operation.variableDefinitions ?? [])
    if (defaultValue !== undefined && !(variable.name.value in sent))
      variables[variable.name.value] = valueFromASTUntyped(defaultValue);
  const valuesOf = ({ arguments: given = [] }: { arguments?: FieldNode['arguments'] }): Values =>
    Object.fromEntries(given.map((one) => [one.name.value, valueFromASTUntyped(one.value, variables)]));

  function fields(type: GraphQLObjectType, sets: readonly SelectionSetNode[]): Map<string, FieldNode[]> {
    const found = new Map<string, FieldNode[]>();
    for (const node of sets.flatMap(({ selections }) => selections)) {
      const asked = (node.directives ?? []).every((one) => {
        const holds = valuesOf(one)['if'] === true;
        return one.name.value === 'skip' ? !holds : one.name.value === 'include' ? holds : true;
      });
      if (!asked) continue;
      if (node.kind === Kind.FIELD) {
        const key = node.alias?.value ?? node.name.value;
        found.set(key, [...(found.get(key) ?? []), node]);
        continue;
      }
      const fragment =
        node.kind === Kind.INLINE_FRAGMENT
          ? node
          : document.definitions.find(
              (one) => one.kind === Kind.FRAGMENT_DEFINITION && one.name.value === node.name.value,
            );
      if (fragment === undefined || !('selectionSet' in fragment)) throw new Error('no such fragment');
      const condition = 'typeCondition' in fragment ? fragment.typeCondition?.name.value : undefined;
      const possible = condition === undefined ? type : schema.getType(condition);
      const applies =
        possible === type ||
        (isCompositeType(possible) && !isObjectType(possible) && schema.getPossibleTypes(possible).includes(type));
      if (!applies) continue;
      for (const [key, nodes] of fields(type, [fragment.selectionSet]))
        found.set(key, [...(found.get(key) ?? []), ...nodes]);
    }
    return found;
  }

  function size(definition: AnyField, node: FieldNode): number | null {
    const said = directive(definition, 'listSize');
    if (said === null) return null;
    const values = valuesOf(node);
    const sizes = ((said['slicingArguments'] ?? []) as string[]).flatMap((path) => {
      const [name = '', inner] = path.split('.');
      const value = values[name] ?? definition.args.find((one) => one.name === name)?.defaultValue;
      const found = inner === undefined ? value : (value as Values | undefined)?.[inner];
      return typeof found === 'number' && found >= 0 ? [found] : [];
    });
    return sizes.length > 0 ? Math.max(...sizes) : ((said['assumedSize'] as number | undefined) ?? 100);
  }

  type Place = { definition: AnyField; nodes: FieldNode[]; length: number; sized: Map<string, number> };
  function place(type: GraphQLObjectType, nodes: FieldNode[], from: Map<string, number>): Place | null {
    const definition = type.getFields()[nodes[0]!.name.value];
    if (definition === undefined) return null;
    const own = size(definition, nodes[0]!);
    const names = (directive(definition, 'listSize')?.['sizedFields'] ?? []) as string[];
    const sized = new Map(names.map((name) => [name, own ?? 100]));
    return { definition, nodes, length: from.get(definition.name) ?? own ?? 100, sized };
  }
  const argumentsOf = ({ definition, nodes }: Place) =>
    definition.args.reduce((total, one) => total + inputCost(one, one.type, valuesOf(nodes[0]!)[one.name]), 0);
  const setsOf = ({ nodes }: Place) => nodes.flatMap(({ selectionSet }) => selectionSet ?? []);
  const possibleTypes = (type: GraphQLNamedType) =>
    isCompositeType(type) ? (isObjectType(type) ? [type] : schema.getPossibleTypes(type)) : [];

  function requestedOf(type: GraphQLObjectType, sets: readonly SelectionSetNode[], from: Map<string, number>): number {
    return [...fields(type, sets).values()].reduce((total, nodes) => {
      const at = place(type, nodes, from);
      if (at === null) return total;
      const named = getNamedType(at.definition.type);
      const own = weight(at.definition);
      const one = isCompositeType(named)
        ? Math.max(
            ...possibleTypes(named).map(
              (possible) => (own ?? typeWeight(possible)) + requestedOf(possible, setsOf(at), at.sized),
            ),
          )
        : (own ?? typeWeight(named));
      const multiply = (wrapped: GraphQLOutputType, length: number): number => {
        if (isNonNullType(wrapped)) return multiply(wrapped.ofType, length);
        return isListType(wrapped) ? length * multiply(wrapped.ofType, 100) : 1;
      };
      return total + argumentsOf(at) + multiply(at.definition.type, at.length) * one;
    }, 0);
  }

  function actualOf(type: GraphQLObjectType, sets: readonly SelectionSetNode[], data: Values): number {
    return [...fields(type, sets)].reduce((total, [key, nodes]) => {
      const at = place(type, nodes, new Map());
      if (at === null) return total;
      const named = getNamedType(at.definition.type);
      const own = weight(at.definition);
      const value = (found: unknown, wrapped: GraphQLOutputType): number => {
        if (isNonNullType(wrapped)) return value(found, wrapped.ofType);
        if (isListType(wrapped))
          return ((found ?? []) as unknown[]).reduce<number>((sum, item) => sum + value(item, wrapped.ofType), 0);
        if (found === null) return own ?? 0;
        if (!isCompositeType(named)) return own ?? typeWeight(named);
        const possible = schema.getType(String((found as Values)['__typename'])) as GraphQLObjectType;
        return (own ?? typeWeight(possible)) + actualOf(possible, setsOf(at), found as Values);
      };
      return total + argumentsOf(at) + value(data[key], at.definition.type);
    }, 0);
  }

  /** An answer to it; `pick` chooses below its number. Lists are as long as is expected at the most, and never above `lengthMax`. */
  function answer(
    pick: (below: number) => number,
    lengthMax: number,
    type: GraphQLObjectType,
    sets: readonly SelectionSetNode[],
    from = new Map<string, number>(),
  ): Values {
    const data: Values = { __typename: type.name };
    for (const [key, nodes] of fields(type, sets)) {
      const at = place(type, nodes, from);
      if (at === null) continue;
      const possible = possibleTypes(getNamedType(at.definition.type));
      const value = (wrapped: GraphQLOutputType, length: number): unknown => {
        if (isNonNullType(wrapped)) return value(wrapped.ofType, length) ?? value(wrapped.ofType, length);
        if (pick(8) === 0) return null;
        if (isListType(wrapped))
          return Array.from({ length: pick(Math.min(length, lengthMax) + 1) }, () => value(wrapped.ofType, 100));
        const chosen = possible[pick(possible.length || 1)];
        return chosen === undefined ? 1 : answer(pick, lengthMax, chosen, setsOf(at), at.sized);
      };
      data[key] = value(at.definition.type, at.length);
    }
    return data;
  }

  const root = schema.getRootType(operation.operation)!;
  const sets = [operation.selectionSet];
  const base = operation.operation === OperationTypeNode.MUTATION ? 10 : 0;
  const nothing = () => Object.fromEntries([...fields(root, sets).keys()].map((key) => [key, null]));
  return {
    requested: () => base + requestedOf(root, sets, new Map()),
    actual: (data: Values | null) => base + actualOf(root, sets, data ?? nothing()),
    answer: (pick: (below: number) => number, lengthMax: number) => answer(pick, lengthMax, root, sets),
  };
}
