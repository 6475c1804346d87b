// What the gateway reads in the supergraph is what the rooms' guards do, for every field and every kind of viewer.
import { describe, expect, test } from '@jest/globals';
import { composeServices } from '@theguild/federation-composition';
import {
  buildSchema,
  isObjectType,
  parse,
  type GraphQLField,
  type GraphQLResolveInfo,
  type GraphQLSchema,
} from 'graphql';
import { requirements, type Requirements } from '../../../gateway/authorization/requirements.ts';
import { compose } from '../../../schema/compose.ts';
import { ROOM_DEFINITIONS } from '../../../subgraphs/rooms.ts';
import { ROOMS } from '../../../subgraphs/shared/config.ts';
import { verdict, type Verdict } from '../../../subgraphs/shared/requirement.ts';
import { buildSubgraph } from '../../../subgraphs/shared/subgraph.ts';
import { Forbidden, SCOPES, type Viewer } from '../../../subgraphs/shared/viewer.ts';
import { anonymous, member, operator, partner, till } from '../../support/viewer.ts';

const rooms = await Promise.all(
  ROOMS.map(async (room) => ({ room, ...(await buildSubgraph(ROOM_DEFINITIONS[room].subgraph)) })),
);
const { supergraph, api } = compose(Object.fromEntries(rooms.map(({ room, sdl }) => [room, sdl])));
const composedElsewhere = composeServices(rooms.map(({ room, sdl }) => ({ name: room, typeDefs: parse(sdl) })));
const required = requirements(supergraph);

interface Place {
  type: string;
  field: string;
}

const objects = (schema: GraphQLSchema) =>
  Object.values(schema.getTypeMap())
    .filter(isObjectType)
    .filter(({ name }) => !name.startsWith('_'));
const places: Place[] = objects(buildSchema(api)).flatMap((type) =>
  Object.keys(type.getFields()).map((field) => ({ type: type.name, field })),
);

/** The fields of the rooms that answer a place. */
const answering = ({ type, field }: Place): GraphQLField<unknown, unknown>[] =>
  rooms.flatMap(({ schema }) => {
    const found = schema.getType(type);
    const own = isObjectType(found) ? found.getFields()[field] : undefined;
    return own === undefined || own.astNode?.directives?.some(({ name }) => name.value === 'external') ? [] : [own];
  });

class Reached extends Error {}

/** Whatever a resolver asks for, it was reached. */
const unreachable = (known: object): object =>
  new Proxy(known, {
    get: (target, name) => {
      if (name in target) return Reflect.get(target, name) as unknown;
      throw new Reached(String(name));
    },
  });

/** What becomes of a field: a guard answers null or refuses without a look at anything but the viewer. */
async function guards(type: string, field: GraphQLField<unknown, unknown>, viewer: Viewer): Promise<Verdict> {
  const info = { parentType: { name: type }, fieldName: field.name } as GraphQLResolveInfo;
  try {
    const value: unknown = await field.resolve?.(unreachable({}), {}, unreachable({ viewer }), info);
    return value === null ? 'hidden' : 'granted';
  } catch (error) {
    return error instanceof Forbidden ? { code: error.code, message: error.message } : 'granted';
  }
}

const PARTNER = '01900000-0000-7000-8000-000000000001';
const withScopes = (make: (scopes: Viewer['scopes']) => Viewer): Viewer[] => [
  make([]),
  make([...SCOPES]),
  ...SCOPES.map((scope) => make([scope])),
  ...SCOPES.map((scope) => make(SCOPES.filter((other) => other !== scope))),
];
const VIEWERS: [string, Viewer[]][] = [
  ['nobody', [anonymous]],
  ['a member', [member(PARTNER)]],
  ['a till', withScopes((scopes) => ({ ...till(PARTNER), scopes }))],
  ['a partner', withScopes((scopes) => ({ ...partner(PARTNER), scopes }))],
  ['an operator', withScopes((scopes) => ({ ...operator, scopes }))],
];

describe.each(VIEWERS)('for %s, with and without each scope', (_, viewers) => {
  test('every field is granted, hidden or refused by the gateway as by its room', async () => {
    const wrong: unknown[] = [];
    const found = { granted: 0, hidden: 0, refused: 0 };
    for (const place of places) {
      const requirement = required(place.type, place.field);
      for (const field of answering(place)) {
        for (const viewer of viewers) {
          const room = await guards(place.type, field, viewer);
          const gateway = requirement === null ? 'granted' : verdict(requirement, viewer);
          found[typeof gateway === 'string' ? gateway : 'refused'] += 1;
          if (JSON.stringify(room) !== JSON.stringify(gateway)) wrong.push({ ...place, viewer, room, gateway });
        }
      }
    }

    expect(wrong).toEqual([]);
    expect(found.granted).toBeGreaterThanOrEqual(300 * viewers.length);
    expect(found.refused).toBeGreaterThanOrEqual(20 * viewers.length);
  });
});

test('another composer asks the same of every field', () => {
  const otherwise = requirements(composedElsewhere.supergraphSdl!);
  const shown = (find: Requirements) =>
    places.map(({ type, field }) => {
      const found = find(type, field);
      return found === null ? null : { ...found, needs: Object.fromEntries(found.needs) };
    });

  expect(shown(otherwise)).toEqual(shown(required));
});
