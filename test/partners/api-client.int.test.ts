// Api clients and their keys, from the first to the last second. Time moves in the sandbox only.
import { createHash } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { isKeyText } from '../../subgraphs/shared/api-key.ts';
import { partnersRoom } from '../../subgraphs/partners/main.ts';
import { advanceClock } from '../../subgraphs/shared/clock.ts';
import { decodeId, encodeId } from '../../subgraphs/shared/id.ts';
import type { Scope, Viewer } from '../../subgraphs/shared/viewer.ts';
import { testRoom, type TestRoom } from '../support/room.ts';
import { inSpace, member, operator, partner, roomViewer, till } from '../support/viewer.ts';
import { allRows } from './world.ts';

const CREATE = `mutation Create($input: ApiClientCreateInput!) {
  apiClientCreate(input: $input) {
    apiClient { id kind name scopes keyPrefix createdAt expiresAt revokedAt channel { code } } secret replayed
    userErrors { code field message retryable }
  }
}`;
const ROTATE = `mutation Rotate($input: ApiClientRotateInput!) {
  apiClientRotate(input: $input) {
    apiClient { id keyPrefix } secret previousExpiresAt replayed userErrors { code field }
  }
}`;
const REVOKE = `mutation Revoke($input: ApiClientRevokeInput!) {
  apiClientRevoke(input: $input) { apiClient { id revokedAt } replayed userErrors { code field } }
}`;
const OPERATOR_CREATE = `mutation Operator($input: OperatorClientCreateInput!) {
  operatorClientCreate(input: $input) { apiClient { id kind scopes } secret replayed userErrors { code } }
}`;
const BY_KEY = `query ByKey($keyHash: String!) {
  apiClientByKey(keyHash: $keyHash) { id kind partnerId scopes space expiresAt }
}`;

interface Written {
  apiClient: { id: string; keyPrefix: string; revokedAt: string | null; [field: string]: unknown } | null;
  secret: string | null;
  previousExpiresAt?: string | null;
  replayed: boolean;
  userErrors: { code: string; field: string[] | null }[];
}

const HELD: Scope[] = [
  'members:read',
  'points:read',
  'purchases:read',
  'purchases:write',
  'partners:read',
  'partners:manage',
];
const GATEWAY = roomViewer('gateway', 'live');

let room: TestRoom;
let north: string;
let harbour: string;
let sandboxNorth: string;
let attempt = 0;

beforeAll(async () => {
  room = await testRoom(partnersRoom);
});

afterAll(() => room.close());

const partnerId = async (code: string, space: string) => {
  const [row] = await room.query<{ id: string }>('select id from partner where code = $1', [code], space);
  return row!.id;
};

beforeEach(async () => {
  north = await partnerId('northside', 'live');
  harbour = await partnerId('harbour', 'live');
  sandboxNorth = await partnerId('northside', 'sandbox');
});

const newKey = () => `attempt ${(attempt += 1)}`;

async function write(viewer: Viewer, document: string, input: object): Promise<Written> {
  const { data, errors } = await room.ask(viewer, document, { input: { idempotencyKey: newKey(), ...input } });
  if (errors !== undefined) throw new Error(JSON.stringify(errors));
  return Object.values(data!)[0] as Written;
}

const create = (viewer: Viewer, input: object = {}) =>
  write(viewer, CREATE, {
    partnerId: encodeId('ptn', viewer.partnerId ?? north),
    name: 'Tills',
    scopes: ['points:read'],
    ...input,
  });

async function createForOperator(viewer: Viewer, scopes: string[]): Promise<Written> {
  const { data, errors } = await room.ask(viewer, OPERATOR_CREATE, { input: { name: 'First operator', scopes } });
  expect(errors).toBeUndefined();
  return data!['operatorClientCreate'] as Written;
}

const hash = (secret: string) => createHash('sha256').update(secret).digest('hex');

async function byKey(secret: string) {
  const { data, errors } = await room.ask(GATEWAY, BY_KEY, { keyHash: hash(secret) });
  expect(errors).toBeUndefined();
  return data!['apiClientByKey'] as Record<string, unknown> | null;
}

/** Refused with this, and not a row changed. */
async function expectRefused(code: string, field: string[], attempted: () => Promise<Written>): Promise<void> {
  const before = await allRows(room);

  const { userErrors, replayed, apiClient, secret } = await attempted();

  expect(userErrors.map((error) => [error.code, error.field])).toEqual([[code, field]]);
  expect([apiClient, secret ?? null, replayed]).toEqual([null, null, false]);
  expect(await allRows(room)).toEqual(before);
}

