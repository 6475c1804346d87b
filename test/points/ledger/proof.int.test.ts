// Roots and proofs through the API: who gets them, under which seal, and that they lead to the root.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { sha256 } from '../../../subgraphs/points/ledger/history.service.ts';
import { post, type Posting } from '../../../subgraphs/points/ledger/ledger.service.ts';
import { BLOCK, seal, sealKey, tree } from '../../../subgraphs/points/ledger/seal.service.ts';
import { encodeId, newId } from '../../../subgraphs/shared/id.ts';
import type { Viewer } from '../../../subgraphs/shared/viewer.ts';
import type { TestRoom } from '../../support/room.ts';
import { inSpace, member, operator, partner, till } from '../../support/viewer.ts';
import { checkLedger, NORTH, openPoints, payload } from '../room.ts';

/** The entry of this seq in the wallet `first` of the world below was made before the seal of the first or the second day. */
const [FIRST, SECOND] = ['2026-03-01', '2026-03-02'];
const ROOT = 'query ($day: Date) { ledgerRoot(day: $day) { space day root walletCount entryCount keyId } }';
const PROOF = `query ($entryId: ID!, $day: Date) { ledgerProof(entryId: $entryId, day: $day) {
  entry { id hash previousHash } chain walletHead path { side hash } root } }`;

let points: TestRoom;
let folder: string;
const ann = newId();
const busy = newId();

const give = (to: string): Posting => ({
  op: 'credit',
  kind: 'EARN',
  member: to,
  currency: 'points',
  amount: 7,
  origin: newId(),
  earned_at: '2026-03-01T00:00:00Z',
  expires_at: '2099-01-01T00:00:00Z',
  funder: NORTH,
  actor_kind: 'SYSTEM',
  actor_id: null,
});

beforeAll(async () => {
  points = await openPoints();
  folder = mkdtempSync(join(tmpdir(), 'loyalty-proof-'));
  const space = points.room.database.space('live');
  const key = sealKey({ dataDir: folder, sealKey: null });
  const times = (count: number, to: string) => Array.from({ length: count }, () => give(to));
  await post(space.source, [...times(3, ann), ...times(2, busy)]);
  await post(
    space.source,
    Array.from({ length: BLOCK + 50 }, () => give(newId())),
  );
  await seal(space, key, FIRST);
  await post(space.source, [...times(2, ann), ...times(1_200, busy), give(newId())]);
  await seal(space, key, SECOND);
  await post(space.source, times(1, ann));
});
afterAll(async () => {
  await checkLedger(points);
  rmSync(folder, { recursive: true });
  await points.close();
});

async function entryId(of: string, seq: number): Promise<string> {
  const [row] = await points.query<{ id: string }>('select id from entry where member_id = $1 and seq = $2', [of, seq]);
  return encodeId('ent', row!.id);
}
const rootOf = (viewer: Viewer, day?: string) => payload(points.ask(viewer, ROOT, { day }));
const proofOf = async (viewer: Viewer, of: string, seq: number, day?: string) =>
  payload(points.ask(viewer, PROOF, { entryId: await entryId(of, seq), day }));

test('the root of a day is its own, and the latest one when no day is named', async () => {
  const [first, second, latest] = [
    await rootOf(operator, FIRST),
    await rootOf(operator, SECOND),
    await rootOf(operator),
  ];

  expect(first).toMatchObject({ space: 'live', day: FIRST, walletCount: BLOCK + 52, entryCount: BLOCK + 55 });
  expect(second).toMatchObject({ day: SECOND, walletCount: BLOCK + 53, entryCount: BLOCK + 1_258 });
  expect(latest).toEqual(second);
  expect(second.root).not.toBe(first.root);
  expect(await rootOf(operator, '2026-03-03')).toBe(null);
});

test.each([
  [1, undefined, 5],
  [5, undefined, 1],
  [1, FIRST, 3],
  [3, FIRST, 1],
])('entry %i has a proof under the seal of %s by %i entries', async (seq, day, length) => {
  const { entry, chain, walletHead, path, root } = await proofOf(operator, ann, seq, day);

  const bytes = (hex: string) => Buffer.from(hex, 'hex');
  const hashes: Buffer[] = [bytes(entry.previousHash ?? '')];
  for (const content of chain as string[]) hashes.push(sha256(hashes.at(-1)!, Buffer.from(content)));
  const steps = path.map(({ side, hash }: { side: 'LEFT'; hash: string }) => ({ side, hash: bytes(hash) }));
  expect(chain).toHaveLength(length);
  expect(hashes[1]!.toString('hex')).toBe(entry.hash);
  expect(hashes.at(-1)!.toString('hex')).toBe(walletHead);
  expect(tree.follow(tree.leaf(bytes(walletHead)), steps).toString('hex')).toBe(root);
  expect((await rootOf(operator, day)).root).toBe(root);
});

