// What thousands of documents that nobody asks again leave behind.
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, test } from '@jest/globals';
import { parse } from 'graphql';
import { documentStore } from '../../gateway/document-store.ts';

const MEGABYTE = 1024 * 1024;
setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

const text = (index: number, fields: number) => `{ a${index}: me { ${'name '.repeat(fields)}} }`;

async function after(documents: number, fields: number) {
  const store = documentStore();
  collectGarbage();
  const before = process.memoryUsage().heapUsed;
  for (let index = 0; index < documents; index += 1) await store.set(String(index), parse(text(index, fields)));
  collectGarbage();
  const kept = await Promise.all(Array.from({ length: documents }, (_, index) => store.get(String(index))));
  const megabytes = (process.memoryUsage().heapUsed - before) / MEGABYTE;
  return { kept: kept.filter((document) => document !== undefined).length, last: kept.at(-1) !== undefined, megabytes };
}

test('of 10 000 small ones the last 1 000 are kept, in 10 MB', async () => {
  const { kept, last, megabytes } = await after(10_000, 3);

  expect([kept, last]).toEqual([1_000, true]);
  expect(megabytes).toBeLessThan(10);
});

test('of 600 large ones a million characters are kept, in 120 MB', async () => {
  const { kept, last, megabytes } = await after(600, 600);

  expect(kept).toBe(Math.floor(1_000_000 / text(599, 600).length));
  expect(last).toBe(true);
  expect(megabytes).toBeLessThan(120);
});
