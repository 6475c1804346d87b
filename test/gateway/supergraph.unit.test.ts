// The one supergraph, as it is for other routers and as `@apollo/gateway` takes it.
import { readFileSync } from 'node:fs';
import { ApolloGateway, LocalGraphQLDataSource } from '@apollo/gateway';
import { Supergraph } from '@apollo/federation-internals';
import { describe, expect, test } from '@jest/globals';
import { buildSchema, lexicographicSortSchema, parse, printSchema, type GraphQLSchema } from 'graphql';
import { gatewaySdl } from '../../gateway/execution/supergraph.ts';

const full = readFileSync('schema/supergraph.graphql', 'utf8');
const sorted = (schema: GraphQLSchema) => printSchema(lexicographicSortSchema(schema));
const api = sorted(buildSchema(readFileSync('schema/api.graphql', 'utf8')));
const AUTHORIZATION =
  /@authenticated|@requiresScopes|@policy|requiresScopes__|policy__|specs\.apollo\.dev\/(authenticated|requiresScopes|policy)/g;

describe('the full supergraph', () => {
  test('asks for authorization, and is refused by who cannot give it', () => {
    expect(full.match(AUTHORIZATION)?.length).toBeGreaterThan(200);
    expect(() => Supergraph.build(full)).toThrow('authenticated');
  });
});

describe('what the gateway loads', () => {
  test('has nothing of it left', () => {
    expect(gatewaySdl(full).match(AUTHORIZATION)).toBeNull();
  });

  test('gives clients the same API', () => {
    const supergraph = Supergraph.build(gatewaySdl(full));

    expect(sorted(supergraph.apiSchema().toGraphQLJSSchema())).toBe(api);
  });

  test('is loaded by the gateway', async () => {
    const empty = buildSchema('type Query { x: String }');
    const gateway = new ApolloGateway({
      supergraphSdl: gatewaySdl(full),
      buildService: () => new LocalGraphQLDataSource(empty),
    });

    const { schema } = await gateway.load();
    await gateway.stop();

    expect(sorted(schema)).toBe(api);
  });

  test('keeps everything else: other directives, descriptions, what only looks alike', () => {
    const kept = gatewaySdl(`
      schema @link(url: "https://specs.apollo.dev/link/v1.0") @link(url: "https://specs.apollo.dev/policy/v0.1", for: SECURITY) {
        query: Query
      }
      directive @policy(policies: [[policy__Policy!]!]!) on FIELD_DEFINITION
      directive @link(url: String, for: link__Purpose) repeatable on SCHEMA
      directive @tag(name: String!) on FIELD_DEFINITION
      scalar policy__Policy
      enum link__Purpose { SECURITY }
      "Needs @policy."
      type Query { policy(authenticated: Boolean): String @policy(policies: [["till"]]) @tag(name: "till") }
    `);

    expect(parse(kept, { noLocation: true })).toEqual(
      parse(
        `
      schema @link(url: "https://specs.apollo.dev/link/v1.0") {
        query: Query
      }
      directive @link(url: String, for: link__Purpose) repeatable on SCHEMA
      directive @tag(name: String!) on FIELD_DEFINITION
      enum link__Purpose { SECURITY }
      "Needs @policy."
      type Query { policy(authenticated: Boolean): String @tag(name: "till") }
    `,
        { noLocation: true },
      ),
    );
  });
});
