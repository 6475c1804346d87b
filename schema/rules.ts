// What the rooms' SDL must keep besides composing: rules that no composer knows, each with the places that break it.
import {
  Kind,
  parse,
  type ConstDirectiveNode,
  type DefinitionNode,
  type FieldDefinitionNode,
  type ObjectTypeDefinitionNode,
  type TypeNode,
} from 'graphql';

/** An object or interface, or more fields of one. */
type Fielded = Pick<ObjectTypeDefinitionNode, 'name' | 'description' | 'directives' | 'fields'>;

interface Field {
  room: string;
  type: Fielded;
  field: FieldDefinitionNode;
}

const applied = ({ directives = [] }: { directives?: readonly ConstDirectiveNode[] }, name: string) =>
  directives.filter((directive) => directive.name.value === name);
const has = (node: { directives?: readonly ConstDirectiveNode[] }, name: string) => applied(node, name).length > 0;

/** The field set of `@key` or `@requires`. */
function fieldSet({ arguments: given = [] }: ConstDirectiveNode): string {
  const value = given.find(({ name }) => name.value === 'fields')?.value;
  return value?.kind === Kind.STRING ? value.value : '';
}

const named = (type: TypeNode): string => (type.kind === Kind.NAMED_TYPE ? type.name.value : named(type.type));
const isList = (type: TypeNode): boolean =>
  type.kind === Kind.LIST_TYPE || (type.kind === Kind.NON_NULL_TYPE && isList(type.type));
/** Whether a null in the innermost place stays there. */
const isLenient = (type: TypeNode): boolean => {
  if (type.kind === Kind.NON_NULL_TYPE) return isList(type.type) && isLenient(type.type);
  return type.kind === Kind.NAMED_TYPE || isLenient(type.type);
};

const place = ({ room, type, field }: Field) => `${room}: ${type.name.value}.${field.name.value}`;

/** The planner fetches a field once for an entity: two `@requires` of it with other arguments mix up. */
function requiredWithArguments(fields: readonly Field[]): string[] {
  return fields
    .filter(({ field }) => applied(field, 'requires').some((directive) => fieldSet(directive).includes('(')))
    .map((each) => `${place(each)} has @requires with arguments`);
}

/** A room that is away would take the whole answer with it. An entity is owned by the room that describes it. */
function boundToAnotherRoom(fields: readonly Field[]): string[] {
  const owners = new Map(
    fields
      .filter(({ type }) => has(type, 'key') && type.description !== undefined)
      .map(({ room, type }) => [type.name.value, room]),
  );
  const isElsewhere = (room: string, name: string) => (owners.get(name) ?? room) !== room;
  const isKey = ({ type, field }: Field) =>
    applied(type, 'key').some((directive) =>
      fieldSet(directive)
        .split(/[\s{}]+/)
        .includes(field.name.value),
    );
  return [
    ...fields
      .filter(({ room, field }) => isElsewhere(room, named(field.type)) && !isLenient(field.type))
      .map((each) => `${place(each)} is another room's entity and must be nullable`),
    ...fields
      .filter(({ room, type, field }) => isElsewhere(room, type.name.value) && field.type.kind === Kind.NON_NULL_TYPE)
      .filter((each) => !isKey(each) && !has(each.field, 'shareable'))
      .map((each) => `${place(each)} is added to another room's entity and must be nullable`),
  ];
}

/** Cost is counted from it. What a connection holds is sized by the field that gives the connection. */
function unbounded(fields: readonly Field[]): string[] {
  const many = ({ type, field }: Field) =>
    named(field.type).endsWith('Connection') || (isList(field.type) && !type.name.value.endsWith('Connection'));
  return fields
    .filter((each) => many(each) && !has(each.field, 'listSize'))
    .map((each) => `${place(each)} is a list without @listSize`);
}

const isFielded = ({ kind }: DefinitionNode) => /^(Object|Interface)Type(Definition|Extension)$/.test(kind);

/** Throws with each place in the rooms' SDL, by their names, that breaks a rule. */
export function keepRules(sdls: Record<string, string>): void {
  const fields = Object.entries(sdls).flatMap(([room, sdl]) =>
    (parse(sdl).definitions.filter(isFielded) as Fielded[]).flatMap((type) =>
      (type.fields ?? []).map((field) => ({ room, type, field })),
    ),
  );
  // What is external is told by the room that answers it.
  const own = fields.filter(({ field }) => !has(field, 'external'));
  const broken = [...requiredWithArguments(own), ...boundToAnotherRoom(own), ...unbounded(own)];
  if (broken.length > 0) throw new Error(`The rooms break rules:\n${broken.map((line) => `  ${line}`).join('\n')}`);
}
