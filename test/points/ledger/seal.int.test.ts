// Each day's signed root over the heads of all wallets, in a sandbox whose days can be made to pass.
import { createPublicKey, generateKeyPairSync, verify as verifySignature } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { DateTime } from 'luxon';
import { post, type Posting } from '../../../subgraphs/points/ledger/ledger.service.ts';
import { sealText, type SignedSeal } from '../../../subgraphs/points/ledger/seal.rules.ts';
import { BLOCK, sealDue, sealOf, sealsOf, tree } from '../../../subgraphs/points/ledger/seal.service.ts';
import { sealBreaks, publishedBreaks } from '../../../subgraphs/points/ledger/sealed.service.ts';
import { inSnapshot } from '../../../subgraphs/points/ledger/history.service.ts';
import { verify } from '../../../subgraphs/points/ledger/verify.service.ts';
import { pointsRoom } from '../../../subgraphs/points/main.ts';
import { advanceClock, now } from '../../../subgraphs/shared/clock.ts';
import type { Space } from '../../../subgraphs/shared/database.ts';
import { newId } from '../../../subgraphs/shared/id.ts';
import type { Keep } from '../../../subgraphs/shared/room.ts';
import { testRoom, type TestRoom } from '../../support/room.ts';
import { openPoints } from '../room.ts';

let points: TestRoom;
let space: Space;
let keep: Keep;

beforeEach(async () => {
  points = await openPoints();
  space = points.room.database.space('sandbox');
  keep = { dataDir: mkdtempSync(join(tmpdir(), 'loyalty-seal-')), sealKey: null };
});
afterEach(async () => {
  const { firstBreak } = await verify(space.source, null);
  await points.close();
  rmSync(keep.dataDir, { recursive: true });
  if (firstBreak !== null) throw new Error(`the ledger is broken: ${firstBreak.reason}`);
});

const give = (member: string, amount = 10): Posting => ({
  op: 'credit',
  kind: 'EARN',
  member,
  currency: 'points',
  amount,
  origin: newId(),
  earned_at: '2026-03-01T00:00:00Z',
  expires_at: null,
  funder: null,
  actor_kind: 'SYSTEM',
  actor_id: null,
});

const earn = (...members: string[]) =>
  post(
    space.source,
    members.map((member) => give(member)),
  );
const nextDay = () => advanceClock(space, 'P1D');
const yesterday = async (zone = 'Europe/London') =>
  DateTime.fromISO(await now(space.source), { zone })
    .minus({ days: 1 })
    .toISODate();
const heads = (where = 'true') =>
  points.query<{ head: Buffer }>(
    `select head_hash head from wallet where ${where} order by member_id, currency`,
    [],
    'sandbox',
  );
const rootOver = (rows: { head: Buffer }[]) => tree.rootOf(rows.map(({ head }) => tree.leaf(head))).toString('hex');
const sealedHeads = () =>
  points.query<{ seal: number; seq: number }>('select seal_id seal, seq from sealed_head order by 1, 2', [], 'sandbox');

test('a day is sealed when it has ended, once', async () => {
  expect(await sealDue(space, keep)).toBe(0);
  await earn(newId(), newId());
  expect(await sealDue(space, keep)).toBe(0);
  await nextDay();

  const sealed = [await sealDue(space, keep), await sealDue(space, keep)];

  expect(sealed).toEqual([1, 0]);
  expect(await sealOf(space.source, null)).toMatchObject({
    id: 1,
    space: 'sandbox',
    day: await yesterday(),
    walletCount: 2,
    entryCount: 2,
    root: rootOver(await heads()),
  });
});

test('days that nobody sealed are covered by the seal of the last of them', async () => {
  await earn(newId());
  await advanceClock(space, 'P4D');

  expect([await sealDue(space, keep), await sealDue(space, keep)]).toEqual([1, 0]);
  expect((await sealsOf(space.source)).map(({ day }) => day)).toEqual([await yesterday()]);
});

test('a day of the programme ends at its own midnight', async () => {
  await earn(newId());
  await nextDay();
  const here = await yesterday();
  const days = await Promise.all(
    ['Pacific/Kiritimati', 'Pacific/Midway'].map(async (zone) => [zone, await yesterday(zone)]),
  );
  // Whatever the time is, one of them has another day.
  const [zone, there] = days.find(([, day]) => day !== here)!;
  await points.query(
    `insert into programme (version, document) select 2, document || jsonb_build_object('timeZone', $1::text) from programme`,
    [zone],
    'sandbox',
  );

  await sealDue(space, keep);

  expect((await sealOf(space.source, null))?.day).toBe(there);
});

test('of many processes one seals', async () => {
  await earn(newId());
  await nextDay();

  const sealed = await Promise.all(Array.from({ length: 8 }, () => sealDue(space, keep)));

  expect(sealed.reduce((sum, count) => sum + count)).toBe(1);
});

test('a seal is signed, and what is signed is all that it says', async () => {
  await earn(newId());
  await nextDay();
  await sealDue(space, keep);

  const seal = (await sealOf(space.source, null)) as SignedSeal;

  const holds = (said: SignedSeal) =>
    verifySignature(
      null,
      Buffer.from(sealText(said)),
      createPublicKey(said.publicKey),
      Buffer.from(said.signature, 'hex'),
    );
  expect(holds(seal)).toBe(true);
  for (const field of ['space', 'day', 'root', 'sealedAt', 'history', 'keyId'] as const) {
    expect(holds({ ...seal, [field]: `${seal[field]}0` })).toBe(false);
  }
  for (const field of ['walletCount', 'entryCount'] as const) {
    expect(holds({ ...seal, [field]: seal[field] + 1 })).toBe(false);
  }
});

