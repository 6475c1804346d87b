// Which operations graphql-jit answers as the specification says. The others are run by graphql-js: compiled, some would
// clear what was not sent, some would answer in another order, and some would never be done compiling.
import {
  BREAK,
  getNamedType,
  isInputObjectType,
  Kind,
  typeFromAST,
  visit,
  type DocumentNode,
  type GraphQLInputObjectType,
  type GraphQLNamedType,
  type GraphQLSchema,
  type SelectionNode,
  type SelectionSetNode,
  type VariableDefinitionNode,
} from 'graphql';

/** The document must be valid. */
export function isCompilable(schema: GraphQLSchema, document: DocumentNode): boolean {
  const variables = document.definitions.flatMap((definition) =>
    definition.kind === Kind.OPERATION_DEFINITION ? (definition.variableDefinitions ?? []) : [],
  );
  const types = variables.map(({ type }) => getNamedType(typeFromAST(schema, type as never)) as GraphQLNamedType);
  return (
    !types.some((type) => isEndless(type, [])) &&
    !mayClear(document, variables) &&
    !sharesConditions(document) &&
    isInOrder(document)
  );
}

/** graphql-jit writes out the check of a variable's type with all that is in it. */
function isEndless(type: GraphQLNamedType, within: readonly GraphQLInputObjectType[]): boolean {
  if (!isInputObjectType(type)) return false;
  if (within.includes(type)) return true;
  return Object.values(type.getFields()).some((field) => isEndless(getNamedType(field.type), [...within, type]));
}

/** In an object a variable that was left out is a field that was left out, which graphql-jit takes for null. */
function mayClear(document: DocumentNode, variables: readonly VariableDefinitionNode[]): boolean {
  const optional = new Set(
    variables
      .filter(({ type, defaultValue }) => type.kind !== Kind.NON_NULL_TYPE && defaultValue === undefined)
      .map(({ variable }) => variable.name.value),
  );
  let found = false;
  visit(document, {
    ObjectField({ value }) {
      visit(value, { Variable: ({ name }) => void (found ||= optional.has(name.value)) });
      return found ? BREAK : false;
    },
  });
  return found;
}

/** A fragment that is used twice has the conditions of both places in graphql-jit. */
function sharesConditions(document: DocumentNode): boolean {
  const spread = new Set<string>();
  let comesAgain = false;
  let isAnyConditional = false;
  const look = (node: SelectionNode) => void (isAnyConditional ||= isConditional(node));
  visit(document, {
    Field: look,
    InlineFragment: look,
    FragmentSpread(node) {
      look(node);
      comesAgain ||= spread.has(node.name.value);
      spread.add(node.name.value);
    },
  });
  return comesAgain && isAnyConditional;
}

const isConditional = ({ directives = [] }: SelectionNode): boolean =>
  directives.some(({ name }) => name.value === 'skip' || name.value === 'include');

/** A field that is skipped keeps its place for a later one of its name in graphql-jit. */
function isInOrder(document: DocumentNode): boolean {
  const fragments = new Map(
    document.definitions.flatMap((definition) =>
      definition.kind === Kind.FRAGMENT_DEFINITION ? [[definition.name.value, definition.selectionSet] as const] : [],
    ),
  );

  /** Of sets that are answered as one. */
  function areInOrder(sets: readonly SelectionSetNode[]): boolean {
    const byKey = new Map<string, { sets: SelectionSetNode[]; conditional: boolean }>();
    const collected = (set: SelectionSetNode, outer: boolean): boolean =>
      set.selections.every((node) => {
        const conditional = outer || isConditional(node);
        if (node.kind === Kind.INLINE_FRAGMENT) return collected(node.selectionSet, conditional);
        if (node.kind === Kind.FRAGMENT_SPREAD) return collected(fragments.get(node.name.value)!, conditional);
        const key = node.alias?.value ?? node.name.value;
        const known = byKey.get(key);
        if (known !== undefined && (known.conditional || conditional)) return false;
        const inner = [...(known?.sets ?? []), ...(node.selectionSet === undefined ? [] : [node.selectionSet])];
        byKey.set(key, { sets: inner, conditional });
        return true;
      });
    return sets.every((set) => collected(set, false)) && [...byKey.values()].every((one) => areInOrder(one.sets));
  }

  return document.definitions.every(
    (definition) => definition.kind !== Kind.OPERATION_DEFINITION || areInOrder([definition.selectionSet]),
  );
}
