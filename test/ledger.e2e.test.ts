// `npm run ledger` as it is shipped, without a running graph.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { exportLedger } from '../subgraphs/points/ledger/export.service.ts';
import { operations } from './points/ledger/operation.ts';
import { openPoints } from './points/room.ts';
import { build, dataFolder } from './support/process.ts';

let built: string;
let dataDir: string;

beforeAll(async () => {
  built = await build();
  dataDir = dataFolder();
});
afterAll(() => {
  rmSync(dataDir, { recursive: true, force: true });
});

function ledger(args: string[], input = '') {
  const script = join(built, 'subgraphs/ledger.js');
  const { status, stdout, stderr } = spawnSync(process.execPath, [script, ...args], {
    encoding: 'utf8',
    env: { DATA_DIR: dataDir, PATH: process.env['PATH'] ?? '', SPACES: 'live,sandbox,sandbox_2,sandbox_3' },
    input,
  });
  return { status, stdout, stderr };
}

/** A file with two members' entries. */
async function someLedger(): Promise<string> {
  const points = await openPoints();
  try {
    const { memberWith, hold } = operations(points);
    await hold(await memberWith(30, 12), 35);
    await memberWith(7);
    const pieces = [];
    for await (const piece of exportLedger(points.room.database.space('live'))) pieces.push(piece);
    return pieces.join('');
  } finally {
    await points.close();
  }
}

test('takes a ledger from a file and writes it again, by pipe or by name', async () => {
  const given = await someLedger();
  const file = join(dataDir, 'ledger.ndjson');

  const imported = ledger(['import', '--space', 'sandbox'], given);
  const named = ledger(['export', '--space', 'sandbox', file]);
  const importedAgain = ledger(['import', '--space', 'sandbox_2', file]);
  const piped = ledger(['export', '--space', 'sandbox_2']);

  const rows = (text: string) => text.split('\n').slice(1, -2);
  expect(imported).toEqual({ status: 0, stdout: '', stderr: 'sandbox has 2 wallets and 4 entries.\nIt verifies.\n' });
  expect(named).toEqual({ status: 0, stdout: '', stderr: '' });
  expect(importedAgain.status).toBe(0);
  expect(rows(readFileSync(file, 'utf8'))).toEqual(rows(given));
  expect(rows(piped.stdout)).toEqual(rows(given));
});

test('says what is wrong, and that it failed', () => {
  const file = join(dataDir, 'ledger.ndjson');

  expect(ledger(['import', '--space', 'sandbox'], '{"format":"another"}\n')).toMatchObject({
    status: 1,
    stderr: expect.stringMatching(/^Line 1 is no header of a ledger/),
  });
  expect(ledger(['export', '--space', 'moon'])).toEqual({
    status: 1,
    stdout: '',
    stderr: 'There is no space moon: live, sandbox, sandbox_2, sandbox_3.\n',
  });
  expect(ledger(['import', '--space', 'sandbox', join(dataDir, 'nothing')])).toMatchObject({
    status: 1,
    stderr: expect.stringMatching(/^ENOENT/),
  });
  expect(ledger(['export', file])).toMatchObject({ status: 1, stderr: expect.stringMatching(/^EEXIST/) });
});

/** The file with an entry in it changed, and the sum at its end made to fit. */
function changed(text: string): string {
  const lines = text.replace('"kind":"HOLD"', '"kind":"SPEND"').split('\n').slice(0, -2);
  const before = lines.map((line) => `${line}\n`).join('');
  const sha256 = createHash('sha256').update(before).digest('hex');
  return `${before}${JSON.stringify({ end: { lines: lines.length, sha256 } })}\n`;
}

test('verifies: exit code 0 when all is intact, 1 and where each break is when not', () => {
  const given = readFileSync(join(dataDir, 'ledger.ndjson'), 'utf8');
  ledger(['import', '--space', 'sandbox_3'], changed(given));

  const [intact, broken, nobody] = [
    ledger(['verify', '--space', 'sandbox_2', '--workers', '2']),
    ledger(['verify', '--space', 'sandbox_3']),
    ledger(['verify', '--space', 'sandbox_3', '--member', 'mbr_nobody']),
  ];

  expect(intact).toEqual({
    status: 0,
    stdout: 'sandbox_2: 2 wallets, 4 entries, 0 published seals: intact.\n',
    stderr: '',
  });
  expect(broken.status).toBe(1);
  expect(broken.stdout.split('\n')).toEqual([
    expect.stringMatching(/^mbr_\w{26} points ent_\w{26}: entry 3 does not match its hash$/),
    expect.stringMatching(/^mbr_\w{26} points ent_\w{26}: there is a hold without an entry 3$/),
    'sandbox_3: 2 wallets, 4 entries, 0 published seals: 2 breaks.',
    '',
  ]);
  expect(nobody).toMatchObject({ status: 2, stderr: "mbr_nobody is no member's id.\n" });
});
