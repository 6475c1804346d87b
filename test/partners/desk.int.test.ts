// The desk: operators and partners register and rename what the programme has, without a file and without SQL.
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { partnersRoom } from '../../subgraphs/partners/main.ts';
import { decodeId, encodeId } from '../../subgraphs/shared/id.ts';
import type { Scope, Viewer } from '../../subgraphs/shared/viewer.ts';
import { testRoom, type TestRoom } from '../support/room.ts';
import { anonymous, inSpace, member, operator, partner, roomViewer, till } from '../support/viewer.ts';
import { allRows, applyAgain, applyFile, forget, SHIPPED, told } from './world.ts';

type Mutation =
  'partnerCreate' | 'partnerUpdate' | 'channelCreate' | 'locationCreate' | 'locationUpdate' | 'terminalCreate';

const SHOWN: Record<Mutation, string> = {
  partnerCreate: 'partner { id code name }',
  partnerUpdate: 'partner { id code name }',
  channelCreate: 'channel { id code kind }',
  locationCreate: 'location { id code name }',
  locationUpdate: 'location { id code name }',
  terminalCreate: 'terminal { id code }',
};
const MUTATIONS = Object.keys(SHOWN) as Mutation[];
const documentOf = (mutation: Mutation) => {
  const input = `${mutation.charAt(0).toUpperCase()}${mutation.slice(1)}Input`;
  return `mutation Desk($input: ${input}!) {
    ${mutation}(input: $input) { ${SHOWN[mutation]} replayed userErrors { code field retryable } }
  }`;
};

interface Thing {
  id: string;
  code: string;
  name?: string;
  kind?: string;
}
interface Answer {
  thing: Thing | null;
  replayed: boolean;
  userErrors: { code: string; field: string[] | null; retryable: boolean }[];
}

const MANAGES: Scope[] = ['partners:read', 'partners:manage'];
const NOWHERE = '01900000-0000-7000-8000-000000000000';

let room: TestRoom;
let north: string;
let harbour: string;
let northManager: Viewer;
/** Ids as clients write them, of each brand. */
let places: Record<'northside' | 'harbour', { partnerId: string; channelId: string; locationId: string }>;
let count = 0;

const fresh = (word: string) => `${word}-${(count += 1)}`;

beforeAll(async () => {
  room = await testRoom(partnersRoom);
  const place = async (code: string) => {
    const [row] = await room.query<{ partner: string; channel: string; location: string }>(
      `select p.id partner, c.id channel, l.id location
       from partner p join channel c on c.partner_id = p.id join location l on l.channel_id = c.id
       where p.code = $1 order by l.code limit 1`,
      [code],
    );
    return {
      partnerId: encodeId('ptn', row!.partner),
      channelId: encodeId('chn', row!.channel),
      locationId: encodeId('loc', row!.location),
    };
  };
  places = { northside: await place('northside'), harbour: await place('harbour') };
  north = decodeId('ptn', places.northside.partnerId)!;
  harbour = decodeId('ptn', places.harbour.partnerId)!;
  northManager = partner(north, MANAGES);
});

afterAll(() => room.close());

beforeEach(() => forget(room));

/** A good input of a mutation, for something of Northside's. */
function inputOf(mutation: Mutation): Record<string, unknown> {
  const { partnerId, channelId, locationId } = places.northside;
  const idempotencyKey = fresh('attempt');
  switch (mutation) {
    case 'partnerCreate':
      return { idempotencyKey, code: fresh('brand'), name: 'Brand' };
    case 'partnerUpdate':
      return { idempotencyKey, partnerId, name: fresh('Northside') };
    case 'channelCreate':
      return { idempotencyKey, partnerId, code: fresh('channel'), kind: 'WEB' };
    case 'locationCreate':
      return { idempotencyKey, channelId, code: fresh('location'), name: 'Shop' };
    case 'locationUpdate':
      return { idempotencyKey, locationId, name: fresh('Shop') };
    case 'terminalCreate':
      return { idempotencyKey, locationId, code: fresh('till') };
  }
}

