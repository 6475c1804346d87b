import { expect, test } from '@jest/globals';
import { z } from 'zod';
import { DocumentRefused, readDocument } from '../../subgraphs/shared/document.ts';

const schema = z.object({ tiers: z.array(z.strictObject({ code: z.string(), spend: z.string() })) });

function faults(text: string): string[] {
  try {
    readDocument(text, schema);
  } catch (error) {
    if (error instanceof DocumentRefused) return error.faults;
    throw error;
  }
  return [];
}

test('a section is read, and others are not looked at', () => {
  expect(readDocument('tiers:\n  - { code: gold, spend: "100" }\nelse: 1\n', schema).data).toEqual({
    tiers: [{ code: 'gold', spend: '100' }],
  });
});

test('each fault is told with its line and column', () => {
  const text = 'tiers:\n  - { code: gold, spend: 100 }\n  - { code: silver, spend: "50", colour: grey }\n';

  expect(faults(text)).toEqual([
    expect.stringMatching(/^line 2, column 26: tiers\.0\.spend: /),
    expect.stringMatching(/^line 3, column 34: tiers\.1: .*"colour"/),
  ]);
});

test('what is missing is told at its parent, and at the beginning when it has none', () => {
  expect(faults('tiers:\n  - { code: gold }\n')).toEqual([
    expect.stringMatching(/^line 2, column 5: tiers\.0\.spend: /),
  ]);
  expect(faults('')).toEqual([expect.stringMatching(/^line 1, column 1: Invalid input/)]);
});

test('what is found later is told with its place too', () => {
  const { say } = readDocument('else: 1\ntiers:\n  - { code: gold, spend: "100" }\n', schema);

  expect(say({ path: ['tiers', 0, 'code'], message: 'is taken' })).toBe('line 3, column 13: tiers.0.code: is taken');
});

test.each([
  ['is cut off', 'tiers: [\n', /^line 2, column 1: /],
  ['says a thing twice', 'tiers: []\ntiers: []\n', /^line 2, column 1: .*unique/],
  ['names what is nowhere', 'tiers: *ladder\n', /^line 1, column 1: .*ladder/],
  ['grows without end', `a: &a [x, x, x, x]\nb: &b [${'*a,'.repeat(40)}]\ntiers: [${'*b,'.repeat(40)}]\n`, /alias/],
])('a text that %s is refused with its place', (_, text, fault) => {
  expect(faults(text)).toEqual([expect.stringMatching(fault)]);
});
