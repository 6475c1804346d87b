// The README as a newcomer uses it: each of its snippets, in order, pasted into one shell beside a fresh deployment.
import { execFileSync } from 'node:child_process';
import { readFileSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { build, dataFolder, freePort, run, type Running } from './support/process.ts';

const MARK = '--- snippet';
const readme = readFileSync('README.md', 'utf8');
const steps = readme.slice(readme.indexOf('## First steps'), readme.indexOf('## In pieces'));
const snippets = [...steps.matchAll(/```sh\n(.*?)```/gs)].map(([, text]) => text!);

let built: string;
let server: Running;
let home: string;
let output: string[];

beforeAll(async () => {
  built = await build();
  home = dataFolder();
  const port = await freePort();
  const env = { DATA_DIR: join(home, '.data'), PORT: String(port) };
  server = await run(join(built, 'gateway/main.js'), [], env, 'Credentials of');
  const script = snippets.map((text) => `echo '${MARK}'\n${text}`).join('\n');
  const told = execFileSync(
    'bash',
    ['--norc', '-euo', 'pipefail', '-c', script.replaceAll('127.0.0.1:4000', `127.0.0.1:${port}`)],
    {
      cwd: home,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { PATH: `${dirname(process.execPath)}:${process.env['PATH'] ?? ''}`, HOME: home },
    },
  );
  output = told.split(MARK).slice(1);
});
afterAll(async () => {
  server?.signal('SIGTERM');
  await server?.ended;
  rmSync(home, { recursive: true, force: true });
});

test('every snippet does what it says, and refuses nothing', () => {
  const answers = output.flatMap((text) => text.split('\n').filter((line) => line.startsWith('{')));
  const data = answers.map((line) => JSON.parse(line) as { data?: Record<string, unknown>; errors?: unknown });

  expect(output).toHaveLength(snippets.length);
  expect(data.filter((answer) => answer.errors !== undefined)).toEqual([]);
  expect(answers.filter((line) => line.includes('"userErrors":[{'))).toEqual([]);
  expect(data.flatMap((answer) => Object.keys(answer.data ?? {}))).toEqual([
    'memberEnroll',
    'memberByIdentifier',
    'purchaseQuote',
    'purchaseRecord',
    'purchaseReturn',
    'member',
    'rewardRedeem',
    'memberEnroll',
    'terminalCreate',
    'apiClientCreate',
    'purchaseRecord',
  ]);
  expect(data.at(-1)).toMatchObject({
    data: { purchaseRecord: { member: { wallets: [{ available: 18, held: 0 }] }, userErrors: [] } },
  });
});
