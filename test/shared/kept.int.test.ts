// What is kept in a file is made once, whoever wants it first.
import { mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { keptText } from '../../subgraphs/shared/kept.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'loyalty-kept-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

test('it is made once, for its owner only, and nothing else is left behind', () => {
  const file = join(folder, 'deeper', 'secret');

  const texts = [keptText(file, () => 'first'), keptText(file, () => 'second')];

  expect(texts).toEqual(['first', 'first']);
  expect(readdirSync(join(folder, 'deeper'))).toEqual(['secret']);
  expect(statSync(file).mode & 0o777).toBe(0o600);
});

test('who comes second, while it is made, gets what the first one made', () => {
  const file = join(folder, 'secret');

  const text = keptText(file, () => {
    writeFileSync(file, 'of another process');
    return 'of this one';
  });

  expect(text).toBe('of another process');
  expect(readdirSync(folder)).toEqual(['secret']);
});
