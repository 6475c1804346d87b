// What passes between rooms is data, whatever it looks like: keys with quotes and separators, texts of every kind, scalars
// of a room's own, inputs as far as all rooms know them.
import type { World } from './world.ts';

interface Reference {
  __typename: string;
  id: string;
  shop?: string;
  number?: string;
}

const ODD = [
  '"',
  "'",
  '\\',
  '${1}',
  'a|b',
  '__proto__',
  'žāē 🎁',
  '\u2028',
  '\n\t\u0000',
  '</script>',
  '',
  ' 1',
  '1',
  '01',
];

const receipts = [
  { shop: 'a|b', number: 'c' },
  { shop: 'a', number: 'b|c' },
  { shop: 'a","number":"b', number: 'c' },
  { shop: 'a', number: 'b' },
  { shop: 'b', number: 'a' },
  { shop: 'a', number: 'b' },
];

const json = { list: [1, { two: null }], text: '"', nested: { deep: [[]] }, as_0: 1, __typename: 'Member', id: 'x' };

const values: World = {
  title: 'values',
  rooms: {
    members: {
      sdl: `
        scalar Json
        type Query {
          odd: [Member!]! mixed: [Holder!]! receipts: [Receipt!]! any: [Json] numbers: [Float] echo(text: String): String
          find(filter: Filter): String order(by: Order): String
        }
        input Filter { name: String = "Ada" tags: [String!] only: Int }
        enum Order { NAME NUMBER }
        union Holder = Member | Household
        type Member @key(fields: "id") { id: ID! extra: Json }
        type Household @key(fields: "id") { id: ID! }
        type Receipt @key(fields: "shop number") { shop: String! number: String! }`,
      resolvers: {
        Query: {
          odd: () => ODD.map((id) => ({ id })),
          mixed: () => ['Member', 'Household', 'Member'].map((__typename) => ({ __typename, id: '1' })),
          receipts: () => receipts,
          any: () => [json, [json], 'text', 0, false, null],
          numbers: () => [0, -1.5, 1e21, 5e-324, Number.MAX_SAFE_INTEGER],
          echo: (_: unknown, { text }: { text?: string }) => text,
          order: (_: unknown, { by }: { by?: string }) => by,
          find: (_: unknown, { filter }: { filter?: object }) => JSON.stringify(filter),
        },
        Member: { extra: ({ id }: Reference) => (id === '1' ? json : id) },
      },
    },
    points: {
      sdl: `
        scalar Json
        type Query { search(filter: Filter): String sort(by: Order): String }
        enum Order { NAME DATE }
        input Filter { name: String = "Ada" tags: [String!] }
        type Member @key(fields: "id") { id: ID! extra: Json @external label: String text: String @requires(fields: "extra") }
        type Household @key(fields: "id") { id: ID! label: String }
        type Receipt @key(fields: "shop number") { shop: String! number: String! label: String }`,
      resolvers: {
        Query: {
          sort: (_: unknown, { by }: { by?: string }) => by,
          search: (_: unknown, { filter }: { filter?: object }) => JSON.stringify(filter),
        },
        Member: {
          label: ({ id }: Reference) => `member ${id}`,
          text: ({ extra }: { extra: unknown }) => JSON.stringify(extra),
        },
        Household: { label: ({ id }: Reference) => `household ${id}` },
        Receipt: { label: ({ shop, number }: Reference) => `${shop} no. ${number}` },
      },
    },
  },
  cases: [
    {
      claim: 'a key may hold any text, and no two of them are one',
      operation: '{ odd { id label } }',
      data: { odd: ODD.map((id) => ({ id, label: `member ${id}` })) },
      asked: { members: [[]], points: [ODD.map((id) => ({ __typename: 'Member', id }))] },
    },
    {
      claim: 'compound keys that look alike when written in a row are different keys',
      operation: '{ receipts { label } }',
      data: { receipts: receipts.map(({ shop, number }) => ({ label: `${shop} no. ${number}` })) },
      asked: {
        members: [[]],
        points: [receipts.slice(0, 5).map(({ shop, number }) => ({ __typename: 'Receipt', shop, number }))],
      },
    },
    {
      claim: 'one id of two types is two entities',
      operation: '{ mixed { ... on Member { label } ... on Household { label } } }',
      data: { mixed: [{ label: 'member 1' }, { label: 'household 1' }, { label: 'member 1' }] },
      asked: {
        members: [[]],
        points: [
          [
            { __typename: 'Member', id: '1' },
            { __typename: 'Household', id: '1' },
          ],
        ],
      },
    },
    {
      claim: 'a scalar of the rooms’ own is passed on whole: object, list, text, number, nothing',
      operation: '{ any mixed { ... on Member { extra label } } }',
      data: {
        any: [json, [json], 'text', 0, false, null],
        mixed: [{ extra: json, label: 'member 1' }, {}, { extra: json, label: 'member 1' }],
      },
    },
    {
      claim: 'and is required whole',
      operation: '{ mixed { ... on Member { text } } }',
      data: { mixed: [{ text: JSON.stringify(json) }, {}, { text: JSON.stringify(json) }] },
    },
    {
      claim: 'numbers keep what JSON keeps of them',
      operation: '{ numbers mixed { ... on Member { label } } }',
      data: {
        numbers: [0, -1.5, 1e21, 5e-324, Number.MAX_SAFE_INTEGER],
        mixed: [{ label: 'member 1' }, {}, { label: 'member 1' }],
      },
    },
    {
      claim: 'texts of a client reach the room as they are, as literals and as variables',
      operation: `query ($text: String) {
        a: echo(text: $text) b: echo(text: "\\"\\\\ \\u2028 \${1} 🎁") c: echo(text: """block "quoted" """) d: echo(text: null) e: echo
        search(filter: { name: $text })
      }`,
      variables: { text: '"\\\n\u2028${1}' },
      data: {
        a: '"\\\n\u2028${1}',
        b: '"\\ \u2028 ${1} 🎁',
        c: 'block "quoted" ',
        d: null,
        e: null,
        search: JSON.stringify({ name: '"\\\n\u2028${1}' }),
      },
    },
    {
      claim: 'inputs have the fields that all rooms know, with their defaults',
      operation: `query ($filter: Filter, $tag: String!) {
        find(filter: $filter) search(filter: { tags: [$tag, "b"] }) none: search one: search(filter: { tags: "a" })
      }`,
      variables: { filter: { tags: ['x'] }, tag: 'a' },
      data: {
        find: JSON.stringify({ name: 'Ada', tags: ['x'] }),
        search: JSON.stringify({ name: 'Ada', tags: ['a', 'b'] }),
        none: null,
        one: JSON.stringify({ name: 'Ada', tags: ['a'] }),
      },
    },
    {
      claim: 'a value of an input enum that all rooms know is taken by each',
      operation: 'query ($by: Order = NAME) { order(by: $by) sort(by: NAME) }',
      data: { order: 'NAME', sort: 'NAME' },
    },
    // An operation of one room alone would reach it unread: `compose` refuses rooms whose inputs differ.
    ...[
      { claim: 'an input field', filter: { only: 1 } },
      { claim: 'a value of an enum', by: 'NUMBER' },
    ].map(({ claim, ...variables }) => ({
      claim: `${claim} that one room alone knows is a bad request, in a variable too`,
      operation: 'query ($filter: Filter, $by: Order) { find(filter: $filter) order(by: $by) search(filter: $filter) }',
      variables,
      errors: ['BAD_USER_INPUT'],
      asked: {},
    })),
    {
      claim: 'an input field that one room alone knows is no field of the API',
      operation: '{ find(filter: { only: 1 }) }',
      errors: ['GRAPHQL_VALIDATION_FAILED'],
      asked: {},
    },
  ],
};

export const VALUES = [values];