const send = (viewer: Viewer, mutation: Mutation, input: object = {}) =>
  room.ask(viewer, documentOf(mutation), { input: { ...inputOf(mutation), ...input } });

async function write(viewer: Viewer, mutation: Mutation, input: object = {}): Promise<Answer> {
  const { data, errors } = await send(viewer, mutation, input);
  if (errors !== undefined) throw new Error(JSON.stringify(errors));
  const { replayed, userErrors, ...rest } = data![mutation] as Answer;
  return { thing: Object.values(rest)[0] as Thing | null, replayed, userErrors };
}

async function done(viewer: Viewer, mutation: Mutation, input: object = {}): Promise<Thing> {
  const { thing, userErrors } = await write(viewer, mutation, input);
  expect(userErrors).toEqual([]);
  return thing!;
}

/** Not a row changed, and nothing told. */
async function expectNothingDone(attempted: () => Promise<void>): Promise<void> {
  await forget(room);
  const before = await allRows(room);

  await attempted();

  expect(await allRows(room)).toEqual(before);
  expect([await told(room, 'live'), await told(room, 'sandbox')]).toEqual([[], []]);
}

const uuidOf = (id: string) => decodeId(id.slice(0, 3) as 'ptn', id)!;

test('a brand with its channel, shop and till is there for all who need it, each told once', async () => {
  const brand = await done(operator, 'partnerCreate', { code: 'lakeside', name: ' Lakeside Tea ' });
  const manager = partner(uuidOf(brand.id), MANAGES);
  const channel = await done(manager, 'channelCreate', { partnerId: brand.id, code: 'lakeside-shops', kind: 'SHOP' });
  const place = { channelId: channel.id, code: 'lakeside-keswick', name: 'Keswick' };
  const location = await done(manager, 'locationCreate', place);
  const terminal = await done(manager, 'terminalCreate', { locationId: location.id, code: 'till-1' });

  const { data } = await room.ask(
    manager,
    `query ($id: ID!) {
      partner(id: $id) { id code name channels { id code kind locations { nodes { id code name terminals { id code } } } } }
    }`,
    { id: brand.id },
  );
  expect(data!['partner']).toEqual({
    id: brand.id,
    code: 'lakeside',
    name: 'Lakeside Tea',
    channels: [
      {
        id: channel.id,
        code: 'lakeside-shops',
        kind: 'SHOP',
        locations: {
          nodes: [
            {
              id: location.id,
              code: 'lakeside-keswick',
              name: 'Keswick',
              terminals: [{ id: terminal.id, code: 'till-1' }],
            },
          ],
        },
      },
    ],
  });
  const facts = await room.ask(
    roomViewer('points', 'live'),
    'query ($ids: [ID!]!) { partnersByIds(ids: $ids) locationsByCode(codes: ["lakeside-keswick"]) { id partnerId channelId } }',
    { ids: [brand.id] },
  );
  expect(facts.data).toEqual({
    partnersByIds: [brand.id],
    locationsByCode: [{ id: location.id, partnerId: brand.id, channelId: channel.id }],
  });
  expect((await told(room)).toSorted((a, b) => b.name.localeCompare(a.name))).toEqual([
    {
      id: expect.any(String),
      name: 'partner.changed',
      aggregate: uuidOf(brand.id),
      sequence: 1,
      payload: { partnerId: uuidOf(brand.id), code: 'lakeside', name: 'Lakeside Tea' },
    },
    {
      id: expect.any(String),
      name: 'location.changed',
      aggregate: uuidOf(location.id),
      sequence: 1,
      payload: {
        locationId: uuidOf(location.id),
        code: 'lakeside-keswick',
        partnerId: uuidOf(brand.id),
        partnerCode: 'lakeside',
        channelId: uuidOf(channel.id),
        channelCode: 'lakeside-shops',
      },
    },
  ]);
  expect(await told(room, 'sandbox')).toEqual([]);
});

