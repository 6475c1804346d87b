// P5: who sees what of partners, in one table over every kind of client, every field and every way in.
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { partnersRoom } from '../../subgraphs/partners/main.ts';
import { encodeId, type IdPrefix } from '../../subgraphs/shared/id.ts';
import { SCOPES, type Viewer } from '../../subgraphs/shared/viewer.ts';
import { testRoom, type TestRoom } from '../support/room.ts';
import { anonymous, inSpace, member, operator, partner, roomViewer, till } from '../support/viewer.ts';

const PARTNER = 'query ($id: ID!) { partner(id: $id) { id code name channels { code } } }';
const TERMINALS = 'query ($id: ID!) { partner(id: $id) { channels { locations { nodes { terminals { code } } } } } }';
const API_CLIENTS =
  'query ($id: ID!) { partner(id: $id) { apiClients { nodes { name keyPrefix } edges { node { id } } } } }';
const PARTNERS = '{ partners { nodes { code } } }';
const ENTITY = `query ($representations: [_Any!]!) {
  _entities(representations: $representations) {
    ... on Partner { code name }
    ... on Channel { code kind }
    ... on Location { code name }
    ... on ApiClient { name keyPrefix }
  }
}`;
const ENTITY_TERMINALS = `query ($representations: [_Any!]!) {
  _entities(representations: $representations) { ... on Location { terminals { code } } }
}`;
const ENTITY_API_CLIENTS = `query ($representations: [_Any!]!) {
  _entities(representations: $representations) { ... on Partner { apiClients { nodes { name keyPrefix } } } }
}`;
const CREATE = 'mutation ($input: ApiClientCreateInput!) { apiClientCreate(input: $input) { apiClient { id } } }';
const OPERATOR_CREATE =
  'mutation ($input: OperatorClientCreateInput!) { operatorClientCreate(input: $input) { apiClient { id } } }';

interface Place {
  partner: string;
  channel: string;
  location: string;
  apiClient: string;
}

let room: TestRoom;
let own: Place;
let other: Place;
let operators: string;

async function place(code: string): Promise<Place> {
  const [row] = await room.query<{ partner: string; channel: string; location: string }>(
    `select p.id partner, c.id channel, l.id location
     from partner p join channel c on c.partner_id = p.id join location l on l.channel_id = c.id
     where p.code = $1 order by l.code limit 1`,
    [code],
  );
  const input = { idempotencyKey: code, partnerId: encodeId('ptn', row!.partner), name: `Of ${code}`, scopes: [] };
  const { data } = await room.ask(operator, CREATE, { input });
  const { apiClient } = data!['apiClientCreate'] as { apiClient: { id: string } };
  return { ...row!, apiClient: apiClient.id };
}

beforeAll(async () => {
  room = await testRoom(partnersRoom);
  own = await place('northside');
  other = await place('harbour');
  const input = { name: "The operator's", scopes: [] };
  const { data } = await room.ask(roomViewer('gateway', 'live'), OPERATOR_CREATE, { input });
  operators = (data!['operatorClientCreate'] as { apiClient: { id: string } }).apiClient.id;
});

afterAll(() => room.close());

/** `seen`, `none` where there is nothing to see, or the code of the error. */
async function look(viewer: Viewer, document: string, variables: Record<string, unknown>): Promise<string> {
  const { data, errors } = await room.ask(viewer, document, variables);
  if (errors !== undefined) return errors[0]!.extensions.code;
  const leaves: unknown[] = [];
  const walk = (value: unknown): void => {
    if (value !== null && typeof value === 'object') Object.values(value).forEach(walk);
    else if (value !== null) leaves.push(value);
  };
  walk(data);
  return leaves.length > 0 ? 'seen' : 'none';
}

function entity(viewer: Viewer, typename: string, id: string, document = ENTITY): Promise<string> {
  return look(viewer, document, { representations: [{ __typename: typename, id }] });
}

const id = (prefix: IdPrefix, uuid: string) => encodeId(prefix, uuid);

async function everything(viewer: Viewer, { partner: p, channel, location, apiClient }: Place) {
  return {
    partner: await look(viewer, PARTNER, { id: id('ptn', p) }),
    terminals: await look(viewer, TERMINALS, { id: id('ptn', p) }),
    apiClients: await look(viewer, API_CLIENTS, { id: id('ptn', p) }),
    Partner: await entity(viewer, 'Partner', id('ptn', p)),
    Channel: await entity(viewer, 'Channel', id('chn', channel)),
    Location: await entity(viewer, 'Location', id('loc', location)),
    ApiClient: await entity(viewer, 'ApiClient', apiClient),
    'Location.terminals': await entity(viewer, 'Location', id('loc', location), ENTITY_TERMINALS),
    'Partner.apiClients': await entity(viewer, 'Partner', id('ptn', p), ENTITY_API_CLIENTS),
  };
}

