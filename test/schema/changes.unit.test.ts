// What a changed API means for its clients, on small APIs.
import { describe, expect, test } from '@jest/globals';
import { hashOf } from '../../gateway/documents/manifest.ts';
import { areBreaking, effects, touched } from '../../schema/changes.ts';
import { told } from '../../schema/check.ts';
import { buildSchema } from 'graphql';

const TODAY = '2026-06-15';
const API = `
  directive @loud(by: Int) on FIELD
  type Query { member(id: ID!, locale: Locale): Member  old: Old @deprecated(reason: "Use member. Removal: 2026-06-15.") }
  type Mutation { enrol(input: EnrolInput!): Member }
  type Member {
    id: ID!
    name: String!
    tier: Tier
    nick: String @deprecated(reason: "Use name. Removal: 2026-06-15.")
    alias: String @deprecated(reason: "Use name. Removal: 2026-06-16.")
    handle: String @deprecated(reason: "Use name.")
  }
  type Old { id: ID }
  enum Tier { SILVER GOLD }
  enum Locale { EN LV XX @deprecated(reason: "Unused. Removal: 2026-01-01.") }
  input EnrolInput { name: String  person: PersonInput }
  input PersonInput { given: String }
`;

const trusted = (client: string, name: string, document: string) => ({
  hash: hashOf(document),
  name,
  client,
  document,
});
const NAMES = trusted('app', 'Names', 'query Names($id: ID!) { member(id: $id) { id name } }');
const TIERS = trusted(
  'desk',
  'Tiers',
  'query Tiers { member(id: "1", locale: EN) { ...T } } fragment T on Member { tier }',
);
const ENROL = trusted('till', 'Enrol', 'mutation Enrol($input: EnrolInput!) { enrol(input: $input) { id } }');
const ALL = [NAMES, TIERS, ENROL];

const changed = (from: string | RegExp, to: string) => effects(API, API.replace(from, to), ALL, TODAY);

describe('a change', () => {
  test.each([
    ['nothing', '', ''],
    ['a new field', 'tier: Tier', 'tier: Tier born: String'],
    ['a new optional input', 'given: String', 'given: String family: String'],
    ['an input that need not be given any more', 'input: EnrolInput!', 'input: EnrolInput'],
  ])('that no client can notice is not told: %s', async (_, from, to) => {
    const found = await changed(from, to);

    expect(found).toEqual({ changes: [], invalid: [] });
    expect(areBreaking(found)).toBe(false);
    expect(told(found)).toEqual(['Nothing that a client could notice.']);
  });

  test.each([
    ['a field', 'name: String!', '', 'BREAKING', 'Member.name', [NAMES], [NAMES]],
    ['a field’s promise', 'name: String!', 'name: String', 'BREAKING', 'Member.name', [NAMES], []],
    ['an argument', ', locale: Locale', '', 'BREAKING', 'Query.member.locale', [TIERS], [TIERS]],
    [
      'a needed argument',
      'id: ID!,',
      'id: ID!, at: String!,',
      'BREAKING',
      'Query.member.at',
      [NAMES, TIERS],
      [NAMES, TIERS],
    ],
    ['a value that is sent', 'EN LV', 'LV', 'BREAKING', 'Locale.EN', [TIERS], [TIERS]],
    ['a value that is read', 'SILVER GOLD', 'GOLD', 'BREAKING', 'Tier.SILVER', [TIERS], []],
    ['a new optional argument', 'id: ID!,', 'id: ID!, at: String,', 'DANGEROUS', 'Query.member.at', [NAMES, TIERS], []],
    ['a new value', 'SILVER', 'SILVER BRONZE', 'DANGEROUS', 'Tier.BRONZE', [TIERS], []],
    ['an input of an input', 'given: String', 'first: String', 'BREAKING', 'PersonInput.given', [ENROL], []],
    ['a needed input', 'given: String', 'given: String family: String!', 'BREAKING', 'PersonInput.family', [ENROL], []],
  ])('is told with who asks it: %s', async (_, from, to, level, path, askedBy, invalid) => {
    const found = await changed(from, to);

    expect(found.changes).toMatchObject([{ level, path, isAnnounced: false, askedBy }]);
    expect(found.invalid.map(({ document }) => document)).toEqual(invalid);
    expect(areBreaking(found)).toBe(level === 'BREAKING');
  });

  test.each([
    ['on its day', /nick.*\n/, 'Member.nick', true],
    ['before its day', /alias.*\n/, 'Member.alias', false],
    ['without a day', /handle.*\n/, 'Member.handle', false],
    ['of a value', / XX[^}]*/, 'Locale.XX', true],
  ])('that removes what is deprecated is fair once it was announced: %s', async (_, from, path, isAnnounced) => {
    const found = await changed(from, '');

    expect(found.changes).toMatchObject([{ level: 'BREAKING', path, isAnnounced }]);
    expect(areBreaking(found)).toBe(!isAnnounced);
  });

  test('takes a type away with the last field that was of it', async () => {
    const without = API.replace(/ {2}old: Old.*"\)/, '').replace('type Old { id: ID }', '');

    const found = await effects(API, without, ALL, TODAY);

    expect(found.changes.map(({ path, isAnnounced }) => [path, isAnnounced])).toEqual([
      ['Old', true],
      ['Query.old', true],
    ]);
    expect(areBreaking(found)).toBe(false);
  });

  test('that was announced still breaks a document that is trusted', async () => {
    const late = trusted('app', 'Nicks', '{ member(id: "1") { nick } }');

    const found = await effects(API, API.replace(/nick.*\n/, ''), [late], TODAY);

    expect(areBreaking(found)).toBe(true);
    expect(told(found)).toEqual([
      "BREAKING  Member.nick: Field 'nick' (deprecated) was removed from object type 'Member'; announced",
      '          asked by Nicks (app)',
      'INVALID   Nicks (app): Cannot query field "nick" on type "Member".',
    ]);
  });

  test('is not blamed for a document that was never valid', async () => {
    const wrong = trusted('app', 'Wrong', '{ nothing }');

    const found = await effects(API, API.replace('name: String!', ''), [wrong], TODAY);

    expect(found.invalid).toEqual([]);
    expect(found.changes).toMatchObject([{ path: 'Member.name', askedBy: [] }]);
  });
});

test('a document touches its fields, arguments and directives, and all of its enums and inputs', () => {
  const document = 'mutation M($input: EnrolInput!) { enrol(input: $input) { ... on Member { tier @loud(by: 1) } } }';

  const paths = touched(buildSchema(API), document);

  expect([...paths].toSorted()).toEqual([
    '@loud',
    'EnrolInput',
    'EnrolInput.name',
    'EnrolInput.person',
    'Int',
    'Member',
    'Member.tier',
    'Mutation.enrol',
    'Mutation.enrol.input',
    'PersonInput',
    'PersonInput.given',
    'String',
    'Tier',
    'Tier.GOLD',
    'Tier.SILVER',
  ]);
});
