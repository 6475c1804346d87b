import { beforeAll, describe, expect, test } from '@jest/globals';
import { buildSchema, parse, validate } from 'graphql';
import {
  entityQuery,
  OPERATIONS,
  SIZES,
  SPREADS,
  unseen,
  type PlannedOperation,
  type World,
} from '../../bench/gateway/operations.ts';
import { memberIds } from '../../bench/gateway/data.ts';
import { roomInMemory, schemaText } from '../../bench/gateway/schemas.ts';
import { ROOMS, type RoomName } from '../../subgraphs/shared/config.ts';
import type { Execute, GraphRequest } from '../../subgraphs/shared/execution.ts';

const world: World = { memberIds, cursors: ['0', '1'], key: '' };
const rooms = new Map<RoomName, Execute>();

const answer = (room: RoomName, request: GraphRequest) => rooms.get(room)!(request, { requestId: 'test' });

/** What the plan's fetches answer, the root's first. */
async function answers({ variables, plan: { root, entities, members } }: PlannedOperation) {
  const first = await answer(root.room, { query: root.query, variables: variables(world)[1] });
  const representations = members(first.data).map((id) => ({ __typename: 'Member', id }));
  const others = entities.map(({ room, fields }) =>
    answer(room, { query: entityQuery(fields), variables: { representations } }),
  );
  return [first, ...(await Promise.all(others))];
}

describe("the gateway's benchmark", () => {
  beforeAll(() => {
    for (const room of ROOMS) rooms.set(room, roomInMemory(room));
  });

  test('asks what the API answers', () => {
    const api = buildSchema(schemaText('api.graphql'));
    const queries = [...Object.values({ ...OPERATIONS, ...SIZES, ...SPREADS }).map(({ query }) => query), unseen(7)];

    const errors = queries.flatMap((query) => validate(api, parse(query)));

    expect(errors).toEqual([]);
  });

  test('has a document that no gateway has seen for each number', () => {
    expect(new Set([unseen(1), unseen(2), OPERATIONS['cockpit']!.query]).size).toBe(3);
  });

  test.each(Object.keys(OPERATIONS))('%s is planned by hand in words that the rooms answer', async (name) => {
    const given = await answers(OPERATIONS[name]!);

    expect(given.map(({ errors }) => errors)).toEqual(given.map(() => undefined));
  });

  test('a page has 50 members, each with an answer of each room', async () => {
    const [root, ...entities] = await answers(OPERATIONS['members-page']!);

    expect(OPERATIONS['members-page']!.plan.members(root!.data)).toEqual(memberIds.slice(1, 51));
    expect(entities.map(({ data }) => (data!['_entities'] as unknown[]).length)).toEqual([50, 50]);
  });
});