test('the key is made once and only its owner reads it; a given one is taken instead', async () => {
  const given = generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
  const keyOf = async (how: Keep) => {
    await earn(newId());
    await nextDay();
    await sealDue(space, how);
    return (await sealOf(space.source, null))!.keyId;
  };

  const [first, second, other] = [await keyOf(keep), await keyOf(keep), await keyOf({ ...keep, sealKey: given })];

  expect(second).toBe(first);
  expect(other).not.toBe(first);
  expect(statSync(join(keep.dataDir, 'seal-key.pem')).mode & 0o777).toBe(0o600);
});

test('only heads that changed are kept, and roots are over all', async () => {
  const [one, two, three] = [newId(), newId(), newId()];
  await earn(one, two);
  await nextDay();
  await sealDue(space, keep);
  await earn(two, two, three);
  await nextDay();
  await sealDue(space, keep);
  await nextDay();
  await sealDue(space, keep);

  const roots = (await sealsOf(space.source)).map(({ root, walletCount, entryCount }) => [
    root,
    walletCount,
    entryCount,
  ]);

  const all = rootOver(await heads());
  expect(roots.slice(1)).toEqual([
    [all, 3, 5],
    [all, 3, 5],
  ]);
  expect(await sealedHeads()).toEqual([
    { seal: 1, seq: 1 },
    { seal: 1, seq: 1 },
    { seal: 2, seq: 1 },
    { seal: 2, seq: 3 },
  ]);
});

test('wallets in several blocks have the same root as in one', async () => {
  const members = Array.from({ length: BLOCK + 76 }, () => newId());
  await earn(...members);
  await nextDay();

  await sealDue(space, keep);

  const blocks = await points.query('select seal_id, n from seal_block order by n', [], 'sandbox');
  expect(blocks).toEqual([
    { seal_id: 1, n: 0 },
    { seal_id: 1, n: 1 },
  ]);
  expect((await sealOf(space.source, null))?.root).toBe(rootOver(await heads()));
});

test('what is posted meanwhile is sealed whole or not at all', async () => {
  const members = Array.from({ length: 300 }, () => newId());
  await earn(...members);
  await nextDay();

  const [, ...posted] = await Promise.all([
    sealDue(space, keep),
    ...Array.from({ length: 20 }, () => earn(...members.slice(0, 5), newId())),
  ]);
  await nextDay();
  await sealDue(space, keep);

  expect(posted.flat().filter(({ refusal }) => refusal !== null)).toEqual([]);
  expect(await inSnapshot(space.source, sealBreaks)).toEqual([]);
  expect((await sealsOf(space.source)).at(-1)).toMatchObject({ walletCount: 320, entryCount: 420 });
});

test('each seal is published as a file, again where it is missing, and never over one that is there', async () => {
  const folder = join(keep.dataDir, 'seals', 'sandbox');
  await earn(newId());
  await nextDay();
  await sealDue(space, keep);
  const [first] = readdirSync(folder);
  const { id: _, ...seal } = (await sealOf(space.source, null))!;
  const text = readFileSync(join(folder, first!), 'utf8');
  rmSync(folder, { recursive: true });
  await sealDue(space, keep);
  const again = readFileSync(join(folder, first!), 'utf8');
  writeFileSync(join(folder, first!), '{}');
  await nextDay();
  await sealDue(space, keep);

  expect(first).toBe(`${seal.day}.json`);
  expect(JSON.parse(text)).toEqual(seal);
  expect(again).toBe(text);
  expect(readFileSync(join(folder, first!), 'utf8')).toBe('{}');
  expect(readdirSync(folder)).toHaveLength(2);
  expect(await publishedBreaks(space, keep)).toEqual({
    count: 2,
    breaks: [`the seal of ${seal.day} is not as it was published`],
  });
});

test('spaces are sealed apart', async () => {
  await earn(newId());
  await nextDay();

  await sealDue(space, keep);
  await sealDue(points.room.database.space('live'), keep);

  expect(readdirSync(join(keep.dataDir, 'seals'))).toEqual(['sandbox']);
  expect(await points.query('select from seal')).toEqual([]);
});

test.each([
  ['seal', 'id'],
  ['sealed_head', 'seq'],
  ['seal_block', 'n'],
])('%s is append-only', async (table, column) => {
  for (const statement of [`update ${table} set ${column} = ${column}`, `delete from ${table}`, `truncate ${table}`]) {
    await expect(points.query(statement)).rejects.toThrow(/is append-only/);
  }
});

test("the room's clock seals", async () => {
  const room = await testRoom({ ...pointsRoom, tick: (request) => pointsRoom.tick!({ ...request, keep }) });
  try {
    const sandbox = room.room.database.space('sandbox');
    await post(sandbox.source, [give(newId())]);
    await advanceClock(sandbox, 'P1D');

    await room.room.clock.drain();

    expect(await sealsOf(sandbox.source)).toHaveLength(1);
  } finally {
    await room.close();
  }
});
