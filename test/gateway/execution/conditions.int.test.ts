// Conditions by variables, where rooms answer and where one is away.
import { beforeEach, expect, test } from '@jest/globals';
import { GraphQLError, parse, type OperationDefinitionNode } from 'graphql';
import { execute } from '../../../gateway/execution/execute.ts';
import { SchemaState } from '../../../gateway/execution/state.ts';
import { valuesOf } from '../../../gateway/execution/written.ts';
import type { RoomAnswer } from '../../../gateway/transport/source.ts';
import { compose } from '../../../schema/compose.ts';
import type { Viewer } from '../../../subgraphs/shared/viewer.ts';

const LINK = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key"])`;
const MEMBERS = `${LINK} type Query { me: Member must: Member! } type Member @key(fields: "id") { id: ID! name: String }`;
const POINTS = `${LINK} type Member @key(fields: "id") { id: ID! points: Int }`;
const viewer: Viewer = { kind: 'operator', space: 'live', owner: 'key_1', scopes: [] };

let answer: () => Promise<RoomAnswer>;
const state = new SchemaState({
  supergraphSdl: compose({ members: MEMBERS, points: POINTS }).supergraph,
  source: (room) => ({
    room: room as 'members',
    ask: () => (room === 'members' ? answer() : Promise.resolve({ data: { _entities: [{ points: 7 }] } })),
  }),
  generating: true,
  planned: undefined,
});
beforeEach(() => {
  answer = async () => ({ data: { me: { __typename: 'Member', id: '1', name: 'Ada' } } });
});
const isAway = () => Promise.reject(new GraphQLError('away', { extensions: { code: 'INTERNAL_SERVER_ERROR' } }));

async function ask(text: string, variables: Record<string, unknown>) {
  const document = parse(text);
  const operation = document.definitions[0] as OperationDefinitionNode;
  const asked = {
    schema: state.schema,
    document,
    operation,
    request: { variables },
    context: { viewer, requestId: 'r' },
  };
  const found = await execute(state, null, asked);
  const errors = ('errors' in found ? found.errors : undefined) ?? [];
  return { data: valuesOf(found as never), paths: errors.map(({ path }) => path?.join('.')) };
}

test.each([
  [true, { me: { name: 'Ada', points: 7 } }],
  [false, { me: { points: 7 } }],
])('a variable may be called as the planner calls its own: %s', async (representations, data) => {
  const document = 'query ($representations: Boolean!) { me { name @include(if: $representations) points } }';

  expect(await ask(document, { representations })).toEqual({ data, paths: [] });
});

test.each([
  ['query ($no: Boolean!) { must @skip(if: $no) { name } me { name } }', { no: false }, null, ['must', 'me']],
  ['query ($no: Boolean!) { must @skip(if: $no) { name } me { name } }', { no: true }, { me: null }, ['me']],
  ['query ($no: Boolean = true) { must @skip(if: $no) { name } me { name } }', {}, { me: null }, ['me']],
  ['query ($no: Boolean!) { a: me @skip(if: $no) { name } }', { no: false }, { a: null }, ['a']],
])(
  'where one room is away, what was asked is missing and nothing else: %s %j',
  async (text, variables, data, paths) => {
    answer = isAway;

    expect(await ask(text, variables)).toEqual({ data, paths });
  },
);
