// What needs no further asking: what a room provides on a path, what several share, what one took over from another.
import type { World } from './world.ts';

interface Reference {
  id: string;
}

const provided: World = {
  title: 'provides, shareable, override, external',
  rooms: {
    members: {
      sdl: `
        type Query { me: Member @shareable }
        type Member @key(fields: "id") {
          id: ID! name: String @shareable status: String @shareable balance: Int home: Home @shareable
        }
        type Guest @key(fields: "id") { id: ID! label: String @shareable }
        type Home @shareable { city: String street: String }`,
      resolvers: {
        Query: { me: () => ({ id: '1' }) },
        Member: {
          __resolveReference: ({ id }: Reference) => ({ id }),
          name: () => 'Ada',
          status: () => 'ACTIVE',
          balance: () => -1,
          home: () => ({ city: 'York', street: 'Coppergate' }),
        },
        Guest: { label: () => 'passing by' },
      },
    },
    points: {
      sdl: `
        type Query { me: Member @shareable }
        type Member @key(fields: "id") { id: ID! status: String @shareable balance: Int @override(from: "members") }`,
      resolvers: {
        Query: { me: () => ({ id: '1' }) },
        Member: { status: () => 'ACTIVE', balance: () => 700 },
      },
    },
    rewards: {
      sdl: `
        type Query {
          redemption: Redemption
          latest: Taker @provides(fields: "... on Member { name } ... on Guest { label }")
          other: Taker
          redemptions: [Redemption!]! @provides(fields: "member { name }")
        }
        union Taker = Member | Guest
        type Guest @key(fields: "id") { id: ID! label: String @external }
        type Redemption { code: String member: Member @provides(fields: "name home { city }") owner: Member }
        type Member @key(fields: "id") { id: ID! name: String @external home: Home @external }
        type Home @shareable { city: String }`,
      resolvers: {
        Query: {
          redemption: () => ({ code: 'r-1' }),
          latest: () => ({ __typename: 'Guest', id: 'g', label: 'passing by' }),
          other: () => ({ __typename: 'Guest', id: 'g' }),
          redemptions: () => [{ code: 'r-1' }, { code: 'r-2' }],
        },
        Redemption: {
          member: () => ({ id: '1', name: 'Ada', home: { city: 'York' } }),
          owner: () => ({ id: '1' }),
        },
      },
    },
  },
  cases: [
    {
      claim: 'what a room provides on a path is not asked of the owner',
      operation: '{ redemption { member { name home { city } } } redemptions { member { name } } }',
      data: {
        redemption: { member: { name: 'Ada', home: { city: 'York' } } },
        redemptions: [{ member: { name: 'Ada' } }, { member: { name: 'Ada' } }],
      },
      asked: { rewards: [[]] },
    },
    {
      claim: 'what is provided of one type of a union is not asked of its owner, and is on another path',
      operation: '{ latest { ... on Guest { label } ... on Member { name } } other { ... on Guest { label } } }',
      data: { latest: { label: 'passing by' }, other: { label: 'passing by' } },
      asked: { rewards: [[]], members: [[{ __typename: 'Guest', id: 'g' }]] },
    },
    {
      claim: 'on another path the owner is asked for it',
      operation: '{ redemption { owner { name } } }',
      data: { redemption: { owner: { name: 'Ada' } } },
      asked: { rewards: [[]], members: [[{ __typename: 'Member', id: '1' }]] },
    },
    {
      claim: 'what goes beyond the provided is joined to it',
      operation: '{ redemption { member { home { street city } name status } } }',
      data: { redemption: { member: { home: { street: 'Coppergate', city: 'York' }, name: 'Ada', status: 'ACTIVE' } } },
    },
    {
      claim: 'what is shared is taken from the room that is asked anyway',
      operation: '{ me { status name } }',
      data: { me: { status: 'ACTIVE', name: 'Ada' } },
      asked: { members: [[]] },
    },
    {
      claim: 'a shared root joins with what only one of its rooms knows',
      operation: '{ me { name balance status } }',
      data: { me: { name: 'Ada', balance: 700, status: 'ACTIVE' } },
    },
    {
      claim: 'a field that another room took over is asked there only',
      operation: '{ redemption { owner { balance } } }',
      data: { redemption: { owner: { balance: 700 } } },
      asked: { rewards: [[]], points: [[{ __typename: 'Member', id: '1' }]] },
    },
  ],
};

export const PROVIDES = [provided];
