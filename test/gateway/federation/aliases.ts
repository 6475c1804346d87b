// Names that a client chooses never become what a room is told: not a key, not a required field, not a name of the
// planner's own.
import type { World } from './world.ts';

interface Member {
  id: string;
  tier?: string | null;
}

const people = [
  { id: '1', displayName: 'PLATINUM', tier: 'SILVER', friend: '2' },
  { id: '2', displayName: '1', tier: 'GOLD', friend: '1' },
];
const person = (id: string) => people.find((one) => one.id === id) ?? null;
const represented = (id: string, tier: string) => ({ __typename: 'Member', id, tier });

const forged: World = {
  title: 'aliases',
  rooms: {
    members: {
      sdl: `
        type Query { me: Member members: [Member!]! greet(name: String): String }
        type Member @key(fields: "id") {
          id: ID! displayName: String tier(scheme: String): String friend: Member
        }`,
      resolvers: {
        Query: {
          me: () => people[0],
          members: () => people,
          greet: (_: unknown, { name }: { name?: string }) => `hello ${name ?? 'you'}`,
        },
        Member: {
          __resolveReference: ({ id }: Member) => person(id),
          tier: ({ tier }: Member, { scheme }: { scheme?: string }) => (scheme === undefined ? tier : `${scheme} tier`),
          friend: ({ friend }: { friend: string }) => person(friend),
        },
      },
    },
    points: {
      sdl: `
        type Member @key(fields: "id") {
          id: ID!
          tier(scheme: String): String @external
          bonus: String @requires(fields: "tier")
          lots(first: Int, representations: [Int!]): [Int!]
          available: Int
        }`,
      resolvers: {
        Member: {
          bonus: ({ tier }: Member) => `bonus of ${tier}`,
          lots: (_: unknown, { first, representations }: { first?: number; representations?: number[] }) => [
            ...(first === undefined ? [] : [first]),
            ...(representations ?? []),
          ],
          available: ({ id }: Member) => Number(id) * 100,
        },
      },
    },
  },
  cases: [
    {
      claim: 'an alias equal to a required field is not what is required',
      operation: '{ me { tier: displayName bonus } }',
      data: { me: { tier: 'PLATINUM', bonus: 'bonus of SILVER' } },
      asked: { members: [[]], points: [[represented('1', 'SILVER')]] },
    },
    {
      claim: 'nor in whatever order, depth or fragment it stands',
      operation: `{ members { bonus ...Named friend { ... on Member { bonus tier: displayName } } } }
        fragment Named on Member { tier: displayName }`,
      data: {
        members: [
          { bonus: 'bonus of SILVER', tier: 'PLATINUM', friend: { bonus: 'bonus of GOLD', tier: '1' } },
          { bonus: 'bonus of GOLD', tier: '1', friend: { bonus: 'bonus of SILVER', tier: 'PLATINUM' } },
        ],
      },
    },
    {
      claim: 'an alias equal to the key is not the key',
      operation: '{ members { id: displayName available } }',
      data: {
        members: [
          { id: 'PLATINUM', available: 100 },
          { id: '1', available: 200 },
        ],
      },
      asked: {
        members: [[]],
        points: [
          [
            { __typename: 'Member', id: '1' },
            { __typename: 'Member', id: '2' },
          ],
        ],
      },
    },
    {
      claim: 'an alias equal to __typename is not the type',
      operation: '{ me { __typename: displayName available friend { __typename } } }',
      data: { me: { __typename: 'PLATINUM', available: 100, friend: { __typename: 'Member' } } },
    },
    {
      claim: 'names may be swapped',
      operation: '{ me { id: tier tier: id displayName: bonus bonus: displayName available } }',
      data: { me: { id: 'SILVER', tier: '1', displayName: 'bonus of SILVER', bonus: 'PLATINUM', available: 100 } },
    },
    {
      claim: 'a required field asked for with arguments is another value than the required one',
      operation: '{ me { tier(scheme: "paid") bonus } }',
      data: { me: { tier: 'paid tier', bonus: 'bonus of SILVER' } },
      asked: { members: [[]], points: [[represented('1', 'SILVER')]] },
    },
    {
      claim: 'nor does an alias of that name with arguments change it',
      operation: '{ me { paid: tier(scheme: "paid") tier: tier(scheme: "free") own: tier bonus } }',
      data: { me: { paid: 'paid tier', tier: 'free tier', own: 'SILVER', bonus: 'bonus of SILVER' } },
    },
    {
      claim: 'one field under many names, in two rooms, is each name’s value',
      operation: '{ me { a: available b: available c: id d: id e: lots(first: 1) f: lots(first: 2) } }',
      data: { me: { a: 100, b: 100, c: '1', d: '1', e: [1], f: [2] } },
    },
    {
      claim: 'a root alias equal to another root field, or to a room’s own entry, is just a name',
      operation: '{ greet: me { available } me: greet _entities: me { bonus } _service: greet(name: "x") }',
      data: {
        greet: { available: 100 },
        me: 'hello you',
        _entities: { bonus: 'bonus of SILVER' },
        _service: 'hello x',
      },
    },
    {
      claim: 'names that the planner makes up itself are free for clients',
      operation: `{ me {
        __typename__alias: id __typename__alias_0: displayName tier__alias_0: tier id__alias_0: bonus _0: available
      } }`,
      data: {
        me: {
          __typename__alias: '1',
          __typename__alias_0: 'PLATINUM',
          tier__alias_0: 'SILVER',
          id__alias_0: 'bonus of SILVER',
          _0: 100,
        },
      },
    },
    {
      claim: 'a name that an object is made of is just a name',
      operation: '{ me { constructor: id __proto__: displayName toString: available hasOwnProperty: bonus } }',
      // oxlint-disable-next-line unicorn/no-useless-spread -- a literal `__proto__` would set the prototype
      data: {
        me: Object.fromEntries(
          Object.entries({
            constructor: '1',
            ['__proto__']: 'PLATINUM',
            toString: 100,
            hasOwnProperty: 'bonus of SILVER',
          }),
        ),
      },
    },
    {
      claim: 'a variable named as the planner’s own is the client’s',
      operation: `query ($representations: Int, $representations_0: [Int!]) {
        me { lots(first: $representations, representations: $representations_0) bonus }
      }`,
      variables: { representations: 7, representations_0: [8, 9] },
      data: { me: { lots: [7, 8, 9], bonus: 'bonus of SILVER' } },
      asked: { members: [[]], points: [[represented('1', 'SILVER')]] },
    },
    {
      claim: 'whatever else the variables are called',
      operation: `query ($representations: Int, $as_: [Int!], $as_0: Int, $of_0: Int) {
        me { lots(first: $representations, representations: $as_) a: lots(first: $as_0) }
        members { b: lots(first: $of_0) }
      }`,
      variables: { representations: 7, as_: [8], as_0: 9, of_0: 10 },
      data: { me: { lots: [7, 8], a: [9] }, members: [{ b: [10] }, { b: [10] }] },
    },
    {
      claim: 'of several operations in a document the named one runs, with its own variables and the fragments of all',
      operation: `query A($n: Int) { me { ...F l: lots(first: $n) } } query B($n: [Int!]) { me { ...F id: lots(representations: $n) } }
        fragment F on Member { tier: displayName bonus }`,
      operationName: 'B',
      variables: { n: [1, 2] },
      data: { me: { tier: 'PLATINUM', bonus: 'bonus of SILVER', id: [1, 2] } },
    },
    {
      claim: 'a variable goes to each room that uses it, with its default, under its own name',
      operation: `query ($first: Int = 3, $name: String = "Ada", $none: Int) {
        greet(name: $name) me { lots(first: $first, representations: [1]) other: lots(first: $none) }
      }`,
      variables: { name: 'Ben' },
      data: { greet: 'hello Ben', me: { lots: [3, 1], other: [] } },
    },
  ],
};

export const ALIASES = [forged];
