// What the API does not have is used between rooms and never shown: inaccessible fields, types and values of enums. What it
// says of itself is answered here, beside data.
import { FAULT } from '../../../gateway/masking.ts';
import type { World } from './world.ts';

interface Reference {
  uuid: string;
}

const members = [
  { uuid: 'u-1', name: 'Ada', tier: 'GOLD', tiers: ['GOLD', 'SILVER'], sure: 'GOLD', risk: 1 },
  { uuid: 'u-2', name: 'Ben', tier: 'STAFF', tiers: ['SILVER', 'STAFF', 'GOLD'], sure: 'STAFF', risk: 2 },
];

const inaccessible: World = {
  title: 'enums and what is inaccessible',
  rooms: {
    members: {
      sdl: `
        type Query { members: [Member] me: Member secret: Secret @inaccessible parties: [Party] }
        type Member @key(fields: "uuid") {
          uuid: ID! @inaccessible
          name: String
          risk: Int @inaccessible
          tier: Tier
          tiers: [Tier]
          sure: Tier!
          mood: Mood
        }
        enum Tier { SILVER GOLD STAFF @inaccessible }
        enum Mood { CALM }
        type Secret @inaccessible { text: String }
        type Guest { label: String }
        union Party = Guest | Secret`,
      resolvers: {
        Query: {
          members: () => members,
          me: () => members[0],
          parties: () => [
            { __typename: 'Guest', label: 'in' },
            { __typename: 'Secret', text: 'hush' },
          ],
        },
        Member: {
          __resolveReference: ({ uuid }: Reference) => members.find((one) => one.uuid === uuid) ?? null,
          mood: () => 'CALM',
        },
      },
    },
    points: {
      sdl: `
        type Query {
          happiest: Mood
          byTier(tier: Step = HIGH, steps: [Step!], debug: Boolean = true @inaccessible, by: By): String
        }
        input By { step: Step secret: Int = 7 @inaccessible }
        type Member @key(fields: "uuid") {
          uuid: ID! @inaccessible
          risk: Int @external
          limit: Int @requires(fields: "risk")
        }
        enum Mood { HAPPY }
        enum Step { LOW HIGH INTERNAL @inaccessible }`,
      resolvers: {
        Query: {
          happiest: () => 'HAPPY',
          byTier: (_: unknown, given: { tier: string; steps?: string[]; by?: { step: string; secret: number } }) =>
            [given.tier, ...(given.steps ?? []), ...Object.values(given.by ?? {})].join(),
        },
        Member: { limit: ({ risk }: { risk: number }) => 1000 / risk },
      },
    },
  },
  cases: [
    {
      claim: 'a hidden key and a hidden required field lead from room to room',
      operation: '{ members { limit } }',
      data: { members: [{ limit: 1000 }, { limit: 500 }] },
      asked: {
        members: [[]],
        points: [
          [
            { __typename: 'Member', uuid: 'u-1', risk: 1 },
            { __typename: 'Member', uuid: 'u-2', risk: 2 },
          ],
        ],
      },
    },
    ...[
      '{ me { uuid } }',
      '{ me { risk } }',
      '{ secret { text } }',
      '{ parties { ... on Secret { text } } }',
      '{ byTier(debug: true) }',
      '{ byTier(tier: INTERNAL) }',
      '{ byTier(by: { secret: 1 }) }',
    ].map((operation) => ({
      claim: `${operation} is unknown to clients, and nobody is asked`,
      operation,
      errors: ['GRAPHQL_VALIDATION_FAILED'],
      asked: {},
    })),
    {
      claim: 'a hidden value of an enum is a null with an error at its place, in lists too',
      operation: '{ members { name tier tiers } }',
      data: {
        members: [
          { name: 'Ada', tier: 'GOLD', tiers: ['GOLD', 'SILVER'] },
          { name: 'Ben', tier: null, tiers: ['SILVER', null, 'GOLD'] },
        ],
      },
      errors: [`${FAULT} members.1.tier`, `${FAULT} members.1.tiers.1`],
    },
    {
      claim: 'where no null may stand it takes its parent along',
      operation: '{ members { sure name } }',
      data: { members: [{ sure: 'GOLD', name: 'Ada' }, null] },
      errors: [`${FAULT} members.1.sure`],
    },
    {
      claim: 'an object of a hidden type is a null with an error, and its type is not told',
      operation: '{ parties { __typename ... on Guest { label } } }',
      data: { parties: [{ __typename: 'Guest', label: 'in' }, null] },
      errors: [`${FAULT} parties.1`],
    },
    {
      claim: 'an enum of two rooms has the values of both',
      operation: '{ happiest me { mood } }',
      data: { happiest: 'HAPPY', me: { mood: 'CALM' } },
    },
    {
      claim: 'a value of an enum reaches its room as a literal, a default, a variable and in a list',
      operation: `query ($tier: Step, $step: Step = LOW) {
        a: byTier b: byTier(tier: LOW) c: byTier(tier: $tier, steps: [LOW, $step]) d: byTier(steps: HIGH)
      }`,
      variables: { tier: 'LOW' },
      data: { a: 'HIGH', b: 'LOW', c: 'LOW,LOW,LOW', d: 'HIGH,HIGH' },
    },
    {
      claim: 'a hidden input keeps its default in its room',
      operation: 'query ($by: By) { byTier(by: $by) me { limit } }',
      variables: { by: { step: 'LOW' } },
      data: { byTier: 'HIGH,LOW,7', me: { limit: 1000 } },
    },
    ...[
      { claim: 'no value of its enum', variables: { tier: 'NONE' } },
      { claim: 'a hidden value of its enum', variables: { tier: 'INTERNAL' } },
      { claim: 'an object with a hidden field', variables: { by: { step: 'LOW', secret: 1 } } },
    ].map(({ claim, variables }) => ({
      claim: `a variable that is ${claim} is a bad request, and nobody is asked`,
      operation: 'query ($tier: Step, $by: By) { byTier(tier: $tier, by: $by) me { limit } }',
      variables,
      errors: ['BAD_USER_INPUT'],
      asked: {},
    })),
    ...[
      { claim: 'a hidden value of its enum', variables: { tier: 'INTERNAL' } },
      { claim: 'an object with a hidden field', variables: { by: { step: 'LOW', secret: 1 } } },
    ].map(({ claim, variables }) => ({
      claim: `nor does one room that would answer the whole get ${claim}`,
      operation: 'query ($tier: Step, $by: By) { byTier(tier: $tier, by: $by) }',
      variables,
      errors: ['BAD_USER_INPUT'],
      asked: {},
    })),
    {
      claim: 'the schema is told without what is hidden, beside data',
      operation: `query ($type: String!) {
        me { limit }
        __type(name: $type) { fields { name } }
        tier: __type(name: "Tier") { enumValues { name } }
        secret: __type(name: "Secret") { name }
        __schema { queryType { name } mutationType { name } }
        __typename
      }`,
      variables: { type: 'Member' },
      data: {
        me: { limit: 1000 },
        __type: {
          fields: [
            { name: 'name' },
            { name: 'tier' },
            { name: 'tiers' },
            { name: 'sure' },
            { name: 'mood' },
            { name: 'limit' },
          ],
        },
        tier: { enumValues: [{ name: 'SILVER' }, { name: 'GOLD' }] },
        secret: null,
        __schema: { queryType: { name: 'Query' }, mutationType: null },
        __typename: 'Query',
      },
    },
    {
      claim: 'conditions and fragments hold for what is told of the schema',
      operation: `query ($no: Boolean = false) {
        kind: __typename
        ... on Query { __schema @include(if: $no) { queryType { name } } }
        ...Told
        me { name __typename }
      }
      fragment Told on Query { __type(name: "Guest") { kind named: name description @skip(if: true) } }`,
      data: {
        kind: 'Query',
        __type: { kind: 'OBJECT', named: 'Guest' },
        me: { name: 'Ada', __typename: 'Member' },
      },
    },
    {
      claim: 'the name of the root type alone is told without asking anybody',
      operation: '{ __typename a: __typename ... { b: __typename } }',
      data: { __typename: 'Query', a: 'Query', b: 'Query' },
      asked: {},
    },
  ],
};

export const VISIBLE = [inaccessible];