describe('creating', () => {
  test("with a channel makes a till's key that the gateway knows by its hash", async () => {
    const maker = partner(north, HELD);

    const { apiClient, secret, replayed, userErrors } = await create(maker, {
      name: ' Tills of Leeds ',
      scopes: ['purchases:write', 'members:read', 'purchases:write'],
      channel: 'northside-shops',
      expiresAt: '2999-01-01T00:00:00Z',
    });

    expect([replayed, userErrors]).toEqual([false, []]);
    expect(isKeyText(secret!)).toBe(true);
    expect(apiClient).toEqual({
      id: expect.stringMatching(/^key_/),
      kind: 'TILL',
      name: 'Tills of Leeds',
      scopes: ['purchases:write', 'members:read'],
      keyPrefix: secret!.slice(0, 16),
      createdAt: expect.any(String),
      expiresAt: '2999-01-01T00:00:00.000000Z',
      revokedAt: null,
      channel: { code: 'northside-shops' },
    });
    expect(await byKey(secret!)).toEqual({
      id: apiClient!.id,
      kind: 'till',
      partnerId: encodeId('ptn', north),
      scopes: ['purchases:write', 'members:read'],
      space: 'live',
      expiresAt: '2999-01-01T00:00:00.000000Z',
    });
  });

  test('without a channel makes a key of the partner itself, live or test as its space is', async () => {
    const sandboxed = inSpace('sandbox', partner(sandboxNorth, HELD));

    const live = await create(partner(north, HELD));
    const sandbox = await create(sandboxed, { sandbox: true });

    expect([live.apiClient!['kind'], live.apiClient!['channel']]).toEqual(['PARTNER', null]);
    expect([live.secret!.slice(0, 9), sandbox.secret!.slice(0, 9)]).toEqual(['lyl_live_', 'lyl_test_']);
    expect([(await byKey(live.secret!))!['space'], (await byKey(sandbox.secret!))!['space']]).toEqual([
      'live',
      'sandbox',
    ]);
  });

  test('again with the same key gives the same client and no secret', async () => {
    const input = { idempotencyKey: 'create me once' };
    const first = await create(partner(north, HELD), input);

    const second = await create(partner(north, HELD), input);

    expect(second).toEqual({ ...first, secret: null, replayed: true });
    expect(
      await room.query('select 1 from api_client where id = $1', [decodeId('key', first.apiClient!.id)]),
    ).toHaveLength(1);
  });

  test('twenty times at once with one key makes one client, whose secret one answer has', async () => {
    const [{ count: before }] = (await room.query<{ count: number }>('select count(*) from api_client')) as [
      { count: number },
    ];

    const answers = await Promise.all(
      Array.from({ length: 20 }, () => create(partner(north, HELD), { idempotencyKey: 'all at once' })),
    );

    expect(await room.query('select count(*) from api_client')).toEqual([{ count: before + 1 }]);
    expect(answers.filter((answer) => answer.secret !== null)).toHaveLength(1);
    expect(new Set(answers.map((answer) => answer.apiClient!.id)).size).toBe(1);
  });

  test('never stores the secret, nor anything it could be read from', async () => {
    const maker = partner(north, HELD);
    const created = await create(maker, { idempotencyKey: 'kept nowhere' });
    const rotated = await write(maker, ROTATE, { apiClientId: created.apiClient!.id });
    const operators = await createForOperator(GATEWAY, []);

    const rows = (await allRows(room)).join('\n');

    for (const { secret } of [created, rotated, operators]) {
      const body = secret!.slice(16);
      expect(rows).not.toContain(body);
      expect(rows).not.toContain(Buffer.from(secret!).toString('hex'));
      expect(rows).not.toContain(Buffer.from(secret!).toString('base64'));
      expect(rows).toContain(hash(secret!));
    }
  });

  test.each<[string, () => Viewer, () => object, string, string[]]>([
    [
      'no key',
      () => partner(north, HELD),
      () => ({ idempotencyKey: null }),
      'IDEMPOTENCY_KEY_MISSING',
      ['idempotencyKey'],
    ],
    [
      'no such key',
      () => partner(north, HELD),
      () => ({ idempotencyKey: 'ł' }),
      'IDEMPOTENCY_KEY_INVALID',
      ['idempotencyKey'],
    ],
    [
      'another partner',
      () => partner(north, HELD),
      () => ({ partnerId: encodeId('ptn', harbour) }),
      'PARTNER_UNKNOWN',
      ['partnerId'],
    ],
    [
      'no partner',
      () => operator,
      () => ({ partnerId: encodeId('ptn', '01900000-0000-7000-8000-000000000000') }),
      'PARTNER_UNKNOWN',
      ['partnerId'],
    ],
    ['no id', () => operator, () => ({ partnerId: 'northside' }), 'PARTNER_UNKNOWN', ['partnerId']],
    ['no scope', () => operator, () => ({ scopes: ['points:read', 'points:eat'] }), 'SCOPE_UNKNOWN', ['scopes']],
    [
      'a scope not held',
      () => partner(north, HELD),
      () => ({ scopes: ['members:write'] }),
      'SCOPE_NOT_HELD',
      ['scopes'],
    ],
    [
      'an operator without the scope',
      () => ({ ...operator, scopes: ['partners:manage'] }),
      () => ({}),
      'SCOPE_NOT_HELD',
      ['scopes'],
    ],
    ['operators only', () => operator, () => ({ scopes: ['points:manage'] }), 'SCOPE_NOT_HELD', ['scopes']],
    [
      'operators only, held',
      () => partner(north, [...HELD, 'ledger:verify']),
      () => ({ scopes: ['ledger:verify'] }),
      'SCOPE_NOT_HELD',
      ['scopes'],
    ],
    ['no name', () => operator, () => ({ name: ' ' }), 'NAME_INVALID', ['name']],
    [
      'an expiry in the past',
      () => operator,
      () => ({ expiresAt: '2020-01-01T00:00:00Z' }),
      'EXPIRY_PAST',
      ['expiresAt'],
    ],
    ['no channel', () => operator, () => ({ channel: 'now\0here' }), 'CHANNEL_UNKNOWN', ['channel']],
    ["another's channel", () => operator, () => ({ channel: 'harbour-shops' }), 'CHANNEL_UNKNOWN', ['channel']],
    ['a sandbox client', () => operator, () => ({ sandbox: true }), 'SANDBOX_MISMATCH', ['sandbox']],
    [
      'a live client in a sandbox',
      () => inSpace('sandbox', operator),
      () => ({ sandbox: false, partnerId: encodeId('ptn', sandboxNorth) }),
      'SANDBOX_MISMATCH',
      ['sandbox'],
    ],
  ])('is refused for %s', async (_, viewer, input, code, field) => {
    await expectRefused(code, field, () => create(viewer(), input()));
  });
  test('is refused with a key that made another, and a refused key stays free', async () => {
    const maker = partner(north, HELD);
    await create(maker, { idempotencyKey: 'mine' });
    await create(maker, { idempotencyKey: 'free', scopes: ['points:eat'] });

    await expectRefused('IDEMPOTENCY_KEY_REUSED', ['idempotencyKey'], () =>
      create(maker, { idempotencyKey: 'mine', name: 'Another' }),
    );
    expect(await create(maker, { idempotencyKey: 'free' })).toMatchObject({ replayed: false, userErrors: [] });
  });
});

