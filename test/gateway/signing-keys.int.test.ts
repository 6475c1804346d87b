// The keys of our own tokens: made once, changed in time, published for as long as a token of theirs may hold.
import { generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { givenKeys, keptKeys, publicJwk, type SigningKeys } from '../../gateway/oauth/signing-keys.ts';
import type { PrivateJwk } from '../../subgraphs/shared/environment.ts';

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;
/** Where a period of 30 days begins. */
const START = 600 * 30 * DAY;

let dataDir: string;
beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'loyalty-keys-'));
});
afterEach(() => rmSync(dataDir, { recursive: true, force: true }));

const current = async (keys: SigningKeys) => (await keys.current()).kid;
const published = async (keys: SigningKeys) => (await keys.published()).map(({ kid }) => kid);

describe('kept keys', () => {
  test('are the same after a restart and for every gateway on the folder, and only its owner reads them', async () => {
    const first = await current(keptKeys(dataDir, () => START + DAY));
    const second = await current(keptKeys(dataDir, () => START + DAY));

    expect(second).toBe(first);
    const files = readdirSync(join(dataDir, 'token-keys'));
    expect(files).toEqual(['600.json']);
    expect(statSync(join(dataDir, 'token-keys', files[0]!)).mode & 0o777).toBe(0o600);
  });

  test('change every 30 days: the next is published a day before, the last until its tokens have expired', async () => {
    let now = START + DAY;
    const keys = keptKeys(dataDir, () => now);
    const old = await current(keys);
    expect(await published(keys)).toEqual([old]);

    now = START + 29 * DAY + MINUTE;
    expect(await current(keys)).toBe(old);
    const [, next] = await published(keys);

    now = START + 30 * DAY;
    expect(await current(keys)).toBe(next);
    now += 14 * MINUTE;
    expect(await published(keys)).toEqual([old, next]);
    now += 2 * MINUTE;
    expect(await published(keys)).toEqual([next]);
    expect(next).not.toBe(old);
  });

  test('that are over are deleted', async () => {
    let now = START + DAY;
    const keys = keptKeys(dataDir, () => now);
    await keys.current();

    now += 60 * DAY;
    await keys.current();

    expect(readdirSync(join(dataDir, 'token-keys'))).toEqual(['602.json']);
  });
});

test('given keys are all published, without their secret, and the first signs', async () => {
  const jwk = () => generateKeyPairSync('ed25519').privateKey.export({ format: 'jwk' }) as unknown as PrivateJwk;
  const [first, second] = [jwk(), jwk()];

  const keys = await givenKeys([first, second]);

  const jwks = (await keys.published()).map(publicJwk);
  expect(jwks).toEqual(
    [first, second].map(({ x }) => ({
      kty: 'OKP',
      crv: 'Ed25519',
      x,
      kid: expect.stringMatching(/^[\w-]{43}$/),
      alg: 'EdDSA',
      use: 'sig',
    })),
  );
  expect(await current(keys)).toBe(jwks[0]!.kid);
});
