// `@skip` and `@include` at each level: what is left out is in no answer, changes nothing else, and a room that has
// nothing left to say is not asked.
import type { World } from './world.ts';

interface Member {
  id: string;
  tier?: string;
}

const ada = { id: '1', name: 'Ada', tier: 'GOLD', home: { city: 'York' } };
const MEMBER = { __typename: 'Member', id: '1' };

const conditions: World = {
  title: 'skip and include',
  rooms: {
    members: {
      sdl: `
        type Query { me: Member members: [Member!]! }
        type Member @key(fields: "id") { id: ID! name: String tier: String home: Home }
        type Home { city: String town: String }`,
      resolvers: {
        Query: { me: () => ada, members: () => [ada] },
        Member: { __resolveReference: () => ada },
      },
    },
    points: {
      sdl: `
        type Query { total: Int }
        type Member @key(fields: "id") {
          id: ID!
          tier: String @external
          bonus: String @requires(fields: "tier")
          wallet: Wallet
          available: Int
        }
        type Wallet { code: String owner: Member amount(first: Int): Int }`,
      resolvers: {
        Query: { total: () => 9 },
        Member: {
          bonus: ({ tier }: Member) => `bonus of ${tier}`,
          wallet: () => ({ code: 'points' }),
          available: () => 100,
        },
        Wallet: { owner: () => ({ id: '1' }), amount: (_: unknown, { first }: { first?: number }) => first ?? 0 },
      },
    },
  },
  cases: [
    {
      claim: 'a root field that is left out asks nobody',
      operation: 'query ($no: Boolean!) { me @include(if: $no) { name } total @skip(if: true) }',
      variables: { no: false },
      data: {},
      asked: {},
    },
    {
      claim: 'one of two roots is left out with its room',
      operation: 'query ($yes: Boolean!) { me @skip(if: $yes) { name } total @include(if: $yes) }',
      variables: { yes: true },
      data: { total: 9 },
      asked: { points: [[]] },
    },
    {
      claim: 'a room whose only field is left out is not asked',
      operation: 'query ($with: Boolean!) { me { name available @include(if: $with) } }',
      variables: { with: false },
      data: { me: { name: 'Ada' } },
      asked: { members: [[]] },
    },
    {
      claim: 'and is asked when it is not',
      operation: 'query ($with: Boolean!) { me { name available @include(if: $with) } }',
      variables: { with: true },
      data: { me: { name: 'Ada', available: 100 } },
      asked: { members: [[]], points: [[MEMBER]] },
    },
    {
      claim: 'defaults of variables decide where nothing is sent',
      operation: `query ($no: Boolean = false, $yes: Boolean! = true) {
        me { available @include(if: $no) wallet @include(if: $no) { code } tier @skip(if: $yes) name @include(if: $yes) }
      }`,
      data: { me: { name: 'Ada' } },
      asked: { members: [[]] },
    },
    {
      claim: 'what is sent goes before the default',
      operation: 'query ($no: Boolean! = false) { me { available @include(if: $no) } }',
      variables: { no: true },
      data: { me: { available: 100 } },
    },
    ...[
      { include: true, skip: true, shown: {} },
      { include: true, skip: false, shown: { available: 100 } },
      { include: false, skip: true, shown: {} },
      { include: false, skip: false, shown: {} },
    ].map(({ include, skip, shown }) => ({
      claim: `with include ${include} and skip ${skip} a field of another room has ${JSON.stringify(shown)}`,
      operation: `query ($include: Boolean!, $skip: Boolean!) {
        me { id available @include(if: $include) @skip(if: $skip) }
      }`,
      variables: { include, skip },
      data: { me: { id: '1', ...shown } },
      asked: { members: [[]], ...(include && !skip ? { points: [[MEMBER]] } : {}) },
    })),
    {
      claim: 'a key that is left out still leads to the other room',
      operation: '{ me { id @skip(if: true) available } }',
      data: { me: { available: 100 } },
    },
    {
      claim: 'a required field that is left out is required all the same',
      operation: 'query ($no: Boolean!) { me { tier @include(if: $no) bonus } }',
      variables: { no: false },
      data: { me: { bonus: 'bonus of GOLD' } },
    },
    {
      claim: 'an alias that is left out does not take what is required along',
      operation: 'query ($yes: Boolean!) { me { tier: name @skip(if: $yes) bonus } }',
      variables: { yes: true },
      data: { me: { bonus: 'bonus of GOLD' } },
    },
    {
      claim: 'fragments are left out whole, named and inline, over rooms',
      operation: `query ($no: Boolean!) {
        me { name ...Points @include(if: $no) ... @skip(if: true) { home { city } } ... on Member @include(if: true) { tier } }
      }
      fragment Points on Member { available wallet { code } }`,
      variables: { no: false },
      data: { me: { name: 'Ada', tier: 'GOLD' } },
      asked: { members: [[]] },
    },
    {
      claim: 'conditions in one another all must hold',
      operation: `query ($a: Boolean!, $b: Boolean!) {
        me { ... @include(if: $a) { name ... @include(if: $b) { available bonus } tier @skip(if: $b) } }
      }`,
      variables: { a: true, b: false },
      data: { me: { name: 'Ada', tier: 'GOLD' } },
      asked: { members: [[]] },
    },
    {
      claim: 'literal conditions hold within those by variables, for fields and fragments of every room',
      operation: `query ($yes: Boolean!) {
        ... @include(if: $yes) {
          me { name @include(if: false) available @skip(if: true) ... @include(if: false) { wallet { code } } tier @include(if: true) }
          total @skip(if: true)
        }
      }`,
      variables: { yes: true },
      data: { me: { tier: 'GOLD' } },
      asked: { members: [[]] },
    },
    {
      claim: 'what is left out by one variable in another’s object is left out there only',
      operation: `query ($yes: Boolean!, $no: Boolean!) {
        me @include(if: $yes) { available @include(if: $no) name @skip(if: $no) }
        other: me @skip(if: $no) { available @skip(if: $no) ... @include(if: $no) { name } }
        none: me @include(if: $no) { available @include(if: $yes) }
      }`,
      variables: { yes: true, no: false },
      data: { me: { name: 'Ada' }, other: { available: 100 } },
    },
    {
      claim: 'one field asked for twice is there when either is',
      operation: `query ($yes: Boolean!) {
        me { available @skip(if: $yes) available @include(if: $yes) name @skip(if: $yes) name home { city @include(if: $yes) } home { town @include(if: $yes) city } }
      }`,
      variables: { yes: false },
      data: { me: { available: 100, name: 'Ada', home: { city: 'York' } } },
    },
    {
      claim: 'parts asked for in several places are joined where the first of them stands',
      operation:
        '{ me { home { city } name available } ... { me { home { town } wallet { code } name } } me { bonus } }',
      data: {
        me: {
          home: { city: 'York', town: null },
          name: 'Ada',
          available: 100,
          wallet: { code: 'points' },
          bonus: 'bonus of GOLD',
        },
      },
    },
    {
      claim: 'an object whose fields are all left out is empty',
      operation: 'query ($no: Boolean!) { me { home { city @include(if: $no) } wallet { code @include(if: $no) } } }',
      variables: { no: false },
      data: { me: { home: {}, wallet: {} } },
    },
    {
      claim: 'behind two rooms the same condition leaves out the third step only',
      operation: `query ($no: Boolean!) {
        me { wallet { code owner { id ... @include(if: $no) { name tier } } amount(first: 3) @skip(if: $no) } }
      }`,
      variables: { no: false },
      data: { me: { wallet: { code: 'points', owner: { id: '1' }, amount: 3 } } },
      asked: { members: [[]], points: [[MEMBER]] },
    },
    {
      claim: 'in a list each item follows the condition, __typename too',
      operation: `query ($no: Boolean!) { members { __typename @include(if: $no) kind: __typename available @include(if: $no) } }`,
      variables: { no: false },
      data: { members: [{ kind: 'Member' }] },
      asked: { members: [[]] },
    },
    {
      claim: 'a variable that only conditions and one that only a left-out field use do no harm',
      operation: `query ($no: Boolean!, $first: Int) { me { wallet @include(if: $no) { amount(first: $first) } name } }`,
      variables: { no: false, first: 3 },
      data: { me: { name: 'Ada' } },
    },
  ],
};

export const CONDITIONS = [conditions];
