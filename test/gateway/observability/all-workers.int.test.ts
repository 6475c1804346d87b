// Gateways in processes of their own are measured as one.
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from '@jest/globals';
import { counted } from './scrape.ts';

test('a worker that is asked tells what all have counted, to each that asks at once', async () => {
  const { stdout } = await promisify(execFile)(process.execPath, [join(import.meta.dirname, 'two-workers.ts')]);

  const texts = JSON.parse(stdout) as string[];
  const sums = { each: 3, 'worker 1': 1, 'worker 2': 2 };
  expect(texts.map((text) => counted(text, 'counted_total'))).toEqual([sums, sums]);
});
