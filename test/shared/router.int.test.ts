// A room that another router asks: whom it believes, and that it makes the viewer which the gateway makes.
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { exportJWK, generateKeyPair, SignJWT, type CryptoKey } from 'jose';
import { pino } from 'pino';
import { keyHash } from '../../subgraphs/shared/api-clients.ts';
import { keyText } from '../../subgraphs/shared/api-key.ts';
import { readConfig } from '../../subgraphs/shared/config.ts';
import { encodeId } from '../../subgraphs/shared/id.ts';
import { identities } from '../../subgraphs/shared/identity.ts';
import type { Ask } from '../../subgraphs/shared/peer.ts';
import type { Room } from '../../subgraphs/shared/room.ts';
import { routers, routerSecret } from '../../subgraphs/shared/router.ts';
import { serveRoom, type RoomServer } from '../../subgraphs/shared/server.ts';
import type { Viewer } from '../../subgraphs/shared/viewer.ts';

const SECRET = 'r'.repeat(32);
const MEMBER = '0198a000-0000-7000-8000-000000000001';
const PARTNER = '0198a000-0000-7000-8000-000000000002';
const KEY = keyText(false, new Uint8Array(32).fill(7));
const OTHER_KEY = keyText(false, new Uint8Array(32).fill(8));
const FACTS = {
  id: 'key_1',
  kind: 'till',
  partnerId: encodeId('ptn', PARTNER),
  scopes: ['members:read', 'points:read'],
  space: 'live',
  expiresAt: null,
};

const [issuer, gateway, forger] = await Promise.all([
  generateKeyPair('ES256'),
  generateKeyPair('EdDSA', { crv: 'Ed25519' }),
  generateKeyPair('EdDSA', { crv: 'Ed25519' }),
]);
const seen: Viewer[] = [];
const asked: string[] = [];
const room = {
  name: 'points',
  ready: () => Promise.resolve(true),
  execute: (_: unknown, viewer: Viewer) => {
    seen.push(viewer);
    return Promise.resolve({ data: { done: true } });
  },
} as unknown as Room;
/** Partners knows one key of the two; members knows Ada. */
const ask = ((_: string, { query, variables }: { query: string; variables: Record<string, string> }) => {
  asked.push(query);
  const answer = query.includes('apiClientByKey')
    ? { apiClientByKey: variables['keyHash'] === keyHash(KEY) ? FACTS : null }
    : { memberIdBySubject: variables['subject'] === 'ada' ? encodeId('mbr', MEMBER) : null };
  return Promise.resolve(answer);
}) as Ask;

let published: Server;
let open: RoomServer;
let closed: RoomServer;

beforeAll(async () => {
  const jwk = async (key: CryptoKey) => ({ ...(await exportJWK(key)), kid: '1' });
  const keys = { '/issuer': await jwk(issuer.publicKey), '/gateway': await jwk(gateway.publicKey) };
  published = createServer(({ url }, response) => {
    response.end(JSON.stringify({ keys: [keys[url as keyof typeof keys]] }));
  });
  await new Promise<void>((resolve) => {
    published.listen(0, '127.0.0.1', resolve);
  });
  const at = `http://127.0.0.1:${(published.address() as AddressInfo).port}`;
  const trusted = [{ issuer: 'https://login.example', audience: 'loyalty', jwksUri: `${at}/issuer` }];
  const settings = { MEMBER_ISSUERS: JSON.stringify(trusted), TOKEN_KEYS_URI: `${at}/gateway` };
  const serve = (config: Record<string, string>) => {
    const admitted = routers(readConfig({ ...settings, ...config }), 'points', ask);
    const listen = { host: '127.0.0.1', port: 0 };
    return serveRoom(room, listen, identities('s'.repeat(32)), pino({ level: 'silent' }), admitted);
  };
  open = await serve({ ROUTER_SECRET: SECRET });
  closed = await serve({});
});
afterAll(async () => {
  await Promise.all([open.close(), closed.close()]);
  await new Promise((done) => published.close(done));
});
beforeEach(() => {
  seen.length = 0;
  asked.length = 0;
});

const memberToken = (change: (token: SignJWT) => SignJWT = (token) => token) =>
  change(
    new SignJWT({})
      .setProtectedHeader({ alg: 'ES256', kid: '1' })
      .setIssuer('https://login.example')
      .setAudience('loyalty')
      .setSubject('ada')
      .setExpirationTime('5m'),
  ).sign(issuer.privateKey);

