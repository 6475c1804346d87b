// Mutations run one after the other, over rooms too, each with all that it asks for before the next begins; none is sent
// twice.
import { FAULT } from '../../../gateway/masking.ts';
import { AWAY, type World } from './world.ts';

const state = { name: 'Ada', available: 100 };

const mutations: World = {
  title: 'mutations',
  reset: () => Object.assign(state, { name: 'Ada', available: 100 }),
  rooms: {
    members: {
      sdl: `
        type Query { me: Member }
        type Mutation { rename(name: String!): Member fail: String break: Member! }
        type Member @key(fields: "id") { id: ID! name: String }`,
      resolvers: {
        Query: { me: () => ({ id: '1' }) },
        Mutation: {
          rename: (_: unknown, { name }: { name: string }) => {
            state.name = name;
            return { id: '1' };
          },
          fail: () => {
            throw new Error('select secret');
          },
          break: () => {
            throw new Error('select secret');
          },
        },
        Member: { __resolveReference: () => ({ id: '1' }), name: () => state.name },
      },
    },
    points: {
      sdl: `
        type Mutation { earn(points: Int!): EarnPayload }
        type Query { total: Int }
        type EarnPayload { available: Int member: Member query: Query }
        type Member @key(fields: "id") { id: ID! available: Int }`,
      resolvers: {
        Mutation: {
          earn: (_: unknown, { points }: { points: number }) => {
            state.available += points;
            return { available: state.available, member: { id: '1' }, query: {} };
          },
        },
        Query: { total: () => state.available },
        Member: { available: () => state.available },
      },
    },
  },
  cases: [
    {
      claim: 'what a mutation returns is joined with what other rooms know of it',
      operation: 'mutation ($name: String!) { rename(name: $name) { name available __typename } __typename }',
      variables: { name: 'Eve' },
      data: { rename: { name: 'Eve', available: 100, __typename: 'Member' }, __typename: 'Mutation' },
      order: ['members', 'points'],
    },
    {
      claim: 'rooms are asked in the order of the operation',
      operation: `mutation {
        a: earn(points: 1) { available } b: rename(name: "Eve") { name } c: earn(points: 2) { available }
        d: rename(name: "Fay") { name }
      }`,
      data: { a: { available: 101 }, b: { name: 'Eve' }, c: { available: 103 }, d: { name: 'Fay' } },
      order: ['points', 'members', 'points', 'members'],
    },
    {
      claim: 'all that a mutation asks for is fetched before the next one begins',
      operation: `mutation {
        a: earn(points: 1) { member { name } } b: rename(name: "Eve") { name available } c: earn(points: 5) { member { name available } }
      }`,
      data: {
        a: { member: { name: 'Ada' } },
        b: { name: 'Eve', available: 101 },
        c: { member: { name: 'Eve', available: 106 } },
      },
      order: ['points', 'members', 'members', 'points', 'points', 'members'],
    },
    {
      claim: 'one room’s mutations that stand together are one request, in order',
      operation: 'mutation { a: earn(points: 1) { available } b: earn(points: 2) { available } }',
      data: { a: { available: 101 }, b: { available: 103 } },
      asked: { points: [[]] },
    },
    {
      claim: 'a mutation that fails does not keep the next from running',
      operation: 'mutation { fail earn(points: 1) { available } }',
      data: { fail: null, earn: { available: 101 } },
      errors: [`${FAULT} fail`],
    },
    {
      claim: 'a room that is away fails its own mutations, and is asked once',
      operation: 'mutation { a: rename(name: "Eve") { name } earn(points: 1) { available } }',
      away: ['members'],
      data: { a: null, earn: { available: 101 } },
      errors: [`${AWAY} a`],
      order: ['members', 'points'],
    },
    {
      claim: 'a mutation of one room that is away is asked once and has no answer',
      operation: 'mutation { earn(points: 1) { available } more: earn(points: 1) { available } }',
      away: ['points'],
      data: { earn: null, more: null },
      errors: [`${AWAY} earn`, `${AWAY} more`],
      order: ['points'],
    },
    {
      claim: 'a room that is away after the mutation leaves what was done as done',
      operation: 'mutation { earn(points: 1) { available member { id name } } }',
      away: ['members'],
      data: { earn: { available: 101, member: { id: '1', name: null } } },
      errors: [`${AWAY} earn.member.name`],
      order: ['points', 'members'],
    },
    {
      claim: 'a payload may lead back to the root, in every room',
      operation: 'mutation { earn(points: 1) { query { total me { name available } __typename } } }',
      data: { earn: { query: { total: 101, me: { name: 'Ada', available: 101 }, __typename: 'Query' } } },
    },
    {
      claim: 'a mutation that is left out does not run, and its room is not asked',
      operation:
        'mutation ($no: Boolean!) { rename(name: "Eve") @include(if: $no) { name } earn(points: 1) { available } }',
      variables: { no: false },
      data: { earn: { available: 101 } },
      order: ['points'],
    },
    {
      claim: 'nor one that is left out by its own condition within another’s',
      operation: `mutation ($yes: Boolean!, $no: Boolean!) {
        ... @include(if: $yes) {
          a: earn(points: 1) @include(if: false) { available }
          b: earn(points: 2) @skip(if: true) { available }
          c: earn(points: 4) @include(if: $no) { available }
          d: earn(points: 8) @skip(if: $yes) { available }
          e: earn(points: 16) @include(if: true) { available }
        }
      }`,
      variables: { yes: true, no: false },
      data: { e: { available: 116 } },
      order: ['points'],
    },
    {
      claim: 'a failure that may not be null takes the whole answer along',
      operation: 'mutation { earn(points: 1) { available } break { id } }',
      data: null,
      errors: [`${FAULT} break`],
    },
    {
      claim: 'and what stands behind it does not run',
      operation: 'mutation { break { id } earn(points: 1) { available } }',
      data: null,
      errors: [`${FAULT} break`],
      order: ['members'],
    },
  ],
};

export const MUTATIONS = [mutations];
