import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, jest, test } from '@jest/globals';
import { identities, identitySecret } from '../../subgraphs/shared/identity.ts';
import { till } from '../support/viewer.ts';

const SECRET = 's'.repeat(32);
const viewer = till('0193510f-2d16-7000-8000-000000000000');
const body = '{"query":"{ me { id } }"}';
const ours = identities(SECRET);

afterEach(() => {
  jest.useRealTimers();
});

test('what was signed for a room and a body is believed there', async () => {
  const token = await ours.sign('points', viewer, body);

  expect(await ours.verify('points', token, Buffer.from(body))).toEqual(viewer);
});

describe('UNAUTHENTICATED is', () => {
  const refused = (verified: Promise<unknown>) => expect(verified).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });

  test('no token', () => refused(ours.verify('points', undefined, Buffer.from(body))));

  test('a token for another room', async () => {
    const token = await ours.sign('members', viewer, body);

    await refused(ours.verify('points', token, Buffer.from(body)));
  });

  test('a token for another body', async () => {
    const token = await ours.sign('points', viewer, body);

    await refused(ours.verify('points', token, Buffer.from(body.replace('me', 'you'))));
  });

  test('a token of another secret', async () => {
    const token = await identities('t'.repeat(32)).sign('points', viewer, body);

    await refused(ours.verify('points', token, Buffer.from(body)));
  });

  test.each([0, 1, 2])('a token whose part %i was changed', async (part) => {
    const parts = (await ours.sign('points', viewer, body)).split('.');
    parts[part] = (parts[part]!.startsWith('A') ? 'B' : 'A') + parts[part]!.slice(1);

    await refused(ours.verify('points', parts.join('.'), Buffer.from(body)));
  });

  test('a token without a signature', async () => {
    const [, claims] = (await ours.sign('points', viewer, body)).split('.');
    const none = Buffer.from('{"alg":"none"}').toString('base64url');

    await refused(ours.verify('points', `${none}.${claims}.`, Buffer.from(body)));
  });

  test('a token after 30 seconds', async () => {
    jest.useFakeTimers({
      now: new Date('2026-08-14T12:00:00Z'),
      doNotFake: ['nextTick', 'setImmediate', 'queueMicrotask'],
    });
    const token = await ours.sign('points', viewer, body);
    jest.setSystemTime(new Date('2026-08-14T12:00:29Z'));
    await ours.verify('points', token, Buffer.from(body));
    jest.setSystemTime(new Date('2026-08-14T12:00:31Z'));

    await refused(ours.verify('points', token, Buffer.from(body)));
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
