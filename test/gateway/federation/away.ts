// A room that does not answer, or answers nonsense, costs what it was asked for and nothing else: each of its fields, at
// each place, is null with an error.
import { FAULT } from '../../../gateway/masking.ts';
import { member, queue, rooms } from './errors.ts';
import { AWAY, type Case, type World } from './world.ts';

const away: World = {
  title: 'a room that is away',
  rooms,
  cases: [
    {
      claim: 'at the root each of its fields is null with an error, and the rest is there',
      operation: '{ a: me { name } total b: secret }',
      away: ['members'],
      data: { a: null, total: 9, b: null },
      errors: [`${AWAY} a`, `${AWAY} b`],
    },
    {
      claim: 'alone it leaves nothing but its errors',
      operation: '{ total more: total }',
      away: ['points'],
      data: { total: null, more: null },
      errors: [`${AWAY} more`, `${AWAY} total`],
    },
    {
      claim: 'where it cannot be null nothing is left',
      operation: '{ many { name } total }',
      away: ['members'],
      data: null,
      errors: [`${AWAY} many`],
    },
    {
      claim: 'each field of each entity at each place is null with an error',
      operation: '{ queue { name available much: available lots { amount } } }',
      away: ['points'],
      data: {
        queue: queue.map((one) =>
          one === null ? null : { name: `name ${one.id}`, available: null, much: null, lots: null },
        ),
      },
      errors: [0, 2, 3, 4].flatMap((index) =>
        ['available', 'lots', 'much'].map((field) => `${AWAY} queue.${index}.${field}`),
      ),
    },
    {
      claim: 'what cannot be null takes its entity along, with one error each',
      operation: '{ queue { name rank } }',
      away: ['points'],
      data: { queue: [null, null, null, null, null] },
      errors: [0, 2, 3, 4].map((index) => `${AWAY} queue.${index}.rank`),
    },
    {
      claim: 'what lies behind it is not asked for, and has no errors of its own',
      operation: '{ me { name wallet { code owner { name offers } } } }',
      away: ['points'],
      data: { me: { name: 'name 1', wallet: null } },
      errors: [`${AWAY} me.wallet`],
      asked: { members: [[]], points: [[member('1')]] },
    },
    {
      claim: 'as the last of three it costs its fields only',
      operation: '{ me { wallet { code owner { id offers } } } }',
      away: ['rewards'],
      data: { me: { wallet: { code: 'points', owner: { id: '2', offers: null } } } },
      errors: [`${AWAY} me.wallet.owner.offers`],
    },
    {
      claim: 'a field that is left out has no error',
      operation:
        'query ($no: Boolean = false) { me { available @include(if: $no) rank @skip(if: true) lots { amount } } }',
      away: ['points'],
      data: { me: { lots: null } },
      errors: [`${AWAY} me.lots`],
    },
    {
      claim: 'branches that were asked together have their errors each',
      operation: '{ queue { id available } me { much: available wallet { code } } }',
      away: ['points'],
      data: {
        queue: queue.map((one) => (one === null ? null : { id: one.id, available: null })),
        me: { much: null, wallet: null },
      },
      errors: [
        ...[0, 2, 3, 4].map((index) => `${AWAY} queue.${index}.available`),
        `${AWAY} me.much`,
        `${AWAY} me.wallet`,
      ],
    },
    {
      claim: 'several that are away have their errors each',
      operation: '{ me { name available price } total }',
      away: ['points', 'rewards'],
      data: { me: { name: 'name 1', available: null, price: null }, total: null },
      errors: [`${AWAY} me.available`, `${AWAY} me.price`, `${AWAY} total`],
    },
    {
      claim: 'of very many places the first hundred have an error',
      operation: '{ many { available } }',
      away: ['points'],
      data: { many: Array.from({ length: 150 }, () => ({ available: null })) },
      errors: Array.from({ length: 100 }, (_, index) => `${AWAY} many.${index}.available`),
    },
  ],
};

const atPlace = (claim: string, answer: unknown, code: string): Case => ({
  claim,
  operation: '{ me { name available rankless: lots { amount } } }',
  answers: { points: answer },
  data: { me: { name: 'name 1', available: null, rankless: null } },
  errors: [`${code} me.available`, `${code} me.rankless`],
});

