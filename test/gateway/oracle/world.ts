// Five rooms and one monolith over the same data: the rooms' schemas are what the product composes, the monolith is the
// clients' API run by graphql-js.
import { composeServices } from '@apollo/composition';
import { buildSubgraphSchema } from '@apollo/subgraph';
import {
  buildASTSchema,
  buildSchema,
  getNamedType,
  isAbstractType,
  isEnumType,
  isObjectType,
  isScalarType,
  parse,
  printSchema,
  visit,
  type DocumentNode,
  type GraphQLSchema,
} from 'graphql';
import { ROOMS, type RoomName } from '../../../subgraphs/shared/config.ts';
import { owners, playInto, type Context, type Done } from './play.ts';
import { FIELDS, KEYS, ROOM_SDL } from './sdl.ts';
import { isHidden, type Shape, type Thing } from './value.ts';

export interface World {
  supergraph: string;
  rooms: Record<RoomName, GraphQLSchema>;
  monolith: GraphQLSchema;
  /** The monolith with every field nullable: each error stays where it happens. */
  loose: GraphQLSchema;
  done: Done;
}

function roomSchema(room: RoomName): GraphQLSchema {
  const references = [...KEYS].map(([type, key]) => {
    const found = (reference: Record<string, string>, { viewer }: Context): Thing | null => {
      const at = reference[key]!;
      return isHidden(room, type, at, viewer.owner) ? null : { __typename: type, at, from: [room] };
    };
    return [type, { __resolveReference: found }] as const;
  });
  const known = references.filter(([type]) => ROOM_SDL[room].includes(`type ${type} @key`));
  return buildSubgraphSchema([{ typeDefs: parse(ROOM_SDL[room]), resolvers: Object.fromEntries(known) as never }]);
}

/** What a field can give in every room that has it. */
function candidates(rooms: Record<RoomName, GraphQLSchema>): Shape['candidates'] {
  const known = new Map<string, string[]>();
  for (const { room, type, field, external } of FIELDS) {
    const owner = rooms[room].getType(type);
    if (external || !isObjectType(owner)) continue;
    const gives = getNamedType(owner.getFields()[field]!.type);
    if (!isEnumType(gives) && !isAbstractType(gives)) continue;
    const here = isEnumType(gives)
      ? gives.getValues().map(({ name }) => name)
      : rooms[room].getPossibleTypes(gives).map(({ name }) => name);
    const name = `${type}.${field}`;
    known.set(name, known.get(name)?.filter((value) => here.includes(value)) ?? here);
  }
  return ({ type, field }) => known.get(`${type}.${field}`)!;
}

const withoutNonNull = (api: string): DocumentNode =>
  visit(parse(api), {
    FieldDefinition: (field) => ({ ...field, type: visit(field.type, { NonNullType: { leave: ({ type }) => type } }) }),
  });

/** Without the product's rules for remarks: a union may have other members in each room. */
function composed() {
  const services = ROOMS.map((name) => ({ name, url: `http://${name}`, typeDefs: parse(ROOM_SDL[name]) }));
  const { errors, supergraphSdl, schema } = composeServices(services);
  if (errors !== undefined) throw new Error(errors.map(({ message }) => message).join('\n'));
  return { supergraph: supergraphSdl, api: printSchema(schema.toAPISchema().toGraphQLJSSchema()) };
}

export function makeWorld(): World {
  const { supergraph, api } = composed();
  const rooms = Object.fromEntries(ROOMS.map((room) => [room, roomSchema(room)])) as Record<RoomName, GraphQLSchema>;
  const monolith = buildSchema(api);
  const done: Done = new Map();
  const shape: Shape = {
    candidates: candidates(rooms),
    owners: ({ type, field }) => owners(type, field),
    isEntity: (type) => KEYS.has(type),
    kindOf: (type) =>
      isScalarType(type) ? 'scalar' : isEnumType(type) ? 'enum' : isObjectType(type) ? 'object' : 'abstract',
  };
  for (const schema of [...Object.values(rooms), monolith]) playInto(schema, shape, done);
  const loose = buildASTSchema(withoutNonNull(api));
  playInto(loose, shape, done, monolith);
  return { supergraph, rooms, monolith, loose, done };
}
