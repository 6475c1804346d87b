// A room that gives fields to every type of an interface without knowing the types.
import { AWAY, type World } from './world.ts';

interface Reference {
  id: string;
}

const accounts = [
  { __typename: 'Personal', id: 'a1', label: 'Ada’s', limit: 5 },
  { __typename: 'Business', id: 'a2', label: 'Northside', vat: 'GB1' },
];

const interfaceObjects: World = {
  title: 'interface objects',
  rooms: {
    members: {
      sdl: `
        type Query { accounts: [Account!]! }
        interface Account @key(fields: "id") { id: ID! label: String }
        type Personal implements Account @key(fields: "id") { id: ID! label: String limit: Int }
        type Business implements Account @key(fields: "id") { id: ID! label: String vat: String }`,
      resolvers: {
        Query: { accounts: () => accounts },
        Account: { __resolveReference: ({ id }: Reference) => accounts.find((one) => one.id === id) ?? null },
        Personal: { __resolveReference: ({ id }: Reference) => accounts.find((one) => one.id === id) ?? null },
        Business: { __resolveReference: ({ id }: Reference) => accounts.find((one) => one.id === id) ?? null },
      },
    },
    points: {
      sdl: `
        type Query { richest: [Account] }
        type Account @key(fields: "id") @interfaceObject {
          id: ID! available: Int! label: String @external motto: String @requires(fields: "label")
        }`,
      resolvers: {
        Query: { richest: () => [{ id: 'a2' }, null, { id: 'a1' }, { id: 'a2' }] },
        Account: {
          available: ({ id }: Reference) => (id === 'a1' ? 1 : 2),
          motto: ({ label }: { label: string }) => `${label} first`,
        },
      },
    },
  },
  cases: [
    {
      claim: 'each type of the interface has the fields that a room gives to all',
      operation: '{ accounts { available ... on Business { vat } } }',
      data: { accounts: [{ available: 1 }, { available: 2, vat: 'GB1' }] },
      asked: {
        members: [[]],
        points: [
          [
            { __typename: 'Account', id: 'a1' },
            { __typename: 'Account', id: 'a2' },
          ],
        ],
      },
    },
    {
      claim: 'a fragment on one type asks for that type only',
      operation: '{ accounts { label ... on Personal { available limit } } }',
      data: { accounts: [{ label: 'Ada’s', available: 1, limit: 5 }, { label: 'Northside' }] },
      asked: { members: [[]], points: [[{ __typename: 'Account', id: 'a1' }]] },
    },
    {
      claim: 'the room that knows no types answers its own fields alone',
      operation: '{ richest { available id } }',
      data: { richest: [{ available: 2, id: 'a2' }, null, { available: 1, id: 'a1' }, { available: 2, id: 'a2' }] },
      asked: { points: [[]] },
    },
    {
      claim: 'what an object really is, the room that knows is asked, once for each object',
      operation: '{ richest { __typename available ... on Personal { limit } } }',
      data: {
        richest: [
          { __typename: 'Business', available: 2 },
          null,
          { __typename: 'Personal', available: 1, limit: 5 },
          { __typename: 'Business', available: 2 },
        ],
      },
    },
    {
      claim: 'a field for all types may require what each type has',
      operation: '{ accounts { motto } richest { motto } }',
      data: {
        accounts: [{ motto: 'Ada’s first' }, { motto: 'Northside first' }],
        richest: [{ motto: 'Northside first' }, null, { motto: 'Ada’s first' }, { motto: 'Northside first' }],
      },
    },
    {
      claim: 'what an object is cannot be told while the room that knows is away',
      operation: '{ richest { __typename available } }',
      away: ['members'],
      data: { richest: [null, null, null, null] },
      errors: [0, 2, 3].map((index) => `${AWAY} richest.${index}.__typename`),
    },
    {
      claim: 'aliases of key and type do not lead astray',
      operation: '{ accounts { id: label __typename: available } }',
      data: {
        accounts: [
          { id: 'Ada’s', __typename: 1 },
          { id: 'Northside', __typename: 2 },
        ],
      },
    },
  ],
};

export const INTERFACE_OBJECTS = [interfaceObjects];
