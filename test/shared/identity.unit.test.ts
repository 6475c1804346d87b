import { createHmac, hash } from 'node:crypto';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, jest, test } from '@jest/globals';
import { SignJWT } from 'jose';
import { identities, identitySecret } from '../../subgraphs/shared/identity.ts';
import { till } from '../support/viewer.ts';

const SECRET = 's'.repeat(32);
const viewer = till('0193510f-2d16-7000-8000-000000000000');
const body = '{"query":"{ me { id } }"}';
const ours = identities(SECRET);

afterEach(() => {
  jest.useRealTimers();
});

test('what was signed for a room and a body is believed there', () => {
  const token = ours.sign('points', viewer, body);

  expect(ours.verify('points', token, Buffer.from(body))).toEqual(viewer);
});

/** A token by another library, as whoever has the room's key could make it. */
function forged(claims: object, { alg = 'HS256', audience = 'points', expiry = '30s' } = {}): Promise<string> {
  const key = createHmac('sha256', SECRET).update('identity:points').digest();
  const token = new SignJWT({ viewer: { ...viewer }, body: hash('sha256', body, 'base64url'), ...claims });
  return token.setProtectedHeader({ alg }).setAudience(audience).setIssuedAt().setExpirationTime(expiry).sign(key);
}

test('a token is a JWT as others make it', async () => {
  expect(ours.verify('points', await forged({}), Buffer.from(body))).toEqual(viewer);
});

describe('UNAUTHENTICATED is', () => {
  const refused = (token: string | undefined, sent = body) =>
    expect(() => ours.verify('points', token, Buffer.from(sent))).toThrow(
      expect.objectContaining({ code: 'UNAUTHENTICATED' }),
    );

  test('no token', () => refused(undefined));

  test('a token for another room', () => refused(ours.sign('members', viewer, body)));

  test('a token for another body', () => refused(ours.sign('points', viewer, body), body.replace('me', 'you')));

  test('a token of another secret', () => refused(identities('t'.repeat(32)).sign('points', viewer, body)));

  test.each([0, 1, 2])('a token whose part %i was changed', (part) => {
    const parts = ours.sign('points', viewer, body).split('.');
    parts[part] = (parts[part]!.startsWith('A') ? 'B' : 'A') + parts[part]!.slice(1);

    refused(parts.join('.'));
  });

  test('a token without a signature', () => {
    const [, claims] = ours.sign('points', viewer, body).split('.');
    const none = Buffer.from('{"alg":"none"}').toString('base64url');

    refused(`${none}.${claims}.`);
  });

  test('a token of the right key that names another room', async () => {
    refused(await forged({}, { audience: 'members' }));
  });

  test('a token of the right key by another algorithm', async () => {
    refused(await forged({}, { alg: 'HS512' }));
  });

  test.each(['aud', 'iat', 'exp', 'body', 'viewer'])('a token of the right key without %s', async (claim) => {
    const key = createHmac('sha256', SECRET).update('identity:points').digest();
    const [, claims] = (await forged({})).split('.');
    const { [claim]: _, ...others } = JSON.parse(Buffer.from(claims!, 'base64url').toString()) as Record<
      string,
      unknown
    >;
    const token = await new SignJWT(others).setProtectedHeader({ alg: 'HS256' }).sign(key);

    refused(token);
  });

  test.each([
    ['as it was signed here', async () => ours.sign('points', viewer, body)],
    ['however long it was meant to hold', () => forged({}, { expiry: '1h' })],
  ])('a token after 30 seconds, %s', async (_, signed) => {
    jest.useFakeTimers({
      now: new Date('2026-08-14T12:00:00Z'),
      doNotFake: ['nextTick', 'setImmediate', 'queueMicrotask'],
    });
    const token = await signed();
    jest.setSystemTime(new Date('2026-08-14T12:00:29Z'));
    const before = ours.verify('points', token, Buffer.from(body));
    jest.setSystemTime(new Date('2026-08-14T12:00:31Z'));

    expect(before).toEqual(viewer);
    refused(token);
  });
});

test('a secret is made once, kept, and read by its owner alone', () => {
  const folder = mkdtempSync(join(tmpdir(), 'loyalty-identity-'));
  const [first, second] = [identitySecret(null, folder), identitySecret(null, folder)];

  expect(first).toMatch(/^[0-9a-f]{64}$/);
  expect(second).toBe(first);
  expect(statSync(join(folder, 'identity.secret')).mode & 0o777).toBe(0o600);
  expect(identitySecret(SECRET, folder)).toBe(SECRET);
  rmSync(folder, { recursive: true });
});
