// What the rooms' SDL must keep besides composing, on rooms of a few lines.
import { describe, expect, test } from '@jest/globals';
import { keepRules } from '../../schema/rules.ts';

const OWNER = '"A member." type Member @key(fields: "id") { id: ID! name: String! tier: String }';
const broken = (other: string) => {
  try {
    keepRules({ members: OWNER, points: other });
    return [];
  } catch (error) {
    return (error as Error).message.split('\n').slice(1);
  }
};

describe('a room', () => {
  test.each([
    [
      '@requires',
      'type Member @key(fields: "id") { id: ID! tier: String @external bonus: Int @requires(fields: "tier") }',
    ],
    ['another room’s entity', 'type Entry { member: Member }'],
    ['lists of another room’s entities', 'type Entry { members: [Member]! @listSize(assumedSize: 3) }'],
    ['an entity with more fields', 'type Member @key(fields: "id") { id: ID! balance: Int }'],
    ['keys of several fields', 'type Member @key(fields: "id place { code }") { id: ID! place: Place! code: ID! }'],
    ['fields that are shared', 'type Member @key(fields: "id") { id: ID! currency: String! @shareable }'],
    ['what another room answers', 'type Member @key(fields: "id") { id: ID! names: [String!]! @external }'],
    ['an entity of its own', '"A wallet." type Wallet @key(fields: "id") { id: ID! } type Entry { wallet: Wallet! }'],
    ['a list of known size', 'type Query { entries: [Int!]! @listSize(assumedSize: 3) }'],
    [
      'a page',
      'type Query { all: EntryConnection! @listSize(assumedSize: 3) } type EntryConnection { nodes: [Int!]! }',
    ],
  ])('may have %s', (_, sdl) => {
    expect(broken(sdl)).toEqual([]);
  });

  test.each([
    [
      '@requires with arguments',
      'type Member @key(fields: "id") { id: ID! bonus: Int @requires(fields: "price(currency: \\"EUR\\")") }',
      'points: Member.bonus has @requires with arguments',
    ],
    [
      'another room’s entity that is never null',
      'type Entry { member: Member! }',
      "points: Entry.member is another room's entity and must be nullable",
    ],
    [
      'another room’s entities that are never null',
      'interface Entry { members: [Member!] @listSize(assumedSize: 3) }',
      "points: Entry.members is another room's entity and must be nullable",
    ],
    [
      'a field that is never null in another room’s entity',
      'type Member @key(fields: "id") { id: ID! balance: Int! }',
      "points: Member.balance is added to another room's entity and must be nullable",
    ],
    [
      'the same in an extension',
      'extend type Member @key(fields: "id") { id: ID! balance: Int! }',
      "points: Member.balance is added to another room's entity and must be nullable",
    ],
    ['a list of any size', 'type Query { entries: [Int!]! }', 'points: Query.entries is a list without @listSize'],
    ['a page of any size', 'type Query { all: EntryConnection! }', 'points: Query.all is a list without @listSize'],
  ])('may not have %s', (_, sdl, told) => {
    expect(broken(sdl)).toEqual([`  ${told}`]);
  });
});
