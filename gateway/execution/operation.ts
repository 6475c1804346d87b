// One operation of a document, prepared: what it asks of who reads it, and its compiled form for each answer to that.
import type { QueryPlan } from '@apollo/query-planner';
import {
  executeSync,
  isAbstractType,
  isCompositeType,
  isObjectType,
  Kind,
  print,
  separateOperations,
  TypeInfo,
  visit,
  visitWithTypeInfo,
  type DirectiveNode,
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLCompositeType,
  type GraphQLSchema,
  type OperationDefinitionNode,
  type SelectionNode,
  type SelectionSetNode,
} from 'graphql';
import type { Data } from './run.ts';
import { conditions } from './writer/condition.ts';
import type { Denied } from './writer/shape.ts';

/** Whether a viewer may read a field; undefined: it may. */
export type Verdict = (type: string, field: string) => Denied | undefined;

/** An operation alone in its document, with the fragments that it uses; and its text, by which it is known. */
export interface Alone {
  document: DocumentNode;
  text: string;
}

/** By the operation of a parsed document. */
const known = new WeakMap<OperationDefinitionNode, Alone>();

export function alone(document: DocumentNode, operation: OperationDefinitionNode): Alone {
  let found = known.get(operation);
  if (found === undefined) {
    const isAlone = document.definitions.length === 1;
    const own = isAlone ? document : separateOperations(document)[operation.name?.value ?? '']!;
    known.set(operation, (found = { document: own, text: print(own) }));
  }
  return found;
}

export const operationIn = ({ definitions }: DocumentNode): OperationDefinitionNode =>
  definitions.find((definition) => definition.kind === Kind.OPERATION_DEFINITION)!;

export const fragmentsIn = ({ definitions }: DocumentNode): Map<string, FragmentDefinitionNode> =>
  new Map(
    definitions.flatMap((definition) =>
      definition.kind === Kind.FRAGMENT_DEFINITION ? [[definition.name.value, definition] as const] : [],
    ),
  );

/** Each field of each type that the document reads, interfaces' fields as their types' too, as `Type.field`. */
export function fieldsRead(schema: GraphQLSchema, document: DocumentNode): [type: string, field: string][] {
  const found = new Map<string, [string, string]>();
  const types = new TypeInfo(schema);
  visit(
    document,
    visitWithTypeInfo(types, {
      Field({ name: { value: field } }) {
        const parent = types.getParentType();
        if (!isCompositeType(parent) || field.startsWith('__')) return;
        const all = isObjectType(parent) ? [parent] : [parent, ...schema.getPossibleTypes(parent)];
        for (const { name } of all) found.set(`${name}.${field}`, [name, field]);
      },
    }),
  );
  return [...found.values()];
}

const isOpen = ({ arguments: given = [] }: DirectiveNode): boolean =>
  given.some(({ value }) => value.kind === Kind.VARIABLE);

/** Without the conditions that the document settles itself: the planner forgets them below one of a variable, and would run what is left out. */
function settled<Node extends SelectionNode>(node: Node): Node | null | undefined {
  if (conditions(node, []) === null) return null;
  const directives = node.directives?.filter(isOpen) ?? [];
  return directives.length === (node.directives?.length ?? 0) ? undefined : { ...node, directives };
}

/** Whether a selection is asked of each object of a type, whatever the variables are. */
function isSure(
  schema: GraphQLSchema,
  document: DocumentNode,
  type: GraphQLCompositeType,
  node: SelectionNode,
): boolean {
  if ((node.directives ?? []).length > 0) return false;
  if (node.kind === Kind.FIELD) return true;
  const fragment = node.kind === Kind.INLINE_FRAGMENT ? node : fragmentsIn(document).get(node.name.value)!;
  const condition = fragment.typeCondition === undefined ? type : schema.getType(fragment.typeCondition.name.value);
  if (condition === type) return true;
  const possible = isAbstractType(type) ? schema.getPossibleTypes(type) : [type];
  return isAbstractType(condition) && possible.every((each) => schema.isSubType(condition, each));
}

/**
 * The document without what the viewer may not read and what the schema itself answers; null when nothing is left to
 * ask. `ours`: the key of what is asked so that an object is there.
 */
export function cut(
  schema: GraphQLSchema,
  document: DocumentNode,
  ours: string,
  verdict: Verdict,
): DocumentNode | null {
  const name = (value: string) => ({ kind: Kind.NAME, value }) as const;
  const typename = { kind: Kind.FIELD, alias: name(ours), name: name('__typename') } as const;
  const types = new TypeInfo(schema);
  const root = schema.getRootType(operationIn(document).operation);
  const isDenied = (field: string): boolean => {
    const parent = types.getParentType();
    if (!isCompositeType(parent) || field.startsWith('__')) return false;
    // Of an interface, when no type of it may be read there; else the writer says which.
    const all = isAbstractType(parent) ? schema.getPossibleTypes(parent) : [parent];
    return all.every(({ name: type }) => verdict(type, field) !== undefined);
  };
  const left = visit(
    document,
    visitWithTypeInfo(types, {
      Field(node) {
        const field = node.name.value;
        if (field === '__schema' || field === '__type' || isDenied(field)) return null;
        return settled(node);
      },
      InlineFragment: settled,
      FragmentSpread: settled,
      SelectionSet: {
        leave(set) {
          // Of an object of which nothing may be left the planner asks nothing; the client gets an empty one.
          const parent = types.getParentType()!;
          const isLeft = set.selections.some((node) => isSure(schema, document, parent, node));
          const isEmpty = set.selections.length === 0;
          if (isLeft || (!isEmpty && parent === root)) return undefined;
          return { ...set, selections: [...set.selections, typename] };
        },
      },
    }),
  );
  return fieldsRead(schema, left).some(([type]) => type === root?.name) ? left : null;
}

/** The operation with some of the fields at its root; the fragments that they stand in are put in place. */
export function rootOnly(document: DocumentNode, keep: (field: FieldNode) => boolean): DocumentNode {
  const fragments = fragmentsIn(document);
  const operation = operationIn(document);
  const only = (set: SelectionSetNode): SelectionSetNode => ({
    ...set,
    selections: set.selections.flatMap((node): SelectionNode[] => {
      if (node.kind === Kind.FIELD) return keep(node) ? [node] : [];
      const inner = node.kind === Kind.INLINE_FRAGMENT ? node : fragments.get(node.name.value)!;
      const { directives = [] } = node;
      const selectionSet = only(inner.selectionSet);
      return selectionSet.selections.length === 0 ? [] : [{ kind: Kind.INLINE_FRAGMENT, directives, selectionSet }];
    }),
  });
  const own = { ...operation, selectionSet: only(operation.selectionSet) };
  return { ...document, definitions: [own, ...fragments.values()] };
}

/** What the operation asks about the schema, by the client's keys; null when it asks nothing. */
export function introspection(schema: GraphQLSchema, document: DocumentNode): ((variables: Data) => Data) | null {
  let asks = false;
  const asked = rootOnly(document, ({ name: { value } }) => {
    if (value === '__schema' || value === '__type') asks = true;
    return value.startsWith('__');
  });
  if (!asks) return null;
  return (variables) => ({ ...executeSync({ schema, document: asked, variableValues: variables }).data });
}

export const NO_PLAN: QueryPlan = { kind: 'QueryPlan' };
