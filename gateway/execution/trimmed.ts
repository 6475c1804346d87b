// Where a room may answer what clients do not see, a value of an enum or an object of a type that is inaccessible; or may
// take what clients may not send.
import {
  getNamedType,
  isAbstractType,
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isObjectType,
  Kind,
  type GraphQLSchema,
  type OperationDefinitionNode,
  type TypeNode,
} from 'graphql';

/** Fields of such a type in the API, as `Type.field`. `full` has what clients do not see as well. */
export function trimmedFields(api: GraphQLSchema, full: GraphQLSchema): ReadonlySet<string> {
  const members = (schema: GraphQLSchema, name: string): number => {
    const type = schema.getType(name);
    if (isEnumType(type)) return type.getValues().length;
    return isAbstractType(type) ? schema.getPossibleTypes(type).length : 0;
  };
  const fields = Object.values(api.getTypeMap()).flatMap((type) =>
    isObjectType(type) || isInterfaceType(type)
      ? Object.values(type.getFields()).map((field) => ({ type, field }))
      : [],
  );
  return new Set(
    fields.flatMap(({ type, field }) => {
      const { name } = getNamedType(field.type);
      return members(api, name) === members(full, name) ? [] : [`${type.name}.${field.name}`];
    }),
  );
}

const nameOf = (type: TypeNode): string => (type.kind === Kind.NAMED_TYPE ? type.name.value : nameOf(type.type));

/** Whether its variables may hold what only rooms may send: a value of an enum, or a field of an input, deep within too. */
export function takesMore(
  { variableDefinitions = [] }: OperationDefinitionNode,
  api: GraphQLSchema,
  full: GraphQLSchema,
): boolean {
  const looked = new Set<string>();
  const isTrimmed = (name: string): boolean => {
    if (looked.has(name)) return false;
    looked.add(name);
    const [seen, whole] = [api.getType(name), full.getType(name)];
    if (isEnumType(seen) && isEnumType(whole)) return seen.getValues().length < whole.getValues().length;
    if (!isInputObjectType(seen) || !isInputObjectType(whole)) return false;
    const fields = Object.values(seen.getFields());
    if (fields.length < Object.keys(whole.getFields()).length) return true;
    return fields.some((field) => isTrimmed(getNamedType(field.type).name));
  };
  return variableDefinitions.some(({ type }) => isTrimmed(nameOf(type)));
}
