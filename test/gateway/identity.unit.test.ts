// Credentials → viewer: what holds, what is refused, and how long it is remembered.
import { createHash, generateKeyPairSync } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { createLocalJWKSet, exportJWK, generateKeyPair, SignJWT } from 'jose';
import { ANONYMOUS, identity } from '../../gateway/identity.ts';
import { clientTokens } from '../../gateway/oauth/client-tokens.ts';
import { givenKeys } from '../../gateway/oauth/signing-keys.ts';
import { apiClients } from '../../subgraphs/shared/api-clients.ts';
import { keyText } from '../../subgraphs/shared/api-key.ts';
import type { PrivateJwk } from '../../subgraphs/shared/environment.ts';
import { CredentialRefused, type TokenIssuer } from '../../subgraphs/shared/credential.ts';
import { encodeId } from '../../subgraphs/shared/id.ts';
import { peer, type Door } from '../../subgraphs/shared/peer.ts';

const MEMBER = '0198a000-0000-7000-8000-000000000001';
const PARTNER = '0198a000-0000-7000-8000-000000000002';
const KEY = keyText(false, new Uint8Array(32).fill(7));

const facts = {
  id: 'key_1',
  kind: 'till',
  partnerId: encodeId('ptn', PARTNER),
  scopes: ['members:read'],
  space: 'live',
  expiresAt: null as string | null,
};

const pair = await generateKeyPair('ES256');
const other = await generateKeyPair('ES256');
const issuer: TokenIssuer = {
  issuer: 'https://login.example',
  audience: 'loyalty',
  space: 'live',
  keys: createLocalJWKSet({ keys: [{ ...(await exportJWK(pair.publicKey)), alg: 'ES256', kid: '1' }] }),
};

const token = (change: (jwt: SignJWT) => SignJWT = (jwt) => jwt, key = pair.privateKey) =>
  change(
    new SignJWT({})
      .setProtectedHeader({ alg: 'ES256', kid: '1' })
      .setIssuer(issuer.issuer)
      .setAudience(issuer.audience)
      .setSubject('ada')
      .setExpirationTime('1h'),
  ).sign(key);

const privateJwk = (): PrivateJwk =>
  generateKeyPairSync('ed25519').privateKey.export({ format: 'jwk' }) as unknown as PrivateJwk;
const tokens = clientTokens(await givenKeys([privateJwk()]));
const foreign = clientTokens(await givenKeys([privateJwk()]));

const base64 = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');

function asking(answers: { client?: (keyHash: unknown) => object | null; memberId?: () => string | null }) {
  const asked: { query: string; variables: unknown }[] = [];
  const door: Door = {
    execute({ query, variables }, viewer) {
      if (viewer.kind !== 'room' || viewer.owner !== 'gateway') throw new Error('only the gateway asks');
      asked.push({ query, variables });
      const data = query.includes('apiClientByKey')
        ? { apiClientByKey: answers.client?.(variables?.['keyHash']) ?? null }
        : { memberIdBySubject: answers.memberId?.() ?? null };
      return Promise.resolve({ data });
    },
    receive: () => Promise.resolve(),
    ready: () => Promise.resolve(true),
  };
  const ask = peer('gateway', () => door);
  const known = identity({ issuers: [issuer], tokens, clients: apiClients(ask, 'live'), ask });
  const bearer = (credential: string) => known.viewer({ authorization: `Bearer ${credential}` }, 'test');
  return { known, asked, bearer };
}

beforeEach(() => {
  jest.useFakeTimers({ doNotFake: ['nextTick', 'setImmediate', 'queueMicrotask'] });
  // The cache takes the moment 0 for no moment.
  jest.advanceTimersByTime(1);
});
afterEach(() => {
  jest.useRealTimers();
});