type Seen = Awaited<ReturnType<typeof everything>>;

const same = (result: string): Seen => ({
  partner: result,
  terminals: result,
  apiClients: result,
  Partner: result,
  Channel: result,
  Location: result,
  ApiClient: result,
  'Location.terminals': result,
  'Partner.apiClients': result,
});
const ALL = same('seen');
const NONE = same('none');
const OWN = { ...ALL, ApiClient: 'none', apiClients: 'none', 'Partner.apiClients': 'none' };
const PUBLIC = { ...OWN, terminals: 'none', 'Location.terminals': 'none' };
/** Names of brands and shops are public in the programme; the desk's queries need the scope. */
const UNSCOPED = { ...PUBLIC, partner: 'FORBIDDEN', terminals: 'FORBIDDEN', apiClients: 'FORBIDDEN' };
const UNSCOPED_OTHER = { ...NONE, partner: 'FORBIDDEN', terminals: 'FORBIDDEN', apiClients: 'FORBIDDEN' };
const OURS = ['northside'];
const EVERY = ['harbour', 'meadow', 'northside'];

const scopes = [...SCOPES];
const CASES: [string, () => Viewer, Seen, Seen, string[] | string, string][] = [
  // client, its own partner's, another partner's, what `partners` lists, the operator's api client
  ['a member', () => member(own.partner), PUBLIC, PUBLIC, EVERY, 'none'],
  ['a till with every scope', () => till(own.partner, scopes), OWN, NONE, OURS, 'none'],
  ['a till that may read', () => till(own.partner, ['partners:read']), OWN, NONE, OURS, 'none'],
  ['a till without scopes', () => till(own.partner, []), UNSCOPED, UNSCOPED_OTHER, 'FORBIDDEN', 'none'],
  ['a partner with every scope', () => partner(own.partner, scopes), ALL, NONE, OURS, 'none'],
  ['a partner that may read', () => partner(own.partner, ['partners:read']), OWN, NONE, OURS, 'none'],
  ['a partner without scopes', () => partner(own.partner, []), UNSCOPED, UNSCOPED_OTHER, 'FORBIDDEN', 'none'],
  ['an operator with every scope', () => operator, ALL, ALL, EVERY, 'seen'],
  ['an operator that may read', () => ({ ...operator, scopes: ['partners:read'] }), OWN, OWN, EVERY, 'none'],
  ['an operator without scopes', () => ({ ...operator, scopes: [] }), UNSCOPED, UNSCOPED, 'FORBIDDEN', 'none'],
  ['an operator of another space', () => inSpace('sandbox', operator), NONE, NONE, EVERY, 'none'],
  ['a partner of another space', () => inSpace('sandbox', partner(own.partner, scopes)), NONE, NONE, [], 'none'],
  ['a room', () => roomViewer('points', 'live'), NONE, NONE, 'none', 'none'],
  ['nobody', () => anonymous, same('UNAUTHENTICATED'), same('UNAUTHENTICATED'), 'UNAUTHENTICATED', 'UNAUTHENTICATED'],
];

describe.each(CASES)('%s', (_, viewer, expectedOwn, expectedOther, listed, operatorsClient) => {
  test('sees of its own partner what it may', async () => {
    expect(await everything(viewer(), own)).toEqual(expectedOwn);
  });

  test('sees of another partner what it may', async () => {
    expect(await everything(viewer(), other)).toEqual(expectedOther);
  });

  test('lists the partners that it may', async () => {
    const { data, errors } = await room.ask(viewer(), PARTNERS);

    const connection = data?.['partners'] as { nodes: { code: string }[] } | null | undefined;
    const seen = errors?.[0]!.extensions.code ?? connection?.nodes.map((node) => node.code) ?? 'none';
    expect(seen).toEqual(listed);
  });

  test("sees the operator's api client only if it manages it", async () => {
    expect(await entity(viewer(), 'ApiClient', operators)).toBe(operatorsClient);
  });
});

test.each([
  '',
  'ptn_',
  'mbr_01m7zwvj8je349fxx6v0th9a78',
  'ptn_zzzzzzzzzzzzzzzzzzzzzzzzzz',
  "ptn_' or 1=1; drop table x;",
])('the id "%s" finds nothing and breaks nothing', async (wrong) => {
  expect(await room.ask(operator, PARTNER, { id: wrong })).toEqual({ data: { partner: null } });
  for (const typename of ['Partner', 'Channel', 'Location', 'ApiClient']) {
    expect(await entity(operator, typename, wrong)).toBe('none');
  }
});
