// Member tokens of an issuer that publishes its keys over HTTP.
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import { identity } from '../../gateway/identity.ts';
import { clientTokens } from '../../gateway/oauth/client-tokens.ts';
import { apiClients } from '../../subgraphs/shared/api-clients.ts';
import { CredentialRefused, remoteIssuers } from '../../subgraphs/shared/credential.ts';
import { peer, type Door } from '../../subgraphs/shared/peer.ts';

const pair = await generateKeyPair('RS256');
const jwk = { ...(await exportJWK(pair.publicKey)), kid: 'a', alg: 'RS256', use: 'sig' };
const members: Door = {
  execute: () => Promise.resolve({ data: { memberIdBySubject: null } }),
  receive: () => Promise.resolve(),
  ready: () => Promise.resolve(true),
};

let server: Server;
let asked: number;
let jwksUri: string;

beforeEach(async () => {
  asked = 0;
  server = createServer((_, response) => {
    asked += 1;
    response.setHeader('content-type', 'application/json').end(JSON.stringify({ keys: [jwk] }));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  jwksUri = `http://127.0.0.1:${(server.address() as AddressInfo).port}/jwks`;
});
afterEach(() => {
  server.closeAllConnections();
  server.close();
});

const issuers = () => remoteIssuers([{ issuer: 'https://login.example', audience: 'loyalty', jwksUri, space: 'live' }]);
const ask = peer('gateway', () => members);
const tokens = clientTokens({ current: () => Promise.reject(new Error('none')), published: () => Promise.resolve([]) });
const identified = () => identity({ issuers: issuers(), tokens, clients: apiClients(ask, 'live'), ask });
const token = (kid: string) =>
  new SignJWT({})
    .setProtectedHeader({ alg: 'RS256', kid })
    .setIssuer('https://login.example')
    .setAudience(['other', 'loyalty'])
    .setSubject('ada')
    .setExpirationTime('5m')
    .sign(pair.privateKey);

test('a token is verified by the published keys, which are fetched once', async () => {
  const known = identified();
  const authorization = `Bearer ${await token('a')}`;

  const viewers = [await known.viewer({ authorization }, 'test'), await known.viewer({ authorization }, 'test')];

  expect(viewers.map(({ subject }) => subject)).toEqual([
    { issuer: 'https://login.example', subject: 'ada' },
    { issuer: 'https://login.example', subject: 'ada' },
  ]);
  expect(asked).toBe(1);
});

test('a token of a key that is not published is refused', async () => {
  const known = identified();

  const viewer = known.viewer({ authorization: `Bearer ${await token('b')}` }, 'test');

  await expect(viewer).rejects.toThrow(CredentialRefused);
});

test('while the keys cannot be fetched a token is neither good nor bad', async () => {
  const known = identified();
  const authorization = `Bearer ${await token('a')}`;
  server.close();

  await expect(known.viewer({ authorization }, 'test')).rejects.not.toThrow(CredentialRefused);
});