describe('an API key', () => {
  test('is looked up by its SHA-256 and opens what its client may do', async () => {
    const { asked, bearer } = asking({ client: () => facts });

    const viewer = await bearer(KEY);

    expect(viewer).toEqual({
      kind: 'till',
      space: 'live',
      owner: 'key_1',
      scopes: ['members:read'],
      partnerId: PARTNER,
    });
    expect(asked.map(({ variables }) => variables)).toEqual([
      { keyHash: createHash('sha256').update(KEY).digest('hex') },
    ]);
    expect(JSON.stringify(asked)).not.toContain(KEY);
  });

  test('is taken from x-api-key too', async () => {
    const { known } = asking({ client: () => facts });

    const viewer = await known.viewer({ 'x-api-key': KEY }, 'test');

    expect(viewer.owner).toBe('key_1');
  });

  test('asked for 50 times at once is looked up once', async () => {
    const { asked, bearer } = asking({ client: () => facts });

    await Promise.all(Array.from({ length: 50 }, () => bearer(KEY)));

    expect(asked).toHaveLength(1);
  });

  test('that was revoked is refused after 30 s at the latest', async () => {
    let client: object | null = facts;
    const { bearer } = asking({ client: () => client });
    await bearer(KEY);

    client = null;
    jest.advanceTimersByTime(30_001);

    await expect(bearer(KEY)).rejects.toThrow(CredentialRefused);
  });

  test('is not remembered beyond its expiry', async () => {
    let client: object | null = { ...facts, expiresAt: new Date(Date.now() + 2_000).toISOString() };
    const { bearer } = asking({ client: () => client });
    await bearer(KEY);

    client = null;
    jest.advanceTimersByTime(2_001);

    await expect(bearer(KEY)).rejects.toThrow(CredentialRefused);
  });

  test('that is unknown is refused, and found 5 s after it was made', async () => {
    let client: object | null = null;
    const { asked, bearer } = asking({ client: () => client });
    await expect(bearer(KEY)).rejects.toThrow('The API key is unknown, expired or revoked.');
    await expect(bearer(KEY)).rejects.toThrow(CredentialRefused);
    expect(asked).toHaveLength(1);

    client = facts;
    jest.advanceTimersByTime(5_001);

    expect((await bearer(KEY)).owner).toBe('key_1');
  });

  test.each([
    'lyl_',
    'lyl_live_short',
    'lyl_prod_abcdefghijklmnopqrstuvwxyz',
    "lyl_live_abcdefghijklmnopqrstuvwxyz';--",
    `${KEY.slice(0, -1)}${KEY.endsWith('0') ? '1' : '0'}`,
    KEY.replace('live', 'test'),
  ])('like %s is refused without a look-up', async (key) => {
    const { asked, bearer } = asking({ client: () => facts });

    await expect(bearer(key)).rejects.toThrow(CredentialRefused);

    expect(asked).toEqual([]);
  });

  test('is neither good nor bad while partners is away', async () => {
    const { bearer } = asking({
      client: () => {
        throw new Error('away');
      },
    });

    await expect(bearer(KEY)).rejects.not.toThrow(CredentialRefused);
  });
});

describe('an api client’s token', () => {
  const hash = createHash('sha256').update(KEY).digest('hex');
  const rich = { ...facts, scopes: ['members:read', 'purchases:write'] };

  test('opens what its key opens, within its own scopes', async () => {
    const { bearer } = asking({ client: () => rich });

    const whole = await bearer(await tokens.issue({ clientId: 'key_1', hash, scopes: rich.scopes }));
    const part = await bearer(await tokens.issue({ clientId: 'key_1', hash, scopes: ['purchases:write'] }));

    expect(whole).toEqual(await bearer(KEY));
    expect(part).toEqual({ ...whole, scopes: ['purchases:write'] });
  });

  test('cannot do what its client cannot do any more', async () => {
    const { bearer } = asking({ client: () => facts });

    const viewer = await bearer(await tokens.issue({ clientId: 'key_1', hash, scopes: rich.scopes }));

    expect(viewer.scopes).toEqual(['members:read']);
  });

  test('is refused 30 s after its key was revoked, at the latest', async () => {
    let client: object | null = facts;
    const { bearer } = asking({ client: () => client });
    const given = await tokens.issue({ clientId: 'key_1', hash, scopes: facts.scopes });
    await bearer(given);

    client = null;
    jest.advanceTimersByTime(30_001);

    await expect(bearer(given)).rejects.toThrow("The token's API key is expired or revoked.");
  });

  test('ends after ten minutes', async () => {
    const { bearer } = asking({ client: () => facts });
    const given = await tokens.issue({ clientId: 'key_1', hash, scopes: facts.scopes });

    jest.advanceTimersByTime(595_000);
    expect((await bearer(given)).owner).toBe('key_1');
    jest.advanceTimersByTime(12_000);

    await expect(bearer(given)).rejects.toThrow('The token has expired.');
  });

  const claims = { client_id: 'key_1', scope: 'members:read', key_sha256: hash };
  const pretending = (type: string, alg: string, key: Parameters<SignJWT['sign']>[0]) =>
    new SignJWT(claims)
      .setProtectedHeader({ alg, kid: '1', typ: type })
      .setIssuer('urn:loyalty:gateway')
      .setAudience('loyalty')
      .setSubject('key_1')
      .setExpirationTime('5m')
      .sign(key);

  test.each<[string, () => Promise<string>]>([
    ['of a key that is not published', () => foreign.issue({ clientId: 'key_1', hash, scopes: [] })],
    ['signed by a member’s issuer', () => pretending('at+jwt', 'ES256', pair.privateKey)],
    ['signed with a shared secret', () => pretending('at+jwt', 'HS256', Buffer.from(hash))],
    ['that names another client', () => tokens.issue({ clientId: 'key_2', hash, scopes: facts.scopes })],
    ['of a hash that is none', () => tokens.issue({ clientId: 'key_1', hash: 'x', scopes: [] })],
    [
      'without a signature',
      async () => {
        const [, body] = (await tokens.issue({ clientId: 'key_1', hash, scopes: [] })).split('.');
        return `${base64({ alg: 'none', typ: 'at+jwt' })}.${body}.`;
      },
    ],
  ])('%s is refused', async (_, make) => {
    const known = (keyHash: unknown) => (keyHash === hash ? facts : null);
    const { bearer } = asking({ client: known });

    await expect(bearer(await make())).rejects.toThrow(CredentialRefused);
  });
});