test('a brand made at the desk lets its programs in', async () => {
  const brand = await done(operator, 'partnerCreate');
  const channel = await done(operator, 'channelCreate', { partnerId: brand.id });

  const { data } = await room.ask(
    operator,
    `mutation ($input: ApiClientCreateInput!) {
      apiClientCreate(input: $input) { apiClient { kind channel { code } } userErrors { code } }
    }`,
    { input: { idempotencyKey: 'in', partnerId: brand.id, name: 'Till', scopes: [], channel: channel.code } },
  );

  expect(data!['apiClientCreate']).toEqual({
    apiClient: { kind: 'TILL', channel: { code: channel.code } },
    userErrors: [],
  });
});

test('a renamed brand is told with the next sequence; the name that it has already is not told again', async () => {
  const brand = await done(operator, 'partnerCreate', { name: 'Before' });
  await forget(room);

  const renamed = await done(partner(uuidOf(brand.id), MANAGES), 'partnerUpdate', { partnerId: brand.id, name: 'Now' });
  const again = await done(operator, 'partnerUpdate', { partnerId: brand.id, name: ' Now ' });

  expect([renamed, again]).toEqual([
    { ...brand, name: 'Now' },
    { ...brand, name: 'Now' },
  ]);
  expect((await told(room)).map(({ name, sequence, payload }) => ({ name, sequence, payload }))).toEqual([
    {
      name: 'partner.changed',
      sequence: 2,
      payload: { partnerId: uuidOf(brand.id), code: brand.code, name: 'Now' },
    },
  ]);
});

test('a renamed location is told with the next sequence; the name that it has already is not told again', async () => {
  const location = await done(northManager, 'locationCreate', { name: 'Before' });
  await forget(room);

  const renamed = await done(northManager, 'locationUpdate', { locationId: location.id, name: 'Now' });
  const again = await done(operator, 'locationUpdate', { locationId: location.id, name: 'Now' });

  expect([renamed, again]).toEqual([
    { ...location, name: 'Now' },
    { ...location, name: 'Now' },
  ]);
  expect((await told(room)).map(({ aggregate, sequence }) => ({ aggregate, sequence }))).toEqual([
    { aggregate: uuidOf(location.id), sequence: 2 },
  ]);
});

test('what a request reads after its write is not what it read before', async () => {
  const { partnerId } = places.northside;
  const code = fresh('channel');

  const { data } = await room.ask(
    northManager,
    `mutation ($before: PartnerUpdateInput!, $channel: ChannelCreateInput!, $after: PartnerUpdateInput!) {
      before: partnerUpdate(input: $before) { partner { name channels { code } } }
      channelCreate(input: $channel) { channel { code } }
      after: partnerUpdate(input: $after) { partner { name channels { code } } }
    }`,
    {
      before: { idempotencyKey: fresh('k'), partnerId, name: 'One' },
      channel: { idempotencyKey: fresh('k'), partnerId, code, kind: 'APP' },
      after: { idempotencyKey: fresh('k'), partnerId, name: 'Two' },
    },
  );

  const { before, after } = data as Record<string, { partner: { name: string; channels: Thing[] } }>;
  expect([before!.partner.name, after!.partner.name]).toEqual(['One', 'Two']);
  expect(before!.partner.channels).not.toContainEqual({ code });
  expect(after!.partner.channels).toContainEqual({ code });
});

