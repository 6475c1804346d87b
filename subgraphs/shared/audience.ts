// Every field says whom it is for. The SDL carries it as `@tag`, and the room enforces it: a field for others is null,
// or FORBIDDEN where it cannot be null.
import { defaultFieldResolver, GraphQLError, isNonNullType, isObjectType, type GraphQLObjectType } from 'graphql';
import type { GraphQLFieldResolver, GraphQLSchema } from 'graphql';
import type { Viewer, ViewerKind } from './viewer.ts';

export type Audience = Exclude<ViewerKind, 'anonymous'>;

/** For the `@Extensions` of a type or a field; a field without takes its type's. */
export const audience = (...kinds: Audience[]) => ({ audience: kinds });

export const EVERYONE: Audience[] = ['member', 'till', 'partner', 'operator'];

type Field = ReturnType<GraphQLObjectType['getFields']>[string];

const declared = (subject: { extensions: Readonly<Record<string, unknown>> }) =>
  subject.extensions['audience'] as Audience[] | undefined;

/** Whom a field is for; throws when neither it nor its type says so. */
export function audienceOf(type: GraphQLObjectType, field: Field): Audience[] {
  const kinds = declared(field) ?? declared(type);
  if (kinds === undefined) throw new Error(`${type.name}.${field.name} does not say whom it is for`);
  return kinds;
}

export function objectTypes(schema: GraphQLSchema): GraphQLObjectType[] {
  return Object.values(schema.getTypeMap()).filter(
    (type): type is GraphQLObjectType => isObjectType(type) && !type.name.startsWith('_'),
  );
}

/** Puts the audience of each field into the SDL: a `@tag` for each kind of client, `@inaccessible` for none. */
export function tagAudience(schema: GraphQLSchema): void {
  for (const type of objectTypes(schema)) {
    for (const field of Object.values(type.getFields())) {
      // A field of another room's: its owner says whom it is for.
      if (field.astNode?.directives?.some((directive) => directive.name.value === 'external')) continue;
      const kinds = audienceOf(type, field).filter((kind) => kind !== 'room');
      const directives = kinds.length === 0 ? { inaccessible: {} } : { tag: kinds.map((name) => ({ name })) };
      const known = (field.extensions['directives'] ?? {}) as Record<string, unknown>;
      field.extensions = { ...field.extensions, directives: { ...known, ...directives } };
    }
  }
}

function guarded(type: GraphQLObjectType, field: Field, kinds: Audience[]): GraphQLFieldResolver<unknown, unknown> {
  const resolve = field.resolve ?? defaultFieldResolver;
  const allowed = new Set<ViewerKind>(kinds);
  const nullable = !isNonNullType(field.type);
  return (source, args, context, info) => {
    const { kind } = (context as { viewer: Viewer }).viewer;
    if (allowed.has(kind)) return resolve(source, args, context, info);
    if (nullable && info.parentType.name !== 'Mutation') return null;
    throw new GraphQLError(`${type.name}.${field.name} is not for a ${kind}.`, { extensions: { code: 'FORBIDDEN' } });
  };
}

/** Enforces it in the executable schema, whose fields carry no extensions: `tagged` is the schema they were printed from. */
export function guardAudience(executable: GraphQLSchema, tagged: GraphQLSchema): void {
  for (const type of objectTypes(tagged)) {
    const target = executable.getType(type.name) as GraphQLObjectType;
    const root = type === tagged.getQueryType() || type === tagged.getMutationType();
    for (const field of Object.values(type.getFields())) {
      const kinds = audienceOf(type, field);
      if (!root && EVERYONE.every((kind) => kinds.includes(kind))) continue;
      const open = target.getFields()[field.name]!;
      open.resolve = guarded(type, open, kinds);
    }
  }
}
