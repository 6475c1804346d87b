// The stand-alone check as its users run it, on proofs from a real ledger, whole and damaged.
import { execFile } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { post } from '../../../subgraphs/points/ledger/ledger.service.ts';
import { seal, sealKey, sealOf } from '../../../subgraphs/points/ledger/seal.service.ts';
import { encodeId, newId } from '../../../subgraphs/shared/id.ts';
import { openPoints } from '../../points/room.ts';
import type { TestRoom } from '../../support/room.ts';
import { operator } from '../../support/viewer.ts';

const DOCUMENT = readFileSync('clients/verify/proof.graphql', 'utf8');

let points: TestRoom;
let folder: string;
/** Of the second of a wallet's four entries. */
let answer: string;

beforeAll(async () => {
  points = await openPoints();
  folder = mkdtempSync(join(tmpdir(), 'loyalty-verify-'));
  const space = points.room.database.space('live');
  const wallet = { currency: 'points', actor_kind: 'OPERATOR' as const, actor_id: 'key:1' };
  const credit = (member: string) => ({
    ...wallet,
    op: 'credit' as const,
    kind: 'EARN' as const,
    member,
    amount: 100,
    origin: newId(),
    earned_at: '2026-03-01T00:00:00Z',
    expires_at: '2099-01-01T00:00:00Z',
    funder: null,
    reason: 'a „quoted“, [bracketed] and "escaped" \\ reason',
    explanation: { ruleSetVersion: '1', steps: [{ rule: 'one', applied: true, actual: '9 GBP' }] },
  });
  const members = Array.from({ length: 21 }, newId);
  const one = members[7]!;
  await post(space.source, members.map(credit));
  await post(space.source, [
    credit(one),
    { ...wallet, op: 'debit', kind: 'SPEND', member: one, amount: 130, origin: newId() },
    { ...wallet, op: 'hold', member: one, amount: 20, asker: 'one' },
  ]);
  const key = sealKey({ dataDir: folder, sealKey: null });
  await seal(space, key, '2026-03-01');
  writeFileSync(join(folder, 'key.pem'), (await sealOf(space.source, null))!.publicKey);
  const [{ id }] = (await points.query('select id from entry where member_id = $1 and seq = 2', [one])) as [
    { id: string },
  ];
  answer = JSON.stringify(await points.ask(operator, DOCUMENT, { entryId: encodeId('ent', id) }));
});
afterAll(async () => {
  rmSync(folder, { recursive: true });
  await points.close();
});

let file = 0;
/** Exit code, and what it said. */
function check(text: string | Buffer, key = 'key.pem'): Promise<{ code: number; said: string }> {
  file += 1;
  const name = join(folder, `${file}.json`);
  writeFileSync(name, text);
  return new Promise((resolve) => {
    execFile(process.execPath, ['clients/verify/verify.mjs', name, join(folder, key)], (error, stdout, stderr) =>
      resolve({ code: error === null ? 0 : Number(error.code), said: stdout + stderr }),
    );
  });
}

test('a proof from the ledger is proven', async () => {
  const { data } = JSON.parse(answer) as { data: { ledgerProof: { chain: string[]; path: object[] } } };

  expect(data.ledgerProof.chain).toHaveLength(3);
  expect(data.ledgerProof.path).toHaveLength(5);
  expect(await check(answer)).toEqual({
    code: 0,
    said: expect.stringMatching(/^ent_\w{26} is under the root of live, 2026-03-01: [0-9a-f]{64}\n$/),
  });
});

// oxlint-disable-next-line typescript/no-explicit-any -- an answer is damaged field by field
type Damage = (data: any) => void;
const damages: [string, Damage, RegExp][] = [
  [
    'another amount',
    (data) => (data.ledgerProof.chain[0] = data.ledgerProof.chain[0].replace('100', '900')),
    /its hash/,
  ],
  ['another entry’s id', (data) => (data.ledgerProof.entry.id = encodeId('ent', newId())), /not this entry’s/],
  ['another hash of the entry', (data) => (data.ledgerProof.entry.hash = 'ab'.repeat(32)), /its hash/],
  ['no entry before', (data) => (data.ledgerProof.entry.previousHash = null), /its hash/],
  ['a later entry changed', (data) => (data.ledgerProof.chain[1] += ' '), /wallet’s head/],
  ['a later entry left out', (data) => data.ledgerProof.chain.splice(1, 1), /wallet’s head/],
  [
    'entries in another order',
    (data) => data.ledgerProof.chain.push(data.ledgerProof.chain.splice(1, 1)[0]),
    /wallet’s head/,
  ],
  ['another head', (data) => (data.ledgerProof.walletHead = 'ab'.repeat(32)), /wallet’s head/],
  ['a step left out', (data) => data.ledgerProof.path.pop(), /the root/],
  ['another root of the proof', (data) => (data.ledgerProof.root = 'ab'.repeat(32)), /the root/],
  ['a root of another day', (data) => (data.ledgerRoot.root = 'ab'.repeat(32)), /the root/],
  ['another count', (data) => (data.ledgerRoot.walletCount += 1), /not signed/],
  ['another day', (data) => (data.ledgerRoot.day = '2026-03-02'), /not signed/],
  ['a live root of a sandbox', (data) => (data.ledgerRoot.space = 'sandbox'), /not signed/],
  ['no signature', (data) => (data.ledgerRoot.signature = ''), /no hash or signature/],
  ['no proof', (data) => (data.ledgerProof = null), /not sealed yet/],
];

test.each(damages)('%s is not proven', async (_, damage, why) => {
  const { data } = JSON.parse(answer) as { data: unknown };
  damage(data);

  expect(await check(JSON.stringify({ data }))).toEqual({ code: 1, said: expect.stringMatching(why) });
});

test('a refused question is told as what it is', async () => {
  const said = { errors: [{ message: 'This needs the scope ledger:verify.' }], data: { ledgerRoot: null } };

  expect(await check(JSON.stringify(said))).toEqual({
    code: 1,
    said: 'Not proven: This needs the scope ledger:verify.\n',
  });
});

test('a root that another key signed is not proven', async () => {
  const other = generateKeyPairSync('ed25519').publicKey.export({ type: 'spki', format: 'pem' });
  writeFileSync(join(folder, 'other.pem'), other);

  expect(await check(answer, 'other.pem')).toEqual({
    code: 1,
    said: expect.stringMatching(/not signed with this key/),
  });
});

test('a flipped bit anywhere is not proven', async () => {
  const bytes = Buffer.from(answer);

  await fc.assert(
    fc.asyncProperty(fc.nat(bytes.length - 1), fc.nat(7), async (at, bit) => {
      const flipped = Buffer.from(bytes);
      flipped[at]! ^= 1 << bit;

      expect((await check(flipped)).code).toBe(1);
    }),
    { numRuns: 150 },
  );
});