describe.each(MUTATIONS)('%s', (mutation) => {
  const tells = !['channelCreate', 'terminalCreate'].includes(mutation);

  test('again with the same key gives the same answer, and is told once', async () => {
    const input = inputOf(mutation);
    const first = await write(operator, mutation, input);

    const second = await write(operator, mutation, input);

    expect(first).toMatchObject({ replayed: false, userErrors: [] });
    expect(second).toEqual({ ...first, replayed: true });
    expect(await told(room)).toHaveLength(tells ? 1 : 0);
  });

  test('ten times at once with one key is done once and told once', async () => {
    const input = inputOf(mutation);

    const answers = await Promise.all(Array.from({ length: 10 }, () => write(operator, mutation, input)));

    expect(answers.filter((answer) => !answer.replayed)).toHaveLength(1);
    expect(new Set(answers.map((answer) => answer.thing!.id)).size).toBe(1);
    expect(await told(room)).toHaveLength(tells ? 1 : 0);
  });

  test('is refused with a key that did something else', async () => {
    const { idempotencyKey } = inputOf(mutation);
    await done(operator, mutation, { idempotencyKey });

    await expectNothingDone(async () => {
      expect((await write(operator, mutation, { idempotencyKey })).userErrors).toEqual([
        { code: 'IDEMPOTENCY_KEY_REUSED', field: ['idempotencyKey'], retryable: false },
      ]);
    });
  });

  test('that was refused leaves its key free', async () => {
    const idempotencyKey = fresh('free');
    const wrong = mutation.endsWith('Update') ? { name: ' ' } : { code: 'no code' };

    const refused = await write(operator, mutation, { idempotencyKey, ...wrong });

    expect(refused).toMatchObject({ thing: null, replayed: false });
    expect(await write(operator, mutation, { idempotencyKey })).toMatchObject({ replayed: false, userErrors: [] });
  });

  test.each<[string, () => Viewer, string]>([
    ['a member', () => member(north), 'FORBIDDEN'],
    ['a till', () => till(north, MANAGES), 'FORBIDDEN'],
    ['a room', () => roomViewer('gateway', 'live'), 'FORBIDDEN'],
    ['a partner without the scope', () => partner(north, ['partners:read']), 'FORBIDDEN'],
    ['an operator without the scope', () => ({ ...operator, scopes: ['partners:read'] }), 'FORBIDDEN'],
    ['nobody', () => anonymous, 'UNAUTHENTICATED'],
  ])('is not for %s', async (_, viewer, code) => {
    await expectNothingDone(async () => {
      const { data, errors } = await send(viewer(), mutation);

      expect([data?.[mutation] ?? null, errors!.map((error) => error.extensions.code)]).toEqual([null, [code]]);
    });
  });
});

test('a partner makes no partner, not even with every scope that it can have', async () => {
  await expectNothingDone(async () => {
    const { errors } = await send(northManager, 'partnerCreate');

    expect(errors![0]!.extensions.code).toBe('FORBIDDEN');
  });
});

