// Objects without a key: parts of an entity that several rooms know a part of, and the roots, whatever rooms call them.
import type { World } from './world.ts';

interface Reference {
  id: string;
}

const parents: World = {
  title: 'objects that are no entities',
  rooms: {
    members: {
      sdl: `
        type Query { members: [Member] }
        type Member @key(fields: "id") { id: ID! profile: Profile @shareable stays: [[Home]] @shareable }
        type Profile { name: String home: Home @shareable }
        type Home @shareable { city: String }`,
      resolvers: {
        Query: { members: () => [{ id: '1' }, null, { id: '2' }] },
        Member: {
          stays: () => [[{ city: 'Rome' }, null], null, [{ city: 'Oslo' }]],
          profile: ({ id }: Reference) =>
            id === '1' ? { name: 'Ada', home: { city: 'York' } } : { name: 'Ben', home: { city: 'Leeds' } },
        },
      },
    },
    points: {
      sdl: `
        type Member @key(fields: "id") { id: ID! profile: Profile @shareable stays: [[Home]] @shareable }
        type Profile { level: Int home: Home @shareable }
        type Home @shareable { distance: Int }`,
      resolvers: {
        Member: {
          stays: () => [[{ distance: 1 }, null], null, [{ distance: 2 }]],
          profile: ({ id }: Reference) => ({ level: Number(id), home: { distance: 7 } }),
        },
      },
    },
  },
  cases: [
    {
      claim: 'an object that each room knows a part of is asked of both through its entity, and joined',
      operation: '{ members { profile { level name home { distance city } } } }',
      data: {
        members: [
          { profile: { level: 1, name: 'Ada', home: { distance: 7, city: 'York' } } },
          null,
          { profile: { level: 2, name: 'Ben', home: { distance: 7, city: 'Leeds' } } },
        ],
      },
    },
    {
      claim: 'in lists, item by item',
      operation: '{ members { stays { city distance } } }',
      data: {
        members: [1, null, 2].map((member) =>
          member === null
            ? null
            : { stays: [[{ city: 'Rome', distance: 1 }, null], null, [{ city: 'Oslo', distance: 2 }]] },
        ),
      },
    },
  ],
};

const renamed: World = {
  title: 'roots of other names',
  rooms: {
    members: {
      sdl: `
        schema { query: Members mutation: Changes }
        type Members { me: Member }
        type Changes { rename(name: String): Renamed }
        type Renamed { name: String query: Members }
        type Member @key(fields: "id") { id: ID! name: String }`,
      resolvers: {
        Members: { me: () => ({ id: '1', name: 'Ada' }) },
        Changes: { rename: (_: unknown, { name }: { name?: string }) => ({ name, query: {} }) },
      },
    },
    points: {
      sdl: `
        schema { query: Points }
        type Points { total: Int }
        type Member @key(fields: "id") { id: ID! available: Int }`,
      resolvers: { Points: { total: () => 9 }, Member: { available: () => 100 } },
    },
  },
  cases: [
    {
      claim: 'are told by the names of the API, for one room and for several',
      operation: '{ __typename total ... on Query { kind: __typename } }',
      data: { __typename: 'Query', total: 9, kind: 'Query' },
    },
    {
      claim: 'in fragments, behind entities and beside others',
      operation: '{ ...Q me { name available } __typename } fragment Q on Query { total }',
      data: { total: 9, me: { name: 'Ada', available: 100 }, __typename: 'Query' },
    },
    {
      claim: 'in mutations, and where a payload leads back to the root',
      operation: 'mutation { __typename rename(name: "Eve") { name query { __typename me { name available } } } }',
      data: {
        __typename: 'Mutation',
        rename: { name: 'Eve', query: { __typename: 'Query', me: { name: 'Ada', available: 100 } } },
      },
      order: ['members', 'points'],
    },
  ],
};

export const KEYLESS = [parents, renamed];
