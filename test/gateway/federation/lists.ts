// Lists of every depth, with nulls and with repetition; and how often rooms are asked: each entity once, each room once
// for what can be known at the same time.
import type { World } from './world.ts';

const member = (id: string) => ({ __typename: 'Member', id });

const lists: World = {
  title: 'lists and repetition',
  rooms: {
    members: {
      sdl: `
        type Query {
          me: Member
          friend: Member
          nobody: Member
          queue: [Member]
          empty: [Member!]
          nothing: [Member]
          groups: [[Member]]
          cube: [[[Int!]!]!]
        }
        type Member @key(fields: "id") { id: ID! name: String friends: [Member] twin: Member ladder: [[Step!]] }
        type Step { rank: Int holder: Member }`,
      resolvers: {
        Query: {
          me: () => member('1'),
          friend: () => member('2'),
          nobody: () => null,
          queue: () => [member('1'), null, member('2'), member('1'), member('2'), member('3')],
          empty: () => [],
          nothing: () => [null, null],
          groups: () => [[member('1'), null], null, [], [member('2'), member('1')]],
          cube: () => [[[1, 2], []], [], [[3]]],
        },
        Member: {
          __resolveReference: ({ id }: { id: string }) => member(id),
          name: ({ id }: { id: string }) => `name ${id}`,
          friends: ({ id }: { id: string }) => (id === '1' ? [member('2'), member('3')] : [member('1')]),
          twin: ({ id }: { id: string }) => member(id),
          ladder: () => [[{ rank: 1, holder: member('1') }], null, [{ rank: 2, holder: null }]],
        },
      },
    },
    points: {
      sdl: `
        type Query { total: Int richest: Member }
        type Member @key(fields: "id") {
          id: ID! available: Int lots: [Lot!] matrix: [[Int]] plus(first: Int, second: Int = 0): Int
        }
        type Lot { amount: Int giver: Member }`,
      resolvers: {
        Query: { total: () => 9, richest: () => ({ id: '3' }) },
        Member: {
          available: ({ id }: { id: string }) => Number(id) * 100,
          lots: ({ id }: { id: string }) => [
            { amount: 1, giver: { id: '2' } },
            { amount: Number(id), giver: null },
          ],
          matrix: () => [[1, null], null, []],
          plus: ({ id }: { id: string }, { first, second }: { first: number; second: number }) =>
            Number(id) * 1000 + first * 10 + second,
        },
      },
    },
    rewards: {
      sdl: `type Member @key(fields: "id") { id: ID! offers: [String] }`,
      resolvers: { Member: { offers: ({ id }: { id: string }) => [`tea ${id}`, null] } },
    },
  },
  cases: [
    {
      claim: 'an entity that stands in a list several times is asked about once',
      operation: '{ queue { name available } }',
      data: {
        queue: [
          { name: 'name 1', available: 100 },
          null,
          { name: 'name 2', available: 200 },
          { name: 'name 1', available: 100 },
          { name: 'name 2', available: 200 },
          { name: 'name 3', available: 300 },
        ],
      },
      asked: { members: [[]], points: [[member('1'), member('2'), member('3')]] },
    },
    {
      claim: 'lists in lists are answered place by place, nulls at every depth included',
      operation: '{ groups { id available } cube me { ladder { rank holder { available } } matrix } }',
      data: {
        groups: [
          [{ id: '1', available: 100 }, null],
          null,
          [],
          [
            { id: '2', available: 200 },
            { id: '1', available: 100 },
          ],
        ],
        cube: [[[1, 2], []], [], [[3]]],
        me: {
          ladder: [[{ rank: 1, holder: { available: 100 } }], null, [{ rank: 2, holder: null }]],
          matrix: [[1, null], null, []],
        },
      },
    },
    {
      claim: 'where there is no entity nobody is asked',
      operation: '{ empty { available } nothing { available offers } }',
      data: { empty: [], nothing: [null, null] },
      asked: { members: [[]] },
    },
    {
      claim: 'two branches that need one room at the same time are one request to it',
      operation: '{ me { available } friend { lots { amount } } }',
      data: { me: { available: 100 }, friend: { lots: [{ amount: 1 }, { amount: 2 }] } },
      asked: { members: [[]], points: [[member('1'), member('2')]] },
    },
    {
      claim: 'each room is asked once for what several branches need of it',
      operation: '{ me { available offers } friend { available offers } }',
      data: {
        me: { available: 100, offers: ['tea 1', null] },
        friend: { available: 200, offers: ['tea 2', null] },
      },
      asked: { members: [[]], points: [[member('1'), member('2')]], rewards: [[member('1'), member('2')]] },
    },
    {
      claim: 'each branch keeps its own arguments and variables in the one request',
      operation: `query ($a: Int!, $b: Int!, $second: Int = 7) {
        me { plus(first: $a) } friend { plus(first: $b, second: $second) other: plus(first: $a, second: 1) }
      }`,
      variables: { a: 1, b: 2 },
      data: { me: { plus: 1010 }, friend: { plus: 2027, other: 2011 } },
      asked: { members: [[]], points: [[member('1'), member('2')]] },
    },
    {
      claim: 'each branch keeps its own fragments, used again and conditioned, in the one request',
      operation: `query ($no: Boolean!, $yes: Boolean!) {
        me { ...Points twin { ...Points } }
        friend { ...Points @include(if: $yes) twin { ...Points @include(if: $no) ...Points @include(if: $yes) } }
      }
      fragment Points on Member { ...Lots @skip(if: $no) available plus(first: 1) }
      fragment Lots on Member { lots { amount giver { available ...More @include(if: $no) } } }
      fragment More on Member { available matrix }`,
      variables: { no: false, yes: true },
      data: Object.fromEntries(
        ['me', 'friend'].map((name, index) => {
          const points = {
            lots: [
              { amount: 1, giver: { available: 200 } },
              { amount: index + 1, giver: null },
            ],
            available: (index + 1) * 100,
            plus: (index + 1) * 1000 + 10,
          };
          return [name, { ...points, twin: points }];
        }),
      ),
    },
    {
      claim: 'a branch that leads to nobody does not keep the other from being asked',
      operation: '{ nobody { available } me { available } nothing { offers } friend { offers } }',
      data: { nobody: null, me: { available: 100 }, nothing: [null, null], friend: { offers: ['tea 2', null] } },
      asked: { members: [[]], points: [[member('1')]], rewards: [[member('2')]] },
    },
    {
      claim: 'the same entity in two branches that ask the same has the same answer in both',
      operation: '{ a: me { available } b: me { twin { available } } c: me { friends { available } } }',
      data: {
        a: { available: 100 },
        b: { twin: { available: 100 } },
        c: { friends: [{ available: 200 }, { available: 300 }] },
      },
    },
    {
      claim: 'what two places share is not the same object: each has its own fields',
      operation: '{ queue { available friends { id offers } } me { friends { available } } }',
      data: {
        queue: [
          {
            available: 100,
            friends: [
              { id: '2', offers: ['tea 2', null] },
              { id: '3', offers: ['tea 3', null] },
            ],
          },
          null,
          { available: 200, friends: [{ id: '1', offers: ['tea 1', null] }] },
          {
            available: 100,
            friends: [
              { id: '2', offers: ['tea 2', null] },
              { id: '3', offers: ['tea 3', null] },
            ],
          },
          { available: 200, friends: [{ id: '1', offers: ['tea 1', null] }] },
          { available: 300, friends: [{ id: '1', offers: ['tea 1', null] }] },
        ],
        me: { friends: [{ available: 200 }, { available: 300 }] },
      },
    },
    {
      claim: 'entities that a shared answer leads to are reached from each of its places',
      operation: '{ queue { lots { amount giver { name } } } }',
      data: {
        queue: ['1', null, '2', '1', '2', '3'].map((id) =>
          id === null
            ? null
            : {
                lots: [
                  { amount: 1, giver: { name: 'name 2' } },
                  { amount: Number(id), giver: null },
                ],
              },
        ),
      },
      asked: {
        members: [[], [member('2')]],
        points: [[member('1'), member('2'), member('3')]],
      },
    },
    {
      claim: 'rooms are left and entered again as often as the operation says',
      operation: '{ me { friends { lots { giver { friends { lots { giver { name } } } } } } } }',
      data: {
        me: {
          friends: ['2', '3'].map(() => ({
            lots: [
              { giver: { friends: [{ lots: [{ giver: { name: 'name 2' } }, { giver: null }] }] } },
              { giver: null },
            ],
          })),
        },
      },
      order: ['members', 'points', 'members', 'points', 'members'],
    },
    {
      claim: 'two roots of two rooms are asked at the same time, and joined in the order of the operation',
      operation: '{ total me { name available } richest { name available } }',
      data: { total: 9, me: { name: 'name 1', available: 100 }, richest: { name: 'name 3', available: 300 } },
    },
  ],
};

export const LISTS = [lists];
