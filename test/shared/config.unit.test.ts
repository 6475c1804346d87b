import { generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { readConfig } from '../../subgraphs/shared/config.ts';

const problems = (env: Record<string, string>): string => {
  try {
    readConfig(env);
  } catch (error) {
    return (error as Error).message;
  }
  return 'none';
};

test('an empty environment is enough', () => {
  const config = readConfig({});

  expect(config).toMatchObject({
    production: false,
    host: '127.0.0.1',
    port: 4000,
    spaces: ['live', 'sandbox'],
    demo: true,
    databaseUrl: null,
    roomUrls: { members: 'http://127.0.0.1:4001', points: 'http://127.0.0.1:4002', partners: 'http://127.0.0.1:4005' },
  });
});

test('an empty variable counts as absent', () => {
  expect(readConfig({ PORT: '', DATABASE_URL: '' })).toEqual(readConfig({}));
});

test('the demo is off in production unless asked for', () => {
  expect(readConfig({ NODE_ENV: 'production' }).demo).toBe(false);
  expect(readConfig({ NODE_ENV: 'production', DEMO: '1' }).demo).toBe(true);
  expect(readConfig({ DATABASE_URL: 'postgres://here/' }).demo).toBe(false);
  expect(readConfig({ DATABASE_URL_POINTS: 'postgres://here/' }).demo).toBe(false);
});

test('a crash for tests is refused in production', () => {
  expect(readConfig({}).crashAt).toBe(null);
  expect(readConfig({ CRASH_AT: 'somewhere' }).crashAt).toBe('somewhere');
  expect(problems({ CRASH_AT: 'somewhere', NODE_ENV: 'production' })).toMatch(/^ {2}CRASH_AT: never in production$/m);
});

test("a room's own variables override what is common", () => {
  const config = readConfig({
    POINTS_PORT: '5002',
    MEMBERS_URL: 'http://members:80',
    DATABASE_URL_POINTS: 'postgres://db/p',
  });

  expect(config.roomPorts.points).toBe(5002);
  expect(config.roomUrls).toMatchObject({ members: 'http://members:80', points: 'http://127.0.0.1:5002' });
  expect(config.roomDatabaseUrls).toMatchObject({ members: null, points: 'postgres://db/p', partners: null });
});

test('every wrong variable is named at once, with what is wrong', () => {
  const said = problems({ PORT: 'http', LOG_LEVEL: 'loud', MEMBERS_URL: 'members' });

  expect(said.split('\n')[0]).toBe('The environment cannot be used:');
  expect(said).toMatch(/^ {2}PORT: .*number/m);
  expect(said).toMatch(/^ {2}LOG_LEVEL: /m);
  expect(said).toMatch(/^ {2}MEMBERS_URL: /m);
});

test.each([
  ['IDENTITY_SECRET', 'short'],
  ['SPACES', 'Live Space'],
  ['SPACES', ''.padStart(60, 'a')],
  ['PORT', '65536'],
  ['DEMO', 'maybe'],
  ['MEMBER_ISSUERS', '{not json'],
  ['TOKEN_KEYS', '{"keys":[]}'],
  ['TOKEN_KEYS', '{"keys":[{"kty":"OKP","crv":"Ed25519","x":"public only"}]}'],
  ['CORS_ORIGINS', '*'],
  ['CORS_ORIGINS', 'https://shop.example/'],
  ['CORS_ORIGINS', 'shop.example'],
  ['PROXIES', '-1'],
  ['RATE_PER_CREDENTIAL', '0'],
  ['RATE_ANONYMOUS', 'many'],
  ['MEMBER_ISSUERS', '[{"issuer":"https://i","audience":"a","jwksUri":"https://i/keys","jwks":1}]'],
])('%s=%s is refused by name', (name, value) => {
  expect(problems({ [name]: value })).toContain(`  ${name}`);
});

test('a wrong value is not repeated: it may be a secret', () => {
  expect(problems({ IDENTITY_SECRET: 'hunter2' })).not.toContain('hunter2');
  expect(problems({ TOKEN_KEYS: '{"keys":[{"kty":"RSA","d":"hunter2"}]}' })).not.toContain('hunter2');
  expect(problems({ TOKEN_KEYS: 'hunter2' })).not.toContain('hunter2');
});

test('keys that sign tokens are given with their private half, newest first', () => {
  const jwk = { kty: 'OKP', crv: 'Ed25519', x: 'x', d: 'd' };

  expect(readConfig({ TOKEN_KEYS: JSON.stringify({ keys: [{ ...jwk, kid: '1' }] }) }).tokenKeys).toEqual([jwk]);
  expect(readConfig({}).tokenKeys).toBeNull();
});

test('queries are shared unless that is switched off', () => {
  expect(readConfig({}).shareQueries).toBe(true);
  expect(readConfig({ SHARE_QUERIES: 'false' }).shareQueries).toBe(false);
});

test('rates, proxies and origins are numbers and a list', () => {
  const config = readConfig({
    CORS_ORIGINS: 'https://shop.example, http://localhost:5173',
    PROXIES: '1',
    RATE_FAILED: '5',
  });

  expect(config.corsOrigins).toEqual(['https://shop.example', 'http://localhost:5173']);
  expect(config.proxies).toBe(1);
  expect(config.rates).toEqual({ perCredential: 12_000, anonymous: 600, failed: 5 });
});

test('the key of seals is an Ed25519 key, as text or as a file', () => {
  const pem = (type: 'ed25519' | 'x25519') =>
    generateKeyPairSync(type as 'ed25519')
      .privateKey.export({ type: 'pkcs8', format: 'pem' })
      .toString();
  const [own, other] = [pem('ed25519'), pem('x25519')];
  const folder = mkdtempSync(join(tmpdir(), 'loyalty-config-'));
  writeFileSync(join(folder, 'key.pem'), own);

  expect(readConfig({}).sealKey).toBe(null);
  expect(readConfig({ SEAL_KEY: own }).sealKey).toBe(own);
  expect(readConfig({ SEAL_KEY: join(folder, 'key.pem') }).sealKey).toBe(own);
  for (const wrong of [other, join(folder, 'none.pem')]) {
    expect(problems({ SEAL_KEY: wrong })).toMatch(/^ {2}SEAL_KEY: neither a private Ed25519 key as PEM nor the path/m);
  }
  rmSync(folder, { recursive: true });
});
