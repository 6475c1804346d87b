import { expect, test } from '@jest/globals';
import { z } from 'zod';
import { DocumentRefused, readDocument } from '../../subgraphs/shared/document.ts';

const schema = z.object({ tiers: z.array(z.strictObject({ code: z.string(), spend: z.string() })) });

function faults(text: string, by: z.ZodType = schema): string[] {
  try {
    readDocument(text, by);
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

test('rooms that read one text find it parsed', () => {
  const text = 'tiers: []\nelse: { a: 1 }\n';
  const read = () => readDocument(text, z.object({ else: z.unknown() })).data.else;

  expect(read()).toBe(read());
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
  ['says another thing behind it', 'tiers: []\n---\ntiers: []\n', /^line 2, column 1: a second document/],
  ['names what is nowhere', 'tiers: *ladder\n', /^line 1, column 8: \*ladder: no &ladder/],
  ['names itself', 'tiers: &ladder [*ladder]\n', /^line 1, column 17: \*ladder stands within/],
  ['is a program', 'tiers: !!js/function x\n', /^line 1, column 8: .*js\/function/],
  ['has a list for a key', 'tiers: []\n? [a]\n: 1\n', /^line 2, column 3: a key is a text$/],
  ['is too deep', `tiers: ${'['.repeat(20_000)}\n`, /^line 1, column \d+: is nested too deeply$/],
  ['grows without end', `a: &a [x, x, x, x]\nb: &b [${'*a,'.repeat(40)}]\ntiers: [${'*b,'.repeat(40)}]\n`, /alias/],
])('a text that %s is refused with its place', (_, text, fault) => {
  expect(faults(text)).toEqual([expect.stringMatching(fault)]);
});

test.each([
  ['as it is', 'else: a\0b\ntiers: []\n', 'line 1, column 8'],
  ['by an escape', 'tiers: []\nelse: "Harbour\\0 Coffee"\n', 'line 2, column 7'],
  ['in a key', 'tiers: []\nelse: { "a\\x00": 1 }\n', 'line 2, column 9'],
  ['in a comment', 'tiers: [] # \0\n', 'line 1, column 13'],
  ['that is half of a pair', 'tiers: []\nelse: \ud83d\n', 'line 2, column 7'],
  ['that is half of a pair by an escape', 'tiers: []\nelse: ["\\ude00"]\n', 'line 2, column 8'],
])('a character that no database keeps, %s, is a fault', (_, text, place) => {
  expect(faults(text)).toEqual([`${place}: a character that cannot be stored: U+0000, or half of a surrogate pair`]);
});

test('a pair that is written by two escapes is one character', () => {
  expect(faults('tiers: []\nelse: "\\ud83d\\ude00"\n')).toEqual([]);
});

test('of several keys that nobody reads each has its place, numbers too', () => {
  const text = 'tiers:\n  - code: gold\n    spend: "1"\n    colour: grey\n    7: x\n';

  expect(faults(text).toSorted()).toEqual([
    'line 4, column 5: tiers.0: Unrecognized key: "colour"',
    'line 5, column 5: tiers.0: Unrecognized key: "7"',
  ]);
});

test('of a part that has one of several forms, what is wrong with that form is told', () => {
  const name = z.union([z.string(), z.strictObject({ en: z.string(), pl: z.string().optional() })]);
  const told = (text: string) => faults(text, z.object({ name }));

  expect(told('name: { pl: Złoto }\n')).toEqual(['line 1, column 7: name.en: is missing']);
  expect(told('name: { en: Gold, de: Gold }\n')).toEqual(['line 1, column 19: name: Unrecognized key: "de"']);
  expect(told('name: 5\n')).toEqual(['line 1, column 7: name: Invalid input']);
  expect(told('else: 5\n')).toEqual(['line 1, column 1: name: is missing']);
});