describe('a look-up that may not be made', () => {
  test('refuses a key that is not remembered, and none that is', async () => {
    const { known, asked } = asking({ client: () => facts });
    const viewer = () => known.viewer({ 'x-api-key': KEY }, 'test', false);
    await expect(viewer()).rejects.toThrow(CredentialRefused);
    expect(asked).toEqual([]);

    await known.viewer({ 'x-api-key': KEY }, 'test');

    expect((await viewer()).owner).toBe('key_1');
  });
});

describe('a member’s token', () => {
  test('opens its member', async () => {
    const { bearer } = asking({ memberId: () => encodeId('mbr', MEMBER) });

    const viewer = await bearer(await token());

    expect(viewer).toEqual({
      kind: 'member',
      space: 'live',
      owner: '["https://login.example","ada"]',
      scopes: [],
      memberId: MEMBER,
      subject: { issuer: 'https://login.example', subject: 'ada' },
    });
  });

  test('of someone who is not enrolled has no member, until the next request after the enrolment', async () => {
    let memberId: string | null = null;
    const { asked, bearer } = asking({ memberId: () => memberId });
    expect((await bearer(await token())).memberId).toBeUndefined();

    memberId = encodeId('mbr', MEMBER);

    expect((await bearer(await token())).memberId).toBe(MEMBER);
    expect((await bearer(await token())).memberId).toBe(MEMBER);
    expect(asked).toHaveLength(2);
  });

  test.each<[string, () => Promise<string>]>([
    ['signed with another key', () => token(undefined, other.privateKey)],
    ['for another audience', () => token((jwt) => jwt.setAudience('someone-else'))],
    ['of another issuer', () => token((jwt) => jwt.setIssuer('https://evil.example'))],
    ['that has expired', () => token((jwt) => jwt.setExpirationTime(Math.floor(Date.now() / 1000) - 60))],
    ['that is not valid yet', () => token((jwt) => jwt.setNotBefore(Math.floor(Date.now() / 1000) + 600))],
    [
      'without an expiry',
      () =>
        new SignJWT({ sub: 'ada', iss: issuer.issuer, aud: issuer.audience })
          .setProtectedHeader({ alg: 'ES256', kid: '1' })
          .sign(pair.privateKey),
    ],
    ['without a subject', () => token((jwt) => jwt.setSubject(''))],
    ['without a signature', async () => `${base64({ alg: 'none' })}.${(await token()).split('.')[1]}.`],
    [
      'signed with a shared secret',
      async () =>
        new SignJWT({ sub: 'ada', iss: issuer.issuer, aud: issuer.audience, exp: 4_000_000_000 })
          .setProtectedHeader({ alg: 'HS256', kid: '1' })
          .sign(Buffer.from(JSON.stringify(await exportJWK(pair.publicKey)))),
    ],
    [
      'with other claims than were signed',
      async () => {
        const [head, body, signature] = (await token()).split('.') as [string, string, string];
        const claims = JSON.parse(Buffer.from(body, 'base64url').toString()) as object;
        return `${head}.${base64({ ...claims, sub: 'eve' })}.${signature}`;
      },
    ],
    ['that is no token', () => Promise.resolve('nonsense')],
  ])('%s is refused, and members is not asked', async (_, make) => {
    const { asked, bearer } = asking({ memberId: () => encodeId('mbr', MEMBER) });

    await expect(bearer(await make())).rejects.toThrow(CredentialRefused);

    expect(asked).toEqual([]);
  });
});

describe('a request', () => {
  test('without a credential is anonymous', async () => {
    const { known } = asking({});

    expect(await known.viewer({}, 'test')).toEqual(ANONYMOUS);
  });

  test.each<[string, Record<string, string>]>([
    ['another scheme', { authorization: 'Basic YTpi' }],
    ['a scheme alone', { authorization: 'Bearer' }],
    ['an empty header', { authorization: '' }],
    ['two keys in one header', { authorization: `Bearer ${KEY} ${KEY}` }],
    ['two keys that differ', { authorization: `Bearer ${KEY}`, 'x-api-key': `${KEY}1` }],
    ['an empty key', { 'x-api-key': '' }],
    ['10 000 letters', { 'x-api-key': 'x'.repeat(10_000) }],
  ])('with %s is refused', async (_, headers) => {
    const { known } = asking({ client: () => facts });

    await expect(known.viewer(headers, 'test')).rejects.toThrow(CredentialRefused);
  });

  test('cannot bring an identity of its own', async () => {
    const { known } = asking({});

    const viewer = await known.viewer({ 'x-loyalty-identity': 'eyJ', 'x-viewer': 'operator' }, 'test');

    expect(viewer).toEqual(ANONYMOUS);
  });
});
