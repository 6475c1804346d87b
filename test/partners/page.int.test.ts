// Pages of partners and of what they have cost the same number of statements, whatever is on them.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { partnersRoom } from '../../subgraphs/partners/main.ts';
import { encodeId } from '../../subgraphs/shared/id.ts';
import { encodeCursor } from '../../subgraphs/shared/page.ts';
import { testRoom, type TestRoom } from '../support/room.ts';
import { operator } from '../support/viewer.ts';

const number = (index: number) => String(index).padStart(2, '0');

/** 60 partners with two channels of three locations each. */
const PROGRAMME = {
  partners: Array.from({ length: 60 }, (_, p) => ({
    code: `p${number(p)}`,
    name: `Partner ${p}`,
    channels: ['shops', 'web'].map((kind) => ({
      code: `p${number(p)}-${kind}`,
      kind: kind === 'shops' ? 'SHOP' : 'WEB',
      locations: [0, 1, 2].map((l) => ({ code: `p${number(p)}-${kind}-${l}`, name: `L${l}`, terminals: ['t1', 't2'] })),
    })),
  })),
};

const DESK = `query ($first: Int!, $after: String) {
  partners(first: $first, after: $after) {
    nodes {
      id code name
      apiClients(first: 5) { nodes { name channel { code } } }
      channels { code kind locations(first: 2) { nodes { code name terminals { code } } pageInfo { hasNextPage endCursor } } }
    }
    pageInfo { hasNextPage hasPreviousPage endCursor }
  }
}`;

interface Page<Node> {
  nodes: Node[];
  pageInfo: { hasNextPage: boolean; hasPreviousPage: boolean; endCursor: string };
}
interface Desk {
  id: string;
  code: string;
  apiClients: Page<{ name: string; channel: { code: string } | null }>;
  channels: { code: string; locations: Page<{ code: string; terminals: { code: string }[] }> }[];
}

let room: TestRoom;
let folder: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'programme-'));
  const programme = join(folder, 'many.yaml');
  writeFileSync(programme, JSON.stringify(PROGRAMME));
  room = await testRoom(partnersRoom, { programme });
});

afterAll(async () => {
  await room.close();
  rmSync(folder, { recursive: true });
});

async function desk(first: number, after: string | null = null) {
  room.statements.length = 0;
  const { data, errors } = await room.ask(operator, DESK, { first, after });
  expect(errors).toBeUndefined();
  return { page: data!['partners'] as Page<Desk>, statements: room.statements.length };
}

async function createClient(partnerId: string, name: string, channel: string | null): Promise<void> {
  const { data } = await room.ask(
    operator,
    'mutation ($input: ApiClientCreateInput!) { apiClientCreate(input: $input) { userErrors { code } } }',
    { input: { idempotencyKey: name, partnerId, name, scopes: [], channel } },
  );
  expect(data).toEqual({ apiClientCreate: { userErrors: [] } });
}

test('a page of 50 partners with all that they have costs as many statements as a page of one', async () => {
  const { page } = await desk(50);
  for (const { id, code } of page.nodes) await createClient(id, `Till of ${code}`, `${code}-shops`);

  const one = await desk(1);
  const fifty = await desk(50);

  expect(fifty.page.nodes).toHaveLength(50);
  expect(fifty.page.nodes[49]!.apiClients.nodes).toEqual([{ name: 'Till of p49', channel: { code: 'p49-shops' } }]);
  expect([one.statements, fifty.statements]).toEqual([6, 6]);
});

test('pages follow each other without a gap', async () => {
  const first = await desk(35);
  const second = await desk(35, first.page.pageInfo.endCursor);

  expect([...first.page.nodes, ...second.page.nodes].map((node) => node.code)).toEqual(
    PROGRAMME.partners.map((partner) => partner.code),
  );
  expect(first.page.pageInfo).toMatchObject({ hasNextPage: true, hasPreviousPage: false });
  expect(second.page.pageInfo).toMatchObject({ hasNextPage: false, hasPreviousPage: true });
});

test('locations have pages of their own in each channel', async () => {
  const { page } = await desk(2);
  const [shops, web] = page.nodes[1]!.channels;

  const { data } = await room.ask(
    operator,
    `query ($id: ID!, $after: String) { partner(id: $id) { channels { code locations(first: 2, after: $after) { nodes { code } } } } }`,
    { id: page.nodes[1]!.id, after: shops!.locations.pageInfo.endCursor },
  );

  expect(shops!.locations.nodes.map((node) => node.code)).toEqual(['p01-shops-0', 'p01-shops-1']);
  expect(shops!.locations.pageInfo.hasNextPage).toBe(true);
  expect(web!.locations.nodes[0]!.terminals).toEqual([{ code: 't1' }, { code: 't2' }]);
  expect((data!['partner'] as Desk).channels.map(({ locations }) => locations.nodes.map((node) => node.code))).toEqual([
    ['p01-shops-2'],
    ['p01-web-0', 'p01-web-1'],
  ]);
});

test('api clients are listed newest first, page by page', async () => {
  const [row] = await room.query<{ id: string }>(`select id from partner where code = 'p59'`);
  const id = encodeId('ptn', row!.id);
  for (const name of ['first', 'second', 'third']) await createClient(id, name, null);
  const query = `query ($id: ID!, $after: String) {
    partner(id: $id) { apiClients(first: 2, after: $after) { nodes { name } pageInfo { hasNextPage endCursor } } }
  }`;

  const newest = (await room.ask(operator, query, { id })).data!['partner'] as Desk;
  const after = newest.apiClients.pageInfo.endCursor;
  const oldest = (await room.ask(operator, query, { id, after })).data!['partner'] as Desk;

  expect(newest.apiClients.nodes).toEqual([{ name: 'third' }, { name: 'second' }]);
  expect(oldest.apiClients.nodes).toEqual([{ name: 'first' }]);
  expect(oldest.apiClients.pageInfo.hasNextPage).toBe(false);
});

test.each([
  [{ first: 0 }],
  [{ first: 101 }],
  [{ first: 2, after: 'nonsense' }],
  [{ first: 2, after: encodeCursor(['\0']) }],
])('a page of %j is a bad request', async (variables) => {
  const { errors } = await room.ask(operator, DESK, variables);

  expect(errors?.[0]!.extensions.code).toBe('BAD_USER_INPUT');
});