describe('rotating', () => {
  test('gives a new key at once and lets the last one in for 24 hours by the clock of its space', async () => {
    const sandbox = room.room.database.space('sandbox');
    const maker = inSpace('sandbox', partner(sandboxNorth, HELD));
    const { apiClient, secret: first } = await create(maker);

    const rotated = await write(maker, ROTATE, { apiClientId: apiClient!.id, idempotencyKey: 'rotate' });
    const replay = await write(maker, ROTATE, { apiClientId: apiClient!.id, idempotencyKey: 'rotate' });

    const second = rotated.secret!;
    expect(rotated.apiClient).toEqual({ id: apiClient!.id, keyPrefix: second.slice(0, 16) });
    expect(replay).toEqual({ ...rotated, secret: null, replayed: true });
    expect((await byKey(first!))!['expiresAt']).toBe(rotated.previousExpiresAt);
    expect((await byKey(second))!['expiresAt']).toBeNull();

    await advanceClock(sandbox, 'PT23H59M');
    expect(await byKey(first!)).not.toBeNull();

    await advanceClock(sandbox, 'PT1M');
    expect(await byKey(first!)).toBeNull();
    expect(await byKey(second)).toMatchObject({ id: apiClient!.id, space: 'sandbox' });
  });

  test('twice leaves two keys, and the first ends at once', async () => {
    const maker = partner(north, HELD);
    const { apiClient, secret: first } = await create(maker);
    const second = (await write(maker, ROTATE, { apiClientId: apiClient!.id })).secret!;

    const third = (await write(maker, ROTATE, { apiClientId: apiClient!.id })).secret!;

    expect(await byKey(first!)).toBeNull();
    expect(await byKey(second)).toMatchObject({ id: apiClient!.id });
    expect(await byKey(third)).toMatchObject({ id: apiClient!.id });
  });

  test('by many at once leaves two keys that work', async () => {
    const maker = partner(north, HELD);
    const { apiClient } = await create(maker);

    const answers = await Promise.all(
      Array.from({ length: 8 }, () => write(maker, ROTATE, { apiClientId: apiClient!.id })),
    );

    const known = await Promise.all(answers.map((answer) => byKey(answer.secret!)));
    expect(known.filter((facts) => facts !== null)).toHaveLength(2);
  });

  test('does not prolong a key that expires sooner', async () => {
    const sandbox = room.room.database.space('sandbox');
    const maker = inSpace('sandbox', partner(sandboxNorth, HELD));
    const [{ at }] = (await room.query<{ at: string }>(`select clock() + interval '2 hours' as at`, [], 'sandbox')) as [
      { at: string },
    ];
    const { apiClient, secret } = await create(maker, { expiresAt: at });

    const rotated = await write(maker, ROTATE, { apiClientId: apiClient!.id });
    expect([rotated.previousExpiresAt, (await byKey(rotated.secret!))!['expiresAt']]).toEqual([at, at]);

    await advanceClock(sandbox, 'PT2H');
    expect([await byKey(secret!), await byKey(rotated.secret!)]).toEqual([null, null]);
    await expectRefused('EXPIRY_PAST', ['apiClientId'], () => write(maker, ROTATE, { apiClientId: apiClient!.id }));
  });

  test("is refused for another's, an unknown or a revoked client, and for one with more scopes than one's own", async () => {
    const { apiClient } = await create(operator, { scopes: ['members:write'] });
    const others = await create(partner(harbour, HELD));
    const operators = await createForOperator(GATEWAY, []);
    const revoked = await create(partner(north, HELD));
    await write(partner(north, HELD), REVOKE, { apiClientId: revoked.apiClient!.id });
    const rotate = (id: string) => () => write(partner(north, HELD), ROTATE, { apiClientId: id });

    await expectRefused('SCOPE_NOT_HELD', ['apiClientId'], rotate(apiClient!.id));
    await expectRefused('API_CLIENT_UNKNOWN', ['apiClientId'], rotate(others.apiClient!.id));
    await expectRefused('API_CLIENT_UNKNOWN', ['apiClientId'], rotate(operators.apiClient!.id));
    await expectRefused('API_CLIENT_UNKNOWN', ['apiClientId'], rotate(revoked.apiClient!.id));
    await expectRefused('API_CLIENT_UNKNOWN', ['apiClientId'], rotate('key_nothing'));
  });
});

