// Entities are found by their keys: one of several, of several fields, nested in other objects, or in several rooms' ways.
import { AWAY, type World } from './world.ts';

const people = [
  { id: '1', card: 'c-1', name: 'Ada' },
  { id: '2', card: 'c-2', name: 'Ben' },
];
const person = (fits: (one: (typeof people)[number]) => boolean) => people.find(fits) ?? null;

const several: World = {
  title: 'keys, several',
  rooms: {
    members: {
      sdl: `
        type Query { members: [Member!]! me: Member }
        type Member @key(fields: "id") @key(fields: "card") { id: ID! card: String! name: String! }`,
      resolvers: {
        Query: { members: () => people, me: () => people[0] },
        Member: {
          __resolveReference: (reference: { id?: string; card?: string }) =>
            person(({ id, card }) => id === reference.id || card === reference.card),
        },
      },
    },
    points: {
      sdl: `
        type Query { richest: Member }
        type Member @key(fields: "card") { card: String! available: Int }`,
      resolvers: {
        Query: { richest: () => ({ card: 'c-2' }) },
        Member: { available: ({ card }: { card: string }) => (card === 'c-1' ? 100 : 200) },
      },
    },
    rewards: {
      sdl: `
        type Query { luckiest: Member nobody: Member }
        type Member @key(fields: "id") { id: ID! offers: [String!] }`,
      resolvers: {
        Query: { luckiest: () => ({ id: '1' }), nobody: () => ({ id: '9' }) },
        Member: { offers: ({ id }: { id: string }) => [`tea for ${id}`] },
      },
    },
  },
  cases: [
    {
      claim: 'each room is asked by its own key, once',
      operation: '{ members { name available offers } }',
      data: {
        members: [
          { name: 'Ada', available: 100, offers: ['tea for 1'] },
          { name: 'Ben', available: 200, offers: ['tea for 2'] },
        ],
      },
      asked: {
        members: [[]],
        points: [
          [
            { __typename: 'Member', card: 'c-1' },
            { __typename: 'Member', card: 'c-2' },
          ],
        ],
        rewards: [
          [
            { __typename: 'Member', id: '1' },
            { __typename: 'Member', id: '2' },
          ],
        ],
      },
    },
    {
      claim: 'a key that the first room does not know is fetched on the way',
      operation: '{ luckiest { available } }',
      data: { luckiest: { available: 100 } },
      asked: {
        rewards: [[]],
        members: [[{ __typename: 'Member', id: '1' }]],
        points: [[{ __typename: 'Member', card: 'c-1' }]],
      },
      order: ['rewards', 'members', 'points'],
    },
    {
      claim: 'the way back goes by the other key',
      operation: '{ richest { offers name id } }',
      data: { richest: { offers: ['tea for 2'], name: 'Ben', id: '2' } },
    },
    {
      claim: 'what the key says alone is asked of nobody else',
      operation: '{ luckiest { id } }',
      data: { luckiest: { id: '1' } },
      asked: { rewards: [[]] },
    },
    {
      claim: 'where an entity is not found on the way, what lies behind it is null and nobody is asked',
      operation: '{ nobody { id available } }',
      data: { nobody: { id: '9', available: null } },
      asked: { rewards: [[]], members: [[{ __typename: 'Member', id: '9' }]] },
    },
    {
      claim: 'a room that is away on the way is an error at the entity, and nobody behind it is asked',
      operation: '{ luckiest { id available } }',
      away: ['members'],
      data: { luckiest: { id: '1', available: null } },
      errors: [`${AWAY} luckiest`],
      asked: { rewards: [[]], members: [[{ __typename: 'Member', id: '1' }]] },
    },
    {
      claim: 'one entity met by two keys has both rooms’ answers',
      operation: '{ me { card available } richest { card name } luckiest { card } }',
      data: { me: { card: 'c-1', available: 100 }, richest: { card: 'c-2', name: 'Ben' }, luckiest: { card: 'c-1' } },
    },
  ],
};

