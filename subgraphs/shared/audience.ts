// Every field says whom it is for, and which scope programs and staff need. The SDL carries it for routers, as `@tag`,
// `@authenticated`, `@requiresScopes` and `@policy`; and the room enforces it.
import { defaultFieldResolver, isNonNullType, isObjectType, type GraphQLObjectType } from 'graphql';
import type { GraphQLFieldResolver, GraphQLSchema } from 'graphql';
import { verdict, type Needs, type Requirement } from './requirement.ts';
import { Forbidden, type Scope, type Viewer, type ViewerKind } from './viewer.ts';

export type Audience = Exclude<ViewerKind, 'anonymous'>;

/** For the `@Extensions` of a type or a field; a field without takes its type's. */
export const audience = (...kinds: Audience[]) => ({ audience: kinds });

/** For the `@Extensions` of a field: one of these is needed. A member is bound by ownership, a room by what is open to rooms. */
export const scope = (...anyOf: Scope[]) => ({ scope: anyOf });

export const EVERYONE: Audience[] = ['member', 'till', 'partner', 'operator'];

type Field = ReturnType<GraphQLObjectType['getFields']>[string];

function declared<Value>(name: 'audience' | 'scope', ...subjects: (GraphQLObjectType | Field)[]): Value | undefined {
  const subject = subjects.find(({ extensions }) => name in extensions);
  return subject?.extensions[name] as Value | undefined;
}

interface Declared {
  kinds: Audience[];
  scopes: Scope[];
}

/** Throws when neither the field nor its type says whom it is for. */
function declaredOf(type: GraphQLObjectType, field: Field): Declared {
  const kinds = declared<Audience[]>('audience', field, type);
  if (kinds === undefined) throw new Error(`${type.name}.${field.name} does not say whom it is for`);
  return { kinds, scopes: declared<Scope[]>('scope', field) ?? [] };
}

const isForEveryone = (kinds: Audience[]): boolean => EVERYONE.every((kind) => kinds.includes(kind));

export function objectTypes(schema: GraphQLSchema): GraphQLObjectType[] {
  return Object.values(schema.getTypeMap()).filter(
    (type): type is GraphQLObjectType => isObjectType(type) && !type.name.startsWith('_'),
  );
}

function rootOf(type: GraphQLObjectType, schema: GraphQLSchema): Requirement['root'] {
  if (type.name === schema.getQueryType()?.name) return 'query';
  return type.name === schema.getMutationType()?.name ? 'mutation' : null;
}

/** A scope by itself closes a field to members, who have none; where they come in too, a policy says who needs it. */
function routerDirectives({ kinds, scopes }: Declared, isRoot: boolean): Record<string, object> {
  const directives: Record<string, object> = isRoot ? { authenticated: {} } : {};
  const programs = kinds.filter((kind) => kind !== 'member');
  const onlyPrograms = programs.length === kinds.length;
  if (onlyPrograms && scopes.length > 0) {
    directives['requiresScopes'] = { scopes: scopes.map((name) => [name]) };
    if (programs.length < EVERYONE.length - 1) directives['policy'] = { policies: programs.map((kind) => [kind]) };
  } else if (scopes.length > 0 || !isForEveryone(kinds)) {
    const policies = kinds.flatMap((kind): string[][] =>
      kind === 'member' || scopes.length === 0 ? [[kind]] : scopes.map((name) => [kind, name]),
    );
    directives['policy'] = { policies };
  }
  return directives;
}

/** Puts what is declared into the SDL: for whom and with which scope, `@inaccessible` for no client. */
export function tagAudience(schema: GraphQLSchema): void {
  for (const type of objectTypes(schema)) {
    const isRoot = rootOf(type, schema) !== null;
    for (const field of Object.values(type.getFields())) {
      // A field of another room's: its owner says whom it is for.
      if (field.astNode?.directives?.some((directive) => directive.name.value === 'external')) continue;
      const { kinds, scopes } = declaredOf(type, field);
      const clients = kinds.filter((kind) => kind !== 'room');
      const tags = { tag: clients.map((name) => ({ name })) };
      const directives =
        clients.length === 0
          ? { inaccessible: {} }
          : { ...tags, ...routerDirectives({ kinds: clients, scopes }, isRoot) };
      const known = (field.extensions['directives'] ?? {}) as Record<string, unknown>;
      field.extensions = { ...field.extensions, directives: { ...known, ...directives } };
    }
  }
}

function requirementOf(type: GraphQLObjectType, field: Field, root: Requirement['root']): Requirement {
  const { kinds, scopes } = declaredOf(type, field);
  const needs = (kind: Audience): Needs =>
    scopes.length === 0 || kind === 'member' || kind === 'room' ? [[]] : scopes.map((name) => [name]);
  return {
    place: `${type.name}.${field.name}`,
    root,
    nullable: !isNonNullType(field.type),
    needs: new Map(kinds.map((kind) => [kind, needs(kind)])),
  };
}

function guarded(field: Field, requirement: Requirement): GraphQLFieldResolver<unknown, unknown> {
  const resolve = field.resolve ?? defaultFieldResolver;
  return (source, args, context, info) => {
    const found = verdict(requirement, (context as { viewer: Viewer }).viewer);
    if (found === 'granted') return resolve(source, args, context, info);
    if (found === 'hidden') return null;
    throw new Forbidden(found.code, found.message);
  };
}

/** Enforces it in the executable schema, whose fields carry no extensions: `tagged` is the schema they were printed from. */
export function guardAudience(executable: GraphQLSchema, tagged: GraphQLSchema): void {
  for (const type of objectTypes(tagged)) {
    const target = executable.getType(type.name) as GraphQLObjectType;
    const root = rootOf(type, tagged);
    for (const field of Object.values(type.getFields())) {
      const { kinds, scopes } = declaredOf(type, field);
      if (root === null && isForEveryone(kinds) && scopes.length === 0) continue;
      const open = target.getFields()[field.name]!;
      open.resolve = guarded(open, requirementOf(type, field, root));
    }
  }
}