describe('revoking', () => {
  test('ends both keys at once and for ever', async () => {
    const maker = partner(north, HELD);
    const { apiClient, secret: first } = await create(maker);
    const second = (await write(maker, ROTATE, { apiClientId: apiClient!.id })).secret!;

    const revoked = await write(maker, REVOKE, { apiClientId: apiClient!.id, idempotencyKey: 'revoke' });
    const replay = await write(maker, REVOKE, { apiClientId: apiClient!.id, idempotencyKey: 'revoke' });
    const again = await write(maker, REVOKE, { apiClientId: apiClient!.id });

    expect([await byKey(first!), await byKey(second)]).toEqual([null, null]);
    expect(revoked).toEqual({
      apiClient: { id: apiClient!.id, revokedAt: expect.any(String) },
      replayed: false,
      userErrors: [],
    });
    expect(replay).toEqual({ ...revoked, replayed: true });
    expect(again).toEqual(revoked);
  });

  test("is refused for another's client", async () => {
    const { apiClient, secret } = await create(partner(harbour, HELD));

    await expectRefused('API_CLIENT_UNKNOWN', ['apiClientId'], () =>
      write(partner(north, HELD), REVOKE, { apiClientId: apiClient!.id }),
    );
    expect(await byKey(secret!)).not.toBeNull();
  });
});

