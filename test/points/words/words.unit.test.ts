// The three languages say the same things, each in words of its own.
import { describe, expect, test } from '@jest/globals';
import { LANGUAGES, languageOf, nameIn } from '../../../subgraphs/points/words/name.rules.ts';
import { speechOf } from '../../../subgraphs/points/words/speech.rules.ts';
import { TERM_WORDS } from '../../../subgraphs/points/words/term-voice.rules.ts';
import { WORDS } from '../../../subgraphs/points/words/voice.rules.ts';
import { plain } from './fixture.ts';

const STEP = { amount: '<1>', name: '<2>', required: '<3>', actual: '<4>' };
type Say = (...parts: unknown[]) => string;

/** Every phrase under its key; those that are made of parts with parts that no language has. */
function phrases(words: unknown, key = ''): [string, string][] {
  if (typeof words === 'string') return [[key, words]];
  if (typeof words === 'function') {
    const parts = key.startsWith('.steps.') ? [STEP] : ['<1>', '<2>', '<3>'];
    return [[key, (words as Say)(...parts)]];
  }
  return Object.entries(words as object).flatMap(([name, part]) => phrases(part, `${key}.${name}`));
}

/** Forms of nouns are each language's own. */
const FORMS = /\.(points|purchases|events)\.(zero|one|few|many|other)$/;

describe.each([
  ['explanations', WORDS],
  ['terms', TERM_WORDS],
])('words of %s', (_, words) => {
  const said = LANGUAGES.map((language) => new Map(phrases(words[language])));
  const [english, ...others] = said;
  const keys = [...english!.keys()].filter((key) => !FORMS.test(key));

  test('are there in every language, and none is empty', () => {
    for (const one of said) {
      expect([...one.keys()].filter((key) => !FORMS.test(key))).toEqual(keys);
      expect([...one.values()].filter((text) => text.trim() === '')).toEqual([]);
    }
  });

  test('are no copy of another language’s', () => {
    for (const other of others) {
      expect(keys.filter((key) => other.get(key) === english!.get(key))).toEqual([]);
    }
    const alike = keys.filter((key) => others[0]!.get(key) === others[1]!.get(key));
    expect(alike.filter((key) => key !== '.quoted')).toEqual([]);
  });

  test('use every part that English uses', () => {
    for (const other of others) {
      const parts = (text: string) => [...new Set(text.match(/<\d>/g))].toSorted();
      expect(keys.map((key) => [key, parts(other.get(key)!)])).toEqual(
        keys.map((key) => [key, parts(english!.get(key)!)]),
      );
    }
  });

  test('have each form of a noun that the language’s plural rules tell apart', () => {
    for (const [index, language] of LANGUAGES.entries()) {
      const { pluralCategories } = new Intl.PluralRules(language).resolvedOptions();
      const nouns = new Set([...english!.keys()].filter((key) => FORMS.test(key)).map((key) => key.split('.')[1]!));
      for (const noun of nouns) {
        for (const category of pluralCategories) expect(said[index]!.get(`.${noun}.${category}`)).toBeDefined();
      }
    }
  });
});

describe('a language', () => {
  test.each([
    ['en', 'en'],
    ['en-GB', 'en'],
    ['pl-PL', 'pl'],
    ['PL', 'pl'],
    ['lv', 'lv'],
    ['de', 'en'],
    [undefined, 'en'],
  ])('of the locale %s is %s', (locale, language) => {
    expect(languageOf(locale)).toBe(language);
  });

  test('names things by its own name, else in English, else by the fallback', () => {
    const name = { en: 'Coffee', pl: 'Kawa' };

    expect([nameIn(name, 'pl-PL'), nameIn(name, 'lv'), nameIn('Tea', 'lv'), nameIn(undefined, 'pl', 'tea')]).toEqual([
      'Kawa',
      'Coffee',
      'Tea',
      'tea',
    ]);
  });

  test.each([
    ['en', '12,345.50', '£1,234.50', '£5', '2.5%', '1 December 2026', '29 February', 'Monday', '21 months', 'a or b'],
    [
      'pl',
      '12 345,50',
      '1234,50 GBP',
      '5 GBP',
      '2,5%',
      '1 grudnia 2026',
      '29 lutego',
      'poniedziałek',
      '21 miesięcy',
      'a lub b',
    ],
    [
      'lv',
      '12 345,50',
      '1234,50 £',
      '5 £',
      '2,5%',
      '2026. gada 1. decembris',
      '29. februāris',
      'pirmdiena',
      '21 mēnesis',
      'a vai b',
    ],
  ] as const)('%s writes numbers, money, days and spans its own way', (language, ...expected) => {
    const speech = speechOf(language);

    const written = [
      speech.amount(1_234_550, 2),
      speech.money('1234.50', 'GBP'),
      speech.money('5', 'GBP'),
      speech.percent('2.5'),
      speech.day('2026-12-01'),
      speech.day('02-29'),
      speech.weekday('mon'),
      speech.span({ months: 21 }),
      speech.or(['a', 'b']),
    ];

    expect(written.map(plain)).toEqual(expected);
  });

  test('writes the largest amount and the smallest part exactly', () => {
    expect(speechOf('en').amount(Number.MAX_SAFE_INTEGER, 6)).toBe('9,007,199,254.740991');
    expect(speechOf('en').number('123456789012345.123456789')).toBe('123,456,789,012,345.123456789');
  });
});