const clientToken = (key = KEY, signer = gateway.privateKey) =>
  new SignJWT({ client_id: 'key_1', scope: 'members:read ledger:verify', key_sha256: keyHash(key) })
    .setProtectedHeader({ alg: 'EdDSA', kid: '1', typ: 'at+jwt' })
    .setIssuer('urn:loyalty:gateway')
    .setAudience('loyalty')
    .setSubject('key_1')
    .setExpirationTime('5m')
    .sign(signer);

const RIGHT = routerSecret(SECRET, 'points');

async function post(headers: Record<string, string>, path = '/graphql', { port } = open) {
  const body = JSON.stringify({ query: '{ done }' });
  const response = await fetch(`http://127.0.0.1:${port}${path}`, { method: 'POST', headers, body });
  return { status: response.status, answer: await response.json() };
}
const bearing = (token: string) => ({ 'x-loyalty-router': RIGHT, authorization: `Bearer ${token}` });
const refusal = (message: string) => ({
  status: 200,
  answer: { errors: [{ message, extensions: { code: 'UNAUTHENTICATED' } }] },
});

describe('with the room’s router secret', () => {
  test('a member’s token makes its member', async () => {
    expect(await post(bearing(await memberToken()))).toEqual({ status: 200, answer: { data: { done: true } } });

    expect(seen).toEqual([
      {
        kind: 'member',
        space: 'live',
        owner: '["https://login.example","ada"]',
        scopes: [],
        subject: { issuer: 'https://login.example', subject: 'ada' },
        memberId: MEMBER,
      },
    ]);
  });

  test('an api client’s token makes its client, with the scopes that both have', async () => {
    await post(bearing(await clientToken()));

    expect(seen).toEqual([
      { kind: 'till', space: 'live', owner: 'key_1', scopes: ['members:read'], partnerId: PARTNER },
    ]);
  });

  test.each<[string, () => Promise<Record<string, string>>, string]>([
    ['no token', () => Promise.resolve({ 'x-loyalty-router': RIGHT }), 'Send a token.'],
    ['an API key', async () => bearing(KEY), 'Send a token of /oauth/token, not the API key.'],
    [
      'another scheme',
      async () => ({ ...bearing(''), authorization: 'Basic YTpi' }),
      'Authorization must be: Bearer, a space, and a token or an API key.',
    ],
    [
      'a token signed by another',
      async () => bearing(await clientToken(KEY, forger.privateKey)),
      'The token does not hold.',
    ],
    [
      'a token of a revoked client',
      async () => bearing(await clientToken(OTHER_KEY)),
      "The token's API key is expired or revoked.",
    ],
    [
      'a token of another issuer',
      async () => bearing(await memberToken((token) => token.setIssuer('https://elsewhere'))),
      'The token is of another issuer or for another audience.',
    ],
    [
      'a token for another audience',
      async () => bearing(await memberToken((token) => token.setAudience('bank'))),
      'The token is of another issuer or for another audience.',
    ],
    [
      'a token that has expired',
      async () => bearing(await memberToken((token) => token.setExpirationTime(1))),
      'The token has expired.',
    ],
    ['a token that is none', async () => bearing('nonsense'), 'The token does not hold.'],
  ])('%s is told what is wrong, and the room does nothing', async (_, headers, message) => {
    expect(await post(await headers())).toEqual(refusal(message));

    expect(seen).toEqual([]);
  });

  test('no events are taken', async () => {
    expect((await post(bearing(await memberToken()), '/events')).status).toBe(401);
  });
});

describe('without it', () => {
  test.each<[string, Record<string, string>]>([
    ['no secret', {}],
    ['the whole secret', { 'x-loyalty-router': SECRET }],
    ['another room’s', { 'x-loyalty-router': routerSecret(SECRET, 'members') }],
    ['one made of another secret', { 'x-loyalty-router': routerSecret('q'.repeat(32), 'points') }],
    ['an empty one', { 'x-loyalty-router': '' }],
  ])('%s opens nothing, whatever the token', async (_, headers) => {
    const token = await clientToken();

    expect(await post({ authorization: `Bearer ${token}`, ...headers })).toEqual({
      status: 401,
      answer: { error: 'Only the gateway and other rooms may ask here.' },
    });

    expect([seen, asked]).toEqual([[], []]);
  });

  test('a room that has none believes no router', async () => {
    expect((await post(bearing(await memberToken()), '/graphql', closed)).status).toBe(401);

    expect(seen).toEqual([]);
  });
});
