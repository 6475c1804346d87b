// Where a document says its idempotency keys, and the document that is planned in its stead: there each key comes
// through a variable and no directive is left. It depends on the client's document alone, neither on a key nor on
// whether one came, so whatever is cached by the client's document stays right.
import {
  getNullableType,
  isInputObjectType,
  Kind,
  OperationTypeNode,
  separateOperations,
  TypeInfo,
  visit,
  visitWithTypeInfo,
  type ArgumentNode,
  type DocumentNode,
  type FieldNode,
  type GraphQLField,
  type GraphQLSchema,
  type OperationDefinitionNode,
  type ValueNode,
  type VariableDefinitionNode,
  type VariableNode,
} from 'graphql';

export const KEY = 'idempotencyKey';

/** How an `input` says its key, and the variable that carries it to the room. */
export interface Place {
  /** The input is a variable, in which the key is a field; else a literal, in which the key is a variable. */
  whole: boolean;
  /** What the client wrote: the input, or the key in it, if there is one. */
  from: ValueNode | undefined;
  to: string;
}

/** A field of a mutation; those that are merged are one. */
export interface RootField {
  name: string;
  /** Each `@idempotent(key:)` on it. */
  directives: ValueNode[];
  /** Null when its `input` has no `idempotencyKey`. */
  place: Place | null;
}

export interface Planned {
  document: DocumentNode;
  operation: OperationDefinitionNode;
  rootFields: RootField[];
  /** With `@idempotent`, and not at the root of a mutation. */
  misplaced: FieldNode[];
}

const variable = (name: string): VariableNode => ({ kind: Kind.VARIABLE, name: { kind: Kind.NAME, value: name } });

function takesKey(field: GraphQLField<unknown, unknown>): boolean {
  const input = field.args.find(({ name }) => name === 'input');
  const type = input === undefined ? undefined : getNullableType(input.type);
  return isInputObjectType(type) && KEY in type.getFields();
}

/** The variables of an operation, and those that its keys need besides. */
class Variables {
  readonly added = new Map<string, VariableDefinitionNode>();
  readonly #own: ReadonlyMap<string, VariableDefinitionNode>;
  readonly #uses = new Map<string, number>();

  constructor({ variableDefinitions = [] }: OperationDefinitionNode, document: DocumentNode) {
    this.#own = new Map(variableDefinitions.map((definition) => [definition.variable.name.value, definition]));
    visit(document, {
      VariableDefinition: () => false,
      Variable: ({ name }) => void this.#uses.set(name.value, (this.#uses.get(name.value) ?? 0) + 1),
    });
  }

  /** A variable like this one that nothing else uses: a key put into it reaches no other place. */
  alone({ name }: VariableNode, label: string): string {
    if (this.#uses.get(name.value) === 1) return name.value;
    return this.#add(`${label}Input`, this.#own.get(name.value)!);
  }

  key(label: string): string {
    const type = { kind: Kind.NAMED_TYPE, name: { kind: Kind.NAME, value: 'String' } } as const;
    return this.#add(`${label}IdempotencyKey`, { kind: Kind.VARIABLE_DEFINITION, variable: variable(label), type });
  }

  #add(wanted: string, definition: VariableDefinitionNode): string {
    let name = wanted;
    while (this.#own.has(name)) name += '_';
    this.added.set(name, { ...definition, variable: variable(name) });
    return name;
  }
}

/** The `input` as it is planned; null when it is neither a variable nor a literal object. */
function placed(value: ValueNode | undefined, label: string, variables: Variables): [ValueNode, Place] | null {
  if (value?.kind === Kind.VARIABLE) {
    const to = variables.alone(value, label);
    return [variable(to), { whole: true, from: value, to }];
  }
  if (value?.kind !== Kind.OBJECT) return null;
  const to = variables.key(label);
  const from = value.fields.find(({ name }) => name.value === KEY)?.value;
  const others = value.fields.filter(({ name }) => name.value !== KEY);
  const key = { kind: Kind.OBJECT_FIELD, name: { kind: Kind.NAME, value: KEY }, value: variable(to) } as const;
  return [
    { ...value, fields: [...others, key] },
    { whole: false, from, to },
  ];
}

/** The operation and its fragments, which must be valid. */
export function planned(schema: GraphQLSchema, document: DocumentNode, operation: OperationDefinitionNode): Planned {
  const own = separateOperations(document)[operation.name?.value ?? '']!;
  const root = operation.operation === OperationTypeNode.MUTATION ? schema.getMutationType() : null;
  const variables = new Variables(operation, own);
  const rootFields = new Map<string, RootField>();
  const misplaced: FieldNode[] = [];

  function rootField(node: FieldNode, field: GraphQLField<unknown, unknown>, key: ValueNode | undefined): FieldNode {
    const name = node.name.value;
    const label = node.alias?.value ?? name;
    const input = node.arguments?.find((argument) => argument.name.value === 'input');
    const found = takesKey(field) ? placed(input?.value, label, variables) : null;
    const directives = [...(rootFields.get(label)?.directives ?? []), ...(key === undefined ? [] : [key])];
    rootFields.set(label, { name, directives, place: found?.[1] ?? null });
    if (found === null) return node;
    const replaced = (argument: ArgumentNode) => (argument === input ? { ...argument, value: found[0] } : argument);
    return { ...node, arguments: node.arguments!.map(replaced) };
  }

  const types = new TypeInfo(schema);
  const visited = visit(
    own,
    visitWithTypeInfo(types, {
      Field(node) {
        const directive = node.directives?.find(({ name }) => name.value === 'idempotent');
        const field = types.getParentType() === root ? root?.getFields()[node.name.value] : undefined;
        if (field === undefined) {
          if (directive !== undefined) misplaced.push(node);
          return undefined;
        }
        const rewritten = rootField(node, field, directive?.arguments?.[0]?.value);
        return { ...rewritten, directives: node.directives?.filter((each) => each !== directive) ?? [] };
      },
    }),
  );
  return { ...withVariables(visited, [...variables.added.values()]), rootFields: [...rootFields.values()], misplaced };
}

function withVariables(document: DocumentNode, added: VariableDefinitionNode[]) {
  const old = document.definitions.find(({ kind }) => kind === Kind.OPERATION_DEFINITION) as OperationDefinitionNode;
  const operation = { ...old, variableDefinitions: [...(old.variableDefinitions ?? []), ...added] };
  const definitions = document.definitions.map((definition) => (definition === old ? operation : definition));
  return { document: { ...document, definitions }, operation };
}
