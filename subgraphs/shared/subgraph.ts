// From type-graphql classes to a federated subgraph: its SDL as others compose it, and its executable schema.
import { buildSubgraphSchema } from '@apollo/subgraph';
import { printSchemaWithDirectives } from '@graphql-tools/utils';
import { parse, specifiedDirectives, type GraphQLSchema } from 'graphql';
import { buildSchema, createResolversMap, type NonEmptyArray } from 'type-graphql';
import { guardAudience, objectTypes, tagAudience } from './audience.ts';
import { IDEMPOTENT } from './prelude.type.ts';
import { CurrencyCode, DateTime, Day, Decimal, Locale, SafeInt } from './scalars.ts';

/** 2.9 has `@cost` and `@listSize` and is the newest that both composers know. */
const LINK = `extend schema
  @link(
    url: "https://specs.apollo.dev/federation/v2.9"
    import: [
      "@key"
      "@shareable"
      "@external"
      "@provides"
      "@requires"
      "@inaccessible"
      "@tag"
      "@cost"
      "@listSize"
      "@authenticated"
      "@requiresScopes"
      "@policy"
    ]
  )
`;

export interface SubgraphDefinition {
  resolvers: NonEmptyArray<Function>;
  /** Types that no field returns but an entity reference makes. */
  orphanedTypes?: Function[];
  /** How an entity is found by its key; null when there is none or the viewer may not see it. */
  // oxlint-disable-next-line typescript/no-explicit-any -- each reference knows its own context
  references: Record<string, (reference: any, context: any) => unknown>;
}

export interface Subgraph {
  sdl: string;
  schema: GraphQLSchema;
}

/** Decorators of parameters are evaluated last to first, and so are arguments listed. */
function inDeclaredOrder(schema: GraphQLSchema): void {
  for (const type of objectTypes(schema)) {
    for (const field of Object.values(type.getFields())) field.args = field.args.toReversed();
  }
}

export async function buildSubgraph(definition: SubgraphDefinition): Promise<Subgraph> {
  const tagged = await buildSchema({
    resolvers: definition.resolvers,
    orphanedTypes: definition.orphanedTypes ?? [],
    skipCheck: true,
    validate: false,
    scalarsMap: [],
    directives: [...specifiedDirectives, IDEMPOTENT],
  });
  inDeclaredOrder(tagged);
  tagAudience(tagged);
  const sdl = `${LINK}\n${printSchemaWithDirectives(tagged)}\n`;
  const resolvers = createResolversMap(tagged) as Record<string, Record<string, unknown>>;
  for (const [name, resolve] of Object.entries(definition.references)) {
    resolvers[name] = { ...resolvers[name], __resolveReference: resolve };
  }
  for (const scalar of [CurrencyCode, DateTime, Day, Decimal, Locale, SafeInt]) {
    if (tagged.getType(scalar.name) !== undefined) Object.assign(resolvers, { [scalar.name]: scalar });
  }
  // oxlint-disable-next-line typescript/no-explicit-any -- the resolver map is built from the schema that it serves
  const schema = buildSubgraphSchema([{ typeDefs: parse(sdl), resolvers: resolvers as any }]);
  guardAudience(schema, tagged);
  return { sdl, schema };
}