describe('who may', () => {
  const FORBIDDEN = { errors: [{ extensions: { code: 'FORBIDDEN' } }] };

  test.each<[string, () => Viewer]>([
    ['a member', () => member(north)],
    ['a till', () => till(north, HELD)],
    ['a room', () => GATEWAY],
    ['a partner without the scope', () => partner(north, ['partners:read'])],
    ['an operator without the scope', () => ({ ...operator, scopes: ['partners:read'] })],
  ])('%s may neither create, rotate nor revoke', async (_, viewer) => {
    const { apiClient } = await create(operator);
    const before = await allRows(room);
    const idempotencyKey = newKey();
    const input = { idempotencyKey, partnerId: encodeId('ptn', north), name: 'Mine', scopes: [] };
    const which = { idempotencyKey, apiClientId: apiClient!.id };

    expect(await room.ask(viewer(), CREATE, { input })).toMatchObject(FORBIDDEN);
    expect(await room.ask(viewer(), ROTATE, { input: which })).toMatchObject(FORBIDDEN);
    expect(await room.ask(viewer(), REVOKE, { input: which })).toMatchObject(FORBIDDEN);
    expect(await allRows(room)).toEqual(before);
  });

  test.each<[string, () => Viewer]>([
    ['a member', () => member(north)],
    ['a till', () => till(north, HELD)],
    ['a partner', () => partner(north, HELD)],
    ['an operator', () => operator],
  ])('%s cannot ask what rooms ask', async (_, viewer) => {
    const { secret } = await create(operator);
    const before = await allRows(room);

    const facts = await room.ask(viewer(), 'query ($hash: String!) { client: apiClientByKey(keyHash: $hash) { id } }', {
      hash: hash(secret!),
    });
    const lists = await room.ask(viewer(), `{ locationsByCode(codes: ["northside-leeds"]) { id } }`);
    const ids = await room.ask(viewer(), 'query ($ids: [ID!]!) { partnersByIds(ids: $ids) }', {
      ids: [encodeId('ptn', north)],
    });
    const made = await room.ask(viewer(), OPERATOR_CREATE, { input: { name: 'Mine', scopes: ['points:manage'] } });

    expect(facts).toEqual({ data: { client: null } });
    expect([lists, ids, made]).toMatchObject([FORBIDDEN, FORBIDDEN, FORBIDDEN]);
    expect(await allRows(room)).toEqual(before);
  });
});

describe('what rooms ask', () => {
  test("an operator's key is made for the gateway, with any scopes, in the space it asks from", async () => {
    const made = await createForOperator(roomViewer('gateway', 'sandbox'), ['points:manage', 'ledger:verify']);
    const refused = await createForOperator(GATEWAY, ['all']);

    expect(made.apiClient).toMatchObject({ kind: 'OPERATOR', scopes: ['points:manage', 'ledger:verify'] });
    expect(await byKey(made.secret!)).toEqual({
      id: made.apiClient!.id,
      kind: 'operator',
      partnerId: null,
      scopes: ['points:manage', 'ledger:verify'],
      space: 'sandbox',
      expiresAt: null,
    });
    expect(refused.userErrors).toEqual([{ code: 'SCOPE_UNKNOWN' }]);
  });

  test.each(['', 'not a hash', '0'.repeat(63), '0'.repeat(64), 'G'.repeat(64)])(
    'no client has the key hash "%s"',
    async (keyHash) => {
      expect(await room.ask(GATEWAY, BY_KEY, { keyHash })).toEqual({ data: { apiClientByKey: null } });
    },
  );

  test('a key of a space that is gone opens nothing', async () => {
    const { secret } = await create(operator);
    await room.query(`update public.credential set space = 'gone"; --' where key_hash = $1`, [
      Buffer.from(hash(secret!), 'hex'),
    ]);

    expect(await byKey(secret!)).toBeNull();
  });

  test('locations and partners come in the order asked, in one statement each, null where there is none', async () => {
    const [online] = await room.query<{ id: string; channel: string }>(
      `select l.id, l.channel_id channel from location l where l.code = 'northside-online'`,
    );
    room.statements.length = 0;

    const { data } = await room.ask(
      roomViewer('points', 'live'),
      `query ($ids: [ID!]!) {
        locationsByCode(codes: ["now\\u0000here", "northside-online", "harbour-dover", "northside-online"]) { id code partnerId channelId channelCode }
        partnersByIds(ids: $ids)
      }`,
      { ids: ['ptn_nothing', encodeId('ptn', harbour), encodeId('mbr', north), encodeId('ptn', north)] },
    );

    const facts = {
      id: encodeId('loc', online!.id),
      code: 'northside-online',
      partnerId: encodeId('ptn', north),
      channelId: encodeId('chn', online!.channel),
      channelCode: 'northside-web',
    };
    expect(data!['locationsByCode']).toEqual([null, facts, expect.objectContaining({ code: 'harbour-dover' }), facts]);
    expect(data!['partnersByIds']).toEqual([null, encodeId('ptn', harbour), null, encodeId('ptn', north)]);
    expect(room.statements).toHaveLength(2);
  });
});