describe('is refused without a trace:', () => {
  type Refusal = [string, Mutation, () => Viewer, () => object, string, string];
  const byOperator = () => operator;
  const byNorth = () => northManager;
  const ofSandbox = () => inSpace('sandbox', operator);
  const unknown = (mutation: Mutation, field: string, prefix: 'ptn' | 'chn' | 'loc', code: string): Refusal[] => {
    const own = () => ({ [field]: (places.northside as Record<string, string>)[field] });
    return [
      [
        `${mutation} of another partner's`,
        mutation,
        byNorth,
        () => ({ [field]: (places.harbour as Record<string, string>)[field] }),
        code,
        field,
      ],
      [
        `${mutation} of a partner of nobody`,
        mutation,
        () => ({ ...northManager, partnerId: undefined }),
        own,
        code,
        field,
      ],
      [
        `${mutation} of what there is not`,
        mutation,
        byOperator,
        () => ({ [field]: encodeId(prefix, NOWHERE) }),
        code,
        field,
      ],
      [`${mutation} of what is no id`, mutation, byOperator, () => ({ [field]: "northside'; --\0" }), code, field],
      [
        `${mutation} with an id of another kind`,
        mutation,
        byOperator,
        () => ({ [field]: encodeId('mbr', north) }),
        code,
        field,
      ],
      [`${mutation} of another space's`, mutation, ofSandbox, own, code, field],
    ];
  };
  const everywhere = MUTATIONS.flatMap<Refusal>((mutation) => [
    [
      `${mutation} without a key`,
      mutation,
      byOperator,
      () => ({ idempotencyKey: null }),
      'IDEMPOTENCY_KEY_MISSING',
      'idempotencyKey',
    ],
    [
      `${mutation} with what is no key`,
      mutation,
      byOperator,
      () => ({ idempotencyKey: 'ł' }),
      'IDEMPOTENCY_KEY_INVALID',
      'idempotencyKey',
    ],
  ]);
  const names = (['partnerCreate', 'partnerUpdate', 'locationCreate', 'locationUpdate'] as const).flatMap((mutation) =>
    [' ', 'x'.repeat(101), 'two\nlines', 'nul\0', '\ud800'].map<Refusal>((name) => [
      `${mutation} with the name ${JSON.stringify(name.slice(0, 9))}`,
      mutation,
      byOperator,
      () => ({ name }),
      'NAME_INVALID',
      'name',
    ]),
  );
  const codes = (['partnerCreate', 'channelCreate', 'locationCreate', 'terminalCreate'] as const).flatMap((mutation) =>
    ['', ' north', '-north', 'north side', 'x'.repeat(65), 'nul\0', 'łódź'].map<Refusal>((code) => [
      `${mutation} with the code ${JSON.stringify(code.slice(0, 9))}`,
      mutation,
      byOperator,
      () => ({ code }),
      'CODE_INVALID',
      'code',
    ]),
  );

  test.each<Refusal>([
    ...everywhere,
    ...unknown('partnerUpdate', 'partnerId', 'ptn', 'PARTNER_UNKNOWN'),
    ...unknown('channelCreate', 'partnerId', 'ptn', 'PARTNER_UNKNOWN'),
    ...unknown('locationCreate', 'channelId', 'chn', 'CHANNEL_UNKNOWN'),
    ...unknown('locationUpdate', 'locationId', 'loc', 'LOCATION_UNKNOWN'),
    ...unknown('terminalCreate', 'locationId', 'loc', 'LOCATION_UNKNOWN'),
    ...names,
    ...codes,
    [
      'partnerCreate with a code that is taken',
      'partnerCreate',
      byOperator,
      () => ({ code: 'harbour' }),
      'CODE_TAKEN',
      'code',
    ],
    [
      'channelCreate with a code that is taken',
      'channelCreate',
      byNorth,
      () => ({ code: 'northside-web' }),
      'CODE_TAKEN',
      'code',
    ],
    [
      "channelCreate with another partner's code",
      'channelCreate',
      byNorth,
      () => ({ code: 'harbour-app' }),
      'CODE_TAKEN',
      'code',
    ],
    [
      'locationCreate with a code that is taken',
      'locationCreate',
      byNorth,
      () => ({ code: 'northside-online' }),
      'CODE_TAKEN',
      'code',
    ],
    [
      "locationCreate with another partner's code",
      'locationCreate',
      byNorth,
      () => ({ code: 'harbour-dover' }),
      'CODE_TAKEN',
      'code',
    ],
    [
      'terminalCreate with a code that is taken there',
      'terminalCreate',
      byNorth,
      () => ({ code: 'till-1' }),
      'CODE_TAKEN',
      'code',
    ],
    [
      'a foreign channel comes before a code that is taken',
      'locationCreate',
      byNorth,
      () => ({ channelId: places.harbour.channelId, code: 'harbour-dover' }),
      'CHANNEL_UNKNOWN',
      'channelId',
    ],
  ])('%s', async (_, mutation, viewer, input, code, field) => {
    await expectNothingDone(async () => {
      expect(await write(viewer(), mutation, input())).toEqual({
        thing: null,
        replayed: false,
        userErrors: [{ code, field: [field], retryable: false }],
      });
    });
  });
});

test('a code is taken in its own space only, a till’s in its own location only', async () => {
  const code = fresh('everywhere');
  const sandbox = await done(inSpace('sandbox', operator), 'partnerCreate', { code });
  const live = await done(operator, 'partnerCreate', { code });
  const here = await done(operator, 'terminalCreate', { locationId: places.northside.locationId, code });
  const there = await done(operator, 'terminalCreate', { locationId: places.harbour.locationId, code });

  expect(sandbox.id).not.toBe(live.id);
  expect(here.id).not.toBe(there.id);
  expect([(await told(room, 'live')).length, (await told(room, 'sandbox')).length]).toEqual([1, 1]);
});

