import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from '@jest/globals';
import { z } from 'zod';
import { readDocument } from '../../subgraphs/shared/document.ts';

const folder = mkdtempSync(join(tmpdir(), 'loyalty-document-'));
const file = join(folder, 'programme.yaml');
afterAll(() => rmSync(folder, { recursive: true }));

const schema = z.object({ tiers: z.array(z.strictObject({ code: z.string(), spend: z.string() })) });

function read(text: string) {
  writeFileSync(file, text);
  return readDocument(file, schema);
}

test('a section is read, and others are not looked at', () => {
  expect(read('tiers:\n  - { code: gold, spend: "100" }\nelse: 1\n')).toEqual({
    tiers: [{ code: 'gold', spend: '100' }],
  });
});

test('each problem is told with its line and column', () => {
  const text = 'tiers:\n  - { code: gold, spend: 100 }\n  - { code: silver, spend: "50", colour: grey }\n';

  expect(() => read(text)).toThrow(
    /line 2, column 26: tiers\.0\.spend: [^\n]*\n {2}line 3, column 5: tiers\.1: .*colour/,
  );
});

test('what is missing is told at its parent', () => {
  expect(() => read('tiers:\n  - { code: gold }\n')).toThrow('line 2, column 5: tiers.0.spend');
});

test('a text that is no YAML is told with its place', () => {
  expect(() => read('tiers: [\n')).toThrow(/cannot be used:\n.*line 2/);
});
