// Each error stands where a client sees its null: at every place of the entity, under the client's names.
import { GraphQLError } from 'graphql';
import { FAULT } from '../../../gateway/masking.ts';
import { Forbidden } from '../../../subgraphs/shared/viewer.ts';
import type { World } from './world.ts';

interface Member {
  id: string;
}

const fault = () => {
  throw new Error('select secret from wallet at postgres://10.9.8.7');
};
export const member = (id: string) => ({ __typename: 'Member', id });

export const queue = [member('1'), null, member('2'), member('1'), member('2')];

export const rooms: World['rooms'] = {
  members: {
    sdl: `
      type Query {
        me: Member
        queue: [Member]
        groups: [[Member]]
        many: [Member!]!
        secret: String
        page(first: Int): Int
      }
      type Member @key(fields: "id") { id: ID! name: String tier: String home: Home risk: Int @inaccessible }
      type Home { city: String street: String }`,
    resolvers: {
      Query: {
        me: () => member('1'),
        queue: () => queue,
        groups: () => [[null], null, [member('1'), member('2')]],
        many: () => Array.from({ length: 150 }, (_, index) => member(`m${index}`)),
        secret: () => {
          throw new Forbidden('FORBIDDEN', 'This needs the scope members:read.');
        },
        page: () => {
          throw new GraphQLError('`first` is 0.', { extensions: { code: 'BAD_USER_INPUT' } });
        },
      },
      Member: {
        __resolveReference: ({ id }: Member) => member(id),
        name: ({ id }: Member) => `name ${id}`,
        tier: fault,
        risk: fault,
        home: () => ({ city: 'York', street: null }),
      },
      Home: { street: fault },
    },
  },
  points: {
    sdl: `
      type Query { total: Int }
      type Member @key(fields: "id") {
        id: ID! available: Int rank: Int! lots: [Lot] wallet: Wallet
        risk: Int @external bonus: String @requires(fields: "risk")
      }
      type Lot { amount: Int giver: Member }
      type Wallet { code: String owner: Member }`,
    resolvers: {
      Query: { total: () => 9 },
      Member: {
        available: ({ id }: Member) => {
          if (id === '2') throw new Forbidden('FORBIDDEN', 'Not for you.');
          return 100;
        },
        rank: () => 1,
        bonus: ({ risk }: { risk: null }) => `risk ${risk}`,
        lots: ({ id }: Member) => [{ amount: 1 }, { amount: id === '2' ? 1.5 : 2, giver: member('2') }],
        wallet: () => ({ code: 'points', owner: member('2') }),
      },
    },
  },
  rewards: {
    sdl: `type Member @key(fields: "id") { id: ID! offers: [String] price: Int }`,
    resolvers: {
      Member: {
        __resolveReference: async (reference: Member) => (reference.id === '2' ? fault() : reference),
        offers: () => ['tea'],
        price: () => 5,
      },
    },
  },
};

const errors: World = {
  title: 'errors',
  rooms,
  cases: [
    {
      claim: 'at the root an error has the name that the client gave the field',
      operation: '{ a: secret secret: page me { name } }',
      data: { a: null, secret: null, me: { name: 'name 1' } },
      errors: ['BAD_USER_INPUT secret', 'FORBIDDEN a'],
    },
    {
      claim: 'a fault inside a room says where it was, and not what',
      operation: '{ me { id: tier home { city town: street } } }',
      data: { me: { id: null, home: { city: 'York', town: null } } },
      errors: [`${FAULT} me.home.town`, `${FAULT} me.id`],
    },
    {
      claim: 'an error of an entity stands at each place of the entity',
      operation: '{ queue { id available } }',
      data: {
        queue: [
          { id: '1', available: 100 },
          null,
          { id: '2', available: null },
          { id: '1', available: 100 },
          { id: '2', available: null },
        ],
      },
      errors: ['FORBIDDEN queue.2.available', 'FORBIDDEN queue.4.available'],
    },
    {
      claim: 'deep inside an entity, under aliases, in lists of lists; a value that is none of its type is a fault',
      operation: '{ groups { lots: available much: lots { id: amount } } }',
      data: {
        groups: [
          [null],
          null,
          [
            { lots: 100, much: [{ id: 1 }, { id: 2 }] },
            { lots: null, much: [{ id: 1 }, { id: null }] },
          ],
        ],
      },
      errors: ['FORBIDDEN groups.2.1.lots', `${FAULT} groups.2.1.much.1.id`],
    },
    {
      claim: 'behind another room’s entity',
      operation: '{ queue { lots { giver { tier name } } } }',
      data: {
        queue: queue.map((one) =>
          one === null ? null : { lots: [{ giver: null }, { giver: { tier: null, name: 'name 2' } }] },
        ),
      },
      errors: [0, 2, 3, 4].map((index) => `${FAULT} queue.${index}.lots.1.giver.tier`),
    },
    {
      claim: 'what fails though no client asked for it is an error at its object, and is not named',
      operation: '{ me { id bonus } queue { bonus } }',
      data: {
        me: { id: '1', bonus: 'risk null' },
        queue: queue.map((one) => (one === null ? null : { bonus: 'risk null' })),
      },
      errors: ['me', 'queue.0', 'queue.2', 'queue.3', 'queue.4'].map((place) => `${FAULT} ${place}`),
    },
    {
      claim: 'an entity that a room fails to find is an error for each field of it',
      operation: '{ queue { name offers cost: price } }',
      data: {
        queue: [
          { name: 'name 1', offers: ['tea'], cost: 5 },
          null,
          { name: 'name 2', offers: null, cost: null },
          { name: 'name 1', offers: ['tea'], cost: 5 },
          { name: 'name 2', offers: null, cost: null },
        ],
      },
      errors: [2, 4].flatMap((index) => [`${FAULT} queue.${index}.cost`, `${FAULT} queue.${index}.offers`]),
    },
    {
      claim: 'two branches in one request have their errors apart',
      operation: '{ queue { available } me { lots { amount } wallet { owner { available } } } }',
      data: {
        queue: [{ available: 100 }, null, { available: null }, { available: 100 }, { available: null }],
        me: { lots: [{ amount: 1 }, { amount: 2 }], wallet: { owner: { available: null } } },
      },
      errors: ['FORBIDDEN me.wallet.owner.available', 'FORBIDDEN queue.2.available', 'FORBIDDEN queue.4.available'],
    },
  ],
};

export const ERRORS = [errors];
