// Where a null may not stand it takes its parent along, over rooms as within one: to the nearest place that may be null,
// and no further. A room's own failure has one error, where it happened; a null that a room answers for an entity is the
// answer, and moves up without one.
import { FAULT } from '../../../gateway/masking.ts';
import { Forbidden } from '../../../subgraphs/shared/viewer.ts';
import type { World } from './world.ts';

interface Member {
  id: string;
}

const HIDDEN = '2';
const REFUSED = '3';
const NULL = '4';
const all = ['1', HIDDEN, REFUSED, NULL].map((id) => ({ id }));
const sound = { id: '1' };
const hidden = { id: HIDDEN };

const nulls: World = {
  title: 'nulls',
  rooms: {
    members: {
      sdl: `
        type Query {
          me: Member
          members: [Member]
          strict: [Member!]
          sure: [Member!]!
          must(id: ID!): Member!
          member(id: ID!): Member
          groups: [[Member!]]
          strictGroups: [[Member!]!]
          looseGroups: [[Member]!]!
          desk: Desk
        }
        type Desk { name: String! first: Counter! second: Counter }
        type Counter { holder: Member! label: String }
        type Member @key(fields: "id") { id: ID! name: String! nick: String }`,
      resolvers: {
        Query: {
          me: () => sound,
          members: () => all,
          strict: () => all,
          sure: () => all,
          must: (_: unknown, { id }: Member) => ({ id }),
          member: (_: unknown, { id }: Member) => ({ id }),
          groups: () => [[sound], [sound, hidden], null, []],
          strictGroups: () => [[sound], [sound, hidden]],
          looseGroups: () => [[sound, hidden], []],
          desk: () => ({ name: 'front', first: { holder: sound, label: 'a' }, second: { holder: hidden, label: 'b' } }),
        },
        Member: {
          __resolveReference: (reference: Member) => reference,
          name: ({ id }: Member) => (id === NULL ? null : `name ${id}`),
          nick: () => null,
        },
      },
    },
    points: {
      sdl: `
        type Member @key(fields: "id") { id: ID! rank: Int! available: Int wallet: Wallet wallets: [Wallet!] }
        type Wallet { code: String! lots: [Lot!]! loose: [Lot] owner: Member sureOwner: Member! }
        type Lot { amount: Int! note: String }`,
      resolvers: {
        Member: {
          __resolveReference: (reference: Member) => (reference.id === HIDDEN ? null : reference),
          rank: ({ id }: Member) => {
            if (id === REFUSED) throw new Forbidden('FORBIDDEN', 'Not for you.');
            return id === NULL ? null : 1;
          },
          available: ({ id }: Member) => (id === NULL ? null : 100),
          wallet: ({ id }: Member) => ({ id, code: id === REFUSED ? null : 'points' }),
          wallets: ({ id }: Member) => [
            { id, code: 'points' },
            { id, code: id === NULL ? null : 'stars' },
          ],
        },
        Wallet: {
          lots: ({ id }: Member) => [{ amount: 1 }, { amount: id === NULL ? null : 2 }],
          loose: ({ id }: Member) => [{ amount: 1 }, { amount: id === NULL ? null : 2 }],
          owner: () => hidden,
          sureOwner: () => hidden,
        },
      },
    },
    rewards: {
      sdl: `type Member @key(fields: "id") { id: ID! vip: Boolean! offers: [String!] }`,
      resolvers: {
        Member: {
          __resolveReference: (reference: Member) => (reference.id === HIDDEN ? null : reference),
          vip: () => true,
          offers: ({ id }: Member) => (id === NULL ? ['tea', null] : ['tea']),
        },
      },
    },
  },
  cases: [
    {
      claim: 'an entity that a room hides has nulls in that room’s fields',
      operation: '{ members { id available } }',
      data: {
        members: [
          { id: '1', available: 100 },
          { id: '2', available: null },
          { id: '3', available: 100 },
          { id: '4', available: null },
        ],
      },
    },
    {
      claim: 'in a list of nullable items the item alone is null',
      operation: '{ members { id rank } }',
      data: { members: [{ id: '1', rank: 1 }, null, null, null] },
      errors: ['FORBIDDEN members.2.rank', `${FAULT} members.3.rank`],
    },
    {
      claim: 'a list whose items may not be null is null itself',
      operation: '{ strict { rank } me { rank } }',
      data: { strict: null, me: { rank: 1 } },
      errors: ['FORBIDDEN strict.2.rank', `${FAULT} strict.3.rank`],
    },
    {
      claim: 'where the list may not be null either, nothing is left',
      operation: '{ sure { rank } me { rank } }',
      data: null,
      errors: ['FORBIDDEN sure.2.rank', `${FAULT} sure.3.rank`],
    },
    {
      claim: 'a root that may be null stops the null',
      operation: '{ member(id: "3") { name rank } me { name } }',
      data: { member: null, me: { name: 'name 1' } },
      errors: ['FORBIDDEN member.rank'],
    },
    {
      claim: 'a root that may not be null does not',
      operation: '{ must(id: "3") { name rank } me { name } }',
      data: null,
      errors: ['FORBIDDEN must.rank'],
    },
    {
      claim: 'a hidden entity takes the nearest nullable place along without an error',
      operation: '{ member(id: "2") { name rank } me { name } }',
      data: { member: null, me: { name: 'name 1' } },
    },
    {
      claim: 'in lists of lists the null stops at the inner list',
      operation: '{ groups { rank } }',
      data: { groups: [[{ rank: 1 }], null, null, []] },
    },
    {
      claim: 'or at the outer one',
      operation: '{ strictGroups { rank } me { rank } }',
      data: { strictGroups: null, me: { rank: 1 } },
    },
    {
      claim: 'or at the item',
      operation: '{ looseGroups { rank } }',
      data: { looseGroups: [[{ rank: 1 }, null], []] },
    },
    {
      claim: 'the null of one room does not touch the fields of another',
      operation: '{ members { id available offers } }',
      data: {
        members: [
          { id: '1', available: 100, offers: ['tea'] },
          { id: '2', available: null, offers: null },
          { id: '3', available: 100, offers: ['tea'] },
          { id: '4', available: null, offers: null },
        ],
      },
      errors: [`${FAULT} members.3.offers.1`],
    },
    {
      claim: 'what a null took along is gone with what other rooms said of it',
      operation: '{ members { vip rank name } }',
      data: { members: [{ vip: true, rank: 1, name: 'name 1' }, null, null, null] },
      errors: ['FORBIDDEN members.2.rank', `${FAULT} members.3.name`],
    },
    {
      claim: 'inside what an entity leads to, the null stops at the nearest nullable object',
      operation: '{ members { id wallet { code } } }',
      data: {
        members: [
          { id: '1', wallet: { code: 'points' } },
          { id: '2', wallet: null },
          { id: '3', wallet: null },
          { id: '4', wallet: { code: 'points' } },
        ],
      },
      errors: [`${FAULT} members.2.wallet.code`],
    },
    {
      claim: 'and through lists that may not be null',
      operation: '{ member(id: "4") { wallet { code lots { amount } } wallets { code } } }',
      data: { member: { wallet: null, wallets: null } },
      errors: [`${FAULT} member.wallet.lots.1.amount`, `${FAULT} member.wallets.1.code`],
    },
    {
      claim: 'and not through those that may',
      operation: '{ member(id: "4") { wallet { loose { amount note } } } }',
      data: { member: { wallet: { loose: [{ amount: 1, note: null }, null] } } },
      errors: [`${FAULT} member.wallet.loose.1.amount`],
    },
    {
      claim: 'a null of the third room goes back over the second as far as it must',
      operation: '{ me { wallet { code owner { name vip } } } }',
      data: { me: { wallet: { code: 'points', owner: null } } },
    },
    {
      claim: 'and further where it must',
      operation: '{ me { id wallet { code sureOwner { vip } } } }',
      data: { me: { id: '1', wallet: null } },
    },
    {
      claim: 'objects that are no entities pass the null on by their own types',
      operation: '{ desk { name first { label holder { rank } } second { label holder { rank } } } }',
      data: { desk: { name: 'front', first: { label: 'a', holder: { rank: 1 } }, second: null } },
    },
    {
      claim: 'a null under an alias moves as the field would',
      operation: '{ members { id: rank } strict { rank: name } }',
      data: { members: [{ id: 1 }, null, null, null], strict: null },
      errors: ['FORBIDDEN members.2.id', `${FAULT} members.3.id`, `${FAULT} strict.3.rank`],
    },
    {
      claim: 'a field that is left out takes nothing along',
      operation: 'query ($no: Boolean = false) { member(id: "2") { name rank @include(if: $no) nick } }',
      data: { member: { name: 'name 2', nick: null } },
    },
  ],
};

export const NULLS = [nulls];