describe('at once', () => {
  test.each<[Mutation, number]>([
    ['partnerCreate', 1],
    ['channelCreate', 0],
    ['locationCreate', 1],
    ['terminalCreate', 0],
  ])('ten of %s with one code and keys of their own: one wins, and is told once', async (mutation, events) => {
    const code = fresh('wanted');

    const answers = await Promise.all(Array.from({ length: 10 }, () => write(operator, mutation, { code })));

    expect(answers.filter(({ thing }) => thing?.code === code)).toHaveLength(1);
    expect(answers.flatMap(({ userErrors }) => userErrors.map((error) => error.code))).toEqual(
      Array.from({ length: 9 }, () => 'CODE_TAKEN'),
    );
    expect(await told(room)).toHaveLength(events);
  });

  test('two partners that want one code for a channel: one of them has it', async () => {
    const code = fresh('contested');
    const ofHarbour = partner(harbour, MANAGES);

    const answers = await Promise.all([
      write(northManager, 'channelCreate', { code }),
      write(ofHarbour, 'channelCreate', { code, partnerId: places.harbour.partnerId }),
    ]);

    const won = answers.findIndex(({ thing }) => thing !== null);
    expect(answers[1 - won]!.userErrors).toEqual([{ code: 'CODE_TAKEN', field: ['code'], retryable: false }]);
    expect(await room.query('select partner_id from channel where code = $1', [code])).toEqual([
      { partner_id: [north, harbour][won] },
    ]);
  });

  test('ten renames are told in the order of their sequences, the last of them is the name', async () => {
    const brand = await done(operator, 'partnerCreate');
    await forget(room);

    await Promise.all(
      Array.from({ length: 10 }, (_, index) =>
        done(operator, 'partnerUpdate', { partnerId: brand.id, name: `Name ${index}` }),
      ),
    );

    const events = await told(room);
    const [row] = await room.query<{ name: string }>('select name from partner where id = $1', [uuidOf(brand.id)]);
    expect(events.map((event) => event.sequence)).toEqual([2, 3, 4, 5, 6, 7, 8, 9, 10, 11]);
    expect(events.at(-1)!.payload).toEqual({ partnerId: uuidOf(brand.id), code: brand.code, name: row!.name });
  });
});

describe("the programme's file", () => {
  const meadow = async () => {
    const [row] = await room.query<{ id: string }>(`select id from partner where code = 'meadow'`);
    return encodeId('ptn', row!.id);
  };

  test('that says another thing wins for what it names, and tells so', async () => {
    await applyAgain(room);
    await done(operator, 'partnerUpdate', { partnerId: await meadow(), name: 'Meadow Records' });
    await forget(room);

    await applyAgain(room);

    expect((await told(room)).map(({ payload }) => payload)).toEqual([
      { partnerId: uuidOf(await meadow()), code: 'meadow', name: 'Meadow Books' },
    ]);
  });

  test('that says what it said before leaves the desk its word', async () => {
    await applyFile(room, SHIPPED);
    await done(operator, 'partnerUpdate', { partnerId: await meadow(), name: 'Meadow Vinyl' });

    await expectNothingDone(() => applyFile(room, SHIPPED));
  });

  test('leaves alone what it does not name', async () => {
    await applyAgain(room);
    const brand = await done(operator, 'partnerCreate');
    const channel = await done(operator, 'channelCreate', { partnerId: brand.id });
    const location = await done(operator, 'locationCreate', { channelId: channel.id });
    await done(operator, 'terminalCreate', { locationId: location.id });

    await expectNothingDone(() => applyAgain(room));
  });

  test('is applied alone: the desk waits, and says that it may be sent again', async () => {
    const input = inputOf('partnerCreate');
    const { source } = room.room.database.space('live');

    const meanwhile = await source.transaction(async (tx) => {
      await tx.query(`select pg_advisory_xact_lock(hashtext(current_schema()), hashtext('programme'))`);
      return write(operator, 'partnerCreate', input);
    });
    const afterwards = await write(operator, 'partnerCreate', input);

    expect(meanwhile).toEqual({
      thing: null,
      replayed: false,
      userErrors: [{ code: 'IDEMPOTENCY_IN_PROGRESS', field: ['idempotencyKey'], retryable: true }],
    });
    expect(afterwards).toMatchObject({ replayed: false, userErrors: [] });
  });
});
