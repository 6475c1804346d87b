// What a room computes from what others know: fetched, sent along with the key, and shown only where it was asked for.
import type { World } from './world.ts';

const members = [
  {
    id: '1',
    tier: 'GOLD',
    home: { city: 'York', geo: { country: 'GB' } },
    ages: [7, 9],
    cards: [
      { code: 'a', limit: 1 },
      { code: 'b', limit: 2 },
    ],
  },
  { id: '2', tier: null, home: null, ages: null, cards: [] },
];

interface Reference {
  id: string;
  tier?: string | null;
  home?: { geo: { country: string } } | null;
  ages?: number[] | null;
  bonus?: number | null;
  cards?: { limit: number }[];
}

const requires: World = {
  title: 'requires',
  rooms: {
    members: {
      sdl: `
        type Query { members: [Member!]! me: Member }
        type Member @key(fields: "id") { id: ID! tier: String home: Home ages: [Int!] cards: [Card!]
          level: Int @external greeting: String @requires(fields: "level") }
        type Home { city: String geo: Geo }
        type Geo { country: String! }
        type Card { code: String limit: Int }`,
      resolvers: {
        Query: { members: () => members, me: () => members[0] },
        Member: {
          __resolveReference: (reference: Reference) => ({
            ...members.find(({ id }) => id === reference.id),
            ...reference,
          }),
          greeting: ({ level }: { level?: number }) => `hello ${level}`,
        },
      },
    },
    points: {
      sdl: `
        type Query { richest: Member }
        type Member @key(fields: "id") {
          id: ID!
          tier: String @external
          home: Home @external
          ages: [Int!] @external
          cards: [Card!] @external
          credit: Int @requires(fields: "cards { limit }")
          bonus: Int @requires(fields: "tier")
          level: Int @requires(fields: "tier")
          tax: String @requires(fields: "home { geo { country } }")
          family: Int @requires(fields: "ages tier")
        }
        type Home @external { geo: Geo }
        type Geo @external { country: String! }
        type Card @external { limit: Int }`,
      resolvers: {
        Query: { richest: () => ({ id: '1' }) },
        Member: {
          bonus: ({ tier }: Reference) => (tier === 'GOLD' ? 50 : 0),
          tax: ({ home }: Reference) => (home ? `tax of ${home.geo.country}` : 'no tax'),
          level: ({ tier }: Reference) => (tier === 'GOLD' ? 3 : 1),
          credit: ({ cards = [] }: Reference) => cards.reduce((sum, { limit }) => sum + limit, 0),
          family: ({ ages, tier }: Reference) => (ages?.length ?? 0) + (tier === null ? 0 : 10),
        },
      },
    },
    rewards: {
      sdl: `
        type Member @key(fields: "id") {
          id: ID!
          bonus: Int @external
          tier: String @external
          offer: String @requires(fields: "bonus tier")
        }`,
      resolvers: { Member: { offer: ({ bonus, tier }: Reference) => `${bonus} for ${tier ?? 'nobody'}` } },
    },
  },
  cases: [
    {
      claim: 'what is required is fetched, sent along with the key, and not shown',
      operation: '{ members { bonus } }',
      data: { members: [{ bonus: 50 }, { bonus: 0 }] },
      asked: {
        members: [[]],
        points: [
          [
            { __typename: 'Member', id: '1', tier: 'GOLD' },
            { __typename: 'Member', id: '2', tier: null },
          ],
        ],
      },
    },
    {
      claim: 'a part of an object, deep inside, is required without the rest; a null stays a null',
      operation: '{ members { tax home { city } } }',
      data: {
        members: [
          { tax: 'tax of GB', home: { city: 'York' } },
          { tax: 'no tax', home: null },
        ],
      },
      asked: {
        members: [[]],
        points: [
          [
            { __typename: 'Member', id: '1', home: { geo: { country: 'GB' } } },
            { __typename: 'Member', id: '2', home: null },
          ],
        ],
      },
    },
    {
      claim: 'a list and a leaf are required together',
      operation: '{ members { family } }',
      data: { members: [{ family: 12 }, { family: 0 }] },
    },
    {
      claim: 'a list of objects is required item by item, whatever a client asks of the same items',
      operation: '{ members { cards { limit: code } credit } }',
      data: {
        members: [
          { cards: [{ limit: 'a' }, { limit: 'b' }], credit: 3 },
          { cards: [], credit: 0 },
        ],
      },
      asked: {
        members: [[]],
        points: [
          [
            { __typename: 'Member', id: '1', cards: [{ limit: 1 }, { limit: 2 }] },
            { __typename: 'Member', id: '2', cards: [] },
          ],
        ],
      },
    },
    {
      claim: 'what is required may itself be computed by another room from what a third knows',
      operation: '{ me { offer } }',
      data: { me: { offer: '50 for GOLD' } },
      asked: {
        members: [[]],
        points: [[{ __typename: 'Member', id: '1', tier: 'GOLD' }]],
        rewards: [[{ __typename: 'Member', id: '1', tier: 'GOLD', bonus: 50 }]],
      },
      order: ['members', 'points', 'rewards'],
    },
    {
      claim: 'two rooms may require of each other in turn',
      operation: '{ members { greeting } }',
      data: { members: [{ greeting: 'hello 3' }, { greeting: 'hello 1' }] },
      order: ['members', 'points', 'members'],
    },
    {
      claim: 'a room that has the entity leaves for what is required and comes back',
      operation: '{ richest { bonus } }',
      data: { richest: { bonus: 50 } },
      order: ['points', 'members', 'points'],
    },
    {
      claim: 'required and asked for under the same name is fetched once and shown',
      operation: '{ me { bonus tier tax home { geo { country } } } }',
      data: { me: { bonus: 50, tier: 'GOLD', tax: 'tax of GB', home: { geo: { country: 'GB' } } } },
      asked: {
        members: [[]],
        points: [[{ __typename: 'Member', id: '1', tier: 'GOLD', home: { geo: { country: 'GB' } } }]],
      },
    },
  ],
};

export const REQUIRES = [requires];
