import { afterAll, expect, test } from '@jest/globals';
import type { Viewer } from '../../subgraphs/shared/viewer.ts';
import { operator, partner } from '../support/viewer.ts';
import { membersWorld, NORTHSIDE, only, partnerId } from './world.ts';

const world = await membersWorld();
afterAll(() => world.close());

const MEMBERS = 60;
const ids: string[] = [];
for (let count = 0; count < MEMBERS; count += 1) {
  ids.push(
    await world.enrolled({
      profile: { givenName: 'Jane' },
      consents: count % 2 === 0 ? [{ purpose: 'PARTNER_SHARING', granted: true, partnerId: partnerId(NORTHSIDE) }] : [],
    }),
  );
}
const newestFirst = ids.toReversed();

type Page = {
  nodes: { id: string }[];
  edges: { cursor: string }[];
  pageInfo: { hasNextPage: boolean; endCursor: string | null };
};

const page = async (viewer: Viewer, first: number, after: string | null, fields = '') =>
  only<Page>(
    await world.ask(
      viewer,
      `query ($first: Int!, $after: String) { members(first: $first, after: $after) {
         nodes { id ${fields} } edges { cursor } pageInfo { hasNextPage endCursor } } }`,
      { first, after },
    ),
  );

async function all(viewer: Viewer, first: number): Promise<string[]> {
  const found: string[] = [];
  let after: string | null = null;
  for (;;) {
    const { nodes, pageInfo }: Page = await page(viewer, first, after);
    found.push(...nodes.map(({ id }) => id));
    if (!pageInfo.hasNextPage) return found;
    after = pageInfo.endCursor;
  }
}

test('an operator pages through all members, newest first, each once', async () => {
  expect(await all(operator, 7)).toEqual(newestFirst);
  expect(await all(operator, 60)).toEqual(newestFirst);
});

test('a partner pages through those who share their data with it', async () => {
  const sharing = newestFirst.filter((_, index) => index % 2 === 1);

  expect(await all(partner(NORTHSIDE), 7)).toEqual(sharing);
});

const FIELDS = `status displayName cardNumber enrolledAt earningBlocked
  profile { givenName attributes { name value } } identifiers { kind value } consents { purpose granted partner { id } }
  consentHistory(first: 2) { nodes { purpose } } statusHistory(first: 2) { nodes { reason } }`;

test.each([
  ['an operator', operator, 6],
  ['a partner', partner(NORTHSIDE), 6],
])('for %s a page of fifty costs as many statements as a page of one', async (_, viewer, expected) => {
  const statements = async (first: number) => {
    world.statements.length = 0;
    await page(viewer, first, null, FIELDS);
    return world.statements.length;
  };

  expect([await statements(1), await statements(50)]).toEqual([expected, expected]);
});

test('fifty entities cost as many statements as one', async () => {
  const statements = async (count: number) => {
    world.statements.length = 0;
    const answer = await world.ask(
      operator,
      `query ($keys: [_Any!]!) { _entities(representations: $keys) { ... on Member { ${FIELDS} } } }`,
      { keys: ids.slice(0, count).map((id) => ({ __typename: 'Member', id })) },
    );
    expect(only<unknown[]>(answer).filter((entity) => entity !== null)).toHaveLength(count);
    return world.statements.length;
  };

  expect(await statements(50)).toBe(await statements(1));
});

test.each(['nonsense', Buffer.from('["x"]').toString('base64url'), Buffer.from('[]').toString('base64url')])(
  'the cursor %j is a bad request',
  async (after) => {
    const { errors } = await world.ask(operator, 'query ($after: String) { members(after: $after) { nodes { id } } }', {
      after,
    });

    expect(errors).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT' } }]);
  },
);
