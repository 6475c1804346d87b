// What the supergraph says that each field asks of who reads it, by `@authenticated`, `@requiresScopes` and `@policy`.
// Rooms write them from what they enforce themselves, so that the same is refused here, before anything is planned.
import {
  buildASTSchema,
  getNamedType,
  isInterfaceType,
  isNonNullType,
  isObjectType,
  parse,
  print,
  valueFromASTUntyped,
  type ConstDirectiveNode,
  type GraphQLInterfaceType,
  type GraphQLObjectType,
  type GraphQLSchema,
} from 'graphql';
import { EVERYONE, type Audience } from '../../subgraphs/shared/audience.ts';
import { verdict, type Needs, type Requirement } from '../../subgraphs/shared/requirement.ts';
import type { Viewer } from '../../subgraphs/shared/viewer.ts';

/** The requirement of a field, by the names of its type and of itself; null: every viewer reads it. */
export type Requirements = (typeName: string, fieldName: string) => Requirement | null;

type Composite = GraphQLObjectType | GraphQLInterfaceType;

const UNCONDITIONAL: Needs = [[]];
const CLOSED: Needs = [];

const namesAnother = (kind: Audience, names: readonly string[]): boolean =>
  EVERYONE.some((other) => other !== kind && names.includes(other));

/** What a kind of viewer needs. Members have no scopes. In a policy, a name is a kind of viewer's, else a scope's. */
const NEEDS: Record<string, (kind: Audience, lists: Needs) => Needs> = {
  authenticated: () => UNCONDITIONAL,
  requiresScopes: (kind, lists) => (kind === 'member' ? CLOSED : lists),
  policy: (kind, lists) =>
    lists.filter((names) => !namesAnother(kind, names)).map((names) => names.filter((name) => name !== kind)),
};

const both = (one: Needs, other: Needs): Needs =>
  one.flatMap((scopes) => other.map((more) => [...new Set([...scopes, ...more])]));

function needsOf(kind: Audience, directives: ConstDirectiveNode[]): Needs {
  return directives.reduce((needs, { name, arguments: given = [] }) => {
    const lists = given[0] === undefined ? CLOSED : (valueFromASTUntyped(given[0].value) as Needs);
    return both(needs, NEEDS[name.value]!(kind, lists));
  }, UNCONDITIONAL);
}

/** Of the field, of the type that it is in and of the one that it gives; an interface's can be that of any type that has it. */
function directivesOf(type: Composite, fieldName: string, schema: GraphQLSchema): ConstDirectiveNode[] {
  const types = isInterfaceType(type) ? [type, ...schema.getImplementations(type).objects] : [type];
  const nodes = types.flatMap((each) => {
    const field = each.getFields()[fieldName]!;
    return [each.astNode, field.astNode, getNamedType(field.type).astNode];
  });
  const directives = nodes.flatMap((node) => node?.directives ?? []).filter(({ name }) => name.value in NEEDS);
  return [...new Map(directives.map((directive) => [print(directive), directive])).values()];
}

/** Reads a full supergraph. */
export function requirements(fullSupergraphSdl: string): Requirements {
  const document = parse(fullSupergraphSdl, { noLocation: true });
  const schema = buildASTSchema(document, { assumeValid: true, assumeValidSDL: true });
  const known = new Map<string, Requirement>();
  for (const type of Object.values(schema.getTypeMap())) {
    if (!isObjectType(type) && !isInterfaceType(type)) continue;
    for (const field of Object.values(type.getFields())) {
      const directives = directivesOf(type, field.name, schema);
      if (directives.length === 0) continue;
      const place = `${type.name}.${field.name}`;
      const needs = EVERYONE.map((kind) => [kind, needsOf(kind, directives)] as const);
      known.set(place, {
        place,
        root: type === schema.getMutationType() ? 'mutation' : type === schema.getQueryType() ? 'query' : null,
        nullable: !isNonNullType(field.type),
        needs: new Map(needs.filter(([, lists]) => lists.length > 0)),
      });
    }
  }
  return (typeName, fieldName) => known.get(`${typeName}.${fieldName}`) ?? null;
}

/** The same text for viewers to whom the same of these is granted, hidden and refused: one compiled operation serves them. */
export function maskOf(asked: readonly Requirement[], viewer: Viewer): string {
  const verdicts = asked.map((requirement) => {
    const found = verdict(requirement, viewer);
    return typeof found === 'string' ? found : `${found.code} ${found.message}`;
  });
  return verdicts.join('\n');
}