const atLeaf = (claim: string, entity: object, shown: object, errors_: string[]): Case => ({
  claim,
  operation: '{ me { name available lots { amount } wallet { code } } }',
  answers: { points: { data: { _entities: [{ __typename: 'Member', ...entity }] } } },
  data: { me: { name: 'name 1', ...shown } },
  errors: errors_.map((path) => `${FAULT} ${path}`),
});

const sound = { available: 1, lots: [{ amount: 1 }], wallet: { code: 'points' } };

const nonsense: World = {
  title: 'a room that answers nonsense',
  ways: ['http'],
  rooms,
  cases: [
    atPlace('nothing at all', {}, AWAY),
    atPlace('a text', 'overloaded', AWAY),
    atPlace('a list', [], AWAY),
    atPlace('data that is a number', { data: 7 }, AWAY),
    atPlace('errors that are a text', { errors: 'overloaded' }, AWAY),
    atPlace('errors that are empty', { errors: [] }, AWAY),
    atPlace('an error without a code', { errors: [{ message: 'select secret', extensions: {} }] }, AWAY),
    atPlace('no data and no error', { data: null }, FAULT),
    atPlace('no entities', { data: {} }, FAULT),
    atPlace('entities that are an object', { data: { _entities: { available: 1 } } }, FAULT),
    atPlace('too few entities', { data: { _entities: [] } }, FAULT),
    atPlace('an entity that is a number', { data: { _entities: [7] } }, FAULT),
    atPlace('a fault without a place', { errors: [{ message: 'secret', extensions: { code: 'DOWN' } }] }, FAULT),
    atPlace(
      'a refusal without a place, whose code is for the client',
      { errors: [{ message: 'Not for you.', extensions: { code: 'FORBIDDEN' } }] },
      'FORBIDDEN',
    ),
    atLeaf('an object for a number', { ...sound, available: { a: 1 } }, { ...sound, available: null }, [
      'me.available',
    ]),
    atLeaf('a text for a number', { ...sound, available: 'many' }, { ...sound, available: null }, ['me.available']),
    atLeaf('a number for an object', { ...sound, wallet: 7 }, { ...sound, wallet: null }, ['me.wallet']),
    atLeaf('an object for a list', { ...sound, lots: { amount: 1 } }, { ...sound, lots: null }, ['me.lots']),
    atLeaf(
      'a list in a list',
      { ...sound, lots: [[{ amount: 1 }], { amount: 2 }] },
      { ...sound, lots: [null, { amount: 2 }] },
      ['me.lots.0'],
    ),
    atLeaf('more than it was asked', { ...sound, secret: 'hush' }, sound, []),
    {
      claim: 'a null where none may be, beside an entity that is hidden: only the one is an error',
      operation: '{ queue { rank } }',
      answers: { points: { data: { _entities: [null, { __typename: 'Member', rank: null }] } } },
      data: { queue: [null, null, null, null, null] },
      errors: [`${FAULT} queue.2.rank`, `${FAULT} queue.4.rank`],
    },
    {
      claim: 'what a room says beside its data is not for clients',
      operation: '{ total }',
      answers: { points: { data: { total: 9 }, extensions: { secret: 'hush' } } },
      data: { total: 9 },
    },
    {
      claim: 'not even beside its errors',
      operation: '{ total more: total }',
      answers: {
        points: {
          data: { total: 9, more: null },
          errors: [{ message: 'select secret', path: ['more'], extensions: { code: 'DOWN' } }],
          extensions: { secret: 'hush' },
        },
      },
      data: { total: 9, more: null },
      errors: [`${FAULT} more`],
    },
    {
      claim: 'nonsense at the root costs the room’s root fields',
      operation: '{ total me { name } secret }',
      answers: { members: { data: 7 } },
      data: { total: 9, me: null, secret: null },
      errors: [`${AWAY} me`, `${AWAY} secret`],
    },
    {
      claim: 'and for an operation of that room alone, too',
      operation: '{ total }',
      answers: { points: { data: [] } },
      data: { total: null },
      errors: [`${AWAY} total`],
    },
  ],
};

export const AWAY_ROOMS = [away, nonsense];
