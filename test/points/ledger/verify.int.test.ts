// All wallets by several threads, and a run that was stopped.
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { post } from '../../../subgraphs/points/ledger/ledger.service.ts';
import { seal, sealDue, sealFolder, sealKey } from '../../../subgraphs/points/ledger/seal.service.ts';
import { encodeId, newId } from '../../../subgraphs/shared/id.ts';
import type { Space } from '../../../subgraphs/shared/database.ts';
import type { Keep } from '../../../subgraphs/shared/room.ts';
import { report, verifySpace, type VerifyOptions } from '../../../subgraphs/verify.ts';
import type { TestRoom } from '../../support/room.ts';
import { openPoints } from '../room.ts';

const COUNT = 4_500;

let points: TestRoom;
let space: Space;
let url: string;
let keep: Keep;
/** In order. */
let members: string[];

beforeAll(async () => {
  points = await openPoints();
  space = points.room.database.space('live');
  const [{ name }] = (await points.query('select current_database() "name"')) as [{ name: string }];
  url = Object.assign(new URL(process.env['TEST_POSTGRES_URL']!), { pathname: `/${name}` }).href;
  keep = { dataDir: mkdtempSync(join(tmpdir(), 'loyalty-verify-')), sealKey: null };
  members = Array.from({ length: COUNT }, () => newId()).toSorted();
  await post(
    space.source,
    members.map((member) => ({
      op: 'credit',
      kind: 'EARN',
      member,
      currency: 'points',
      amount: 10,
      origin: newId(),
      earned_at: '2026-03-01T00:00:00Z',
      expires_at: null,
      funder: null,
      actor_kind: 'SYSTEM',
      actor_id: null,
    })),
  );
  await seal(space, sealKey(keep), '2026-03-01');
  await sealDue(space, keep);
});
afterAll(async () => {
  rmSync(keep.dataDir, { recursive: true });
  await points.close();
});

const verify = (over: Partial<VerifyOptions> = {}) =>
  verifySpace(space, url, keep, { member: null, workers: 3, again: false, ...over });
const stateFile = () => join(keep.dataDir, 'verify', 'live.json');

/** Changes rows as somebody with all rights would, for as long as the work takes. */
async function tampered<T>(which: string[], work: () => Promise<T>): Promise<T> {
  const change = (by: number) =>
    space.source.transaction(async (tx) => {
      await tx.query('alter table entry disable trigger entry_append_only');
      await tx.query('update entry set moved = moved + $2 where member_id = any($1::uuid[])', [which, by]);
      await tx.query('alter table entry enable trigger entry_append_only');
    });
  await change(1);
  try {
    return await work();
  } finally {
    await change(-1);
  }
}

test('every wallet is verified once, however many threads there are', async () => {
  for (const workers of [1, 7]) {
    const verdict = await verify({ workers });

    expect(verdict).toMatchObject({ walletCount: COUNT, entryCount: COUNT, breaks: [], common: [], published: 2 });
    expect(report('live', verdict)).toEqual(['live: 4500 wallets, 4500 entries, 2 published seals: intact.']);
  }
});

test('every break is located, not only the first', async () => {
  const broken = [members[0]!, members[1_999]!, members[2_000]!, members[COUNT - 1]!];

  const lines = await tampered(broken, async () => report('live', await verify()));

  const of = (member: string) =>
    new RegExp(`^${encodeId('mbr', member)} points ent_\\w{26}: entry 1 moved another sum$`);
  expect(lines.toSorted()).toEqual([
    'live: 4500 wallets, 4500 entries, 2 published seals: 4 breaks.',
    ...broken.map((member) => expect.stringMatching(of(member))),
  ]);
});

test('one member is verified alone', async () => {
  const [one, other] = [members[5]!, members[6]!];

  const found = await tampered([one], () =>
    Promise.all([one, other].map((member) => verify({ member: encodeId('mbr', member) }))),
  );

  expect(found.map((verdict) => report('live', verdict).at(-1))).toEqual([
    'live: 1 wallets, 1 entries: 1 breaks.',
    'live: 1 wallets, 1 entries: intact.',
  ]);
  await expect(verify({ member: 'mbr_nobody' })).rejects.toThrow("mbr_nobody is no member's id.");
});

test('a run that was stopped goes on where it ended, with what it had found; one that has ended begins anew', async () => {
  const stopped = {
    walletCount: 2_000,
    entryCount: 2_000,
    breaks: [{ memberId: members[7]!, currency: 'points', entryId: null, reason: 'found before' }],
    done: [0],
    ends: [members[1_999]!, members[3_999]!, 'ffffffff-ffff-ffff-ffff-ffffffffffff'],
  };
  const stop = () => {
    mkdirSync(join(keep.dataDir, 'verify'), { recursive: true });
    writeFileSync(stateFile(), JSON.stringify(stopped));
  };
  const reasons = async (over: Partial<VerifyOptions> = {}) => {
    const { walletCount, breaks } = await verify(over);
    return [walletCount, ...breaks.map(({ memberId, reason }) => `${members.indexOf(memberId)}: ${reason}`).toSorted()];
  };

  const [on, anew, again] = await tampered([members[3]!, members[4_200]!], async () => {
    stop();
    const first = await reasons();
    const second = await reasons();
    stop();
    return [first, second, await reasons({ again: true })];
  });

  expect(on).toEqual([COUNT, '4200: entry 1 moved another sum', '7: found before']);
  expect(anew).toEqual([COUNT, '3: entry 1 moved another sum', '4200: entry 1 moved another sum']);
  expect(again).toEqual(anew);
  expect(existsSync(stateFile())).toBe(false);
});

test('a run that cannot go on keeps what it has done', async () => {
  const nowhere = 'postgres://127.0.0.1:1/nothing';

  await expect(verifySpace(space, nowhere, keep, { member: null, workers: 2, again: false })).rejects.toThrow(
    'ECONNREFUSED',
  );

  const { ends, done } = JSON.parse(readFileSync(stateFile(), 'utf8')) as { ends: string[]; done: number[] };
  expect(ends).toHaveLength(3);
  expect(done).toEqual([]);
  expect((await verify()).walletCount).toBe(COUNT);
});

test('a seal that is not as it was published is told', async () => {
  const file = join(sealFolder(keep, 'live'), '2026-03-01.json');
  const text = readFileSync(file, 'utf8');
  writeFileSync(file, text.replace('"walletCount": 4500', '"walletCount": 4501'));

  const { common } = await verify();
  writeFileSync(file, text);

  expect(common).toEqual(['the seal of 2026-03-01 is not as it was published']);
});
