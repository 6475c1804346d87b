// `npm run operator` as it is shipped, without a running graph.
import { execFileSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
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

const operator = (...args: string[]) =>
  execFileSync(process.execPath, [join(built, 'subgraphs/operator.js'), ...args], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { DATA_DIR: dataDir, PATH: process.env['PATH'] ?? '' },
  });

test('makes a key for the live programme or a sandbox, and moves only a sandbox’s time', () => {
  expect(operator()).toMatch(/^key_\w{26} lyl_live_\w+\n$/);
  expect(operator('--space', 'sandbox')).toMatch(/^key_\w{26} lyl_test_\w+\n$/);
  expect(operator('--space', 'sandbox', '--advance', 'P30D')).toBe('sandbox has gone forward by P30D.\n');
  expect(() => operator('--advance', 'P30D')).toThrow('live is live');
  expect(() => operator('--space', 'moon')).toThrow('There is no space moon');
});
