// Interfaces and unions: each object is answered as what it is, by the rooms that know it as that.
import { AWAY, type World } from './world.ts';

interface Reference {
  __typename: string;
  id: string;
}

const holders = [
  { __typename: 'Member', id: 'm1', title: 'Ada', since: '2020', nick: 'ad' },
  { __typename: 'Household', id: 'h1', title: 'Smiths', size: 4, nick: null, owner: { id: 'm1' } },
  { __typename: 'Member', id: 'm2', title: 'Ben', since: null, nick: 'be' },
];
const holder = ({ id }: Reference) => holders.find((one) => one.id === id) ?? null;

const interfaces: World = {
  title: 'interfaces and unions',
  rooms: {
    members: {
      sdl: `
        type Query { holders: [Holder!]! holder(id: ID!): Holder parties: [Party] }
        interface Holder { id: ID! title: String! nick: String }
        union Party = Member | Household | Guest
        type Member implements Holder @key(fields: "id") { id: ID! title: String! since: String nick: String! }
        type Household implements Holder @key(fields: "id") {
          id: ID! title: String! size: Int nick: String owner: Member
        }
        type Guest { label: String }`,
      resolvers: {
        Query: {
          holders: () => holders,
          holder: (_: unknown, reference: Reference) => holder(reference),
          parties: () => [holders[1], null, { __typename: 'Guest', label: 'passing by' }, holders[0]],
        },
        Member: { __resolveReference: holder },
        Household: { __resolveReference: holder, owner: () => holders[0] },
      },
    },
    points: {
      sdl: `
        type Query { owners: [Owner!]! }
        union Owner = Member | Household
        interface Saver { available: Int }
        type Member implements Saver @key(fields: "id") { id: ID! available: Int rank: String }
        type Household implements Saver @key(fields: "id") { id: ID! available: Int pool: Int }`,
      resolvers: {
        Query: {
          owners: () => [
            { __typename: 'Household', id: 'h1' },
            { __typename: 'Member', id: 'm2' },
          ],
        },
        Member: { available: ({ id }: Reference) => (id === 'm1' ? 10 : 20), rank: () => 'high' },
        Household: { available: () => 30, pool: () => 300 },
      },
    },
  },
  cases: [
    {
      claim: 'fields of an interface are answered by each type in its own way',
      operation: '{ holders { title __typename nick id } }',
      data: {
        holders: [
          { title: 'Ada', __typename: 'Member', nick: 'ad', id: 'm1' },
          { title: 'Smiths', __typename: 'Household', nick: null, id: 'h1' },
          { title: 'Ben', __typename: 'Member', nick: 'be', id: 'm2' },
        ],
      },
      asked: { members: [[]] },
    },
    {
      claim: 'fragments on the types of an interface lead each to its room, which is asked once',
      operation: `{ holders { ...Shown ... on Member { rank since } ... on Household { pool } } }
        fragment Shown on Holder { title ... on Household { size } }`,
      data: {
        holders: [
          { title: 'Ada', rank: 'high', since: '2020' },
          { title: 'Smiths', size: 4, pool: 300 },
          { title: 'Ben', rank: 'high', since: null },
        ],
      },
      asked: {
        members: [[]],
        points: [
          [
            { __typename: 'Member', id: 'm1' },
            { __typename: 'Household', id: 'h1' },
            { __typename: 'Member', id: 'm2' },
          ],
        ],
      },
    },
    {
      claim: 'an interface that only another room knows selects among the types of this one',
      operation: '{ holders { ... on Saver { available __typename } id } }',
      data: {
        holders: [
          { available: 10, __typename: 'Member', id: 'm1' },
          { available: 30, __typename: 'Household', id: 'h1' },
          { available: 20, __typename: 'Member', id: 'm2' },
        ],
      },
    },
    {
      claim: 'members of a union have what was asked of their type, and one that no fragment is for is empty',
      operation: '{ parties { ... on Household { size owner { available } } ... on Guest { label } } }',
      data: { parties: [{ size: 4, owner: { available: 10 } }, null, { label: 'passing by' }, {}] },
    },
    {
      claim: 'one name may mean another field in each type, in two rooms',
      operation: `{ parties { __typename ... on Household { value: pool text: nick } ... on Member { value: available text: rank } } }`,
      data: {
        parties: [
          { __typename: 'Household', value: 300, text: null },
          null,
          { __typename: 'Guest' },
          { __typename: 'Member', value: 10, text: 'high' },
        ],
      },
    },
    {
      claim: 'in each type fields stand in the order in which that type meets them',
      operation: '{ holders { ... on Member { rank title } title ... on Household { pool id } nick id __typename } }',
      data: {
        holders: [
          { rank: 'high', title: 'Ada', nick: 'ad', id: 'm1', __typename: 'Member' },
          { title: 'Smiths', pool: 300, id: 'h1', nick: null, __typename: 'Household' },
          { rank: 'high', title: 'Ben', nick: 'be', id: 'm2', __typename: 'Member' },
        ],
      },
    },
    {
      claim: 'an alias per type that equals the key does not lead astray',
      operation: '{ parties { ... on Household { id: title pool } ... on Member { id: title rank } } }',
      data: { parties: [{ id: 'Smiths', pool: 300 }, null, {}, { id: 'Ada', rank: 'high' }] },
    },
    {
      claim: 'a union of one room is answered in the fields of another',
      operation: '{ owners { __typename ... on Holder { title nick } ... on Member { since rank } } }',
      data: {
        owners: [
          { __typename: 'Household', title: 'Smiths', nick: null },
          { __typename: 'Member', title: 'Ben', nick: 'be', since: null, rank: 'high' },
        ],
      },
    },
    {
      claim: 'fields of one name that the planner must tell apart come back under that name',
      operation: '{ owners { ... on Holder { nick label: nick nick__alias_0: id nick__alias_1: title } } }',
      data: {
        owners: [
          { nick: null, label: null, nick__alias_0: 'h1', nick__alias_1: 'Smiths' },
          { nick: 'be', label: 'be', nick__alias_0: 'm2', nick__alias_1: 'Ben' },
        ],
      },
    },
    {
      claim: 'where a room is away each object has errors for the fields of its own type',
      operation: '{ holders { title ... on Member { rank } ... on Household { pool available } } }',
      away: ['points'],
      data: {
        holders: [
          { title: 'Ada', rank: null },
          { title: 'Smiths', pool: null, available: null },
          { title: 'Ben', rank: null },
        ],
      },
      errors: [
        `${AWAY} holders.0.rank`,
        `${AWAY} holders.1.available`,
        `${AWAY} holders.1.pool`,
        `${AWAY} holders.2.rank`,
      ],
    },
    {
      claim: 'a room is never sent a type that it does not know',
      operation: '{ owners { ... on Holder { kind: __typename } ... on Saver { available } } }',
      data: {
        owners: [
          { kind: 'Household', available: 30 },
          { kind: 'Member', available: 20 },
        ],
      },
      asked: { points: [[]] },
    },
    {
      claim: 'a fragment that cannot match asks nobody, and fragments may overlap',
      operation: `{ holder(id: "m1") {
        ... on Household { pool }
        ... on Holder { ... on Member { title ... on Saver { available } } title }
      } }`,
      data: { holder: { title: 'Ada', available: 10 } },
    },
  ],
};

export const ABSTRACT = [interfaces];