const terminals = [
  { number: 1, location: { code: 'london', partner: { id: 'p-1' } } },
  { number: 2, location: { code: 'london', partner: { id: 'p-1' } } },
  { number: 1, location: { code: 'leeds', partner: { id: 'p-2' } } },
];
type Terminal = (typeof terminals)[number];
const label = ({ number, location }: Terminal) => `${location.partner.id}/${location.code}/${number}`;

const compound: World = {
  title: 'keys, compound and nested',
  rooms: {
    partners: {
      sdl: `
        type Query { terminals: [Terminal] }
        type Terminal @key(fields: "number location { code partner { id } }") { number: Int! location: Location! }
        type Location @shareable { code: String! partner: Partner! }
        type Partner @key(fields: "id") { id: ID! name: String }`,
      resolvers: {
        Query: { terminals: () => [...terminals, null, terminals[0]] },
        Partner: { name: ({ id }: { id: string }) => (id === 'p-1' ? 'Northside' : 'Meadow') },
      },
    },
    points: {
      sdl: `
        type Terminal @key(fields: "number location { code partner { id } }") {
          number: Int! location: Location! earned(currency: String = "points"): String
        }
        type Location @shareable { code: String! partner: Partner! }
        type Partner @key(fields: "id", resolvable: false) { id: ID! }`,
      resolvers: {
        Terminal: {
          earned: (terminal: Terminal, { currency }: { currency: string }) => `${currency} at ${label(terminal)}`,
        },
      },
    },
    rewards: {
      sdl: `
        type Query { busiest: Terminal }
        type Terminal @key(fields: "location { code partner { id } } number", resolvable: false) {
          number: Int! location: Location!
        }
        type Location @shareable { code: String! partner: Partner! }
        type Partner @key(fields: "id", resolvable: false) { id: ID! }`,
      resolvers: { Query: { busiest: () => terminals[2] } },
    },
  },
  cases: [
    {
      claim: 'the whole key is sent and nothing of it is shown unasked',
      operation: '{ terminals { earned } }',
      data: {
        terminals: [
          { earned: 'points at p-1/london/1' },
          { earned: 'points at p-1/london/2' },
          { earned: 'points at p-2/leeds/1' },
          null,
          { earned: 'points at p-1/london/1' },
        ],
      },
      asked: {
        partners: [[]],
        points: [terminals.map(({ number, location }) => ({ __typename: 'Terminal', number, location }))],
      },
    },
    {
      claim: 'parts of the key are shown as they were asked for',
      operation: '{ terminals { at: location { partner { name } place: code } earned(currency: "stars") number } }',
      data: {
        terminals: [
          { at: { partner: { name: 'Northside' }, place: 'london' }, earned: 'stars at p-1/london/1', number: 1 },
          { at: { partner: { name: 'Northside' }, place: 'london' }, earned: 'stars at p-1/london/2', number: 2 },
          { at: { partner: { name: 'Meadow' }, place: 'leeds' }, earned: 'stars at p-2/leeds/1', number: 1 },
          null,
          { at: { partner: { name: 'Northside' }, place: 'london' }, earned: 'stars at p-1/london/1', number: 1 },
        ],
      },
    },
    {
      claim: 'a room that only refers is asked nothing more, and its reference leads on to the owners',
      operation: '{ busiest { earned location { partner { id name } } } }',
      data: { busiest: { earned: 'points at p-2/leeds/1', location: { partner: { id: 'p-2', name: 'Meadow' } } } },
      asked: {
        rewards: [[]],
        points: [[{ __typename: 'Terminal', number: 1, location: { code: 'leeds', partner: { id: 'p-2' } } }]],
        partners: [[{ __typename: 'Partner', id: 'p-2' }]],
      },
    },
  ],
};

export const KEYS = [several, compound];