test('wallets of every block lead to the root', async () => {
  const { root } = await rootOf(operator);
  const rows = await points.query<{ id: string }>(
    `select e.id from entry e join (select member_id, row_number() over (order by member_id, currency) n from wallet) w using (member_id)
     where e.seq = 1 and w.n in (1, 1024, 1025, ${BLOCK + 52})`,
  );

  for (const { id } of rows) {
    const proof = await payload(points.ask(operator, PROOF, { entryId: encodeId('ent', id) }));
    const steps = proof.path.map(({ side, hash }: { side: 'LEFT'; hash: string }) => ({
      side,
      hash: Buffer.from(hash, 'hex'),
    }));
    expect(tree.follow(tree.leaf(Buffer.from(proof.walletHead, 'hex')), steps).toString('hex')).toBe(root);
  }
  expect(rows).toHaveLength(4);
});

test('an entry that no seal covers has no proof, nor has one under an earlier seal', async () => {
  expect(await proofOf(operator, ann, 6)).toBe(null);
  expect(await proofOf(operator, ann, 4, FIRST)).toBe(null);
  expect(await proofOf(operator, ann, 1, '2026-02-28')).toBe(null);
  expect(await payload(points.ask(operator, PROOF, { entryId: 'ent_nothing' }))).toBe(null);
  expect(await payload(points.ask(operator, PROOF, { entryId: encodeId('ent', newId()) }))).toBe(null);
});

test('a proof has at most 1 000 entries; one that would have more says what to ask instead', async () => {
  const ask = async (seq: number, day?: string) =>
    points.ask(operator, PROOF, { entryId: await entryId(busy, seq), day });

  const [far, between, near] = [await ask(1), await ask(150), await ask(203)];

  expect(far.errors).toMatchObject([
    {
      message:
        'Under the seal of 2026-03-02 1201 entries follow this one; a proof has at most 1000 entries. Ask with `day: "2026-03-01"`: the first seal that covers it.',
      extensions: { code: 'BAD_USER_INPUT' },
    },
  ]);
  expect(between.errors?.[0]?.message).toBe(
    `Under the seal of 2026-03-02 1052 entries follow this one; a proof has at most 1000 entries. No seal is nearer: \`npm run ledger -- verify --member ${encodeId('mbr', busy)}\` checks its wallet instead.`,
  );
  expect((await payload(ask(1, FIRST))).chain).toHaveLength(2);
  expect((await payload(Promise.resolve(near))).chain).toHaveLength(1_000);
});

test('a member gets the root and proofs of its own entries; nobody else without the scope', async () => {
  const without = { ...operator, scopes: ['points:read'] };
  const blind = { ...operator, scopes: ['ledger:verify'] };
  const codes = (viewer: Viewer, query: string, id: string) =>
    points
      .ask(viewer, query, { entryId: id })
      .then(({ data, errors }) => errors?.[0]?.extensions?.['code'] ?? Object.values(data!)[0]);
  const id = await entryId(ann, 2);

  expect(await codes(member(ann), ROOT, id)).toMatchObject({ day: SECOND });
  expect(await codes(member(ann), PROOF, id)).toMatchObject({ entry: { id } });
  expect(await codes(member(busy), PROOF, id)).toBe(null);
  expect(await codes(blind, ROOT, id)).toMatchObject({ day: SECOND });
  expect(await codes(blind, PROOF, id)).toBe(null);
  for (const query of [ROOT, PROOF]) {
    expect(await codes(without, query, id)).toBe('FORBIDDEN');
    expect(await codes(till(NORTH), query, id)).toBe(null);
    expect(await codes(partner(NORTH), query, id)).toBe(null);
    expect(await codes(inSpace('sandbox', operator), query, id)).toBe(null);
  }
});

test('nothing personal is in a proof of a member but its id', async () => {
  const { chain } = await proofOf(member(ann), ann, 1);

  expect(chain[0]).toContain(ann);
  expect(chain.join('')).not.toContain(busy);
});
